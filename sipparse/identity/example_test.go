package identity_test

import (
	"fmt"
	"log"
	"os"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/identity"
)

func ExampleCheck() {
	const dir = "../../testdata/draft-sec-flows/"
	raw, err := os.ReadFile(dir + "tls/tls1-request")
	if err != nil {
		log.Fatal(err)
	}
	pem, err := os.ReadFile(dir + "certs/domain_cert_example.com.pem")
	if err != nil {
		log.Fatal(err)
	}
	material, err := pki.ParseFile("domain_cert_example.com.pem", pem, nil)
	if err != nil {
		log.Fatal(err)
	}
	var keyring pki.Keyring
	keyring.Add(material)

	m := sipparse.Parse(raw)
	at := time.Date(2005, time.February, 19, 0, 48, 7, 0, time.UTC)
	for _, r := range identity.Check(m, m.Body, &keyring, at) {
		fmt.Println(r.Form, r.Verified, r.Variant)
	}
	for _, r := range identity.Check(m, m.Body, nil, at) {
		fmt.Println(r.Form, r.Verified, r.Reason)
		fmt.Println(r.Detail)
	}
	// Output:
	// pre-rfc4474 true draft+cseq-doubled
	// pre-rfc4474 false no-certificate
	// no certificate with an RSA key is at hand: From is of the domain "example.com"
}
