package x509text_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"

	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
)

func ExampleAppend() {
	file, err := os.ReadFile("../../testdata/rfc6216/domain_cert_example.com.pem")
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(file)
	certificate, err := pki.ParseCertificate(block.Bytes)
	if err != nil {
		panic(err)
	}
	text := x509text.Append(nil, certificate, x509text.Options{Style: x509text.RFC6216, RFC4514: true})
	for _, line := range bytes.SplitAfter(text, []byte("\n"))[:10] {
		fmt.Printf("%s", line)
	}
	// Output:
	// Version: 3 (0x2)
	// Serial Number:
	//     96:a3:84:17:4e:ef:8a:4f
	// Signature Algorithm: sha1WithRSAEncryption
	// Issuer: OU=Sipit Test Certificate Authority,O=sipit,L=San Jose,
	//         ST=California,C=US
	// Validity
	//     Not Before: Feb  7 19:32:17 2011 GMT
	//     Not After : Jan 14 19:32:17 2111 GMT
	// Subject: CN=example.com,O=sipit,L=San Jose,ST=California,C=US
}
