package pki

import (
	"fmt"
	"slices"
	"time"
)

// Revocation is what CRLs say about one certificate at a time (RFC 5280, Section 6.3).
type Revocation struct {
	Certificate *Certificate
	Status      RevocationStatus
	// Reason is the stable code of why the status is unknown; "" if it is not, or if there are
	// no CRLs at all:
	//
	//	crl-not-found        no CRL at hand is one of the certificate's issuer for such certificates
	//	crl-bad-signature    one is, but no key of the issuer made its signature
	//	crl-not-allowed      the issuer must not sign CRLs
	//	crl-expired, crl-not-yet-valid
	//	                     it is not the one of that time
	//	crl-not-implemented  it is of a kind that is not implemented, or does not list the certificate
	//	                     and is of a kind of which only what is listed counts
	Reason string
	Detail string // a sentence: lower case, without a full stop
	CRL    *CRL   // that the status, or the reason, is from; nil if none
	// Entry is the CRL's; only if revoked, or revoked later.
	Entry RevokedCertificate
}

// RevocationStatus is whether a certificate is revoked.
type RevocationStatus uint8

// The statuses.
const (
	RevocationUnknown RevocationStatus = iota
	NotRevoked
	Revoked
)

// String returns "unknown", "good" or "revoked".
func (s RevocationStatus) String() string {
	return [...]string{"unknown", "good", "revoked"}[s]
}

// revocation looks for CRLs of issuer about c. The issuer's certificate is the one of the path;
// its key, or that of another certificate of the name, must have signed.
func (b *pathBuilder) revocation(c, issuer *Certificate) Revocation {
	best := Revocation{Certificate: c}
	if len(b.CRLs) == 0 {
		return best
	}
	best.Reason, best.Detail = "crl-not-found", "no CRL at hand is one of "+quoteName(c.Issuer)
	rank := 0
	list, excluded := b.issuersCRLs(c, issuer)
	if len(list) == 0 && excluded != "" {
		best.Detail = "the CRL of " + quoteName(c.Issuer) + " is not about it: " + excluded
	}
	for n, l := range list {
		if n == maxCRLs {
			break
		}
		r, howGood := b.judgeCRL(l, c, issuer)
		if r.Status == Revoked {
			return r
		}
		if howGood > rank {
			best, rank = r, howGood
		}
	}
	return best
}

// issuersCRLs are those that speak of c, in the order given, those first whose key identifier is
// right. excluded says why the first that does not does not.
func (b *pathBuilder) issuersCRLs(c, issuer *Certificate) (list []*CRL, excluded string) {
	for _, l := range b.CRLs {
		if !l.Issuer.Equal(c.Issuer) {
			continue
		}
		if why := l.excludes(c); why == "" {
			list = append(list, l)
		} else if excluded == "" {
			excluded = why
		}
	}
	slices.SortStableFunc(list, func(x, y *CRL) int { return x.keyIDMismatch(issuer) - y.keyIDMismatch(issuer) })
	return list, excluded
}

// judgeCRL tells what one CRL says; howGood is higher the more it is worth.
func (b *pathBuilder) judgeCRL(l *CRL, c, issuer *Certificate) (r Revocation, howGood int) {
	unknown := func(howGood int, reason, format string, args ...any) (Revocation, int) {
		return Revocation{Certificate: c, Reason: reason, Detail: fmt.Sprintf(format, args...), CRL: l}, howGood
	}
	name := quoteName(l.Issuer)
	if l.scope.notImplemented != "" {
		return unknown(2, "crl-not-implemented", "the CRL of %s cannot be used: %s", name, l.scope.notImplemented)
	}
	signer, err := b.crlSigner(l, issuer)
	switch {
	case err != nil:
		return unknown(1, "crl-bad-signature", "the CRL of %s: %v", name, err)
	case signer.HasKeyUsage && signer.KeyUsage&KeyUsageCRLSign == 0:
		return unknown(3, "crl-not-allowed", "the CRL of %s is signed with a key that must not sign CRLs (RFC 5280, Section 4.2.1.3)", name)
	}
	entry, listed := l.Lookup(c.SerialOctets)
	removed := entry.Reason == "removeFromCRL"
	// Revocation is for good, so that the CRL of another time tells of it as well, and one that is
	// not complete.
	if listed && !removed && (entry.Date.IsZero() || !entry.Date.After(b.At)) {
		detail := fmt.Sprintf("%s revoked it on %s", name, formatTime(entry.Date))
		if entry.Reason != "" {
			detail += ", for the reason " + entry.Reason
		}
		return Revocation{Certificate: c, Status: Revoked, Detail: detail, CRL: l, Entry: entry}, 0
	}
	says := "does not have it"
	later, partial := "", l.partialFor(c)
	switch {
	case removed:
		says = "has it only to tell that it is no longer revoked"
	case listed:
		later = "; it revokes the certificate as of " + formatTime(entry.Date)
	}
	switch {
	case partial != "":
		r, howGood = unknown(2, "crl-not-implemented", "the CRL of %s %s, which proves nothing: %s%s", name, says, partial, later)
	case l.ThisUpdate.IsZero():
		return unknown(2, "crl-not-yet-valid", "the time of the CRL of %s cannot be read", name)
	case b.At.Before(l.ThisUpdate):
		r, howGood = unknown(4, "crl-not-yet-valid", "the CRL of %s is of %s, and it was %s%s", name, formatTime(l.ThisUpdate), formatTime(b.At), later)
	case !l.NextUpdate.IsZero() && !b.At.Before(l.NextUpdate.Add(time.Second)):
		r, howGood = unknown(4, "crl-expired", "the CRL of %s was followed by another at %s, and it was %s", name, formatTime(l.NextUpdate), formatTime(b.At))
	default:
		r, howGood = Revocation{Certificate: c, Status: NotRevoked, Detail: "the CRL of " + name + " " + says + later, CRL: l}, 5
	}
	r.Entry = entry
	return r, howGood
}

func formatTime(t time.Time) string {
	if t.IsZero() {
		return "an unreadable date"
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}

// crlSigner returns the certificate whose key signed the CRL: the issuer's, or another of its
// name that a trusted CA or the issuer itself vouches for by having the same name.
func (b *pathBuilder) crlSigner(l *CRL, issuer *Certificate) (*Certificate, error) {
	first := l.checkedFrom(b, issuer)
	if first == nil {
		return issuer, nil
	}
	for _, list := range [][]*Certificate{b.Trusted, b.path} {
		for _, c := range list {
			if c.SHA256 != issuer.SHA256 && c.Subject.Equal(l.Issuer) && l.checkedFrom(b, c) == nil {
				return c, nil
			}
		}
	}
	return nil, first
}

// checkedFrom checks that the CRL is signed with c's key, within what may be spent on signatures.
func (l *CRL) checkedFrom(b *pathBuilder, c *Certificate) error {
	if b.crlSignatures >= maxCRLs {
		return signatureError("path-limit", "there are too many CRLs to try")
	}
	b.crlSignatures++
	return b.checkSignature(c, l.SignatureAlgorithm, l.RawTBS, l.Signature)
}
