package tlsparse

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var draftHandshake = []string{
	"1 C>S handshake TLS 1.0(49) client_hello",
	"2 S>C handshake TLS 1.0(74) server_hello",
	"3 S>C handshake TLS 1.0(1477) certificate",
	"4 S>C handshake TLS 1.0(4) server_hello_done",
	"5 C>S handshake TLS 1.0(134) client_key_exchange",
	"6 C>S change_cipher_spec TLS 1.0(1) change_cipher_spec",
}

var draftDecrypted = append(draftHandshake[:len(draftHandshake):len(draftHandshake)],
	"7 C>S handshake TLS 1.0(48) decrypted finished verified",
	"8 S>C change_cipher_spec TLS 1.0(1) change_cipher_spec",
	"9 S>C handshake TLS 1.0(48) decrypted finished verified",
	"10 C>S application_data TLS 1.0(32) decrypted",
	"11 C>S application_data TLS 1.0(720) decrypted",
	"12 S>C application_data TLS 1.0(32) decrypted",
	"13 S>C application_data TLS 1.0(384) decrypted",
)

var draftEncrypted = append(draftHandshake[:len(draftHandshake):len(draftHandshake)],
	"7 C>S handshake TLS 1.0(48) encrypted",
	"8 S>C change_cipher_spec TLS 1.0(1) change_cipher_spec",
	"9 S>C handshake TLS 1.0(48) encrypted",
	"10 C>S application_data TLS 1.0(32) encrypted",
	"11 C>S application_data TLS 1.0(720) encrypted",
	"12 S>C application_data TLS 1.0(32) encrypted",
	"13 S>C application_data TLS 1.0(384) encrypted",
)

const draftServer = "the certificate of CN=example.net,O=sipit,L=San Jose,ST=California,C=US, serial 0195007102330056"

func TestDraftCapture(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	base := Verdict{
		JA3: "d03688c92e36c87cd9bdbba5c3368d5b", JA3S: "ab1e32eeaf70ee94c0af00f08d126891",
		JA4:     "t10i030000_5704bdfc91c6_000000000000",
		Version: TLS10, CipherSuite: 0x0035, HasSuite: true, KeyExchange: "RSA",
		RecordsEncrypted: 6, History: "CsxnGIi",
	}
	tests := []struct {
		name    string
		keys    []string
		records []string
		verdict func(*Verdict)
	}{
		{"its key", []string{"domain_key_example.net.pem"}, draftDecrypted, func(v *Verdict) {
			v.Outcome, v.Reason = Decrypted, ReasonRSAKey
			v.Detail = "the RSA key of " + draftServer + " (domain_key_example.net.pem), proved by both Finished messages"
			v.RecordsDecrypted, v.BytesDecrypted, v.History = 6, 1090, "CsxnGIFif"
		}},
		{"its key among others", []string{"domain_key_example.com.pem", "domain_key_example.net.pem"}, draftDecrypted, func(v *Verdict) {
			v.Outcome, v.Reason = Decrypted, ReasonRSAKey
			v.Detail = "the RSA key of " + draftServer + " (domain_key_example.net.pem), proved by both Finished messages"
			v.RecordsDecrypted, v.BytesDecrypted, v.History = 6, 1090, "CsxnGIFif"
		}},
		{"another's key", []string{"domain_key_example.com.pem"}, draftEncrypted, func(v *Verdict) {
			v.Outcome, v.Reason = NotDecrypted, ReasonKeyMismatch
			v.Detail = "none of the keys given (domain_key_example.com.pem) belongs to " + draftServer + ", compared by public key"
		}},
		{"no key", nil, draftEncrypted, func(v *Verdict) {
			v.Outcome, v.Reason = NotDecrypted, ReasonNoKey
			v.Detail = "no private key was given for " + draftServer
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewSession(&Config{Keys: ring(t, tt.keys...)})
			records := feed(s, flow)
			if diff := cmp.Diff(tt.records, summaries(records)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			want := base
			tt.verdict(&want)
			if diff := cmp.Diff(&want, s.Close()); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDraftPlaintext compares what was decrypted with the documents' own files of it, which
// have bare LF line ends and one more of them at the end.
func TestDraftPlaintext(t *testing.T) {
	s := NewSession(&Config{Keys: ring(t, "domain_key_example.net.pem")})
	var got [2][]byte
	for _, r := range feed(s, readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))) {
		if r.Type == ApplicationData {
			got[r.Dir] = append(got[r.Dir], r.Plaintext...)
		}
	}
	for d, file := range []string{"tls1-request", "tls1-response"} {
		want, err := os.ReadFile(filepath.Join(draft, "tls", file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(bytes.ReplaceAll(got[d], []byte("\r\n"), []byte("\n")))+"\n"); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}
