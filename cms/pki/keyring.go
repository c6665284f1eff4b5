package pki

import (
	"bytes"
	"crypto"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Keyring holds the private keys and certificates at hand. It is filled before the run and
// not changed by it; reading it is safe from several goroutines. A nil Keyring is empty.
type Keyring struct {
	Keys []*PrivateKey
	// Certificates are those given to be used, CAs those given to be trusted.
	Certificates []*Certificate
	CAs          []*Certificate
	// CRLs are those given. They revoke what they list, whoever presents it.
	CRLs []*CRL
	// Passphrases are tried, in order, on what is encrypted for whoever knows one.
	Passphrases [][]byte
	// SymmetricKeys are tried on what a shared key opens.
	SymmetricKeys []SymmetricKey
}

// String counts what the keyring holds.
func (k *Keyring) String() string {
	if k == nil {
		return "empty keyring"
	}
	return fmt.Sprintf("keyring of %d private keys, %d certificates, %d CAs, %d CRLs, %d passphrases, %d symmetric keys",
		len(k.Keys), len(k.Certificates), len(k.CAs), len(k.CRLs), len(k.Passphrases), len(k.SymmetricKeys))
}

// Format writes String for all verbs and flags, so that none of them prints the passphrases.
func (k *Keyring) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// MarshalJSON encodes String.
func (k *Keyring) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }

// Add adds the keys of a file, and its certificates and CRLs to those to be used. What is there already is
// not added again.
func (k *Keyring) Add(m *Material) {
	for _, key := range m.Keys {
		if k.KeyFor(key.Public) == nil {
			k.Keys = append(k.Keys, key)
		}
	}
	k.Certificates = appendNew(k.Certificates, m.Certificates)
	k.Revoke(m)
}

// Revoke adds the CRLs of a file.
func (k *Keyring) Revoke(m *Material) {
	for _, l := range m.CRLs {
		if !slices.ContainsFunc(k.CRLs, func(have *CRL) bool { return have.SHA256 == l.SHA256 }) {
			k.CRLs = append(k.CRLs, l)
		}
	}
}

// Trust adds the certificates of a file to those that are trusted.
func (k *Keyring) Trust(m *Material) {
	k.CAs = appendNew(k.CAs, m.Certificates)
}

func appendNew(dst, add []*Certificate) []*Certificate {
	seen := make(map[[32]byte]bool, len(dst)+len(add))
	for _, c := range dst {
		seen[c.SHA256] = true
	}
	for _, c := range add {
		if !seen[c.SHA256] {
			seen[c.SHA256] = true
			dst = append(dst, c)
		}
	}
	return dst
}

// KeyFor returns the private part of pub, or nil.
func (k *Keyring) KeyFor(pub crypto.PublicKey) *PrivateKey {
	if k == nil {
		return nil
	}
	for _, key := range k.Keys {
		if key.Is(pub) {
			return key
		}
	}
	return nil
}

// KeyForCertificate returns the private key of a certificate's holder, or nil.
func (k *Keyring) KeyForCertificate(c *Certificate) *PrivateKey { return k.KeyFor(c.PublicKey) }

// CertificatesFor returns all certificates, given or trusted, that an issuer and serial number may
// mean: more than one, if a CA used a number twice. serialOctets is the content of the INTEGER.
func (k *Keyring) CertificatesFor(issuer Name, serialOctets []byte) []*Certificate {
	return k.certificates(func(c *Certificate) bool { return c.Matches(issuer, serialOctets) })
}

// CertificatesBySKI returns all certificates, given or trusted, that have this subject key
// identifier.
func (k *Keyring) CertificatesBySKI(ski []byte) []*Certificate {
	return k.certificates(func(c *Certificate) bool {
		return len(ski) > 0 && bytes.Equal(c.SubjectKeyID, ski)
	})
}

func (k *Keyring) certificates(meant func(*Certificate) bool) []*Certificate {
	if k == nil {
		return nil
	}
	var found []*Certificate
	for _, list := range [][]*Certificate{k.Certificates, k.CAs} {
		for _, c := range list {
			if meant(c) {
				found = appendNew(found, []*Certificate{c})
			}
		}
	}
	return found
}
