package sipsecdump_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"sipsecdump"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// TestServerIdentity: whether a server's certificate is one for the server name is told where both
// are known, which in TLS 1.3 takes the secrets.
func TestServerIdentity(t *testing.T) {
	for _, tt := range []struct {
		name  string // of a capture of testdata/peers
		asked string // put in the place of the name that the client asks for
		keys  bool
		told  bool
		match bool
		want  string
	}{
		{"dhe-rsa", "example.net", false, true, true, `the sip URI "sip:example.net" is the one asked for`},
		{"dhe-rsa", "example.org", false, true, false, `the certificate is not one for "example.org"`},
		{"tls13-aes256", "example.net", true, true, true, `the sip URI "sip:example.net" is the one asked for`},
		{"tls13-aes256", "example.net", false, false, false, ""},
		{"anonymous-dh", "example.net", false, false, false, ""},
		{"dtls12", "example.net", false, true, true, `the sip URI "sip:example.net" is the one asked for`},
	} {
		t.Run(tt.name+" "+tt.asked, func(t *testing.T) {
			file := read(t, filepath.Join("testdata", "peers", tt.name+".pcap"))
			file = bytes.Replace(file, []byte("\x00\x00\x0bexample.net"), []byte("\x00\x00\x0b"+tt.asked), 1)
			o := &sipsecdump.Options{}
			if tt.keys {
				o.KeyLog = &tlsparse.KeyLog{}
				secrets := read(t, filepath.Join("testdata", "peers", tt.name+".keylog"))
				if _, _, err := o.KeyLog.Read("keys", bytes.NewReader(secrets)); err != nil {
					t.Fatal(err)
				}
			}
			verdicts := 0
			for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), o) {
				if err != nil {
					t.Fatal(err)
				}
				v, ok := e.Body.(*report.Verdict)
				if !ok {
					continue
				}
				verdicts++
				id := v.Identity
				if (id != nil) != tt.told {
					t.Fatalf("%s: told: %v", v.Detail, id)
				}
				if id != nil && (id.Matched != tt.match || !strings.Contains(id.Detail, tt.want)) {
					t.Errorf("%+v", id)
				}
			}
			if verdicts != 1 {
				t.Errorf("%d verdicts", verdicts)
			}
		})
	}
}
