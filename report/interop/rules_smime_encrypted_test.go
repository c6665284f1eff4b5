package interop_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
)

// authEnveloped is an AuthEnvelopedData for kumiko in AES-128-GCM, with an octet of the code
// changed or not.
func authEnveloped(change byte) lazy {
	return func() []byte {
		key, nonce := []byte("0123456789abcdef"), []byte("twelve octet")
		block, err := aes.NewCipher(key)
		if err != nil {
			panic(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			panic(err)
		}
		sealed := gcm.Seal(nil, nonce, []byte(greeting), nil)
		sealed[len(sealed)-1] ^= change
		//lint:ignore SA1019 it is what RFC 3370, Section 4.2.1 has recipients understand
		wrapped, err := rsa.EncryptPKCS1v15(rand.Reader, kumiko().key.Public().(*rsa.PublicKey), key)
		if err != nil {
			panic(err)
		}
		end := len(sealed) - gcm.Overhead()
		return contentInfo(dotted("1.2.840.113549.1.9.16.1.23"), sequence(integer(0),
			element(0x31, sequence(integer(0), kumiko().sid(), algorithm(rsaOID, derNull), octets(wrapped))),
			sequence(dotted(dataOID), algorithm("2.16.840.1.101.3.4.1.6", sequence(octets(nonce), integer(16))), element(0x80, sealed[:end])),
			octets(sealed[end:])))
	}
}

var smimeEncryptedCases = []ruleCase{
	{
		rule:    "smime-encrypted-unsigned",
		trigger: sent(ask(enveloped(envelopedData{}))),
		clean:   sent(ask(func() []byte { return signedEntity(string(enveloped(envelopedData{})()), signedData{})() })),
		text:    "no signature is around the EnvelopedData",
	},
	{
		rule:    "smime-recipient",
		trigger: read(given(nil, kumiko), ask(enveloped(envelopedData{}), "MESSAGE sip:kumiko@", "MESSAGE sip:wallaby@", "To: <sip:kumiko@", "To: <sip:wallaby@")),
		clean:   read(given(nil, kumiko), ask(enveloped(envelopedData{}), "To: <sip:kumiko@", "To: <sip:wallaby@")),
		text:    `the content is encrypted for "CN=kumiko@example.net", and the request is to "sip:wallaby@example.net"`,
	},
	{
		rule:    "smime-decryption-key",
		trigger: read(given(nil, kumiko), ask(enveloped(envelopedData{wrapFor: fluffy}))),
		clean:   read(given(nil, kumiko), ask(enveloped(envelopedData{}))),
		text:    "a certificate names recipient 1, and the key of kumiko@example.net.pem does not open the encrypted key",
	},
	{
		rule:    "smime-decryption-key-length",
		trigger: read(given(nil, kumiko), ask(enveloped(envelopedData{keyOctets: 24}))),
		clean:   read(given(nil, kumiko), ask(enveloped(envelopedData{}))),
		text:    "opens the encrypted key, but that has 24 octets",
	},
	{
		rule:    "smime-decryption-padding",
		trigger: read(given(nil, kumiko), ask(enveloped(envelopedData{padding: 99}))),
		clean:   read(given(nil, kumiko), ask(enveloped(envelopedData{}))),
		text:    "opens the encrypted key, but the decrypted content does not end in padding",
	},
	{
		rule:    "smime-decryption-code",
		trigger: read(given(nil, kumiko), ask(object("authEnveloped-data", authEnveloped(1)))),
		clean:   read(given(nil, kumiko), ask(object("authEnveloped-data", authEnveloped(0)))),
		text:    "opens the encrypted key, but the authentication code is another",
	},
	{
		rule:    "smime-decryption-object",
		trigger: sent(ask(enveloped(envelopedData{iv: []byte("short")}))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "nobody can open the object: the parameters of",
	},
}
