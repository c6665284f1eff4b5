package listing

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"sipsecdump/tlsparse"
)

// TestResume asks for the session id of a client that resumes, which is no part of a full
// handshake's listing.
func TestResume(t *testing.T) {
	m := tlsparse.Message{Content: tlsparse.Handshake, Type: tlsparse.TypeClientHello, Body: &tlsparse.ClientHello{
		Version: tlsparse.TLS10, Random: make([]byte, 32), SessionID: bytes.Repeat([]byte{0xab}, 17),
		CipherSuites: []tlsparse.CipherSuite{0x0035}, Compression: []tlsparse.CompressionMethod{0},
	}}
	for style, want := range map[Style]string{
		RFC6216: "        resume [17]=\n          ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab\n          ab\n        cipher suites\n",
		Ssldump: "        resume [17]=\n          ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab \n          ab \n        cipher suites\n",
		Full:    "        session_id[17]=\n          ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab\n          ab\n        cipher suites\n",
	} {
		r := &tlsparse.Record{Number: 1, Type: tlsparse.Handshake, Version: tlsparse.TLS10, Messages: []tlsparse.Message{m}}
		got := NewConn(1, "tcp", "", "", time.Time{}).AppendRecord(nil, &Options{Style: style}, time.Time{}, r)
		if !strings.Contains(string(got), want) {
			t.Errorf("style %d:\n%s", style, got)
		}
	}
}

// TestOmit leaves out what each name says, in the styles that have it.
func TestOmit(t *testing.T) {
	hello := &tlsparse.ClientHello{
		Version: tlsparse.TLS12, Random: make([]byte, 32), SessionID: make([]byte, 8), CipherSuites: []tlsparse.CipherSuite{0x35},
		Compression: []tlsparse.CompressionMethod{0}, HasExtensions: true, Extensions: []tlsparse.Extension{{Type: tlsparse.ExtSessionTicket}},
	}
	answer := &tlsparse.ServerHello{Version: tlsparse.TLS12, Random: make([]byte, 32), SessionID: make([]byte, 8), CipherSuite: 0x35, Extensions: hello.Extensions}
	message := func(typ tlsparse.HandshakeType, body any) tlsparse.Message {
		return tlsparse.Message{Content: tlsparse.Handshake, Type: typ, Body: body}
	}
	r := &tlsparse.Record{Number: 1, Type: tlsparse.Handshake, Version: tlsparse.TLS12, Messages: []tlsparse.Message{
		message(tlsparse.TypeClientHello, hello), message(tlsparse.TypeServerHello, answer),
		message(tlsparse.TypeCertificate, &tlsparse.Certificate{Chain: [][]byte{{0x30, 0}}}),
		message(tlsparse.TypeClientKeyExchange, &tlsparse.ClientKeyExchange{EncryptedPreMasterSecret: make([]byte, 128)}),
		message(tlsparse.TypeNewSessionTicket, &tlsparse.NewSessionTicket{Ticket: make([]byte, 16)}),
		message(tlsparse.TypeServerKeyExchange, &tlsparse.ServerKeyExchange{Group: tlsparse.NamedGroup(23), Point: make([]byte, 65), Signature: make([]byte, 64)}),
		message(tlsparse.TypeCertificateVerify, &tlsparse.CertificateVerify{Signature: make([]byte, 64)}),
		message(tlsparse.TypeFinished, &tlsparse.Finished{VerifyData: make([]byte, 12)}),
	}}
	print := func(o *Options) string {
		return string(NewConn(1, "tcp", "", "", time.Time{}).AppendRecord(nil, o, time.Time{}, r))
	}
	for i, words := range [][]string{
		{"random["}, {"EncryptedPreMasterSecret"}, {"session_id[", "resume "}, {"extensions", "session_ticket"},
		{"NewSessionTicket", "ticket_lifetime_hint"}, {"certificate["}, {"Finished", "verify_data"},
		{"Signature[", "signature["},
	} {
		for _, style := range []Style{Full, RFC6216} {
			whole, less := print(&Options{Style: style}), print(&Options{Style: style, Omit: 1 << i})
			if style == Full && len(less) >= len(whole) {
				t.Errorf("%s: nothing is left out", OmitNames[i])
			}
			for _, w := range words {
				if strings.Contains(less, w) {
					t.Errorf("%s: %q is in\n%s", OmitNames[i], w, less)
				}
			}
			if !strings.Contains(less, "      Certificate\n") {
				t.Errorf("%s: no message Certificate in\n%s", OmitNames[i], less)
			}
		}
	}
}
