package pki

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"math/big"

	"sipsecdump/cms/ber"
)

// crypto/rsa refuses keys of less than 1024 bits, by which much was signed and encrypted that
// is in captures, and does not tell what a signature that fails is over. Hence the public key
// operation is done here; it has no secrets. The private key operation is done by cipher/rsadp if it
// takes the key, here if crypto/rsa refuses it, and by that otherwise; only the last takes measures
// against being timed.

// minStdRSABits is the smallest modulus, in bits, that crypto/rsa takes.
const minStdRSABits = 1024

// usableRSA tells whether a public key's operation takes bounded time.
func usableRSA(pub *rsa.PublicKey) bool {
	return pub != nil && pub.N != nil && pub.N.Sign() > 0 && pub.N.Bit(0) == 1 &&
		pub.N.BitLen() <= maxRSABits && pub.E >= 2
}

// publicOperation is RSAVP1 (RFC 8017, Section 5.2.2), in octets; nil if sig is not in range.
func publicOperation(pub *rsa.PublicKey, sig []byte) []byte {
	if !usableRSA(pub) || len(sig) != pub.Size() {
		return nil
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(pub.N) >= 0 {
		return nil
	}
	s.Exp(s, big.NewInt(int64(pub.E)), pub.N)
	return s.FillBytes(make([]byte, pub.Size()))
}

// VerifyPKCS1v15 checks an RSASSA-PKCS1-v1_5 signature over a digest (RFC 8017, Section 8.2.2),
// with keys of any size up to 16384 bits. DigestInfo may have NULL parameters or none.
func VerifyPKCS1v15(pub *rsa.PublicKey, hash crypto.Hash, digest, sig []byte) bool {
	oid, signed, ok := RecoverDigest(pub, sig)
	if !ok || len(digest) != hash.Size() {
		return false
	}
	made, ok := HashOf(oid)
	return ok && made == hash && bytes.Equal(signed, digest)
}

// RecoverDigest opens an RSASSA-PKCS1-v1_5 signature and returns the digest that was signed with
// the key, and the digest algorithm. So "made with this key, but over other octets" can be told from
// "not made with this key", for which ok is false. The block must be exactly as RFC 8017, Section
// 9.2 makes it, for nothing is proved by less; the algorithm's parameters may be NULL or
// absent. The digest is a copy; it has the length that belongs to the algorithm, if that is known.
//
//	EM = 00 01 FF ... FF 00 DigestInfo    with eight FF at least
//	DigestInfo ::= SEQUENCE { digestAlgorithm AlgorithmIdentifier, digest OCTET STRING }
func RecoverDigest(pub *rsa.PublicKey, sig []byte) (hashOID OID, digest []byte, ok bool) {
	info, ok := RecoverBlock(pub, sig)
	if ok {
		hashOID, digest, ok = parseDigestInfo(info)
	}
	if !ok {
		return "", nil, false
	}
	if hash, known := HashOf(hashOID); known && len(digest) != hash.Size() {
		return "", nil, false
	}
	return hashOID, digest, true
}

// RecoverBlock returns what stands behind the padding of an RSASSA-PKCS1-v1_5 signature, which ought to
// be a DigestInfo. Only if all of it is what is looked for does that prove that the key made the
// signature: see RecoverDigest.
func RecoverBlock(pub *rsa.PublicKey, sig []byte) (signed []byte, ok bool) {
	em := publicOperation(pub, sig)
	if len(em) < 11 || em[0] != 0 || em[1] != 1 {
		return nil, false
	}
	end := 2
	for end < len(em) && em[end] == 0xff {
		end++
	}
	if end-2 < 8 || end == len(em) || em[end] != 0 {
		return nil, false
	}
	return em[end+1:], true
}

// parseDigestInfo takes DER only: other encodings leave room that forgeries have been made of.
func parseDigestInfo(info []byte) (OID, []byte, bool) {
	nodes, err := ber.Walk(info, ber.Limits{})
	if err != nil {
		return "", nil, false
	}
	for i := range nodes {
		if nodes[i].NonMinimal || nodes[i].Length < 0 {
			return "", nil, false
		}
	}
	c := ber.NewCursor(info)
	seq, err := c.Sequence()
	if err != nil {
		return "", nil, false
	}
	a, err := ReadAlgorithmIdentifier(&seq)
	if err != nil || a.Parameters != nil && !bytes.Equal(a.Parameters, derNull) {
		return "", nil, false
	}
	digest, err := seq.Expect(ber.Universal, ber.TagOctetString)
	if err != nil || digest.Constructed || !seq.Empty() {
		return "", nil, false
	}
	return a.OID, digest.Content, true
}

var derNull = []byte{ber.TagNull, 0}

// errDecryption does not say what was wrong, on purpose.
var errDecryption = errors.New("decryption failed")

// DecryptPKCS1v15 decrypts RSAES-PKCS1-v1_5 (RFC 8017, Section 7.2.2) with RSA keys of any size. Some
// peers cut off the ciphertext's leading zeros: it may be shorter than the modulus. An error says no
// more than that it failed; with a wrong key it does almost always.
func (k *PrivateKey) DecryptPKCS1v15(ciphertext []byte) ([]byte, error) {
	key, ok := k.Key.(*rsa.PrivateKey)
	if !ok || !usableRSA(&key.PublicKey) || len(ciphertext) > key.Size() {
		return nil, errDecryption
	}
	em := make([]byte, key.Size())
	if k.rsadp.Decrypt(em, ciphertext) {
		return unpadPKCS1v15(em)
	}
	if key.N.BitLen() >= minStdRSABits {
		//lint:ignore SA1019 what was encrypted so must be decrypted so; nobody but the user sees whether it failed
		plaintext, err := rsa.DecryptPKCS1v15(nil, key, ciphertext)
		if err != nil {
			return nil, errDecryption
		}
		return plaintext, nil
	}
	c := new(big.Int).SetBytes(ciphertext)
	if c.Cmp(key.N) >= 0 {
		return nil, errDecryption
	}
	return unpadPKCS1v15(c.Exp(c, key.D, key.N).FillBytes(em))
}

// unpadPKCS1v15 returns what is in an encoded message.
//
//	EM = 00 02 PS 00 M    with eight octets PS at least, none of them 0
func unpadPKCS1v15(em []byte) ([]byte, error) {
	if len(em) < 11 || em[0] != 0 || em[1] != 2 {
		return nil, errDecryption
	}
	end := bytes.IndexByte(em[2:], 0)
	if end < 8 {
		return nil, errDecryption
	}
	return em[2+end+1:], nil
}
