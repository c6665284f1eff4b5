package interop_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/aes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"sipsecdump/cms/pki"
)

var cmsCases = slices.Concat(cmsEncodingCases, cmsSyntaxCases, cmsAlgorithmCases)

// holding is an object that holds content as it is.
func holding(kind string, fields ...[]byte) lazy {
	return func() []byte { return contentInfo(dotted(kind), sequence(fields...)) }
}

func encapsulated(content []byte) []byte {
	return sequence(dotted(dataOID), element(0xa0, octets(content)))
}

// compressed is a CompressedData of these octets.
func compressed(b []byte) lazy {
	return holding("1.2.840.113549.1.9.16.1.9", integer(0), algorithm("1.2.840.113549.1.9.16.3.8"), encapsulated(b))
}

func deflated() []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(greeting)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// digested is a DigestedData of greeting with the digest of these octets.
func digested(b string) lazy {
	return holding("1.2.840.113549.1.7.5", integer(0), algorithm(sha256OID), encapsulated([]byte(greeting)), octets(digestOf(crypto.SHA256, []byte(b))))
}

// cut is an entity without its last octets.
func cut(entity lazy, n int) lazy {
	return func() []byte { b := entity(); return b[:len(b)-n] }
}

// longer is an entity with more octets behind it.
func longer(entity lazy, more string) lazy {
	return func() []byte { return append(entity(), more...) }
}

var cmsEncodingCases = []ruleCase{
	{
		rule:    "cms-not-content-info",
		trigger: sent(ask(object("enveloped-data", func() []byte { return sequence(integer(1)) }))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "this is no ContentInfo",
	},
	{
		rule:    "cms-encoding",
		trigger: sent(ask(cut(enveloped(envelopedData{}), 5))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "the outermost length is",
	},
	{
		rule:    "cms-trailing-octets",
		trigger: sent(ask(longer(enveloped(envelopedData{}), "\r\n"))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "2 octets behind the outermost element",
	},
	{
		rule:    "cms-certificate-unreadable",
		trigger: sent(ask(signed(signedData{certs: func() [][]byte { return [][]byte{sequence(integer(1))} }}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "a certificate cannot be read",
	},
	{
		rule:    "cms-crl-unreadable",
		trigger: sent(ask(signed(signedData{crls: element(0xa1, sequence(integer(1)))}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "a CRL cannot be read",
	},
	{
		rule:    "cms-compression",
		trigger: sent(ask(object("compressed-data", compressed([]byte(greeting))))),
		clean:   sent(ask(object("compressed-data", compressed(deflated())))),
		text:    "the content does not begin as zlib's does",
	},
	{
		rule:    "cms-digest",
		trigger: sent(ask(object("", digested("Hallo!")))),
		clean:   sent(ask(object("", digested(greeting)))),
		text:    "the SHA-256 digest of the content is",
	},
}

// unlike are attributes without one of those that must be there.
func unlike(n int) [][]byte {
	return slices.Delete(attributes(crypto.SHA256, []byte(greeting)), n, n+1)
}

// withSigningTimes are attributes with some more, in DER's order.
func withSigningTimes(times ...string) [][]byte {
	list := attributes(crypto.SHA256, []byte(greeting))
	for i, t := range times {
		list = slices.Insert(list, 1+i, attribute("1.2.840.113549.1.9.5", element(0x17, []byte(t))))
	}
	return list
}

// The key that recipients of authenticated share, and that of the content.
var shared, contentKey = []byte("0123456789abcdef"), []byte("fedcba9876543210")

// withShared is a keyring with the shared key.
func withShared() *pki.Keyring {
	return &pki.Keyring{SymmetricKeys: []pki.SymmetricKey{{ID: []byte("shared"), Key: shared}}}
}

// wrapped is contentKey under the shared key (RFC 3394, Section 2.2.1).
func wrapped() []byte {
	block, err := aes.NewCipher(shared)
	if err != nil {
		panic(err)
	}
	a, r := bytes.Repeat([]byte{0xa6}, 8), bytes.Clone(contentKey)
	for t := uint64(1); t <= 12; t++ {
		half := r[8*((t-1)%2):][:8]
		b := append(bytes.Clone(a), half...)
		block.Encrypt(b, b)
		binary.BigEndian.PutUint64(a, binary.BigEndian.Uint64(b)^t)
		copy(half, b[8:])
	}
	return append(a, r...)
}

// byShared is a recipient that the shared key opens.
func byShared() []byte {
	return element(0xa2, integer(4), sequence(octets([]byte("shared"))), algorithm("2.16.840.1.101.3.4.1.5"), octets(wrapped()))
}

// authenticated is an AuthenticatedData of greeting.
func authenticated(kind string, digest bool, list ...[]byte) lazy {
	return func() []byte {
		covered, algorithmOf, sent := []byte(greeting), []byte(nil), []byte(nil)
		if digest {
			algorithmOf = element(0xa1, dotted(sha256OID))
		}
		if len(list) > 0 {
			slices.SortFunc(list, bytes.Compare)
			covered, sent = element(0x31, list...), element(0xa2, list...)
		}
		mac := hmac.New(sha256.New, contentKey)
		mac.Write(covered)
		return contentInfo(dotted("1.2.840.113549.1.9.16.1.2"), sequence(integer(0), element(0x31, byShared()),
			algorithm("1.2.840.113549.2.9"), algorithmOf, sequence(dotted(kind), element(0xa0, octets([]byte(greeting)))), sent, octets(mac.Sum(nil))))
	}
}

var cmsSyntaxCases = []ruleCase{
	{
		rule:    "cms-version",
		trigger: sent(ask(signed(signedData{version: 3}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the version of SignerInfo is 3, its sid asks for 1",
	},
	{
		rule:    "cms-digest-not-listed",
		trigger: sent(ask(signed(signedData{listed: algorithm(sha512OID)}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signer's digest algorithm sha256 is not among the digestAlgorithms",
	},
	{
		rule:    "cms-signed-attributes-missing",
		trigger: sent(ask(signed(signedData{kind: "1.2.840.113549.1.9.16.1.4", bare: true}))),
		clean:   sent(ask(signed(signedData{bare: true}))),
		text:    "signed attributes must be there, since the content type is",
	},
	{
		rule:    "cms-content-type-attribute",
		trigger: sent(ask(signed(signedData{attributes: unlike(0)}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signed attributes must have one content-type with one value",
	},
	{
		rule:    "cms-message-digest-attribute",
		trigger: sent(ask(signed(signedData{attributes: unlike(1)}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signed attributes must have one message-digest with one value",
	},
	{
		rule:    "cms-signing-time",
		trigger: sent(ask(signed(signedData{attributes: withSigningTimes("260101000000Z", "260101000001Z")}))),
		clean:   sent(ask(signed(signedData{attributes: withSigningTimes("260101000000Z")}))),
		text:    "the signed attributes must have no more than one signing-time, with one value",
	},
	{
		rule:    "cms-attributes-not-der",
		trigger: sent(ask(signed(signedData{attributes: backwards()}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signed attributes are not encoded as DER demands",
	},
	{
		rule:    "cms-authenticated-attributes-missing",
		trigger: sent(ask(object("", authenticated("1.2.840.113549.1.9.16.1.4", false)))),
		clean:   sent(ask(object("", authenticated(dataOID, false)))),
		text:    "authenticated attributes must be there, since the content type is",
	},
	{
		rule:    "cms-authenticated-digest-algorithm",
		trigger: sent(ask(object("", authenticated(dataOID, true)))),
		clean:   sent(ask(object("", authenticated(dataOID, true, attributes(crypto.SHA256, []byte(greeting))...)))),
		text:    "of digestAlgorithm and authenticated attributes there is one without the other",
	},
	{
		rule:    "cms-authenticated-attributes",
		trigger: read(withShared, ask(object("", authenticated(dataOID, true, attributes(crypto.SHA256, []byte("Hallo!"))...)))),
		clean:   read(withShared, ask(object("", authenticated(dataOID, true, attributes(crypto.SHA256, []byte(greeting))...)))),
		text:    "the message-digest attribute is",
	},
	{
		rule:    "cms-parameters-null",
		trigger: sent(ask(signed(signedData{parameters: derNull}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the parameters of sha256 are there, and should be absent, though NULL must be understood",
	},
	{
		rule:    "cms-parameters-not-null",
		trigger: sent(ask(signed(signedData{digest: md5OID}, "sha-256", "md5"))),
		clean:   sent(ask(signed(signedData{digest: md5OID, parameters: derNull}, "sha-256", "md5"))),
		text:    "the parameters of md5 are not NULL, and must be",
	},
	{
		rule:    "cms-parameters-present",
		trigger: sent(ask(signed(signedData{by: withEC, algorithm: algorithm(ecdsaSHA256, derNull)}))),
		clean:   sent(ask(signed(signedData{by: withEC, algorithm: algorithm(ecdsaSHA256)}))),
		text:    "the parameters of ecdsa-with-SHA256 are there, and must not be",
	},
}

var cmsAlgorithmCases = []ruleCase{
	{
		rule:    "cms-encryption-weak",
		trigger: sent(ask(enveloped(envelopedData{cipher: desOID}))),
		clean:   sent(ask(enveloped(envelopedData{cipher: des3OID}))),
		text:    "the content is encrypted with des-cbc",
	},
	{
		rule:    "cms-encryption-3des",
		trigger: sent(ask(enveloped(envelopedData{cipher: des3OID}))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "the content is encrypted with des-ede3-cbc",
	},
	{
		rule:    "cms-recipient-kind",
		trigger: sent(ask(enveloped(envelopedData{recipients: byShared}))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "recipient 1 is by a key that was given out before",
	},
	{
		rule:    "cms-digest-md5",
		trigger: sent(ask(signed(signedData{digest: md5OID, parameters: derNull}, "sha-256", "md5"))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the digest of the signature is MD5",
	},
	{
		rule:    "cms-digest-sha1",
		trigger: sent(ask(signed(signedData{digest: sha1OID}, "sha-256", "sha-1"))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the digest of the signature is SHA-1",
	},
}
