package interop_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"sync"

	"sipsecdump/cms/pki"
	"sipsecdump/maker"
)

// CMS objects that can be wrong in every way that a rule tells of.

// element is DER of a tag and what is in it.
func element(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	raw, err := asn1.Marshal(asn1.RawValue{Class: int(tag >> 6), Tag: int(tag & 0x1f), IsCompound: tag&0x20 != 0, Bytes: content})
	if err != nil {
		panic(err)
	}
	return raw
}

func sequence(parts ...[]byte) []byte { return element(0x30, parts...) }
func octets(b []byte) []byte          { return element(4, b) }
func integer(n byte) []byte           { return element(2, []byte{n}) }
func contentInfo(t, c []byte) []byte  { return sequence(t, element(0xa0, c)) }

// dotted is DER of an object identifier.
func dotted(text string) []byte {
	var arcs asn1.ObjectIdentifier
	for part := range strings.SplitSeq(text, ".") {
		n := 0
		for _, digit := range part {
			n = 10*n + int(digit-'0')
		}
		arcs = append(arcs, n)
	}
	raw, err := asn1.Marshal(arcs)
	if err != nil {
		panic(err)
	}
	return raw
}

// algorithm is an AlgorithmIdentifier.
func algorithm(id string, parameters ...[]byte) []byte {
	return sequence(dotted(id), bytes.Join(parameters, nil))
}

var derNull = []byte{5, 0}

const (
	dataOID     = "1.2.840.113549.1.7.1"
	md5OID      = "1.2.840.113549.2.5"
	sha1OID     = "1.3.14.3.2.26"
	sha256OID   = "2.16.840.1.101.3.4.2.1"
	sha512OID   = "2.16.840.1.101.3.4.2.3"
	rsaOID      = "1.2.840.113549.1.1.1"
	ecdsaSHA256 = "1.2.840.10045.4.3.2"
	aes128OID   = "2.16.840.1.101.3.4.1.2"
	desOID      = "1.3.14.3.2.7"
	des3OID     = "1.2.840.113549.3.7"
)

var hashes = map[string]crypto.Hash{md5OID: crypto.MD5, sha1OID: crypto.SHA1, sha256OID: crypto.SHA256, sha512OID: crypto.SHA512}

func digestOf(hash crypto.Hash, b []byte) []byte {
	h := hash.New()
	h.Write(b)
	return h.Sum(nil)
}

// attribute is an Attribute with its values.
func attribute(id string, values ...[]byte) []byte {
	return sequence(dotted(id), element(0x31, values...))
}

// attributes are those that RFC 5652, Section 5.3 demands, and SMIMECapabilities.
func attributes(hash crypto.Hash, content []byte) [][]byte {
	return [][]byte{
		attribute("1.2.840.113549.1.9.3", dotted(dataOID)),
		attribute("1.2.840.113549.1.9.4", octets(digestOf(hash, content))),
		attribute("1.2.840.113549.1.9.15", sequence(algorithm(aes128OID))),
	}
}

// identity is a certificate with its key.
type identity struct {
	*x509.Certificate
	key crypto.Signer
}

// The keys of the tests are made once.
var (
	rsaKeys = sync.OnceValue(func() (keys [3]*rsa.PrivateKey) {
		for i := range keys {
			var err error
			if keys[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
				panic(err)
			}
		}
		return keys
	})
	ecKey = sync.OnceValue(func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		return key
	})

	authority = sync.OnceValue(func() *identity { return ca("Test Authority", rsaKeys()[0], nil) })
	fluffy    = sync.OnceValue(func() *identity { return user("fluffy@example.com", rsaKeys()[1], nil) })
	kumiko    = sync.OnceValue(func() *identity { return user("kumiko@example.net", rsaKeys()[2], nil) })
)

// when is the time of the captures.
var when = maker.DefaultStart

// ca makes an authority, that of fluffy signs it if edit does not say otherwise.
func ca(name string, key crypto.Signer, by *identity) *identity {
	return certificate(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, key, by)
}

// user makes a user's certificate, with a last word on it.
func user(address string, key crypto.Signer, edit func(*x509.Certificate)) *identity {
	template := &x509.Certificate{
		Subject:  pkix.Name{CommonName: address},
		URIs:     []*url.URL{{Scheme: "sip", Opaque: address}},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	if edit != nil {
		edit(template)
	}
	return certificate(template, key, authority())
}

var nextSerial = func() func() *big.Int {
	var mu sync.Mutex
	last := int64(100)
	return func() *big.Int {
		mu.Lock()
		defer mu.Unlock()
		last++
		return big.NewInt(last)
	}
}()

// certificate makes one; it signs itself if nobody else does.
func certificate(template *x509.Certificate, key crypto.Signer, by *identity) *identity {
	template.SerialNumber = nextSerial()
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = when.AddDate(-1, 0, 0), when.AddDate(1, 0, 0)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Certificate, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		panic(err)
	}
	return &identity{c, key}
}

// sid names the certificate by issuer and serial number.
func (id *identity) sid() []byte {
	return sequence(id.RawIssuer, element(2, id.SerialNumber.Bytes()))
}

// material is the file that the program reads.
func (id *identity) material() *pki.Material {
	key, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		panic(err)
	}
	file := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.Raw})
	file = append(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	m, err := pki.ParseFile(id.Subject.CommonName+".pem", file, nil)
	if err != nil {
		panic(err)
	}
	return m
}

// signedData makes a SignedData. What is empty is as it should be.
type signedData struct {
	by         func() *identity // fluffy
	content    []byte           // what is signed
	attached   bool
	digest     string          // SHA-256
	parameters []byte          // of the digest
	algorithm  []byte          // rsaEncryption with NULL
	version    byte            // of the SignerInfo
	sid        func() []byte   // issuer and serial number
	attributes [][]byte        // as they are sent
	bare       bool            // no attributes
	unsorted   bool            // the attributes are signed as they are sent
	kind       string          // of the content
	listed     []byte          // the digestAlgorithms' only one
	certs      func() [][]byte // the signer's
	none       bool            // no certificates
	crls       []byte
	over       string // the digest that was computed, if not the one named
	signers    int    // the same one, so often
	more       []byte // behind the SignerInfo's fields
}

func (s signedData) make() []byte {
	if s.by == nil {
		s.by = fluffy
	}
	by := s.by()
	if s.digest == "" {
		s.digest = sha256OID
	}
	if s.algorithm == nil {
		s.algorithm = algorithm(rsaOID, derNull)
	}
	if s.version == 0 {
		s.version = 1
	}
	if s.sid == nil {
		s.sid = by.sid
	}
	if s.kind == "" {
		s.kind = dataOID
	}
	if s.certs == nil {
		s.certs = func() [][]byte { return [][]byte{by.Raw} }
	}
	if s.over == "" {
		s.over = s.digest
	}
	hash := hashes[s.over]
	named := algorithm(s.digest, s.parameters)
	if s.listed == nil {
		s.listed = named
	}
	signed, sent := s.content, []byte(nil)
	if !s.bare {
		if s.attributes == nil {
			s.attributes = attributes(hash, s.content)
			slices.SortFunc(s.attributes, bytes.Compare)
		}
		sorted := slices.Clone(s.attributes)
		if !s.unsorted {
			slices.SortFunc(sorted, bytes.Compare)
		}
		signed, sent = element(0x31, sorted...), element(0xa0, s.attributes...)
	}
	signature, err := by.key.Sign(rand.Reader, digestOf(hash, signed), hash)
	if err != nil {
		panic(err)
	}
	info := sequence(integer(s.version), s.sid(), named, sent, s.algorithm, octets(signature), s.more)
	var content, certs []byte
	if s.attached {
		content = element(0xa0, octets(s.content))
	}
	if !s.none {
		certs = element(0xa0, s.certs()...)
	}
	version := byte(1)
	if s.version == 3 || s.kind != dataOID {
		version = 3
	}
	return contentInfo(dotted("1.2.840.113549.1.7.2"), sequence(integer(version), element(0x31, s.listed),
		sequence(dotted(s.kind), content), certs, s.crls, element(0x31, bytes.Repeat(info, max(s.signers, 1)))))
}

// envelopedData makes an EnvelopedData. What is empty is as it should be.
type envelopedData struct {
	to         func() *identity // kumiko
	content    []byte
	cipher     string // AES-128-CBC
	iv         []byte
	keyOctets  int // 16
	transport  []byte
	padding    byte             // the octet that it is of
	recipients lazy             // the only one, instead of to
	wrapFor    func() *identity // whose key is used; to's
}

func (e envelopedData) make() []byte {
	if e.to == nil {
		e.to = kumiko
	}
	if e.wrapFor == nil {
		e.wrapFor = e.to
	}
	if e.cipher == "" {
		e.cipher = aes128OID
	}
	if e.iv == nil {
		e.iv = []byte("fedcba9876543210")
	}
	if e.transport == nil {
		e.transport = algorithm(rsaOID, derNull)
	}
	if e.keyOctets == 0 {
		e.keyOctets = 16
	}
	key := []byte("0123456789abcdef0123456789abcdef")
	if e.recipients == nil {
		//lint:ignore SA1019 it is what RFC 3370, Section 4.2.1 has recipients understand
		wrapped, err := rsa.EncryptPKCS1v15(rand.Reader, e.wrapFor().key.Public().(*rsa.PublicKey), key[:e.keyOctets])
		if err != nil {
			panic(err)
		}
		e.recipients = func() []byte { return sequence(integer(0), e.to().sid(), e.transport, octets(wrapped)) }
	}
	n := aes.BlockSize - len(e.content)%aes.BlockSize
	if e.padding == 0 {
		e.padding = byte(n)
	}
	sealed := append(bytes.Clone(e.content), bytes.Repeat([]byte{e.padding}, n)...)
	block, err := aes.NewCipher(key[:16])
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, []byte("fedcba9876543210")).CryptBlocks(sealed, sealed)
	return contentInfo(dotted("1.2.840.113549.1.7.3"), sequence(integer(0), element(0x31, e.recipients()),
		sequence(dotted(dataOID), algorithm(e.cipher, octets(e.iv)), element(0x80, sealed))))
}
