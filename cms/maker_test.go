package cms_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sipsecdump/cms/pki"
)

// A maker of objects that can be wrong in every way tests need.

func element(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	if n := len(content); n > 0xffff {
		return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
	}
	return appendElement(nil, tag, string(content))
}

func sequence(parts ...[]byte) []byte { return element(0x30, parts...) }

func oid(dotted string) []byte {
	var arcs asn1.ObjectIdentifier
	for part := range strings.SplitSeq(dotted, ".") {
		n := 0
		for _, digit := range part {
			n = 10*n + int(digit-'0')
		}
		arcs = append(arcs, n)
	}
	b, err := asn1.Marshal(arcs)
	if err != nil {
		panic(err)
	}
	return b
}

func integer(n int) []byte { return element(2, []byte{byte(n)}) }

func octetString(b []byte) []byte { return element(4, b) }

func algorithm(dotted string, parameters ...[]byte) []byte {
	return sequence(append([][]byte{oid(dotted)}, parameters...)...)
}

var null = []byte{5, 0}

const (
	data          = "1.2.840.113549.1.7.1"
	signedData    = "1.2.840.113549.1.7.2"
	envelopedData = "1.2.840.113549.1.7.3"
	sha1OID       = "1.3.14.3.2.26"
	sha256OID     = "2.16.840.1.101.3.4.2.1"
	sha512OID     = "2.16.840.1.101.3.4.2.3"
	rsaOID        = "1.2.840.113549.1.1.1"
	pssOID        = "1.2.840.113549.1.1.10"
	sha256RSA     = "1.2.840.113549.1.1.11"
	ecdsaSHA256   = "1.2.840.10045.4.3.2"
	ed25519OID    = "1.3.101.112"
	aes128CBC     = "2.16.840.1.101.3.4.1.2"
)

// identity is a certificate with its key.
type identity struct {
	cert *pki.Certificate
	key  crypto.Signer
}

type certOptions struct {
	issuer *identity // nil if self-signed
	serial int64
	name   string
	ski    []byte
	ca     bool
	// notAfter is the end of validity; 2030 if zero.
	notAfter time.Time
}

func (o certOptions) make(t testing.TB, key crypto.Signer) *identity {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(o.serial), Subject: pkix.Name{CommonName: o.name},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: o.notAfter,
		SubjectKeyId: o.ski, IsCA: o.ca, BasicConstraintsValid: o.ca,
	}
	if o.notAfter.IsZero() {
		template.NotAfter = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	parent, parentKey := template, key
	if o.issuer != nil {
		// Only the name is looked at, which is taken as it is encoded.
		parent = &x509.Certificate{RawSubject: o.issuer.cert.Subject.Raw, PublicKey: o.issuer.key.Public()}
		parentKey = o.issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pki.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	cert.Source = o.name + ".pem"
	return &identity{cert, key}
}

// The keys of the tests are made once.
var (
	rsaKeys = sync.OnceValue(func() []*rsa.PrivateKey {
		var keys []*rsa.PrivateKey
		for range 3 {
			key, err := rsa.GenerateKey(rand.Reader, 1024)
			if err != nil {
				panic(err)
			}
			keys = append(keys, key)
		}
		return keys
	})
	ecKeys = sync.OnceValue(func() []*ecdsa.PrivateKey {
		var keys []*ecdsa.PrivateKey
		for range 2 {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				panic(err)
			}
			keys = append(keys, key)
		}
		return keys
	})
	edKey = sync.OnceValue(func() ed25519.PrivateKey {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		return key
	})
)

// signing says how an object is signed. What is empty has a default.
type signing struct {
	content     string
	attached    bool
	contentType string   // data
	digest      string   // SHA-256
	algorithm   []byte   // rsaEncryption
	attributes  [][]byte // elements of the SET, in the order sent; none if nil
	sid         []byte   // the signer's issuer and serial number
	version     int      // 1
	signed      []byte   // what the signature is made over, instead of what it should be
	certs       [][]byte
	crls        [][]byte
	pss         *rsa.PSSOptions
	bare        bool // without a DigestInfo
}

func attribute(dotted string, values ...[]byte) []byte {
	return sequence(oid(dotted), element(0x31, values...))
}

func contentTypeAttribute(dotted string) []byte {
	return attribute("1.2.840.113549.1.9.3", oid(dotted))
}

func messageDigestAttribute(hash crypto.Hash, content string) []byte {
	return attribute("1.2.840.113549.1.9.4", octetString(digest(hash, []byte(content))))
}

func digest(hash crypto.Hash, b []byte) []byte {
	h := hash.New()
	h.Write(b)
	return h.Sum(nil)
}

func issuerAndSerial(c *pki.Certificate) []byte {
	return sequence(c.Issuer.Raw, element(2, c.SerialOctets))
}

var testHashes = map[string]crypto.Hash{sha1OID: crypto.SHA1, sha256OID: crypto.SHA256, sha512OID: crypto.SHA512}

// make returns the ContentInfo.
func (s signing) make(t testing.TB, by *identity) []byte {
	t.Helper()
	if s.contentType == "" {
		s.contentType = data
	}
	if s.digest == "" {
		s.digest = sha256OID
	}
	if s.algorithm == nil {
		s.algorithm = algorithm(rsaOID, null)
	}
	if s.sid == nil {
		s.sid = issuerAndSerial(by.cert)
	}
	if s.version == 0 {
		s.version = 1
	}
	if s.signed == nil {
		s.signed = []byte(s.content)
		if s.attributes != nil {
			sorted := slices.Clone(s.attributes)
			slices.SortFunc(sorted, bytes.Compare)
			s.signed = element(0x31, sorted...)
		}
	}
	hash := testHashes[s.digest]
	var options crypto.SignerOpts = hash
	switch {
	case s.pss != nil:
		options = s.pss
	case s.bare:
		options = crypto.Hash(0)
	}
	message := digest(hash, s.signed)
	if _, ok := by.key.(ed25519.PrivateKey); ok {
		message, options = s.signed, crypto.Hash(0)
	}
	signature, err := by.key.Sign(rand.Reader, message, options)
	if err != nil {
		t.Fatal(err)
	}
	var content, certs, attributes []byte
	if s.attached {
		content = element(0xa0, octetString([]byte(s.content)))
	}
	if s.certs != nil {
		certs = element(0xa0, s.certs...)
	}
	if s.crls != nil {
		certs = append(certs, element(0xa1, s.crls...)...)
	}
	if s.attributes != nil {
		attributes = element(0xa0, s.attributes...)
	}
	version := 1
	if s.version == 3 || s.contentType != data {
		version = 3
	}
	return sequence(oid(signedData), element(0xa0, sequence(
		integer(version),
		element(0x31, algorithm(s.digest)),
		sequence(oid(s.contentType), content),
		certs,
		element(0x31, sequence(
			integer(s.version), s.sid, algorithm(s.digest), attributes, s.algorithm, octetString(signature),
		)),
	)))
}

// enveloping says how an object is encrypted. What is empty has a default.
type enveloping struct {
	content    []byte // padded already
	rid        []byte // the recipient's issuer and serial number
	version    int
	contentKey []byte // 16 octets
	wrapped    []byte // the encrypted key
	keyOID     []byte // rsaEncryption
	contentOID []byte // AES-128-CBC
	recipients [][]byte
}

func (e enveloping) make(t testing.TB, to *identity) []byte {
	t.Helper()
	if e.contentKey == nil {
		e.contentKey = []byte("0123456789abcdef")
	}
	iv := []byte("fedcba9876543210")
	if e.wrapped == nil {
		var err error
		//lint:ignore SA1019 it is what RFC 3370, Section 4.2.1 has recipients understand
		if e.wrapped, err = rsa.EncryptPKCS1v15(rand.Reader, to.key.Public().(*rsa.PublicKey), e.contentKey); err != nil {
			t.Fatal(err)
		}
	}
	if e.rid == nil {
		e.rid = issuerAndSerial(to.cert)
	}
	if e.keyOID == nil {
		e.keyOID = algorithm(rsaOID, null)
	}
	if e.contentOID == nil {
		e.contentOID = algorithm(aes128CBC, octetString(iv))
	}
	encrypted := slices.Clone(e.content)
	if len(e.contentKey) == 16 && len(encrypted)%aes.BlockSize == 0 {
		block, err := aes.NewCipher(e.contentKey)
		if err != nil {
			t.Fatal(err)
		}
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(encrypted, e.content)
	}
	if e.recipients == nil {
		e.recipients = [][]byte{sequence(integer(e.version), e.rid, e.keyOID, octetString(e.wrapped))}
	}
	return sequence(oid(envelopedData), element(0xa0, sequence(
		integer(e.version),
		element(0x31, e.recipients...),
		sequence(oid(data), e.contentOID, element(0x80, encrypted)),
	)))
}

// kekRecipient is a KEKRecipientInfo that nothing opens.
func kekRecipient(version int) []byte {
	return element(0xa2, integer(version), sequence(octetString([]byte("id"))), algorithm("2.16.840.1.101.3.4.1.5"), octetString(make([]byte, 24)))
}

// passwordRecipient is a PasswordRecipientInfo that nothing opens.
func passwordRecipient(version int) []byte {
	return element(0xa3, integer(version), algorithm("1.2.840.113549.1.9.16.3.9", algorithm(aes128CBC, octetString(make([]byte, 16)))), octetString(make([]byte, 32)))
}

// pad appends the padding of RFC 5652, Section 6.3.
func pad(content string) []byte {
	n := aes.BlockSize - len(content)%aes.BlockSize
	return append([]byte(content), bytes.Repeat([]byte{byte(n)}, n)...)
}

func keyring(keys []*identity, certs ...*pki.Certificate) *pki.Keyring {
	k := &pki.Keyring{Certificates: certs}
	for _, id := range keys {
		k.Keys = append(k.Keys, &pki.PrivateKey{Key: id.key, Public: id.key.Public(), Source: id.cert.Source})
	}
	return k
}

// draftKey is a private key of the draft's archive.
func draftKey(t testing.TB, name string) *pki.PrivateKey {
	t.Helper()
	block, _ := pem.Decode(read(t, draftDir, "certs", name))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return &pki.PrivateKey{Key: key, Public: key.Public(), Source: name}
}
