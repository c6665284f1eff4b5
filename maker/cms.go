package maker

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"

	// The digests.
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/smallstep/pkcs7"
)

var digests = []struct {
	name   string
	micalg string // RFC 8551, Section 3.5.3.2
	hash   crypto.Hash
	oid    asn1.ObjectIdentifier
}{
	{"sha1", "sha-1", crypto.SHA1, pkcs7.OIDDigestAlgorithmSHA1},
	{"sha256", "sha-256", crypto.SHA256, pkcs7.OIDDigestAlgorithmSHA256},
	{"sha384", "sha-384", crypto.SHA384, pkcs7.OIDDigestAlgorithmSHA384},
	{"sha512", "sha-512", crypto.SHA512, pkcs7.OIDDigestAlgorithmSHA512},
}

// Digests returns the names of the digests of signed bodies.
func Digests() []string {
	var names []string
	for _, d := range digests {
		names = append(names, d.name)
	}
	return names
}

var encryptions = []struct {
	name string
	oid  asn1.ObjectIdentifier
	key  int // octets
	open func(key []byte) (cipher.Block, error)
}{
	{"aes128-cbc", pkcs7.OIDEncryptionAlgorithmAES128CBC, 16, aes.NewCipher},
	{"aes192-cbc", asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}, 24, aes.NewCipher},
	{"aes256-cbc", pkcs7.OIDEncryptionAlgorithmAES256CBC, 32, aes.NewCipher},
	{"des-ede3-cbc", pkcs7.OIDEncryptionAlgorithmDESEDE3CBC, 24, des.NewTripleDESCipher},
	{"des-cbc", pkcs7.OIDEncryptionAlgorithmDESCBC, 8, des.NewCipher},
}

// Encryptions returns the names of the content encryption algorithms.
func Encryptions() []string {
	var names []string
	for _, e := range encryptions {
		names = append(names, e.name)
	}
	return names
}

func (c *CMS) resolve() (err error) {
	if c.Digest, err = known("digest", c.Digest, "sha256", Digests()); err != nil {
		return err
	}
	c.Encryption, err = known("content encryption", c.Encryption, "aes128-cbc", Encryptions())
	return err
}

// oidSigningTime is id-signingTime (RFC 5652, Section 11.3).
var oidSigningTime = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}

// sign returns SignedData (RFC 5652, Section 5) over content, which is not in it. pkcs7
// makes it; what the options want otherwise is changed before it is encoded, and the
// attributes are then signed again.
func (c *CMS) sign(content []byte, id *identity, at time.Time) ([]byte, error) {
	var signed *pkcs7.SignedData
	var hash crypto.Hash
	for _, d := range digests {
		if d.name == c.Digest {
			var err error
			if signed, err = pkcs7.NewSignedData(content); err != nil {
				return nil, err
			}
			signed.SetDigestAlgorithm(d.oid)
			hash = d.hash
		}
	}
	sign := signed.AddSigner
	if c.NoAttributes {
		sign = signed.SignWithoutAttr
	}
	if err := sign(id.Leaf, id.PrivateKey, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	signed.Detach()
	data := signed.GetSignedData()
	signer := &data.SignerInfos[0]
	if c.NullParameters {
		data.DigestAlgorithmIdentifiers[0].Parameters = asn1.NullRawValue
		signer.DigestAlgorithm.Parameters = asn1.NullRawValue
	}
	if _, ok := id.PrivateKey.(*rsa.PrivateKey); ok {
		// RFC 3370, Section 3.2: the parameters MUST be NULL.
		signer.DigestEncryptionAlgorithm = pkix.AlgorithmIdentifier{Algorithm: pkcs7.OIDEncryptionAlgorithmRSA, Parameters: asn1.NullRawValue}
	}
	if !c.NoAttributes {
		attributes := signer.AuthenticatedAttributes
		for i := range attributes {
			if attributes[i].Type.Equal(oidSigningTime) {
				value, err := asn1.Marshal(at)
				if err != nil {
					return nil, err
				}
				attributes[i].Value.Bytes = value
			}
		}
		// RFC 5652, Section 5.4: what is signed is the SET OF, not the [0] in the message.
		set, err := asn1.MarshalWithParams(attributes, "set")
		if err != nil {
			return nil, err
		}
		h := hash.New()
		h.Write(set)
		if signer.EncryptedDigest, err = id.signer().Sign(rand.Reader, h.Sum(nil), hash); err != nil {
			return nil, err
		}
	}
	if !c.NoCertificates {
		for _, der := range id.Certificate.Certificate[1:] {
			above, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, err
			}
			signed.AddCertificate(above)
		}
		return signed.Finish()
	}
	inner, err := asn1.Marshal(*data) // Finish would put the certificate in
	if err != nil {
		return nil, err
	}
	return marshalContentInfo(pkcs7.OIDSignedData, inner)
}

// contentInfo is RFC 5652, Section 3:
//
//	ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
type contentInfo struct {
	ContentType asn1.ObjectIdentifier
	Content     asn1.RawValue // the [0]: encoding/asn1 tags no RawValue
}

func marshalContentInfo(contentType asn1.ObjectIdentifier, inner []byte) ([]byte, error) {
	return asn1.Marshal(contentInfo{contentType, asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: inner}})
}

// envelopedData is RFC 5652, Section 6.1, for recipients by key transport.
type envelopedData struct {
	Version              int
	RecipientInfos       []keyTransRecipientInfo `asn1:"set"`
	EncryptedContentInfo encryptedContentInfo
}

// keyTransRecipientInfo is RFC 5652, Section 6.2.1.
type keyTransRecipientInfo struct {
	Version                int
	IssuerAndSerialNumber  issuerAndSerialNumber
	KeyEncryptionAlgorithm pkix.AlgorithmIdentifier
	EncryptedKey           []byte
}

// issuerAndSerialNumber is RFC 5652, Section 10.2.4.
type issuerAndSerialNumber struct {
	Issuer       asn1.RawValue
	SerialNumber *big.Int
}

// encryptedContentInfo is RFC 5652, Section 6.1.
type encryptedContentInfo struct {
	ContentType                asn1.ObjectIdentifier
	ContentEncryptionAlgorithm pkix.AlgorithmIdentifier
	EncryptedContent           []byte `asn1:"tag:0"`
}

// encrypt returns EnvelopedData (RFC 5652, Section 6) of content for one recipient. pkcs7
// makes neither 3DES, which the documents use, nor the NULL that RFC 3370, Section 4.2.1
// demands, and its algorithm is a variable of the whole program; here it is the oracle of
// the tests.
func (c *CMS) encrypt(content []byte, recipient *x509.Certificate) ([]byte, error) {
	for _, e := range encryptions {
		if e.name != c.Encryption {
			continue
		}
		key := make([]byte, e.key)
		rand.Read(key) // never fails (Go 1.24)
		block, err := e.open(key)
		if err != nil {
			return nil, err
		}
		iv := make([]byte, block.BlockSize())
		rand.Read(iv)
		parameters, err := asn1.Marshal(iv)
		if err != nil {
			return nil, err
		}
		//lint:ignore SA1019 it is what RFC 3370, Section 4.2.1 has recipients understand
		encryptedKey, err := rsa.EncryptPKCS1v15(rand.Reader, recipient.PublicKey.(*rsa.PublicKey), key)
		if err != nil {
			return nil, err
		}
		padded := pad(content, block.BlockSize())
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
		inner, err := asn1.Marshal(envelopedData{
			RecipientInfos: []keyTransRecipientInfo{{
				IssuerAndSerialNumber:  issuerAndSerialNumber{asn1.RawValue{FullBytes: recipient.RawIssuer}, recipient.SerialNumber},
				KeyEncryptionAlgorithm: pkix.AlgorithmIdentifier{Algorithm: pkcs7.OIDEncryptionAlgorithmRSA, Parameters: asn1.NullRawValue},
				EncryptedKey:           encryptedKey,
			}},
			EncryptedContentInfo: encryptedContentInfo{
				ContentType:                pkcs7.OIDData,
				ContentEncryptionAlgorithm: pkix.AlgorithmIdentifier{Algorithm: e.oid, Parameters: asn1.RawValue{FullBytes: parameters}},
				EncryptedContent:           padded,
			},
		})
		if err != nil {
			return nil, err
		}
		return marshalContentInfo(pkcs7.OIDEnvelopedData, inner)
	}
	return nil, errors.New("maker: encryption " + c.Encryption + " was not resolved")
}

// pad returns a padded copy of content (RFC 5652, Section 6.3).
func pad(content []byte, block int) []byte {
	n := block - len(content)%block
	padded := append(make([]byte, 0, len(content)+n), content...)
	for range n {
		padded = append(padded, byte(n))
	}
	return padded
}
