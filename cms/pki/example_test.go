package pki_test

import (
	"fmt"
	"os"
	"time"

	"sipsecdump/cms/pki"
)

const certs = "../../testdata/draft-sec-flows/certs/"

func parse(name string, passphrases ...[]byte) *pki.Material {
	data, err := os.ReadFile(certs + name)
	if err != nil {
		panic(err)
	}
	m, err := pki.ParseFile(name, data, passphrases)
	if err != nil {
		fmt.Println(err)
	}
	return m
}

func ExampleParseFile() {
	m := parse("ca_key_fluffyCA.pem", []byte("password"))
	fmt.Println(m.Keys)
	parse("ca_key_fluffyCA.pem")
	parse("ca_key_fluffyCA.pem", []byte("pasword"))
	// Output:
	// [RSA key of 1024 bits from "ca_key_fluffyCA.pem"]
	// ca_key_fluffyCA.pem: the key is encrypted, and no passphrase was given
	// ca_key_fluffyCA.pem: the key is encrypted, and no passphrase given opens it
}

func ExampleParseCertificate() {
	c, err := pki.ParseCertificate(parse("root_cert_fluffyCA.pem").Certificates[0].Raw)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Subject)
	for _, f := range c.Findings {
		fmt.Printf("%s at offset %d: %s (%s)\n", f.Code, f.Offset, f.Text, f.Section)
	}
	// Output:
	// OU=Sipit Test Certificate Authority,O=sipit,L=San Jose,ST=California,C=US
	// serial-not-positive at offset 13: the serial number is zero (RFC 5280, Section 4.1.2.2)
	// basic-constraints-not-critical at offset 647: the basic constraints of a CA are not critical (RFC 5280, Section 4.2.1.9)
}

func ExampleKeyring() {
	var ring pki.Keyring
	ring.Trust(parse("root_cert_fluffyCA.pem"))
	ring.Add(parse("user_cert_fluffy@example.com.pem"))
	ring.Add(parse("user_key_fluffy@example.com.pem"))

	for _, c := range ring.Certificates {
		fmt.Println(c.URIs, ring.KeyForCertificate(c))
	}
	// Output: [sip:fluffy@example.com im:fluffy@example.com pres:fluffy@example.com] RSA key of 1024 bits from "user_key_fluffy@example.com.pem"
}

func ExampleBuildChain() {
	cas := parse("root_cert_fluffyCA.pem").Certificates
	leaf := parse("user_cert_fluffy@example.com.pem").Certificates[0]
	for _, year := range []int{2006, 2026} {
		p := pki.BuildChain(leaf, nil, cas, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		fmt.Printf("%v %d %q\n%s\n", p.Trusted, len(p.Path), p.Reason, p.Detail)
	}
	// Output:
	// true 2 ""
	//
	// false 2 "expired"
	// "CN=fluffy@example.com,O=sipit,L=San Jose,ST=California,C=US": the certificate was valid until 2008-02-03 18:49:34 UTC, and it was 2026-01-01 00:00:00
}

func ExampleBuildPath() {
	c := parse("user_cert_fluffy@example.com.pem").Certificates[0]
	p := pki.BuildPath(c, pki.PathOptions{
		Trusted: parse("root_cert_fluffyCA.pem").Certificates,
		At:      time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Purpose: pki.SMIMESigner,
		AOR:     "sip:kumiko@example.net",
	})
	for _, f := range p.Failures {
		fmt.Printf("%s (%s): %s\n", f.Reason, f.Section, f.Certificate.Subject)
	}
	// Output:
	// expired (RFC 5280, Section 6.1.3): CN=fluffy@example.com,O=sipit,L=San Jose,ST=California,C=US
	// expired (RFC 5280, Section 6.1.3): OU=Sipit Test Certificate Authority,O=sipit,L=San Jose,ST=California,C=US
	// aor-mismatch (RFC 3261, Section 23.2): CN=fluffy@example.com,O=sipit,L=San Jose,ST=California,C=US
}

func ExampleMatchSIPDomain() {
	c := parse("domain_cert_example.com.pem").Certificates[0]
	for _, host := range []string{"example.com", "www.example.com"} {
		r := pki.MatchSIPDomain(c, host)
		fmt.Println(r.Matched, r.Kind, r.Name, r.Section)
	}
	// Output:
	// true dNSName example.com RFC 5922, Section 7.1
	// false   RFC 5922, Section 7.2
}
