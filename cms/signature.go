package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"

	"sipsecdump/cms/pki"
)

// signature is what is tried with one key after the other.
type signature struct {
	signer *SignerInfo
	pkcs1  bool        // it is RSASSA-PKCS1-v1_5
	hash   crypto.Hash // of what the signature is made over; 0 if it is made over the octets
	// targets are what the signature may cover: the signed attributes, in DER and as sent, or
	// the ranges.
	targets [][]byte
	// digests are those of targets; nil if not computed yet.
	digests [][]byte
}

const (
	oidRSASSAPSS pki.OID = "1.2.840.113549.1.1.10"
	oidEd25519   pki.OID = "1.3.101.112"
)

// isPKCS1 tells whether an algorithm of those that package pki implements is RSASSA-PKCS1-v1_5
// (RFC 3370, Section 3.2, RFC 5754, Section 3.2, NIST's SHA-3 and an early one of OIW).
func isPKCS1(oid pki.OID) bool {
	switch oid {
	case oidRSASSAPSS:
		return false
	case "1.3.14.3.2.29", "2.16.840.1.101.3.4.3.13", "2.16.840.1.101.3.4.3.14", "2.16.840.1.101.3.4.3.15", "2.16.840.1.101.3.4.3.16":
		return true
	}
	return strings.HasPrefix(string(oid), "1.2.840.113549.1.1.")
}

// newSignature prepares a signer's signature. If that cannot be tried, the second result says
// why.
func (v *verifier) newSignature(i *SignerInfo) (*signature, finding) {
	const notImplemented = "algorithm-not-implemented"
	algorithm := i.SignatureAlgorithm.OID
	contentHash, ok := pki.HashOf(i.DigestAlgorithm.OID)
	if !ok {
		return nil, finding{reason: notImplemented, detail: fmt.Sprintf("the digest algorithm %s is not implemented", algorithmName(i.DigestAlgorithm.OID))}
	}
	hash, err := pki.SignatureHash(i.SignatureAlgorithm)
	if err != nil {
		return nil, finding{reason: notImplemented, detail: err.Error()}
	}
	switch {
	case v.data.unreadContent && !v.countersigned:
		return nil, finding{reason: "malformed", detail: "the signed content could not be read"}
	case len(v.ranges) == 0:
		return nil, finding{reason: "no-content", detail: "the signed content is not in the object, and none is at hand"}
	case hash == 0 && algorithm != oidEd25519:
		hash = contentHash
	}
	s := &signature{signer: i, pkcs1: isPKCS1(algorithm), hash: hash}
	if i.RawSignedAttrs != nil {
		s.targets = append(s.targets, i.RawSignedAttrs)
		if i.attrsAsSent != nil {
			s.targets = append(s.targets, i.attrsAsSent)
		}
		return s, finding{}
	}
	for n := range v.ranges {
		s.targets = append(s.targets, v.ranges[n].Octets)
	}
	if hash != 0 {
		s.digests = v.rangeDigests(hash)
	}
	return s, finding{}
}

func (s *signature) digest(n int) []byte {
	if s.digests == nil {
		for _, octets := range s.targets {
			s.digests = append(s.digests, digestOf(s.hash, octets))
		}
	}
	return s.digests[n]
}

// answer is whether a key made a signature, as far as that can be told.
type answer uint8

const (
	no answer = iota
	unknown
	yes
)

// trial is the outcome of trying a key.
type trial struct {
	made   answer
	target int // that the signature covers; -1 if none
	// hash and digest are what the signature says it covers. Only PKCS #1 v1.5 lets that be
	// recovered; hash is 0 otherwise, or if the algorithm is not known.
	hash    crypto.Hash
	digest  []byte
	bare    bool   // the digest of the target was signed without a DigestInfo
	problem string // why the key cannot be used, as a sentence
	// unsupported is set if the problem is only that this program cannot use it.
	unsupported bool
}

func (t *trial) better(o *trial) bool {
	return t.made > o.made || t.made == o.made && t.target >= 0 && o.target < 0
}

func unusable(e *pki.SignatureError) trial {
	return trial{made: no, target: -1, problem: e.Text, unsupported: e.Code == "unsupported-algorithm"}
}

// try runs the signature operation with a key.
func (s *signature) try(key crypto.PublicKey) trial {
	if rsaKey, ok := key.(*rsa.PublicKey); ok && s.pkcs1 {
		return s.recover(rsaKey)
	}
	for n := range s.targets {
		err := s.check(key, n)
		if err == nil {
			return trial{made: yes, target: n, hash: s.hash}
		}
		var e *pki.SignatureError
		if errors.As(err, &e) && e.Code != "bad-signature" {
			return unusable(e)
		}
	}
	return trial{made: unknown, target: -1}
}

// recover takes the digest out of a PKCS #1 v1.5 signature: it tells for certain whether the key
// made it, and over what.
func (s *signature) recover(key *rsa.PublicKey) trial {
	oid, digest, ok := pki.RecoverDigest(key, s.signer.Signature)
	if !ok {
		// Programs that leave hashing to their callers sign the digest as it is.
		block, padded := pki.RecoverBlock(key, s.signer.Signature)
		for n := 0; padded && n < len(s.targets); n++ {
			if bytes.Equal(block, s.digest(n)) {
				return trial{made: yes, target: n, hash: s.hash, bare: true}
			}
		}
		return trial{made: no, target: -1}
	}
	t := trial{made: yes, target: -1, digest: digest}
	t.hash, _ = pki.HashOf(oid)
	if t.hash == s.hash {
		for n := range s.targets {
			if bytes.Equal(digest, s.digest(n)) {
				t.target = n
				break
			}
		}
	}
	return t
}

// check verifies the signature over target n.
func (s *signature) check(key crypto.PublicKey, n int) error {
	if s.hash == 0 {
		return pki.VerifySignature(key, s.signer.SignatureAlgorithm, s.targets[n], s.signer.Signature)
	}
	return pki.VerifyDigest(key, s.signer.SignatureAlgorithm, s.hash, s.digest(n), s.signer.Signature)
}
