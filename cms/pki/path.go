package pki

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Path is what was established about a certificate's path to a trusted CA.
type Path struct {
	Trusted bool
	// Reason is the stable code of why not, that of the first of Failures; "" if trusted.
	Reason string
	Detail string         // a sentence: lower case, without a full stop; "" if trusted
	Path   []*Certificate // from the leaf upwards, as far as it was found
	// Failures has everything that is wrong with the path, the leaf's first; of a path with a
	// hundred things wrong not all.
	Failures []PathFailure
	// Revocation is what the CRLs say of each certificate of a complete path but the trusted one;
	// nil if there are no CRLs.
	Revocation []Revocation
}

// PathFailure is something that is wrong with a path.
type PathFailure struct {
	Certificate *Certificate // that it is wrong with
	// Reason is the stable code:
	//
	//	no-trusted-ca        no CA is trusted, or the path ends at one that is not
	//	issuer-not-found     no certificate at hand has the issuer's name
	//	bad-signature        one has, but its key did not make the signature
	//	unsupported-algorithm, key-type-mismatch, no-public-key, bad-parameters
	//	                     the signature could not be judged (see SignatureError)
	//	signature-algorithm-mismatch
	//	                     the signature algorithm is not the one that is signed
	//	path-limit           the path is too long, or there are too many to try
	//	expired, not-yet-valid, validity-unreadable, time-unknown
	//	                     the certificate was not valid then, or it is not known when
	//	not-a-ca             it signed another, and must not
	//	path-length          it has more CAs below it than it may
	//	critical-extension   it has a critical extension that is not implemented
	//	extension-unreadable, duplicate-extension
	//	                     it has an extension that cannot be relied on
	//	name-not-permitted, name-excluded, name-constraint-not-implemented, name-constraint-limit
	//	                     a name of it breaks the constraints of a CA above it, or may
	//	no-valid-policy, any-policy-mapped, policy-limit
	//	                     no policy is valid that must be
	//	key-usage, extended-key-usage
	//	                     it is not for the purpose
	//	revoked              it was revoked
	//	the Reason of a Revocation
	//	                     a CRL is demanded, and there is none that says
	//	host-mismatch, aor-mismatch
	//	                     it is somebody else's
	Reason  string
	Section string // "RFC 5280, Section 6.1.4"; several are parted by "; "
	Text    string // a sentence: lower case, without a full stop
}

// PathOptions say what a path is looked for with, and what it is asked.
type PathOptions struct {
	// Intermediates may hold anything; Trusted are the certificates that a path may end at.
	Intermediates, Trusted []*Certificate
	// At is when everything must be valid.
	At time.Time
	// CRLs are those at hand. A certificate that one revokes is not trusted; one about which
	// they say nothing is not trusted either if RequireCRLs is set.
	CRLs        []*CRL
	RequireCRLs bool
	Purpose     Purpose
	// Host is the domain or address that the leaf must be for (see MatchSIPDomain); AOR the
	// address of record (see MatchAOR). "" for none.
	Host, AOR string
	// Policies are those that are accepted; any if there are none. The others are the inputs of
	// RFC 5280, Section 6.1.1 (e) to (g).
	Policies                                         []OID
	ExplicitPolicy, InhibitMapping, InhibitAnyPolicy bool
}

// BuildChain is [BuildPath] without CRLs, purpose, names and policies.
func BuildChain(leaf *Certificate, intermediates, trusted []*Certificate, at time.Time) Path {
	return BuildPath(leaf, PathOptions{Intermediates: intermediates, Trusted: trusted, At: at})
}

// BuildPath looks for a path from leaf to one of the trusted certificates, by names and
// signatures, and judges the certificates on it as RFC 5280, Section 6.1 does: validity periods,
// basic constraints, key usage, name constraints, policies, critical extensions; CRLs as of Section
// 6.3. The trusted certificate is judged too, as OpenSSL does, but for policies and CRLs. If leaf
// itself is trusted, that is the path. Of several paths one that is trusted is returned, or the
// one that came closest.
func BuildPath(leaf *Certificate, o PathOptions) Path {
	b := pathBuilder{PathOptions: o}
	b.extend([]*Certificate{leaf})
	return b.best
}

// How close a path came: a later one is better.
const (
	rankNotSigned  = iota + 1 // no issuer, or none that signed
	rankNotTrusted            // complete, up to a CA that is not trusted
	rankJudged                // up to a trusted CA, but with something wrong
)

type pathBuilder struct {
	PathOptions
	signatures    int // checked so far
	crlSignatures int
	nameChecks    int            // made so far
	path          []*Certificate // that is judged
	best          Path
	rank          int
}

// offer takes a path that is not trusted, if it came closer than the best one.
func (b *pathBuilder) offer(rank int, path []*Certificate, failures []PathFailure, revocation []Revocation) {
	closer := len(path) > len(b.best.Path) || len(path) == len(b.best.Path) && len(failures) < len(b.best.Failures)
	if rank < b.rank || rank == b.rank && !closer {
		return
	}
	b.rank = rank
	b.best = Path{Reason: failures[0].Reason, Detail: failures[0].Detail(), Path: slices.Clone(path), Failures: failures, Revocation: revocation}
}

// Detail is Text with the certificate that it is about.
func (f *PathFailure) Detail() string { return quoteName(f.Certificate.Subject) + ": " + f.Text }

// broken offers a path that goes no further.
func (b *pathBuilder) broken(rank int, path []*Certificate, reason, format string, args ...any) {
	const section = "RFC 5280, Section 6.1"
	b.offer(rank, path, []PathFailure{{path[len(path)-1], reason, section, fmt.Sprintf(format, args...)}}, nil)
}

// extend tries all issuers of the last certificate of path; it is true once a trusted path is
// found. It calls itself, maxPath deep at most.
func (b *pathBuilder) extend(path []*Certificate) bool {
	last := path[len(path)-1]
	if contains(b.Trusted, last) {
		failures, revocation := b.judge(path)
		if len(failures) > 0 {
			b.offer(rankJudged, path, failures, revocation)
			return false
		}
		b.best = Path{Trusted: true, Path: slices.Clone(path), Revocation: revocation}
		return true
	}
	candidates := b.issuers(last)
	if len(candidates) == 0 {
		if len(b.Trusted) == 0 {
			b.broken(rankNotSigned, path, "no-trusted-ca", "no CA is trusted, and no certificate at hand is that of the issuer, %s", quoteName(last.Issuer))
		} else {
			b.broken(rankNotSigned, path, "issuer-not-found", "no certificate at hand is that of the issuer, %s", quoteName(last.Issuer))
		}
		return false
	}
	for _, issuer := range candidates {
		if b.signatures >= maxPathSignatures || len(path) >= maxPath {
			b.broken(rankNotSigned, path, "path-limit", "the path is too long, or there are too many to try")
			return false
		}
		b.signatures++
		if err := b.checkSignature(issuer, last.SignatureAlgorithm, last.RawTBS, last.Signature); err != nil {
			reason := "bad-signature"
			if e, ok := errors.AsType[*SignatureError](err); ok {
				reason = e.Code
			}
			b.broken(rankNotSigned, path, reason, "it names %s as its issuer, but: %v", quoteName(issuer.Subject), err)
			continue
		}
		if contains(path, issuer) { // signed with its own key, or in a circle
			b.broken(rankNotTrusted, path, "no-trusted-ca", "the path ends here, and this certificate is not trusted")
			continue
		}
		if b.extend(append(path[:len(path):len(path)], issuer)) {
			return true
		}
	}
	return false
}

// issuers returns the certificates whose subject is c's issuer: those whose key identifier is
// right first, and of these the trusted ones.
func (b *pathBuilder) issuers(c *Certificate) []*Certificate {
	var found []*Certificate
	for _, list := range [][]*Certificate{b.Trusted, b.Intermediates, {c}} {
		for _, candidate := range list {
			if candidate.Subject.Equal(c.Issuer) && !contains(found, candidate) {
				found = append(found, candidate)
			}
		}
	}
	slices.SortStableFunc(found, func(x, y *Certificate) int {
		return keyIDMismatch(c, x) - keyIDMismatch(c, y)
	})
	return found
}

// keyIDMismatch is 1 if both have key identifiers and they differ; 0 otherwise. They are but a
// hint (RFC 5280, Section 4.2.1.1).
func keyIDMismatch(c, issuer *Certificate) int {
	if len(c.AuthorityKeyID) > 0 && len(issuer.SubjectKeyID) > 0 && !bytes.Equal(c.AuthorityKeyID, issuer.SubjectKeyID) {
		return 1
	}
	return 0
}

// judge returns what is wrong with a path whose signatures are good and whose end is trusted.
func (b *pathBuilder) judge(path []*Certificate) (failures []PathFailure, revocation []Revocation) {
	b.path = path
	for i, c := range path {
		failures = b.judgeOne(failures, path, i)
		if i == len(path)-1 || len(b.CRLs) == 0 && !b.RequireCRLs {
			continue
		}
		r := b.revocation(c, path[i+1])
		if r.Reason == "" && r.Status == RevocationUnknown {
			r.Reason, r.Detail = "crl-not-found", "there are no CRLs at hand"
		}
		revocation = append(revocation, r)
		switch {
		case r.Status == Revoked:
			failures = append(failures, PathFailure{c, "revoked", "RFC 5280, Section 6.3", r.Detail})
		case r.Status == RevocationUnknown && b.RequireCRLs:
			failures = append(failures, PathFailure{c, r.Reason, "RFC 5280, Section 6.3", r.Detail})
		}
	}
	failures = b.judgeNames(failures, path)
	failures = b.judgePolicies(failures, path)
	return b.judgeIdentity(failures, path[0]), revocation
}

// judgeOne judges what a certificate says of itself.
func (b *pathBuilder) judgeOne(failures []PathFailure, path []*Certificate, i int) []PathFailure {
	c := path[i]
	fail := func(reason, section, format string, args ...any) {
		if len(failures) < maxPathFailures {
			failures = append(failures, PathFailure{c, reason, section, fmt.Sprintf(format, args...)})
		}
	}
	if ok, reason, detail := c.ValidAt(b.At); !ok {
		fail(reason, "RFC 5280, Section 6.1.3", "%s", detail)
	}
	if i > 0 {
		// Before version 3 there was no saying who is a CA: whom one trusts is.
		anchorV1 := c.Version < 3 && i == len(path)-1
		switch {
		case !c.IsCA && !anchorV1, c.HasKeyUsage && c.KeyUsage&KeyUsageCertSign == 0:
			fail("not-a-ca", "RFC 5280, Section 6.1.4", "it signed a certificate, but is not a CA")
		case c.PathLen >= 0 && casBelow(path[:i]) > c.PathLen:
			fail("path-length", "RFC 5280, Section 6.1.4", "it has more CAs below it than its path length allows")
		}
	}
	for _, x := range c.invalid {
		text := "cannot be read"
		if x.reason == "duplicate-extension" {
			text = "occurs more than once"
		}
		fail(x.reason, "RFC 5280, Section 4.2", "the extension %s %s", algorithmName(x.oid), text)
	}
	for j := range c.Extensions {
		if x := &c.Extensions[j]; x.Critical && !implemented[x.OID] {
			fail("critical-extension", "RFC 5280, Section 6.1.4 (o)", "the critical extension %s is not implemented", algorithmName(x.OID))
		}
	}
	if c.signatureMismatch && i < len(path)-1 {
		fail("signature-algorithm-mismatch", "RFC 5280, Section 4.1.1.2", "the signature algorithm is not the one that is signed")
	}
	return append(failures, b.Purpose.check(c, i == 0)...)
}

// implemented are the extensions that are acted on, or whose meaning does not matter to a path.
var implemented = map[OID]bool{
	oidSubjectKeyID: true, oidAuthorityKeyID: true, oidKeyUsage: true, oidExtKeyUsage: true, oidSubjectAltName: true,
	oidIssuerAltName: true, oidBasicConstraints: true, oidNameConstraints: true, oidCRLDistribution: true, oidPolicies: true,
	oidPolicyMappings: true, oidPolicyConstraint: true, oidInhibitAnyPolicy: true,
}

// judgeNames applies the name constraints of each CA to all below it (RFC 5280, Section 6.1.3 (b)
// and (c)), those aside that a CA issued to itself.
func (b *pathBuilder) judgeNames(failures []PathFailure, path []*Certificate) []PathFailure {
	const section = "RFC 5280, Section 4.2.1.10"
	for i := len(path) - 1; i > 0; i-- {
		constraints, err := constraintsOf(path[i])
		if constraints == nil || err != nil { // of an error judgeOne told
			continue
		}
		for j := i - 1; j >= 0; j-- {
			c := path[j]
			if j > 0 && c.IsSelfIssued() {
				continue
			}
			if reason, detail := constraints.checkNames(c.constrained(j == 0), &b.nameChecks); reason != "" {
				failures = append(failures, PathFailure{c, reason, section, detail + " of " + quoteName(path[i].Subject)})
			}
		}
	}
	return failures
}

// judgePolicies processes the policies of all but the trusted certificate.
func (b *pathBuilder) judgePolicies(failures []PathFailure, path []*Certificate) []PathFailure {
	const section = "RFC 5280, Section 6.1; RFC 9618"
	state := newPolicyState(&b.PathOptions, len(path)-1)
	for i := len(path) - 2; i >= 0; i-- {
		if reason, detail := state.process(path[i], i == 0); reason != "" {
			return append(failures, PathFailure{path[i], reason, section, detail})
		}
	}
	if len(path) > 1 && !state.acceptable(b.Policies) {
		return append(failures, PathFailure{path[0], "no-valid-policy", section, "none of the policies that are accepted is valid"})
	}
	return failures
}

// judgeIdentity compares the leaf's names with those asked for.
func (b *pathBuilder) judgeIdentity(failures []PathFailure, leaf *Certificate) []PathFailure {
	for _, asked := range []struct {
		name, reason string
		match        func(*Certificate, string) IdentityResult
	}{{b.Host, "host-mismatch", MatchSIPDomain}, {b.AOR, "aor-mismatch", MatchAOR}} {
		if asked.name == "" {
			continue
		}
		if r := asked.match(leaf, asked.name); !r.Matched {
			failures = append(failures, PathFailure{leaf, asked.reason, r.Section, r.Detail})
		}
	}
	return failures
}

// publicKey is a certificate's, with the parameters that a DSA key leaves to its issuer's (RFC
// 3279, Section 2.3.2).
func (b *pathBuilder) publicKey(c *Certificate) crypto.PublicKey {
	if !needsParameters(c.PublicKey) {
		return c.PublicKey
	}
	return InheritParameters(c, b.Trusted, b.Intermediates)
}

// checkSignature is VerifySignature with the key of a certificate.
func (b *pathBuilder) checkSignature(c *Certificate, a AlgorithmIdentifier, message, signature []byte) error {
	if err := c.CheckKey(a); err != nil {
		return err
	}
	return VerifySignature(b.publicKey(c), a, message, signature)
}

// casBelow counts the CAs between the leaf and the end of path, those aside that a CA issued to
// itself (RFC 5280, Section 4.2.1.9).
func casBelow(path []*Certificate) int {
	n := 0
	for _, c := range path[1:] {
		if !c.IsSelfIssued() {
			n++
		}
	}
	return n
}

func contains(list []*Certificate, c *Certificate) bool {
	return slices.ContainsFunc(list, func(other *Certificate) bool { return other.SHA256 == c.SHA256 })
}

func quoteName(n Name) string {
	if len(n.RDNs) == 0 {
		return "an empty name"
	}
	return `"` + n.String() + `"`
}
