package tlsparse_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"sipsecdump/cms/pki"
	"sipsecdump/tlsparse"
)

// The two directions of a connection, which a capture would have, and the server's key.
func ExampleSession() {
	s := tlsparse.NewSession(&tlsparse.Config{Keys: &pki.Keyring{Keys: []*pki.PrivateKey{serverKey()}}})
	print := func(r *tlsparse.Record) {
		fmt.Printf("%d %v %v", r.Number, r.Dir, r.Type)
		for _, m := range r.Messages {
			switch body := m.Body.(type) {
			case *tlsparse.ClientHello:
				fmt.Printf(": %v offers %d cipher suites", body.Version, len(body.CipherSuites))
			case *tlsparse.AlertMessage:
				fmt.Printf(": %v %v", body.Level, body.Description)
			}
		}
		fmt.Println()
	}
	hello := "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x01" + "0123456789abcdef0123456789abcdef" + "\x00\x00\x04\x00\x35\x00\x2f\x01\x00"
	s.Feed(tlsparse.ClientToServer, []byte(hello[:20]), print) // nothing is complete yet
	s.Feed(tlsparse.ClientToServer, []byte(hello[20:]), print)
	s.Feed(tlsparse.ServerToClient, []byte("\x15\x03\x01\x00\x02\x02\x28"), print)
	v := s.Close()
	fmt.Printf("%s, %s: %s\n", v.Outcome, v.Reason, v.Detail)
	// Output:
	// 1 C>S handshake: TLS 1.0 offers 2 cipher suites
	// 2 S>C alert: fatal handshake_failure
	// handshake-failed, alert: the server sent the alert handshake_failure (40) in record 2
}

func serverKey() *pki.PrivateKey {
	const file = "../testdata/draft-sec-flows/certs/domain_key_example.net.pem"
	b, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(b)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			panic(err)
		}
	}
	private := key.(*rsa.PrivateKey)
	return &pki.PrivateKey{Key: private, Public: private.Public(), Source: file}
}

func ExampleSniff() {
	for _, start := range []string{"\x16\x03\x01\x00\x2f\x01", "\x16\x03", "OPTIONS sip:example.org SIP/2.0\r\n"} {
		isTLS, enough := tlsparse.Sniff([]byte(start))
		fmt.Println(isTLS, enough)
	}
	// Output:
	// true true
	// false false
	// false true
}
