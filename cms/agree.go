package cms

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hkdf"
	"encoding/binary"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// agreement is a scheme of elliptic curve key agreement. On all curves that are implemented the
// cofactor makes no difference.
type agreement struct {
	hash crypto.Hash
	hkdf bool // RFC 5869's, and not ANSI X9.63's
}

// agreements are RFC 5753, Section 7.1.4, and RFC 8418, Section 2.
var agreements = map[pki.OID]agreement{
	"1.3.133.16.840.63.0.2":      {crypto.SHA1, false},
	"1.3.132.1.11.0":             {crypto.SHA224, false},
	"1.3.132.1.11.1":             {crypto.SHA256, false},
	"1.3.132.1.11.2":             {crypto.SHA384, false},
	"1.3.132.1.11.3":             {crypto.SHA512, false},
	"1.3.133.16.840.63.0.3":      {crypto.SHA1, false},
	"1.3.132.1.14.0":             {crypto.SHA224, false},
	"1.3.132.1.14.1":             {crypto.SHA256, false},
	"1.3.132.1.14.2":             {crypto.SHA384, false},
	"1.3.132.1.14.3":             {crypto.SHA512, false},
	"1.2.840.113549.1.9.16.3.19": {crypto.SHA256, true},
	"1.2.840.113549.1.9.16.3.20": {crypto.SHA384, true},
	"1.2.840.113549.1.9.16.3.21": {crypto.SHA512, true},
}

// readAgreement reads the keyEncryptionAlgorithm of a kari: the scheme, and the key wrap that is
// its parameters.
func readAgreement(a pki.AlgorithmIdentifier) (scheme agreement, wrap keyWrap, f failure) {
	const notImplemented = "algorithm-not-implemented"
	scheme, known := agreements[a.OID]
	if !known {
		return scheme, wrap, failuref(notImplemented, "the key agreement algorithm %s is not implemented", algorithmName(a.OID))
	}
	c := ber.NewCursor(a.Parameters)
	wrapping, err := pki.ReadAlgorithmIdentifier(&c)
	if err != nil || !c.Empty() {
		return scheme, wrap, failuref("bad-parameters", "the parameters of %s are not a key wrap algorithm", algorithmName(a.OID))
	}
	if wrap, known = keyWraps[wrapping.OID]; !known {
		return scheme, wrap, failuref(notImplemented, "the key wrap algorithm %s is not implemented", algorithmName(wrapping.OID))
	}
	return scheme, wrap, failure{}
}

// agree unwraps a kari's key with a recipient's private key (RFC 5753, Section 3.1.3).
func (d *opener) agree(r *RecipientInfo, key *pki.PrivateKey) ([]byte, failure) {
	scheme, wrap, f := readAgreement(r.KeyEncryptionAlgorithm)
	if f.reason != "" {
		return nil, f
	}
	private := ecdhPrivate(key.Key)
	if private == nil {
		return nil, failuref("wrong-key", "the key of %s is not one for key agreement", source(key))
	}
	public, f := d.originator(r, private.Curve())
	if f.reason != "" {
		return nil, f
	}
	secret, err := private.ECDH(public)
	if err != nil {
		return nil, failure{"malformed", "the originator's public key agrees on nothing"}
	}
	contentKey, err := wrap.unwrap(scheme.derive(secret, r, wrap.kekOctets), r.EncryptedKey)
	if err != nil {
		return nil, failuref("wrong-key", "the key of %s does not open the encrypted key", source(key))
	}
	return contentKey, failure{}
}

// ecdhPrivate returns the key as one for key agreement; nil if it is none.
func ecdhPrivate(key crypto.PrivateKey) *ecdh.PrivateKey {
	switch key := key.(type) {
	case *ecdh.PrivateKey:
		return key
	case *ecdsa.PrivateKey:
		if private, err := key.ECDH(); err == nil {
			return private
		}
	}
	return nil
}

// originator returns the public key that the originator used, on the recipient's curve.
func (d *opener) originator(r *RecipientInfo, curve ecdh.Curve) (*ecdh.PublicKey, failure) {
	o := &r.Originator
	if o.PublicKey != nil {
		if len(o.PublicKey) > 0 && (o.PublicKey[0] == 2 || o.PublicKey[0] == 3) && curve != ecdh.X25519() {
			return nil, failure{"algorithm-not-implemented", "the originator's public key is a compressed point"}
		}
		public, err := curve.NewPublicKey(o.PublicKey)
		if err != nil {
			return nil, failuref("wrong-key", "the originator's public key is none on %v", curve)
		}
		return public, failure{}
	}
	named := func(c *pki.Certificate) bool {
		if o.SerialOctets != nil {
			return c.Matches(o.Issuer, o.SerialOctets)
		}
		return c.SubjectKeyID != nil && string(c.SubjectKeyID) == string(o.SKI)
	}
	lists := [][]*pki.Certificate{d.originators}
	if d.keyring != nil {
		lists = append(lists, d.keyring.Certificates)
	}
	for _, list := range lists {
		for _, c := range list {
			if !named(c) {
				continue
			}
			switch public := c.PublicKey.(type) {
			case *ecdh.PublicKey:
				if public.Curve() == curve {
					return public, failure{}
				}
			case *ecdsa.PublicKey:
				if public, err := public.ECDH(); err == nil && public.Curve() == curve {
					return public, failure{}
				}
			}
		}
	}
	return nil, failure{"no-originator", "no certificate at hand is that of the originator, with a key on the recipient's curve"}
}

// derive makes the key encryption key (RFC 5753, Section 7.2, RFC 8418, Section 2.2):
//
//	ECC-CMS-SharedInfo ::= SEQUENCE {
//	  keyInfo AlgorithmIdentifier,
//	  entityUInfo [0] EXPLICIT OCTET STRING OPTIONAL,
//	  suppPubInfo [2] EXPLICIT OCTET STRING }
func (a agreement) derive(secret []byte, r *RecipientInfo, octets int) []byte {
	info := r.KeyEncryptionAlgorithm.Parameters
	if r.UKM != nil {
		info = appendElement(info[:len(info):len(info)], 0xa0, appendElement(nil, ber.TagOctetString, r.UKM))
	}
	bits := binary.BigEndian.AppendUint32(nil, uint32(8*octets))
	info = appendElement(info[:len(info):len(info)], 0xa2, appendElement(nil, ber.TagOctetString, bits))
	info = appendElement(nil, 0x30, info)
	if a.hkdf {
		key, err := hkdf.Key(a.hash.New, secret, nil, string(info), octets)
		if err != nil {
			return nil // cannot be: the lengths are those of AES keys
		}
		return key
	}
	var key []byte
	for counter := uint32(1); len(key) < octets; counter++ { // ANSI X9.63
		h := a.hash.New()
		h.Write(secret)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		h.Write(info)
		key = h.Sum(key)
	}
	return key[:octets]
}
