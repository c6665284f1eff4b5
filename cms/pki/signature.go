package pki

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 only to verify what was signed with it
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // registers its hash, as those below do
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"errors"
	"fmt"

	"sipsecdump/cms/ber"
)

// SignatureError tells why a signature is not valid, or could not be judged.
type SignatureError struct {
	// Code is stable: "bad-signature" if the key did not make this signature;
	// "unsupported-algorithm" if nobody knows; "key-type-mismatch" if the key is of a kind that
	// makes no such signatures, or its certificate says so; "no-public-key" if there is none that can be used;
	// "bad-parameters" if the algorithm's parameters make no sense.
	Code string
	Text string // one sentence, lower case, without a full stop
}

func (e *SignatureError) Error() string { return e.Text }

func signatureError(code, format string, args ...any) error {
	return &SignatureError{code, fmt.Sprintf(format, args...)}
}

// CheckSignatureFrom checks that the certificate is signed with parent's key (RFC 5280, Section
// 6.1.3 (a)(1)), and nothing else: not names, times, or what parent may do. Algorithms that are no
// longer thought strong are checked like others. The error is nil or a *[SignatureError].
func (c *Certificate) CheckSignatureFrom(parent *Certificate) error {
	if err := parent.CheckKey(c.SignatureAlgorithm); err != nil {
		return err
	}
	return VerifySignature(parent.PublicKey, c.SignatureAlgorithm, c.RawTBS, c.Signature)
}

// CheckKey tells whether the certificate has a key for signatures of an algorithm, as far as the
// certificate says: whether it made one is asked of [VerifySignature]. A key of RSA may be for
// RSASSA-PSS alone, with no parameters but its own, or for encryption (RFC 4055, Sections 1.2, 3.1
// and 4.1). The error is nil or a *[SignatureError].
func (c *Certificate) CheckKey(a AlgorithmIdentifier) error {
	alg, ok := signatureAlgorithms[a.OID]
	if !ok {
		return nil // which VerifySignature tells
	}
	switch own := c.PublicKeyAlgorithm; {
	case c.keyError != nil:
		if e, ok := errors.AsType[notImplemented](c.keyError); ok {
			return signatureError("unsupported-algorithm", "%v", e)
		}
		text := c.keyError.Error()
		if e, ok := errors.AsType[*ber.Error](c.keyError); ok {
			text = e.Text
		}
		return signatureError("no-public-key", "the certificate has no public key that can be used: %s", text)
	case own.OID == oidRSAESOAEP:
		return signatureError("key-type-mismatch", "the key is one for %s, and not for signatures", algorithmName(own.OID))
	case own.OID != oidRSASSAPSS:
	case alg.kind != kindPSS:
		return signatureError("key-type-mismatch", "the key is one for %s only, and not for %s (RFC 4055, Section 1.2)", algorithmName(own.OID), algorithmName(a.OID))
	case own.Parameters != nil:
		limit, err := ReadPSSParameters(own.Parameters)
		if err != nil {
			return err
		}
		p, err := ReadPSSParameters(a.Parameters)
		if err != nil {
			return err
		}
		if p.Hash != limit.Hash || p.MGFHash != limit.MGFHash || p.SaltLength < limit.SaltLength {
			return signatureError("key-type-mismatch", "the key is one for %v only, and not for %v (RFC 4055, Section 3.3)", limit, p)
		}
	}
	return nil
}

// signatureAlgorithm is what an OID says about the key and the hash.
type signatureAlgorithm struct {
	kind signatureKind
	hash crypto.Hash // 0 if the OID does not say
}

type signatureKind uint8

const (
	kindPKCS1v15 signatureKind = iota + 1
	kindPSS
	kindECDSA
	kindEd25519
	kindDSA
)

var signatureAlgorithms = map[OID]signatureAlgorithm{
	oidRSAEncryption:          {kindPKCS1v15, 0},
	"1.2.840.113549.1.1.4":    {kindPKCS1v15, crypto.MD5},
	"1.2.840.113549.1.1.5":    {kindPKCS1v15, crypto.SHA1},
	"1.3.14.3.2.29":           {kindPKCS1v15, crypto.SHA1},
	"1.2.840.113549.1.1.14":   {kindPKCS1v15, crypto.SHA224},
	"1.2.840.113549.1.1.11":   {kindPKCS1v15, crypto.SHA256},
	"1.2.840.113549.1.1.12":   {kindPKCS1v15, crypto.SHA384},
	"1.2.840.113549.1.1.13":   {kindPKCS1v15, crypto.SHA512},
	"1.2.840.113549.1.1.15":   {kindPKCS1v15, crypto.SHA512_224},
	"1.2.840.113549.1.1.16":   {kindPKCS1v15, crypto.SHA512_256},
	"2.16.840.1.101.3.4.3.13": {kindPKCS1v15, crypto.SHA3_224},
	"2.16.840.1.101.3.4.3.14": {kindPKCS1v15, crypto.SHA3_256},
	"2.16.840.1.101.3.4.3.15": {kindPKCS1v15, crypto.SHA3_384},
	"2.16.840.1.101.3.4.3.16": {kindPKCS1v15, crypto.SHA3_512},
	oidRSASSAPSS:              {kindPSS, 0},
	oidECPublicKey:            {kindECDSA, 0},
	"1.2.840.10045.4.1":       {kindECDSA, crypto.SHA1},
	"1.2.840.10045.4.3.1":     {kindECDSA, crypto.SHA224},
	"1.2.840.10045.4.3.2":     {kindECDSA, crypto.SHA256},
	"1.2.840.10045.4.3.3":     {kindECDSA, crypto.SHA384},
	"1.2.840.10045.4.3.4":     {kindECDSA, crypto.SHA512},
	"2.16.840.1.101.3.4.3.9":  {kindECDSA, crypto.SHA3_224},
	"2.16.840.1.101.3.4.3.10": {kindECDSA, crypto.SHA3_256},
	"2.16.840.1.101.3.4.3.11": {kindECDSA, crypto.SHA3_384},
	"2.16.840.1.101.3.4.3.12": {kindECDSA, crypto.SHA3_512},
	oidEd25519:                {kindEd25519, 0},
	oidDSA:                    {kindDSA, 0},
	"1.2.840.10040.4.3":       {kindDSA, crypto.SHA1},
	"2.16.840.1.101.3.4.3.1":  {kindDSA, crypto.SHA224},
	"2.16.840.1.101.3.4.3.2":  {kindDSA, crypto.SHA256},
	"2.16.840.1.101.3.4.3.3":  {kindDSA, crypto.SHA384},
	"2.16.840.1.101.3.4.3.4":  {kindDSA, crypto.SHA512},
	"2.16.840.1.101.3.4.3.5":  {kindDSA, crypto.SHA3_224},
	"2.16.840.1.101.3.4.3.6":  {kindDSA, crypto.SHA3_256},
	"2.16.840.1.101.3.4.3.7":  {kindDSA, crypto.SHA3_384},
	"2.16.840.1.101.3.4.3.8":  {kindDSA, crypto.SHA3_512},
}

var hashes = map[OID]crypto.Hash{
	oidMD5: crypto.MD5, oidSHA1: crypto.SHA1,
	oidSHA224: crypto.SHA224, oidSHA256: crypto.SHA256, oidSHA384: crypto.SHA384, oidSHA512: crypto.SHA512,
	"2.16.840.1.101.3.4.2.5": crypto.SHA512_224, "2.16.840.1.101.3.4.2.6": crypto.SHA512_256,
	"2.16.840.1.101.3.4.2.7": crypto.SHA3_224, "2.16.840.1.101.3.4.2.8": crypto.SHA3_256,
	"2.16.840.1.101.3.4.2.9": crypto.SHA3_384, "2.16.840.1.101.3.4.2.10": crypto.SHA3_512,
}

// HashOf returns the hash function of a digest algorithm's OID; it is available then.
func HashOf(oid OID) (h crypto.Hash, ok bool) {
	h, ok = hashes[oid]
	return h, ok
}

// SignatureHash returns the hash function that a signature algorithm demands: by its OID, or, of
// RSASSA-PSS, by its parameters. It is 0 if the algorithm leaves the choice to others, as
// rsaEncryption does in CMS, or has none of its own, as Ed25519. The error is nil or a
// *[SignatureError].
func SignatureHash(a AlgorithmIdentifier) (crypto.Hash, error) {
	alg, ok := signatureAlgorithms[a.OID]
	if !ok {
		return 0, signatureError("unsupported-algorithm", "the signature algorithm %s is not implemented", algorithmName(a.OID))
	}
	if alg.kind == kindPSS {
		p, err := ReadPSSParameters(a.Parameters)
		return p.Hash, err
	}
	return alg.hash, nil
}

// VerifySignature checks a signature over a message. The algorithm must determine the hash
// function. The error is nil or a *[SignatureError].
func VerifySignature(pub crypto.PublicKey, a AlgorithmIdentifier, message, signature []byte) error {
	hash, err := SignatureHash(a)
	if err != nil {
		return err
	}
	if signatureAlgorithms[a.OID].kind == kindEd25519 {
		key, ok := pub.(ed25519.PublicKey)
		if !ok {
			return keyMismatch(pub, a)
		}
		if !ed25519.Verify(key, message, signature) {
			return errBadSignature
		}
		return nil
	}
	if hash == 0 {
		return signatureError("unsupported-algorithm", "the signature algorithm %s does not name a hash function", algorithmName(a.OID))
	}
	h := hash.New()
	h.Write(message)
	return VerifyDigest(pub, a, hash, h.Sum(nil), signature)
}

// VerifyDigest checks a signature over the digest of a message, which hash made. The hash must be
// the one that the algorithm demands, if it does. Ed25519 has no such form (RFC 8419, Section 2.3
// signs the message). The error is nil or a *[SignatureError].
func VerifyDigest(pub crypto.PublicKey, a AlgorithmIdentifier, hash crypto.Hash, digest, signature []byte) error {
	demanded, err := SignatureHash(a)
	if err != nil {
		return err
	}
	if demanded != 0 && demanded != hash {
		return signatureError("bad-parameters", "the signature algorithm demands %v, and not %v", demanded, hash)
	}
	var ok bool
	switch signatureAlgorithms[a.OID].kind {
	case kindPKCS1v15:
		key, isRSA := pub.(*rsa.PublicKey)
		if !isRSA {
			return keyMismatch(pub, a)
		}
		ok = VerifyPKCS1v15(key, hash, digest, signature)
	case kindPSS:
		key, isRSA := pub.(*rsa.PublicKey)
		if !isRSA {
			return keyMismatch(pub, a)
		}
		p, err := ReadPSSParameters(a.Parameters)
		if err != nil {
			return err
		}
		ok = verifyPSS(key, p, digest, signature)
	case kindECDSA:
		key, isECDSA := pub.(*ecdsa.PublicKey)
		if !isECDSA {
			return keyMismatch(pub, a)
		}
		ok = ecdsa.VerifyASN1(key, digest, signature)
	case kindDSA:
		key, isDSA := pub.(*dsa.PublicKey)
		if !isDSA {
			return keyMismatch(pub, a)
		}
		return verifyDSA(key, digest, signature)
	default:
		return signatureError("unsupported-algorithm", "%s does not sign digests", algorithmName(a.OID))
	}
	if !ok {
		return errBadSignature
	}
	return nil
}

var errBadSignature = signatureError("bad-signature", "the signature was not made over these octets with this key")

func keyMismatch(pub crypto.PublicKey, a AlgorithmIdentifier) error {
	if pub == nil {
		return signatureError("no-public-key", "the certificate has no public key that can be used")
	}
	return signatureError("key-type-mismatch", "the key is not one for %s", algorithmName(a.OID))
}
