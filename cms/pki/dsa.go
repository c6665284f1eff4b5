package pki

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 only to verify what was signed with it
	"errors"
	"math/big"

	"sipsecdump/cms/ber"
)

// readDSAPublicKey reads a key (RFC 3279, Section 2.3.2). Without parameters, the key has those
// of its issuer's.
//
//	DSAPublicKey ::= INTEGER
//	Dss-Parms ::= SEQUENCE { p INTEGER, q INTEGER, g INTEGER }
func readDSAPublicKey(a AlgorithmIdentifier, c ber.Cursor) (*dsa.PublicKey, error) {
	y, err := readPositive(&c)
	if err != nil {
		return nil, err
	}
	key := &dsa.PublicKey{Y: y}
	if a.Parameters == nil {
		return key, nil
	}
	in := ber.NewCursor(a.Parameters)
	seq, err := in.Sequence()
	if err != nil {
		return nil, err
	}
	for _, n := range []**big.Int{&key.P, &key.Q, &key.G} {
		if *n, err = readPositive(&seq); err != nil {
			return nil, err
		}
	}
	if key.Q.BitLen() > maxDSAOrderBits {
		return nil, errors.New("the order of the DSA key is larger than any that is used")
	}
	if key.P.Bit(0) == 0 || key.Q.Cmp(key.P) >= 0 || key.G.Cmp(key.P) >= 0 {
		return nil, errors.New("the DSA parameters are impossible")
	}
	return key, nil
}

// readPositive reads an INTEGER of a DSA key.
func readPositive(c *ber.Cursor) (*big.Int, error) {
	e, err := c.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		return nil, err
	}
	if len(e.Content) > maxDSABits/8+1 {
		return nil, errors.New("a number of the DSA key is larger than any that is used")
	}
	n, err := e.Integer()
	if err == nil && n.Sign() <= 0 {
		err = errors.New("a number of the DSA key is not positive")
	}
	return n, err
}

// needsParameters tells whether a key is one of DSA that leaves its parameters to its issuer's.
func needsParameters(key crypto.PublicKey) bool {
	k, ok := key.(*dsa.PublicKey)
	return ok && k.P == nil
}

// InheritParameters returns the public key of a certificate with the parameters that a DSA key
// leaves to its issuer's (RFC 3279, Section 2.3.2), if the issuer is in one of the lists; the key
// as it is otherwise. All other keys are returned as they are.
func InheritParameters(c *Certificate, lists ...[]*Certificate) crypto.PublicKey {
	if !needsParameters(c.PublicKey) {
		return c.PublicKey
	}
	issuer := c
	for range maxInherited {
		if issuer = issuerIn(issuer, lists); issuer == nil {
			break
		}
		if key, ok := issuer.PublicKey.(*dsa.PublicKey); !ok {
			break
		} else if key.P != nil {
			return &dsa.PublicKey{Parameters: key.Parameters, Y: c.PublicKey.(*dsa.PublicKey).Y}
		}
	}
	return c.PublicKey
}

// issuerIn returns the first certificate whose name is c's issuer and that is another; nil if
// there is none.
func issuerIn(c *Certificate, lists [][]*Certificate) *Certificate {
	for _, list := range lists {
		for _, other := range list {
			if other.SHA256 != c.SHA256 && other.Subject.Equal(c.Issuer) {
				return other
			}
		}
	}
	return nil
}

// verifyDSA checks a signature over a digest (FIPS 186-4, Section 4.7).
//
//	Dss-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
func verifyDSA(key *dsa.PublicKey, digest, signature []byte) error {
	if key.P == nil {
		return signatureError("no-public-key", "the DSA key has no parameters, and its issuer's are not at hand")
	}
	c := ber.NewCursor(signature)
	seq, err := c.Sequence()
	if err != nil {
		return errBadSignature
	}
	r, err := readPositive(&seq)
	if err != nil {
		return errBadSignature
	}
	s, err := readPositive(&seq)
	if err != nil || !seq.Empty() || !c.Empty() {
		return errBadSignature
	}
	if size := (key.Q.BitLen() + 7) / 8; len(digest) > size {
		digest = digest[:size]
	}
	if !dsa.Verify(key, digest, r, s) {
		return errBadSignature
	}
	return nil
}
