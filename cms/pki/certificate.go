package pki

import (
	"crypto"
	"math/big"
	"net/netip"
	"time"
)

// AlgorithmIdentifier is RFC 5280, Section 4.1.1.2.
type AlgorithmIdentifier struct {
	OID OID
	// Parameters is the DER of the parameters; nil if they are absent, which is not NULL.
	Parameters []byte
}

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

	Version            int    // 1, 2 or 3
	SerialOctets       []byte // content octets of the INTEGER as encoded
	Serial             *big.Int
	Issuer, Subject    Name
	NotBefore          time.Time
	NotAfter           time.Time
	RawPublicKeyInfo   []byte // the DER of SubjectPublicKeyInfo: what is compared with a key's
	PublicKeyAlgorithm AlgorithmIdentifier
	// PublicKey is *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey or *ecdh.PublicKey;
	// nil if this package cannot use it (a finding says why).
	PublicKey          crypto.PublicKey
	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte
	Extensions         []Extension

	// From the extensions; zero if absent or unreadable.
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

	// Source tells where it came from: the file as named by the user, or "" if from the
	// capture.
	Source string

	Findings []Finding
}

// Finding is something a certificate should not have. Codes are stable.
type Finding struct {
	Code    string // "serial-not-positive", "negative-modulus", ...
	Offset  int    // in Raw
	Section string // "RFC 5280, Section 4.1.2.2"
	Text    string // one sentence, lower case, without a full stop
}
