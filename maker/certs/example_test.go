package certs_test

import (
	"crypto/x509"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"sipsecdump/maker/certs"
)

// What makeCA and makeCert do, one after the other.
func Example() {
	dir, err := os.MkdirTemp("", "certs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	authority, err := certs.NewAuthority(certs.AuthorityOptions{Key: certs.ECDSAP256})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := authority.Write(dir, certs.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	identity, err := authority.Make(certs.Request{Name: "fluffy@example.com", EKU: true, Key: certs.ECDSAP256})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := authority.WriteIdentity(dir, identity, certs.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*fluffy*"))
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		fmt.Println(filepath.Base(file))
	}
	// Output:
	// fluffy@example.com.csr
	// fluffy@example.com.p12
	// root_cert_fluffyCA.pem
	// user_cert_fluffy@example.com.p7c
	// user_cert_fluffy@example.com.pem
	// user_key_fluffy@example.com.pem
}

func ExampleDocumentAuthority() {
	authority, err := certs.DocumentAuthority("rfc6216", nil)
	if err != nil {
		log.Fatal(err)
	}
	identity, err := authority.Make(certs.Request{Name: "example.com", EKU: true})
	if err != nil {
		log.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(identity.Certificate)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("issuer: ", certificate.Issuer)
	fmt.Println("subject:", certificate.Subject)
	fmt.Println("names:  ", certificate.DNSNames, certificate.URIs)
	// Output:
	// issuer:  OU=Sipit Test Certificate Authority,O=sipit,L=San Jose,ST=California,C=US
	// subject: CN=example.com,O=sipit,L=San Jose,ST=California,C=US
	// names:   [example.com] [sip:example.com]
}

func ExampleFindScenario() {
	scenario, err := certs.FindScenario("tls-eku-sip")
	if err != nil {
		log.Fatal(err)
	}
	set, err := scenario.Make(certs.ScenarioOptions{Key: certs.ECDSAP256})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d: %s is %s (%s)\n", scenario.Number, set.Identity.Name, scenario.Verdict, scenario.Section)
	// Output:
	// 17: example.com is bad (RFC 5924)
}
