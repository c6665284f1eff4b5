package interop_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"

	"sipsecdump/cms/pki"
)

// as is a user with another certificate for the key of fluffy.
func as(address string, edit func(*x509.Certificate)) func() *identity {
	return sync.OnceValue(func() *identity { return user(address, rsaKeys()[1], edit) })
}

var (
	otherCA = sync.OnceValue(func() *identity { return ca("Another Authority", ecKey(), nil) })
	between = sync.OnceValue(func() *identity {
		return certificate(&x509.Certificate{Subject: pkix.Name{CommonName: "No CA"}}, rsaKeys()[2], authority())
	})
	below = sync.OnceValue(func() *identity {
		return certificate(&x509.Certificate{Subject: pkix.Name{CommonName: "fluffy"}}, rsaKeys()[1], between())
	})
)

// revoking is a keyring that trusts the authority, with its CRL of the time of the captures, that
// is good for so long and has a certificate in it, or another one.
func revoking(age time.Duration, listed func() *identity) func() *pki.Keyring {
	return func() *pki.Keyring {
		number := big.NewInt(1)
		if listed != nil {
			number = listed().SerialNumber
		}
		der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: when.Add(-2 * time.Hour), NextUpdate: when.Add(-2 * time.Hour).Add(age),
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: number, RevocationTime: when.Add(-3 * time.Hour)}},
		}, authority().Certificate, authority().key)
		if err != nil {
			panic(err)
		}
		crl, err := pki.ParseCRL(der)
		if err != nil {
			panic(err)
		}
		k := given(authority)()
		k.CRLs = append(k.CRLs, crl)
		return k
	}
}

var smimeSignerCases = []ruleCase{
	{
		rule:    "smime-signer-identity",
		trigger: sent(ask(signed(signedData{by: as("mallory@example.com", nil)}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    `the certificate of the signer is not that of From: "sip:fluffy@example.com" is not a URI of the subject's alternative names`,
	},
	{
		rule:    "smime-signer-scheme",
		trigger: sent(ask(signed(signedData{}), "From: <sip:", "From: <sips:")),
		clean:   sent(ask(signed(signedData{}))),
		text:    `the certificate has the address of From, "sips:fluffy@example.com", with the other scheme`,
	},
	{
		rule:    "smime-responder-identity",
		trigger: sent(ask(eager(greeting)), reply(signed(signedData{}))),
		clean:   sent(ask(eager(greeting)), reply(signed(signedData{by: kumiko}))),
		text:    "the certificate of the signer is not that of To",
	},
	{
		rule:    "smime-signer-validity",
		trigger: sent(ask(signed(signedData{by: as("fluffy@example.com", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = when.AddDate(-2, 0, 0), when.AddDate(-1, 0, 0) })}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the certificate was valid until 2025-01-02 12:00:00 UTC, and it was 2026-01-02",
	},
	{
		rule:    "smime-signer-key-usage",
		trigger: sent(ask(signed(signedData{by: as("fluffy@example.com", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment })}))),
		clean:   sent(ask(signed(signedData{by: as("fluffy@example.com", func(c *x509.Certificate) { c.KeyUsage = 0 })}))),
		text:    `the key usage of "CN=fluffy@example.com" has no digitalSignature, but contentCommitment`,
	},
	{
		rule: "smime-signer-extended-key-usage",
		trigger: sent(ask(signed(signedData{by: as("fluffy@example.com", func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		})}))),
		clean: sent(ask(signed(signedData{by: as("fluffy@example.com", func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageEmailProtection}
		})}))),
		text: `the extended key usages of "CN=fluffy@example.com" are TLS Web Server Authentication`,
	},
	{
		rule:    "smime-signer-untrusted",
		trigger: read(given(otherCA, authority), ask(signed(signedData{}))),
		clean:   read(given(authority, otherCA), ask(signed(signedData{}))),
		text:    "the path ends here, and this certificate is not trusted",
	},
	{
		rule:    "smime-signer-path-incomplete",
		trigger: read(given(otherCA), ask(signed(signedData{}))),
		clean:   read(given(authority), ask(signed(signedData{}))),
		text:    "no certificate at hand is that of the issuer",
	},
	{
		rule:    "smime-signer-path",
		trigger: read(given(authority, between), ask(signed(signedData{by: below}))),
		clean:   read(given(authority), ask(signed(signedData{}))),
		text:    "it signed a certificate, but is not a CA",
	},
	{
		rule:    "smime-signer-revoked",
		trigger: read(revoking(24*time.Hour, fluffy), ask(signed(signedData{}))),
		clean:   read(revoking(24*time.Hour, nil), ask(signed(signedData{}))),
		text:    "revoked",
	},
	{
		rule:    "smime-signer-trust-unknown",
		trigger: sent(ask(signed(signedData{}))),
		clean:   read(given(authority), ask(signed(signedData{}))),
		text:    `whether "CN=fluffy@example.com" is to be trusted is not known: no CA was given`,
	},
	{
		rule:    "smime-signer-revocation-unknown",
		trigger: read(revoking(time.Hour, nil), ask(signed(signedData{}))),
		clean:   read(revoking(24*time.Hour, nil), ask(signed(signedData{}))),
		text:    `whether "CN=fluffy@example.com" is revoked is not known`,
	},
}
