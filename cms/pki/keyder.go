package pki

import (
	"crypto"
	"crypto/x509"
	"errors"

	"sipsecdump/cms/ber"
)

// firstElement returns the first element of data, or data if there is none.
func firstElement(data []byte) []byte {
	c := ber.NewCursor(data)
	e, err := c.Next()
	if err != nil {
		return data
	}
	return e.Raw
}

// derForm tells what an element is by the tags of what it contains.
type derForm uint8

const (
	formUnknown derForm = iota
	formPKCS1
	formSEC1
	formPKCS8
	formEncryptedPKCS8
	formPKCS7
	formPKCS12
	formCertificate
	formCRL
	formPublic // a public key or a request: known, and of no use
)

func (l *loader) der(data []byte) {
	c := ber.NewCursor(data)
	e, err := c.Expect(ber.Universal, ber.TagSequence)
	if err != nil {
		if b, ok := errors.AsType[*ber.Error](err); ok && b.Code == "length-beyond-end" && e.Is(ber.Universal, ber.TagSequence) {
			l.fail("unreadable", "the file is cut off, or not what it looks like: %v", err)
			return
		}
		l.fail("not-a-key", "the file is neither PEM nor DER")
		return
	}
	switch formOf(e.Children()) {
	case formPKCS1:
		l.privateKey(parsePKCS1, e.Raw)
	case formSEC1:
		l.privateKey(parseSEC1, e.Raw)
	case formPKCS8:
		l.privateKey(parsePKCS8, e.Raw)
	case formEncryptedPKCS8:
		l.encryptedKey(e.Raw)
	case formPKCS7:
		l.pkcs7(e.Raw)
	case formPKCS12:
		l.pkcs12(e.Raw)
	case formCertificate:
		l.certificate(data) // trailing octets are for it to find
	case formCRL:
		l.crl(e.Raw)
	}
}

func formOf(c ber.Cursor) derForm {
	first, err := c.Next()
	if err != nil {
		return formUnknown
	}
	second, err := c.Next()
	if err != nil {
		return formUnknown
	}
	const (
		integer  = ber.TagInteger
		octets   = ber.TagOctetString
		sequence = ber.TagSequence
	)
	is := func(a, b uint32) bool { return first.Is(ber.Universal, a) && second.Is(ber.Universal, b) }
	switch {
	case first.Is(ber.Universal, ber.TagOID) && second.Is(ber.ContextSpecific, 0):
		return formPKCS7
	case is(integer, integer):
		return formPKCS1
	case is(integer, octets):
		return formSEC1
	case is(integer, sequence):
		if version, err := first.Int(); err == nil && version == 3 {
			return formPKCS12
		}
		return formPKCS8
	case is(sequence, octets):
		return formEncryptedPKCS8
	case is(sequence, ber.TagBitString):
		return formPublic
	case is(sequence, sequence) && c.PeekIs(ber.Universal, ber.TagBitString):
		return formOfSigned(first.Children())
	}
	return formUnknown
}

// formOfSigned tells certificates, CRLs and requests apart, which look alike outside.
func formOfSigned(c ber.Cursor) derForm {
	if c.PeekIs(ber.ContextSpecific, 0) {
		return formCertificate // version
	}
	var tags [4]uint32
	for i := range tags {
		e, err := c.Next()
		if err != nil {
			break
		}
		tags[i] = e.Tag
	}
	switch {
	case tags[0] == ber.TagSequence, tags[3] == ber.TagUTCTime, tags[3] == ber.TagGeneralizedTime:
		return formCRL // begins with the signature algorithm, or has thisUpdate after the issuer
	case tags[3] == 0: // [0] attributes
		return formPublic
	}
	return formCertificate
}

// keyParser reads a private key in the clear. Its error is a *formError.
type keyParser func(der []byte) (*PrivateKey, error)

// parsePKCS1 reads an RSAPrivateKey (RFC 8017, Appendix A.1.2).
func parsePKCS1(der []byte) (*PrivateKey, error) {
	return parseKey(der, func(der []byte) (crypto.PrivateKey, error) { return x509.ParsePKCS1PrivateKey(der) })
}

// parseSEC1 reads an ECPrivateKey (RFC 5915, Section 3).
func parseSEC1(der []byte) (*PrivateKey, error) {
	return parseKey(der, func(der []byte) (crypto.PrivateKey, error) { return x509.ParseECPrivateKey(der) })
}

// parsePKCS8 reads a PrivateKeyInfo (RFC 5958, Section 2).
//
//	OneAsymmetricKey ::= SEQUENCE {
//	    version INTEGER, privateKeyAlgorithm AlgorithmIdentifier, privateKey OCTET STRING, ... }
func parsePKCS8(der []byte) (*PrivateKey, error) {
	c := ber.NewCursor(der)
	seq, err := c.Sequence()
	if err != nil {
		return nil, unreadable("the private key cannot be read: %v", err)
	}
	if _, err := seq.Int(); err != nil {
		return nil, unreadable("the private key's version cannot be read: %v", err)
	}
	a, err := ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return nil, unreadable("the private key's algorithm cannot be read: %v", err)
	}
	octets, err := seq.OctetString()
	if err != nil {
		return nil, unreadable("the private key cannot be read: %v", err)
	}
	switch a.OID {
	case oidRSAEncryption, oidRSASSAPSS, oidRSAESOAEP:
		return parsePKCS1(octets)
	case oidECPublicKey:
		parameters := ber.NewCursor(a.Parameters)
		if oid, err := parameters.OID(); err != nil || curveOf(OID(oid)) == nil {
			return nil, unsupported("the private key's curve is not implemented")
		}
	case oidEd25519, oidX25519:
	default:
		return nil, unsupported("private keys of the algorithm %s are not implemented", algorithmName(a.OID))
	}
	return parseKey(der, x509PKCS8)
}

func x509PKCS8(der []byte) (crypto.PrivateKey, error) { return x509.ParsePKCS8PrivateKey(der) }

// parseKey calls one of crypto/x509's parsers. Its errors are not passed on: what they are made
// of is not ours to vouch for.
func parseKey(der []byte, parse func([]byte) (crypto.PrivateKey, error)) (*PrivateKey, error) {
	if len(der) > maxPrivateKeyOctets {
		return nil, unsupported("the private key is larger than any that is used")
	}
	key, err := parse(der)
	if err != nil {
		return nil, unreadable("the private key is damaged, or of a kind that is not implemented")
	}
	k := newPrivateKey(key, "")
	if k == nil {
		return nil, unsupported("the private key is of a kind that is not implemented")
	}
	return k, nil
}

// encryptedKey reads an EncryptedPrivateKeyInfo (RFC 5958, Section 3).
func (l *loader) encryptedKey(der []byte) {
	if l.full() {
		return
	}
	box, err := readEncryptedKey(der)
	if err == nil {
		err = l.tryPassphrases("the key", box.scheme.cost, func(passphrase []byte) error {
			key, err := box.open(passphrase)
			if err == nil {
				l.addKey(key)
			}
			return err
		})
	}
	if err != nil {
		l.failure(err)
	}
}

// encryptedKey is an EncryptedPrivateKeyInfo.
//
//	EncryptedPrivateKeyInfo ::= SEQUENCE {
//	    encryptionAlgorithm AlgorithmIdentifier, encryptedData OCTET STRING }
type encryptedKey struct {
	scheme     *pbeScheme
	ciphertext []byte
}

func readEncryptedKey(der []byte) (box encryptedKey, err error) {
	c := ber.NewCursor(der)
	seq, err := c.Sequence()
	if err != nil {
		return box, unreadable("the encrypted key cannot be read: %v", err)
	}
	a, err := ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return box, unreadable("the key's encryption cannot be read: %v", err)
	}
	if box.scheme, err = readPBE(a); err != nil {
		return box, err
	}
	if box.ciphertext, err = seq.OctetString(); err != nil {
		return box, unreadable("the encrypted key cannot be read: %v", err)
	}
	return box, nil
}

// open decrypts and reads the key. What decrypts to something else than a PrivateKeyInfo was
// opened with the wrong passphrase: one padding in 256 is right by chance.
func (b encryptedKey) open(passphrase []byte) (*PrivateKey, error) {
	der, err := b.scheme.decrypt(passphrase, b.ciphertext)
	if err != nil {
		return nil, err
	}
	c := ber.NewCursor(der)
	e, err := c.Expect(ber.Universal, ber.TagSequence)
	if err != nil || !c.Empty() || formOf(e.Children()) != formPKCS8 {
		return nil, errWrongPassphrase
	}
	return parsePKCS8(der)
}
