package sipsecdump_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"sipsecdump"
	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/report/listing"
)

// keyring loads a key file.
func keyring(name string) *pki.Keyring {
	data, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	material, err := pki.ParseFile(name, data, nil)
	if err != nil {
		log.Fatal(err)
	}
	ring := &pki.Keyring{}
	ring.Add(material)
	return ring
}

// The events of a capture, decrypted with the server's key.
func ExampleAnalyze() {
	file, err := os.Open("testdata/draft-sec-flows/tls/tls1.pcap")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	options := &sipsecdump.Options{Keyring: keyring("testdata/draft-sec-flows/certs/domain_key_example.net.pem")}
	captures := []sipsecdump.Source{{Name: "tls1.pcap", Reader: file}}
	for event, err := range sipsecdump.Analyze(context.Background(), captures, options) {
		if err != nil {
			log.Fatal(err)
		}
		switch body := event.Body.(type) {
		case *report.Connection:
			fmt.Println(event.Flow.Client, "connects to", event.Flow.Server)
		case *report.SIP:
			m := body.Message
			if m.Request {
				fmt.Printf("message %d, in packet %d: %s %s, %q\n", body.N, event.Packet, m.Method, m.URI, m.Body)
			} else {
				fmt.Printf("message %d, in packet %d: %d %s\n", body.N, event.Packet, m.Status, m.Reason)
			}
		case *report.Verdict:
			fmt.Println(body.Outcome, body.CipherSuite)
		}
	}
	// Output:
	// 127.0.0.1:55768 connects to 127.0.0.1:5061
	// message 1, in packet 10: MESSAGE sips:kumiko@example.net, "Hello!"
	// message 2, in packet 11: 200 OK
	// decrypted TLS_RSA_WITH_AES_256_CBC_SHA
}

// The listing as text.
func ExampleRender() {
	file, err := os.Open("testdata/draft-sec-flows/tls/tls1.pcap")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	captures := []sipsecdump.Source{{Name: "tls1.pcap", Reader: file}}
	text := &report.TextOptions{
		Show:    report.ListingLayers.Only(report.LayerVerdict).With(report.LayerSummary),
		Listing: listing.Options{Style: listing.Full},
		Tree:    cms.StyleRFC6216,
	}
	summary, err := sipsecdump.Render(context.Background(), os.Stdout, captures, nil,
		func() report.Renderer { return report.NewText(text) })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(summary.TLSUndecrypted, "not decrypted")
	// Output:
	// 1    TLS: not-decrypted (no-key): no private key was given for the certificate of CN=example.net,O=sipit,L=San Jose,ST=California,C=US, serial 0195007102330056
	//        TLS 1.0, TLS_RSA_WITH_AES_256_CBC_SHA, 0 of 6 encrypted records decrypted,
	//          messages CsxnGIi, JA3 d03688c92e36c87cd9bdbba5c3368d5b,
	//          JA3S ab1e32eeaf70ee94c0af00f08d126891,
	//          JA4 t10i030000_5704bdfc91c6_000000000000
	// 16 packets, 1 connection, 0 SIP messages
	// TLS: 1 connection, 0 decrypted
	// 1 not decrypted
}
