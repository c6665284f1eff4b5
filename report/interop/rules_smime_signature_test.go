package interop_test

import (
	"crypto"
	"slices"
	"sync"
)

// withEC is a user whose key is an elliptic curve's: its signatures do not tell what they cover.
var withEC = sync.OnceValue(func() *identity { return user("fluffy@example.com", ecKey(), nil) })

var smimeSignatureCases = []ruleCase{
	{
		rule:    "smime-signature-digest",
		trigger: sent(ask(signed(signedData{content: []byte("Hallo!\r\n")}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signature is not verified: the message-digest attribute covers other octets",
	},
	{
		rule:    "smime-signature-line-end-included",
		trigger: sent(ask(signed(signedData{content: []byte(greeting + "\r\n")}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signature covers the MIME part 1 with the line end before the boundary, 38 octets",
	},
	{
		rule:    "smime-signature-header-excluded",
		trigger: sent(ask(signed(signedData{content: []byte("Hello!\r\n"), bare: true}))),
		clean:   sent(ask(signed(signedData{bare: true}))),
		text:    "the signature covers the body of MIME part 1 without its headers, 8 octets",
	},
	{
		rule:    "smime-signature-line-ends",
		trigger: sent(ask(signedEntity("Content-Type: text/plain\r\n\r\nHello!\n", signedData{content: []byte(greeting)}))),
		clean:   sent(ask(signedEntity("Content-Type: text/plain\r\n\r\nHello!\n", signedData{}))),
		text:    "with CRLF for every line end",
	},
	{
		rule:    "smime-signature-no-certificate",
		trigger: sent(ask(signed(signedData{none: true}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the signature is not verified: no certificate at hand has the issuer",
	},
	{
		rule:    "smime-signature-signer-name",
		trigger: sent(ask(signed(signedData{sid: func() []byte { return kumiko().sid() }}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the key of the certificate in the message made the signature, but its serial number is",
	},
	{
		rule: "smime-signature-wrong-key",
		trigger: sent(ask(signed(signedData{
			sid:   func() []byte { return kumiko().sid() },
			certs: func() [][]byte { return [][]byte{kumiko().Raw} },
		}))),
		clean: sent(ask(signed(signedData{}))),
		text:  "but its key did not make the signature",
	},
	{
		rule:    "smime-signature-mismatch",
		trigger: sent(ask(signed(signedData{by: withEC, algorithm: algorithm(ecdsaSHA256), bare: true, content: []byte("Hallo!\r\n")}))),
		clean:   sent(ask(signed(signedData{by: withEC, algorithm: algorithm(ecdsaSHA256), bare: true}))),
		text:    "another key made it, or it covers other octets",
	},
	{
		rule:    "smime-signature-key-unusable",
		trigger: sent(ask(signed(signedData{by: withEC}))),
		clean:   sent(ask(signed(signedData{by: withEC, algorithm: algorithm(ecdsaSHA256)}))),
		text:    "the signature is not verified: the certificate in the message has the issuer",
	},
	{
		rule:    "smime-signature-digest-algorithm",
		trigger: sent(ask(signed(signedData{over: sha512OID, bare: true}))),
		clean:   sent(ask(signed(signedData{digest: sha512OID, bare: true}, "sha-256", "sha-512"))),
		text:    "the signature was made over a digest of SHA-512, but its algorithms name SHA-256",
	},
	{
		rule: "smime-signature-attributes",
		trigger: sent(ask(signed(signedData{attributes: [][]byte{
			attribute("1.2.840.113549.1.9.3", dotted("1.2.840.113549.1.7.2")),
			attributes(crypto.SHA256, []byte(greeting))[1],
		}}))),
		clean: sent(ask(signed(signedData{attributes: attributes(crypto.SHA256, []byte(greeting))}))),
		text:  "the content-type attribute does not say data",
	},
	{
		rule:    "smime-signature-no-content",
		trigger: sent(ask(object("signed-data", signedData{content: []byte(greeting)}.make))),
		clean:   sent(ask(object("signed-data", signedData{content: []byte(greeting), attached: true}.make))),
		text:    "the signed content is not in the object, and none is at hand",
	},
	{
		rule:    "smime-signature-not-checked",
		trigger: sent(ask(signed(signedData{algorithm: algorithm("1.2.840.10045.4.9")}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "is not implemented",
	},
}

// backwards are the attributes of greeting in an order that is not DER's.
func backwards() [][]byte {
	list := attributes(crypto.SHA256, []byte(greeting))
	slices.SortFunc(list, func(a, b []byte) int { return slices.Compare(b, a) })
	return list
}
