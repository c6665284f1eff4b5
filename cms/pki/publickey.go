package pki

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math"
	"slices"

	"sipsecdump/cms/ber"
)

// publicKey reads the SubjectPublicKeyInfo. A key that cannot be used is a finding.
//
//	SubjectPublicKeyInfo ::= SEQUENCE {
//	    algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
func (p *parser) publicKey(info *ber.Element) {
	const section = "RFC 5280, Section 4.1.2.7"
	cert := p.cert
	p.checkDER(info)
	cert.RawPublicKeyInfo = info.Raw
	var err error
	cert.PublicKeyAlgorithm, cert.PublicKey, err = readPublicKeyInfo(info.Children())
	if cert.PublicKeyAlgorithm.OID == oidRSAEncryption && cert.PublicKeyAlgorithm.Parameters == nil {
		p.find("rsa-parameters-absent", info.Offset, "RFC 3279, Section 2.3.1", "the parameters of rsaEncryption are absent, and not NULL")
	}
	if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minStdRSABits {
		p.find("short-key", info.Offset, "RFC 8551, Section 4.2", fmt.Sprintf("the RSA key has %d bits, which is fewer than the 1024 that anybody should take", key.N.BitLen()))
	}
	cert.keyError = err
	switch {
	case err == nil:
	case errors.Is(err, errNegativeModulus):
		p.find("negative-modulus", info.Offset, "RFC 8017, Appendix A.1.1", "the RSA modulus is negative: a leading zero octet is missing")
	default:
		p.findUnreadable("public-key-unusable", info.Offset, section, "the public key", err)
	}
}

// ParsePublicKey reads the DER of a SubjectPublicKeyInfo into a key of one of the types of
// Certificate.PublicKey.
func ParsePublicKey(info []byte) (crypto.PublicKey, error) {
	c := ber.NewCursor(info)
	seq, err := c.Sequence()
	if err != nil {
		return nil, err
	}
	_, key, err := readPublicKeyInfo(seq)
	return key, err
}

func readPublicKeyInfo(c ber.Cursor) (a AlgorithmIdentifier, key crypto.PublicKey, err error) {
	if a, err = ReadAlgorithmIdentifier(&c); err != nil {
		return a, nil, err
	}
	e, err := c.Expect(ber.Universal, ber.TagBitString)
	if err != nil {
		return a, nil, err
	}
	bits, _, err := e.BitString()
	if err != nil {
		return a, nil, err
	}
	key, err = readKey(a, bits, e.Offset+e.Header+1)
	if err != nil {
		return a, nil, err
	}
	return a, key, nil
}

// readKey reads a key of the algorithm a from the octets of the BIT STRING.
func readKey(a AlgorithmIdentifier, octets []byte, offset int) (crypto.PublicKey, error) {
	switch a.OID {
	case oidRSAEncryption, oidRSASSAPSS, oidRSAESOAEP:
		return readRSAPublicKey(ber.NewCursorAt(octets, offset))
	case oidECPublicKey:
		return readECPublicKey(a, octets)
	case oidEd25519:
		if len(octets) != ed25519.PublicKeySize {
			return nil, errors.New("an Ed25519 key must have 32 octets")
		}
		return ed25519.PublicKey(octets), nil
	case oidX25519:
		return ecdh.X25519().NewPublicKey(octets)
	case oidDSA:
		return readDSAPublicKey(a, ber.NewCursorAt(octets, offset))
	}
	return nil, notImplemented("keys of the algorithm " + algorithmName(a.OID) + " are not implemented")
}

// notImplemented is the error of a key that may be a good one, but not for this package.
type notImplemented string

func (e notImplemented) Error() string { return string(e) }

func algorithmName(oid OID) string {
	if name, ok := ber.LongName(string(oid)); ok {
		return name
	}
	return string(oid)
}

var (
	errNegativeModulus = errors.New("the RSA modulus is negative")
	errNotOnCurve      = errors.New("the point is not on its curve")
)

// readRSAPublicKey reads RFC 8017, Appendix A.1.1.
//
//	RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
func readRSAPublicKey(c ber.Cursor) (*rsa.PublicKey, error) {
	seq, err := c.Sequence()
	if err != nil {
		return nil, err
	}
	modulus, err := seq.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		return nil, err
	}
	if len(modulus.Content) > maxRSABits/8+1 {
		return nil, fmt.Errorf("the RSA modulus has more than %d bits", maxRSABits)
	}
	n, err := modulus.Integer()
	if err != nil {
		return nil, err
	}
	switch {
	case n.Sign() < 0:
		return nil, errNegativeModulus
	case n.BitLen() < 2 || n.Bit(0) == 0:
		return nil, errors.New("the RSA modulus is even or too small to be one")
	}
	e, err := seq.Int()
	if err != nil {
		return nil, err
	}
	if e < 2 || e > math.MaxInt32 {
		return nil, errors.New("the RSA exponent is out of range")
	}
	return &rsa.PublicKey{N: n, E: e}, nil
}

// readECPublicKey reads a point (RFC 5480, Section 2.2) on one of NIST's curves.
func readECPublicKey(a AlgorithmIdentifier, point []byte) (*ecdsa.PublicKey, error) {
	parameters := ber.NewCursor(a.Parameters)
	oid, err := parameters.OID()
	if err != nil {
		return nil, errors.New("the curve is not a named one")
	}
	curve := curveOf(OID(oid))
	if curve == nil {
		return nil, notImplemented("the curve " + algorithmName(OID(oid)) + " is not implemented")
	}
	if len(point) > 0 && (point[0] == 2 || point[0] == 3) {
		x, y := elliptic.UnmarshalCompressed(curve, point)
		if x == nil {
			return nil, errNotOnCurve
		}
		size := len(point) - 1
		point = slices.Concat([]byte{4}, x.FillBytes(make([]byte, size)), y.FillBytes(make([]byte, size)))
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, errNotOnCurve
	}
	return key, nil
}

func curveOf(oid OID) elliptic.Curve {
	switch oid {
	case "1.3.132.0.33":
		return elliptic.P224()
	case "1.2.840.10045.3.1.7":
		return elliptic.P256()
	case "1.3.132.0.34":
		return elliptic.P384()
	case "1.3.132.0.35":
		return elliptic.P521()
	}
	return nil
}
