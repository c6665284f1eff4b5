package pki

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"sipsecdump/cms/ber"
)

// PSSParameters are those of RSASSA-PSS (RFC 4055, Section 3.1).
type PSSParameters struct {
	Hash, MGFHash crypto.Hash
	SaltLength    int // octets
}

// String is "RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 octets".
func (p PSSParameters) String() string {
	return fmt.Sprintf("RSASSA-PSS with %v, MGF1 with %v and a salt of %d octets", p.Hash, p.MGFHash, p.SaltLength)
}

// ReadPSSParameters reads the parameters, in DER; what is absent has its default. The error is nil
// or a *[SignatureError].
//
//	RSASSA-PSS-params ::= SEQUENCE {
//	    hashAlgorithm [0] DEFAULT sha1, maskGenAlgorithm [1] DEFAULT mgf1SHA1,
//	    saltLength [2] INTEGER DEFAULT 20, trailerField [3] INTEGER DEFAULT 1 }
func ReadPSSParameters(der []byte) (PSSParameters, error) {
	p := PSSParameters{crypto.SHA1, crypto.SHA1, 20}
	bad := func(err error) (PSSParameters, error) {
		return p, signatureError("bad-parameters", "the parameters of RSASSA-PSS cannot be read: %v", err)
	}
	if len(der) == 0 {
		return p, nil
	}
	c := ber.NewCursor(der)
	seq, err := c.Sequence()
	if err != nil {
		return bad(err)
	}
	if seq.PeekIs(ber.ContextSpecific, 0) {
		if p.Hash, err = readExplicitHash(&seq, 0); err != nil {
			return bad(err)
		}
	}
	if seq.PeekIs(ber.ContextSpecific, 1) {
		if p.MGFHash, err = readMaskGenHash(&seq, 1); err != nil {
			return bad(err)
		}
	}
	trailer := 1
	for i, field := range []*int{&p.SaltLength, &trailer} {
		tag := uint32(2 + i)
		if !seq.PeekIs(ber.ContextSpecific, tag) {
			continue
		}
		explicit, err := seq.Explicit(tag)
		if err != nil {
			return bad(err)
		}
		if *field, err = explicit.Int(); err != nil {
			return bad(err)
		}
	}
	if err := seq.Finish(); err != nil {
		return bad(err)
	}
	if p.SaltLength < 0 || trailer != 1 {
		return p, signatureError("bad-parameters", "the salt length or trailer field of RSASSA-PSS is impossible")
	}
	return p, nil
}

// readExplicitHash reads an AlgorithmIdentifier of a hash function in an explicit tag.
func readExplicitHash(c *ber.Cursor, tag uint32) (crypto.Hash, error) {
	explicit, err := c.Explicit(tag)
	if err != nil {
		return 0, err
	}
	return readHash(&explicit)
}

func readHash(c *ber.Cursor) (crypto.Hash, error) {
	a, err := ReadAlgorithmIdentifier(c)
	if err != nil {
		return 0, err
	}
	hash, ok := HashOf(a.OID)
	if !ok {
		return 0, fmt.Errorf("the hash function %s is not implemented", algorithmName(a.OID))
	}
	return hash, nil
}

// readMaskGenHash reads MGF1's AlgorithmIdentifier in an explicit tag (RFC 4055, Section 2.2).
func readMaskGenHash(c *ber.Cursor, tag uint32) (crypto.Hash, error) {
	explicit, err := c.Explicit(tag)
	if err != nil {
		return 0, err
	}
	mgf, err := ReadAlgorithmIdentifier(&explicit)
	if err != nil {
		return 0, err
	}
	if mgf.OID != oidMGF1 {
		return 0, fmt.Errorf("the mask generation function %s is not implemented", algorithmName(mgf.OID))
	}
	parameters := ber.NewCursor(mgf.Parameters)
	return readHash(&parameters)
}

// verifyPSS is RSASSA-PSS-VERIFY (RFC 8017, Section 8.1.2). crypto/rsa has it for keys of 1024 bits
// and more, and for one hash function in both places only.
func verifyPSS(pub *rsa.PublicKey, p PSSParameters, digest, sig []byte) bool {
	em := publicOperation(pub, sig)
	if em == nil || len(digest) != p.Hash.Size() {
		return false
	}
	// The block has one bit less than the modulus; that may be an octet less.
	bits := pub.N.BitLen() - 1
	if bits%8 == 0 {
		if em[0] != 0 {
			return false
		}
		em = em[1:]
	}
	// EM = maskedDB || H || BC
	if len(digest)+p.SaltLength+2 > len(em) || em[len(em)-1] != 0xbc {
		return false
	}
	db, h := em[:len(em)-len(digest)-1], em[len(em)-len(digest)-1:len(em)-1]
	unused := byte(0xff) >> (8*len(em) - bits) // mask of the bits in use
	if db[0]&^unused != 0 {
		return false
	}
	xorMGF1(db, p.MGFHash, h)
	db[0] &= unused
	// DB = 00 ... 00 01 salt
	zeros, salt := db[:len(db)-p.SaltLength-1], db[len(db)-p.SaltLength:]
	if len(bytes.Trim(zeros, "\x00")) != 0 || db[len(zeros)] != 1 {
		return false
	}
	hash := p.Hash.New()
	hash.Write(make([]byte, 8))
	hash.Write(digest)
	hash.Write(salt)
	return bytes.Equal(hash.Sum(nil), h)
}

// xorMGF1 masks dst with MGF1 (RFC 8017, Appendix B.2.1).
func xorMGF1(dst []byte, hash crypto.Hash, seed []byte) {
	var counter [4]byte
	for i := uint32(0); len(dst) > 0; i++ {
		binary.BigEndian.PutUint32(counter[:], i)
		h := hash.New()
		h.Write(seed)
		h.Write(counter[:])
		dst = dst[subtle.XORBytes(dst, dst, h.Sum(nil)):]
	}
}
