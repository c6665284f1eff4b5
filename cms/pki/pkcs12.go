package pki

import (
	"bytes"
	"crypto"
	"crypto/hmac"

	"sipsecdump/cms/ber"
)

// Bag types (RFC 7292, Section 4.2).
const (
	oidKeyBag          OID = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  OID = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         OID = "1.2.840.113549.1.12.10.1.3"
	oidCRLBag          OID = "1.2.840.113549.1.12.10.1.4"
	oidSafeContentsBag OID = "1.2.840.113549.1.12.10.1.6"
	oidX509Certificate OID = "1.2.840.113549.1.9.22.1"
	oidX509CRL         OID = "1.2.840.113549.1.9.23.1"
	oidPBMAC1          OID = "1.2.840.113549.1.5.14"
)

const (
	pkcs12File         = "the PKCS#12 file"
	pkcs12CannotBeRead = pkcs12File + " cannot be read: %v"
)

// pkcs12 reads a PFX (RFC 7292, Section 4). If it has a MAC, the passphrase is the one by which
// that is right; all that is encrypted is opened with it.
//
//	PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, macData MacData OPTIONAL }
func (l *loader) pkcs12(data []byte) {
	if err := l.readPFX(data); err != nil {
		l.failure(err)
	}
}

func (l *loader) readPFX(data []byte) error {
	c := ber.NewCursor(data)
	pfx, err := c.Sequence()
	if err != nil {
		return unreadable(pkcs12CannotBeRead, err)
	}
	if version, err := pfx.Int(); err != nil || version != 3 {
		return unreadable("%s has not the version 3", pkcs12File)
	}
	oid, content, err := readContentInfo(&pfx)
	if err != nil {
		return unreadable(pkcs12CannotBeRead, err)
	}
	if oid != oidData {
		return unsupported("%s is protected with %s, which is not implemented", pkcs12File, algorithmName(oid))
	}
	safe, err := content.OctetString()
	if err != nil {
		return unreadable(pkcs12CannotBeRead, err)
	}
	if pfx.Empty() {
		return l.safes(safe)
	}
	mac, err := readMAC(&pfx)
	if err != nil {
		return err
	}
	return l.tryPassphrases(pkcs12File, mac.cost, func(passphrase []byte) error {
		sum, err := mac.compute(passphrase, safe)
		switch {
		case err != nil:
			return err
		case !hmac.Equal(sum, mac.sum):
			return errWrongPassphrase
		}
		opened := *l
		opened.passphrases = [][]byte{passphrase}
		err = opened.safes(safe)
		l.material, l.err, l.iterations = opened.material, opened.err, opened.iterations
		return err
	})
}

// pkcs12MAC is MacData, ready to be checked.
type pkcs12MAC struct {
	sum     []byte
	cost    int // iterations that compute takes
	compute func(passphrase, content []byte) ([]byte, error)
}

// readMAC reads MacData (RFC 7292, Section 4; RFC 9579 for PBMAC1).
//
//	MacData ::= SEQUENCE {
//	    mac DigestInfo, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
func readMAC(c *ber.Cursor) (mac pkcs12MAC, err error) {
	seq, err := c.Sequence()
	if err != nil {
		return mac, unreadable(pkcs12CannotBeRead, err)
	}
	info, err := seq.Sequence()
	if err != nil {
		return mac, unreadable(pkcs12CannotBeRead, err)
	}
	a, err := ReadAlgorithmIdentifier(&info)
	if err != nil {
		return mac, unreadable(pkcs12CannotBeRead, err)
	}
	if mac.sum, err = info.OctetString(); err != nil {
		return mac, unreadable(pkcs12CannotBeRead, err)
	}
	if a.OID == oidPBMAC1 {
		mac.compute, mac.cost, err = readPBMAC1(a.Parameters)
		return mac, err
	}
	hash, ok := HashOf(a.OID)
	if !ok {
		return mac, unsupported("the MAC of %s is made with %s, which is not implemented", pkcs12File, algorithmName(a.OID))
	}
	salt, err := seq.OctetString()
	if err != nil {
		return mac, unreadable(pkcs12CannotBeRead, err)
	}
	iterations := 1
	if !seq.Empty() {
		if iterations, err = seq.Int(); err != nil {
			return mac, unreadable(pkcs12CannotBeRead, err)
		}
	}
	if err := checkKDF(salt, iterations); err != nil {
		return mac, err
	}
	mac.cost = iterations
	mac.compute = func(passphrase, content []byte) ([]byte, error) {
		key := pkcs12KDF(hash, pkcs12MACID, bmpPassphrase(passphrase), salt, iterations, hash.Size())
		return hmacSum(hash, key, content), nil
	}
	return mac, nil
}

// readPBMAC1 reads RFC 9579, Section 4.
//
//	PBMAC1-params ::= SEQUENCE {
//	    keyDerivationFunc AlgorithmIdentifier, messageAuthScheme AlgorithmIdentifier }
func readPBMAC1(parameters []byte) (compute func(passphrase, content []byte) ([]byte, error), cost int, err error) {
	c := ber.NewCursor(parameters)
	seq, err := c.Sequence()
	if err != nil {
		return nil, 0, unreadable("the parameters of PBMAC1 cannot be read: %v", err)
	}
	kdf, err := ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return nil, 0, unreadable("the key derivation of PBMAC1 cannot be read: %v", err)
	}
	scheme, err := ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return nil, 0, unreadable("the MAC of PBMAC1 cannot be read: %v", err)
	}
	hash, ok := hmacs[scheme.OID]
	if !ok {
		return nil, 0, unsupported("the MAC %s is not implemented", algorithmName(scheme.OID))
	}
	derive, cost, err := readKDF(kdf, hash.Size())
	if err != nil {
		return nil, 0, err
	}
	return func(passphrase, content []byte) ([]byte, error) {
		if passphrase == nil {
			return nil, errWrongPassphrase // the empty one was tried
		}
		key, err := derive(passphrase)
		if err != nil {
			return nil, unreadable("the key derivation cannot be used: %v", err)
		}
		return hmacSum(hash, key, content), nil
	}, cost, nil
}

func hmacSum(hash crypto.Hash, key, content []byte) []byte {
	h := hmac.New(hash.New, key)
	h.Write(content)
	return h.Sum(nil)
}

// safes reads the AuthenticatedSafe (RFC 7292, Section 4.1).
//
//	AuthenticatedSafe ::= SEQUENCE OF ContentInfo
func (l *loader) safes(der []byte) error {
	c := ber.NewCursor(der)
	list, err := c.Sequence()
	if err != nil {
		return unreadable(pkcs12CannotBeRead, err)
	}
	for n := 0; !list.Empty(); n++ {
		if n == maxSafes {
			return unsupported("%s has more than %d parts", pkcs12File, maxSafes)
		}
		oid, content, err := readContentInfo(&list)
		if err != nil {
			return unreadable(pkcs12CannotBeRead, err)
		}
		switch oid {
		case oidData:
			octets, err := content.OctetString()
			if err != nil {
				return unreadable(pkcs12CannotBeRead, err)
			}
			err = l.bags(octets, maxBagDepth)
			if err != nil {
				return err
			}
		case oidEncryptedData:
			if err := l.encryptedSafe(content); err != nil {
				return err
			}
		default:
			return unsupported("a part of %s is protected with %s, which is not implemented", pkcs12File, algorithmName(oid))
		}
	}
	return nil
}

// encryptedSafe reads EncryptedData (RFC 5652, Section 8).
//
//	EncryptedData ::= SEQUENCE { version INTEGER, SEQUENCE {
//	    contentType OBJECT IDENTIFIER, contentEncryptionAlgorithm AlgorithmIdentifier,
//	    encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL } }
func (l *loader) encryptedSafe(content ber.Cursor) error {
	scheme, ciphertext, err := readEncryptedData(&content)
	if err != nil {
		return err
	}
	return l.tryPassphrases("a part of "+pkcs12File, scheme.cost, func(passphrase []byte) error {
		octets, err := scheme.decrypt(passphrase, ciphertext)
		if err != nil {
			return err
		}
		// One padding in 256 is right by chance.
		c := ber.NewCursor(octets)
		if _, err := c.Sequence(); err != nil || !c.Empty() {
			return errWrongPassphrase
		}
		return l.bags(octets, maxBagDepth)
	})
}

func readEncryptedData(c *ber.Cursor) (*pbeScheme, []byte, error) {
	fail := func(err error) (*pbeScheme, []byte, error) {
		return nil, nil, unreadable(pkcs12CannotBeRead, err)
	}
	data, err := c.Sequence()
	if err != nil {
		return fail(err)
	}
	if _, err := data.Int(); err != nil {
		return fail(err)
	}
	info, err := data.Sequence()
	if err != nil {
		return fail(err)
	}
	if _, err := info.OID(); err != nil {
		return fail(err)
	}
	a, err := ReadAlgorithmIdentifier(&info)
	if err != nil {
		return fail(err)
	}
	encrypted, err := info.Expect(ber.ContextSpecific, 0)
	if err != nil {
		return fail(err)
	}
	ciphertext, err := encrypted.Octets()
	if err != nil {
		return fail(err)
	}
	scheme, err := readPBE(a)
	return scheme, ciphertext, err
}

// bags reads SafeContents (RFC 7292, Section 4.2). It calls itself for those in bags, depth times
// at most.
//
//	SafeContents ::= SEQUENCE OF SEQUENCE {
//	    bagId OBJECT IDENTIFIER, bagValue [0] EXPLICIT ANY, bagAttributes SET OPTIONAL }
func (l *loader) bags(der []byte, depth int) error {
	c := ber.NewCursor(der)
	list, err := c.Sequence()
	if err != nil {
		return unreadable(pkcs12CannotBeRead, err)
	}
	for !list.Empty() && !l.full() {
		bag, err := list.Sequence()
		if err != nil {
			return unreadable(pkcs12CannotBeRead, err)
		}
		oid, err := bag.OID()
		if err != nil {
			return unreadable(pkcs12CannotBeRead, err)
		}
		value, err := bag.Explicit(0)
		if err != nil {
			return unreadable(pkcs12CannotBeRead, err)
		}
		switch OID(oid) {
		case oidKeyBag:
			l.privateKey(parsePKCS8, value.Rest())
		case oidShroudedKeyBag:
			l.encryptedKey(value.Rest())
		case oidCertBag:
			l.typedBag(value, oidX509Certificate, l.certificate)
		case oidCRLBag:
			l.typedBag(value, oidX509CRL, l.crl)
		case oidSafeContentsBag:
			if depth == 1 {
				return unsupported("the parts of %s are nested too deep", pkcs12File)
			}
			if err := l.bags(value.Rest(), depth-1); err != nil {
				return err
			}
		}
	}
	return nil
}

// typedBag reads a CertBag or CRLBag, and takes what is in it if it is of the type.
//
//	CertBag ::= SEQUENCE { certId OBJECT IDENTIFIER, certValue [0] EXPLICIT OCTET STRING }
func (l *loader) typedBag(value ber.Cursor, want OID, take func(der []byte)) {
	seq, err := value.Sequence()
	if err != nil {
		l.failure(err)
		return
	}
	oid, err := seq.OID()
	if err != nil {
		l.failure(err)
		return
	}
	if OID(oid) != want {
		return
	}
	explicit, err := seq.Explicit(0)
	if err != nil {
		l.failure(err)
		return
	}
	octets, err := explicit.OctetString()
	if err != nil {
		l.failure(err)
		return
	}
	take(bytes.Clone(octets))
}
