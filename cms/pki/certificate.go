package pki

import (
	"bytes"
	"crypto"
	"math/big"
	"net/netip"
	"time"
)

// Extension is RFC 5280, Section 4.1.
type Extension struct {
	OID      OID
	Critical bool
	Value    []byte // content of the OCTET STRING
}

// Certificate is RFC 5280, Section 4.1, read leniently: what is odd becomes a finding, and
// only what cannot be taken apart at all is an error. All slices alias Raw.
type Certificate struct {
	Raw    []byte
	RawTBS []byte
	SHA256 [32]byte

	Version            int      // 1, 2 or 3
	SerialOctets       []byte   // content octets of the INTEGER as encoded
	Serial             *big.Int // nil if it has more octets than anybody wants converted
	Issuer, Subject    Name
	NotBefore          time.Time // zero if unreadable
	NotAfter           time.Time // zero if unreadable
	RawPublicKeyInfo   []byte    // the DER of SubjectPublicKeyInfo: what is compared with a key's
	PublicKeyAlgorithm AlgorithmIdentifier
	// PublicKey is *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, *ecdh.PublicKey or
	// *dsa.PublicKey, this without parameters if they are the issuer's (see InheritParameters);
	// nil if this package cannot use it (a finding says why).
	PublicKey          crypto.PublicKey
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte
	Extensions         []Extension

	// From the extensions; zero if absent or unreadable.
	AltNames       []GeneralName // of the subject, all, in wire order
	HasAltName     bool          // there is the extension
	DNSNames       []string
	URIs           []string
	EmailAddresses []string
	IPAddresses    []netip.Addr
	SubjectKeyID   []byte
	AuthorityKeyID []byte
	// KeyUsage holds the named bits, bit 0 (digitalSignature) lowest; valid if HasKeyUsage.
	KeyUsage    uint16
	HasKeyUsage bool
	ExtKeyUsage []OID
	IsCA        bool
	// PathLen is how many CAs may follow in a path (RFC 5280, Section 4.2.1.9); -1 if any
	// number may.
	PathLen int

	// Source tells where it came from: the file as named by the user, or "" if from the
	// capture.
	Source string

	Findings []Finding

	keyError          error // why there is no PublicKey
	invalid           []invalidExtension
	signatureMismatch bool // between the two signature algorithms
}

// Finding is something a certificate should not have. Codes are stable.
type Finding struct {
	Code    string // "serial-not-positive", "negative-modulus", ...
	Offset  int    // in Raw
	Section string // "RFC 5280, Section 4.1.2.2"
	Text    string // one sentence, lower case, without a full stop
}

// invalidExtension is one that is unreadable or occurs more than once.
type invalidExtension struct {
	oid    OID
	reason string // as PathFailure.Reason
}

// The bits of Certificate.KeyUsage (RFC 5280, Section 4.2.1.3).
const (
	KeyUsageDigitalSignature uint16 = 1 << iota
	KeyUsageContentCommitment
	KeyUsageKeyEncipherment
	KeyUsageDataEncipherment
	KeyUsageKeyAgreement
	KeyUsageCertSign
	KeyUsageCRLSign
	KeyUsageEncipherOnly
	KeyUsageDecipherOnly
)

// Matches tells whether an issuer and serial number (RFC 5652, Section 10.2.4) name this
// certificate. serialOctets is the content of the INTEGER; numbers are compared, not octets.
// Other certificates may match as well: nothing keeps a CA from using a number twice.
func (c *Certificate) Matches(issuer Name, serialOctets []byte) bool {
	return equalInteger(c.SerialOctets, serialOctets) && c.Issuer.Equal(issuer)
}

// equalInteger compares the values of two INTEGERs' content octets.
func equalInteger(a, b []byte) bool {
	return len(a) > 0 && len(b) > 0 && bytes.Equal(minimalInteger(a), minimalInteger(b))
}

// minimalInteger takes away leading octets that say nothing (X.690, Section 8.3.2).
func minimalInteger(content []byte) []byte {
	for len(content) > 1 &&
		(content[0] == 0 && content[1] < 0x80 || content[0] == 0xff && content[1] >= 0x80) {
		content = content[1:]
	}
	return content
}

// IsSelfIssued tells whether subject and issuer are the same name. Whether the certificate is
// signed with its own key as well, CheckSignatureFrom tells.
func (c *Certificate) IsSelfIssued() bool { return c.Subject.Equal(c.Issuer) }

// TimeUnknown is the reason why validity cannot be judged where there is no time to judge it at.
const TimeUnknown = "time-unknown"

// ValidAt judges the validity period (RFC 5280, Section 4.1.2.5), both ends included. If t is
// not in it, reason is the stable code "not-yet-valid", "expired" or "validity-unreadable", and
// detail a sentence. If t is zero, as the time of packets is in captures that do not tell it, reason
// is [TimeUnknown].
func (c *Certificate) ValidAt(t time.Time) (ok bool, reason, detail string) {
	const layout = "2006-01-02 15:04:05"
	switch at := t.UTC().Format(layout); {
	case c.NotBefore.IsZero() || c.NotAfter.IsZero():
		return false, "validity-unreadable", "the certificate's validity period cannot be read"
	case t.IsZero():
		return false, TimeUnknown, "when the certificate was used is not known, so its validity cannot be judged"
	case t.Before(c.NotBefore):
		return false, "not-yet-valid", "the certificate is not valid before " +
			c.NotBefore.UTC().Format(layout) + " UTC, and it was " + at
	// Times have whole seconds: the last one ends where the next begins.
	case !t.Before(c.NotAfter.Add(time.Second)):
		return false, "expired", "the certificate was valid until " +
			c.NotAfter.UTC().Format(layout) + " UTC, and it was " + at
	}
	return true, "", ""
}
