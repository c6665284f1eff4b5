package pki

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Path is what was established about a certificate's path to a trusted CA.
type Path struct {
	Trusted bool
	// Reason is the stable code of why not; "" if trusted:
	//
	//	no-trusted-ca        no CA is trusted, or the path ends at one that is not
	//	issuer-not-found     no certificate at hand has the issuer's name
	//	bad-signature        one has, but its key did not make the signature
	//	unsupported-algorithm, key-type-mismatch, no-public-key, bad-parameters
	//	                     the signature could not be judged (see SignatureError)
	//	not-a-ca             the issuer must not sign certificates
	//	path-length          it must not sign those of further CAs
	//	expired, not-yet-valid, validity-unreadable
	//	                     a certificate of the path was not valid then
	//	path-limit           the path is too long, or there are too many to try
	Reason string
	Detail string         // a sentence: lower case, without a full stop; "" if trusted
	Path   []*Certificate // from the leaf upwards, as far as it was found
}

// BuildChain looks for a path from leaf to one of the trusted certificates, by names and
// signatures, and judges the certificates on it at a time: validity periods, basic constraints and
// key usage (RFC 5280, Section 6.1). It does not look at revocation, name constraints or policies. If
// leaf itself is trusted, that is the path. Of several paths one that is trusted is returned, or
// the one that came closest. intermediates may hold anything.
func BuildChain(leaf *Certificate, intermediates, trusted []*Certificate, at time.Time) Path {
	b := pathBuilder{intermediates: intermediates, trusted: trusted, at: at}
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
	intermediates, trusted []*Certificate
	at                     time.Time
	signatures             int // checked so far
	best                   Path
	rank                   int
}

func (b *pathBuilder) offer(rank int, path []*Certificate, reason, detail string) {
	if rank < b.rank || rank == b.rank && len(path) <= len(b.best.Path) {
		return
	}
	b.rank = rank
	b.best = Path{Reason: reason, Detail: detail, Path: slices.Clone(path)}
}

// extend tries all issuers of the last certificate of path; it is true once a trusted path is
// found. It calls itself, maxPath deep at most.
func (b *pathBuilder) extend(path []*Certificate) bool {
	last := path[len(path)-1]
	if contains(b.trusted, last) {
		if reason, detail := b.judge(path); reason != "" {
			b.offer(rankJudged, path, reason, detail)
			return false
		}
		b.best = Path{Trusted: true, Path: slices.Clone(path)}
		return true
	}
	candidates := b.issuers(last)
	if len(candidates) == 0 {
		if len(b.trusted) == 0 {
			b.offer(rankNotSigned, path, "no-trusted-ca", "no CA is trusted, and none at hand is named "+quoteName(last.Issuer))
		} else {
			b.offer(rankNotSigned, path, "issuer-not-found", "no certificate at hand is that of the issuer, "+quoteName(last.Issuer))
		}
		return false
	}
	for _, issuer := range candidates {
		if b.signatures >= maxPathSignatures || len(path) >= maxPath {
			b.offer(rankNotSigned, path, "path-limit", "the path is too long, or there are too many to try")
			return false
		}
		b.signatures++
		if err := last.CheckSignatureFrom(issuer); err != nil {
			reason := "bad-signature"
			if e, ok := errors.AsType[*SignatureError](err); ok {
				reason = e.Code
			}
			b.offer(rankNotSigned, path, reason, fmt.Sprintf("the certificate of %s names %s as its issuer, but: %v",
				quoteName(last.Subject), quoteName(issuer.Subject), err))
			continue
		}
		if contains(path, issuer) { // signed with its own key, or in a circle
			b.offer(rankNotTrusted, path, "no-trusted-ca", "the path ends at "+quoteName(last.Subject)+", which is not trusted")
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
	for _, list := range [][]*Certificate{b.trusted, b.intermediates, {c}} {
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
func (b *pathBuilder) judge(path []*Certificate) (reason, detail string) {
	for i, c := range path {
		if ok, reason, detail := c.ValidAt(b.at); !ok {
			return reason, quoteName(c.Subject) + ": " + detail
		}
		if i == 0 {
			continue
		}
		// Before version 3 there was no saying who is a CA: whom one trusts is.
		anchorV1 := c.Version < 3 && i == len(path)-1
		switch {
		case !c.IsCA && !anchorV1, c.HasKeyUsage && c.KeyUsage&KeyUsageCertSign == 0:
			return "not-a-ca", quoteName(c.Subject) + " signed a certificate, but is not a CA"
		case c.PathLen >= 0 && casBelow(path[:i]) > c.PathLen:
			return "path-length", quoteName(c.Subject) + " has more CAs below it than its path length allows"
		}
	}
	return "", ""
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
