package listing

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/tlsparse"
)

// at is a time in seconds after the start of the tests' connection.
func at(seconds float64) time.Time {
	return time.Unix(1e9, int64(math.Round(seconds*1e6))*1e3)
}

func TestColumns(t *testing.T) {
	full, ssldump := &Options{}, &Options{Style: Ssldump}
	data := func(number int) *tlsparse.Record {
		return &tlsparse.Record{Number: number, Dir: tlsparse.ServerToClient, Type: tlsparse.ApplicationData, Version: tlsparse.TLS12, Length: 100, Encrypted: true}
	}
	for _, c := range []struct {
		name string
		add  func(c *Conn, b []byte) []byte
		want string
	}{
		{"open", func(c *Conn, b []byte) []byte { return c.AppendOpen(b, full) }, "New TCP connection #7: a(1) <-> b(2)\n"},
		{"below ten", func(c *Conn, b []byte) []byte { return c.AppendRecord(b, ssldump, at(0.1), data(9)) },
			"7 9  0.1000 (0.1000)  S>C  application_data\n"},
		{"ten", func(c *Conn, b []byte) []byte { return c.AppendRecord(b, ssldump, at(0.1), data(10)) },
			"7 10 0.1000 (0.1000)  S>C  application_data\n"},
		{"cut off, not rounded", func(c *Conn, b []byte) []byte {
			return c.AppendClose(c.AppendRecord(b, ssldump, at(0.00019), data(100)), ssldump, at(12.00039), 0, "fin")
		}, "7 100 0.0001 (0.0001)  S>C  application_data\n7    12.0003 (12.0002)  C>S  TCP FIN\n"},
		{"absolute", func(c *Conn, b []byte) []byte {
			return c.AppendClose(b, &Options{Absolute: true}, at(1.5), 1, "rst")
		}, "7    1000000001.5000 (1.5000)  S>C  TCP RST\n"},
		{"a message in the clear", func(c *Conn, b []byte) []byte {
			return c.AppendLine(b, full, at(0), 1, 0, 1400, "SIP")
		}, "7 1  0.0000 (0.0000)  C>S(1400)  SIP\n"},
		{"a clock that runs backwards", func(c *Conn, b []byte) []byte {
			b = c.AppendRecord(b, ssldump, at(-1), data(2))
			b = c.AppendRecord(b, ssldump, at(2), data(3))
			b = c.AppendRecord(b, ssldump, at(1), data(4))
			return c.AppendRecord(b, full, at(-1), data(5))
		}, "7 2  S>C  application_data\n" +
			"7 3  2.0000 (3.0000)  S>C  application_data\n" +
			"7 4  1.0000 S>C  application_data\n" +
			"7 5  -1.0000 (-2.0000)  S>CV3.3(100)  application_data  (encrypted)\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.add(NewConn(7, "tcp", "a(1)", "b(2)", at(0)), nil)
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for transport, want := range map[string]string{
		"udp":  "New UDP flow #1: 2001:db8::1(5060) <-> \\x1b(5060)\n",
		"sctp": "New SCTP association #1: 2001:db8::1(5060) <-> \\x1b(5060)\n",
	} {
		if got := NewConn(1, transport, "2001:db8::1(5060)", "\x1b(5060)", at(0)).AppendOpen(nil, full); string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// one lists a single record.
func one(r *tlsparse.Record, o Options) string {
	return string(NewConn(1, "tcp", "", "", at(0)).AppendRecord(nil, &o, at(0), r))
}

// TestRecordStyles pins how the styles tell apart what the captures in testdata do not have.
func TestRecordStyles(t *testing.T) {
	bad := &tlsparse.Error{Code: tlsparse.CodeBadMAC, Field: "fragment", Text: "the MAC is wrong", Section: "RFC 5246, Section 6.2.3.2"}
	short := &tlsparse.Error{Code: tlsparse.CodeShort, Field: "Alert", Text: "one octet is missing", Section: "RFC 5246, Section 7.2"}
	message := func(m tlsparse.Message) tlsparse.Record {
		return tlsparse.Record{Type: m.Content, Messages: []tlsparse.Message{m}}
	}
	handshake := func(typ tlsparse.HandshakeType, raw string, body any) tlsparse.Record {
		return message(tlsparse.Message{Content: tlsparse.Handshake, Type: typ, Raw: []byte(raw), Body: body})
	}
	text := func(s string) tlsparse.Record {
		return tlsparse.Record{Type: tlsparse.ApplicationData, Encrypted: true, Decrypted: true, Plaintext: []byte(s)}
	}
	for _, c := range []struct {
		name                   string
		r                      tlsparse.Record
		full, rfc6216, ssldump string
	}{
		{"bad MAC", tlsparse.Record{Type: tlsparse.ApplicationData, Encrypted: true, Err: bad},
			"  application_data  (encrypted)\n      ! fragment: the MAC is wrong (RFC 5246, Section 6.2.3.2)\n",
			" bad MAC\n", "  bad MAC\n"},
		{"octets skipped", tlsparse.Record{Type: tlsparse.ApplicationData, Encrypted: true, Skipped: 7},
			"  application_data  (encrypted)\n      ! 7 octets before it in no record: lost, or passed over\n",
			"  application_data\n", "  application_data\n"},
		{"registered type", tlsparse.Record{Type: tlsparse.Heartbeat},
			"  heartbeat\n", "  unknown record type: 24\n", "  unknown record type: 24\n"},
		{"unknown type", tlsparse.Record{Type: 99},
			"  unknown record type: 99\n", "  unknown record type: 99\n", "  unknown record type: 99\n"},
		{"alert without a name", message(tlsparse.Message{Content: tlsparse.Alert, Body: &tlsparse.AlertMessage{Level: 7, Description: 254}}),
			"  Alert\n    level           7\n    value           254\n",
			"  Alert\n    level         unknown value\n    value         unknown value\n",
			"  Alert\n    level           7\n    value           254\n"},
		{"half an alert", message(tlsparse.Message{Content: tlsparse.Alert, Err: short}),
			"  Alert\n        ! Alert: one octet is missing (RFC 5246, Section 7.2)\n",
			"  Alert\n", "  Alert\n"},
		{"message without a name", handshake(200, "\xc8\x00\x00\x02\x01\x02", nil),
			"  Handshake\n      unknown handshake type: 200\n        body[2]=\n          01 02\n",
			"  Handshake\n", "  Handshake\n"},
		{"message of later days", handshake(tlsparse.TypeCertificateStatus, "\x16\x00\x00\x00", nil),
			"  Handshake\n      CertificateStatus\n", "  Handshake\n", "  Handshake\n"},
		{"Finished of SSL 3.0", tlsparse.Record{Type: tlsparse.Handshake, Version: tlsparse.SSL30, Encrypted: true, Decrypted: true, Messages: []tlsparse.Message{
			{Content: tlsparse.Handshake, Type: tlsparse.TypeFinished, Body: &tlsparse.Finished{VerifyData: []byte(strings.Repeat("m", 16) + strings.Repeat("s", 20)), Checked: true}}}},
			"  Handshake  (decrypted)\n      Finished\n        md5_hash[16]=\n          6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d\n" +
				"        sha_hash[20]=\n          73 73 73 73 73 73 73 73 73 73 73 73 73 73 73 73\n          73 73 73 73\n        not verified: the handshake gives another\n",
			"  Handshake\n      Finished\n        md5_hash[16]=\n          6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d 6d\n" +
				"        sha_hash[20]=\n          73 73 73 73 73 73 73 73 73 73 73 73 73 73 73 73\n          73 73 73 73\n",
			"  Handshake\n      Finished\n"},
		{"export parameters", handshake(tlsparse.TypeServerKeyExchange, "", &tlsparse.ServerKeyExchange{P: []byte{1}, G: []byte{3}}),
			"  Handshake\n      ServerKeyExchange\n        params\n          RSA_modulus[1]=\n            01\n          RSA_exponent[1]=\n            03\n",
			"  Handshake\n      ServerKeyExchange\n        params\n          RSA_modulus[1]=\n            01\n          RSA_exponent[1]=\n            03\n",
			"  Handshake\n      ServerKeyExchange\n"},
		{"parameters not known", handshake(tlsparse.TypeServerKeyExchange, "", &tlsparse.ServerKeyExchange{Raw: []byte{9}}),
			"  Handshake\n      ServerKeyExchange\n        body[1]=\n          09\n",
			"  Handshake\n      ServerKeyExchange\n", "  Handshake\n      ServerKeyExchange\n"},
		{"no certificate", handshake(tlsparse.TypeCertificate, "", &tlsparse.Certificate{}),
			"  Handshake\n      Certificate\n        no certificate\n", "  Handshake\n      Certificate\n", "  Handshake\n      Certificate\n"},
		{"text without line end", text("a\r\n\r\nb\rc\td"),
			"  application_data  (decrypted)\n    RULE\n    61 0d 0a 0d 0a 62 0d 63 09 64                      a....b.c.d\n    RULE\n",
			"  application_data\n    RULE\n    a\n\n    b\\rc\tdRULE\n",
			"  application_data\n    RULE\n    a\n    \n    b\\rc\tdRULE\n"},
		{"text of Unicode", text("h\u00e9\u202e"),
			"  application_data  (decrypted)\n    RULE\n    68 c3 a9 e2 80 ae                                  h.....\n    RULE\n",
			"  application_data\n    RULE\n    68 c3 a9 e2 80 ae                                  h.....\n    RULE\n",
			"  application_data\n    RULE\n    68 c3 a9 e2 80 ae                                  h.....\n    RULE\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.r.Number = 1
			for style, want := range map[Style]string{Full: c.full, RFC6216: c.rfc6216, Ssldump: c.ssldump} {
				got := one(&c.r, Options{Style: style, Data: true})
				_, got, _ = strings.Cut(got, "C>S")
				if _, after, ok := strings.Cut(got, "(0)"); ok {
					got = after
				}
				if diff := cmp.Diff(strings.ReplaceAll(want, "RULE", rule), got); diff != "" {
					t.Errorf("style %d (-want, +got):\n%s", style, diff)
				}
			}
		})
	}
}

// TestRawCR asks for carriage returns as they were, in the style that may have them only.
func TestRawCR(t *testing.T) {
	r := &tlsparse.Record{Type: tlsparse.ApplicationData, Plaintext: []byte("a\r\nb\rc\n")}
	for style, want := range map[Style]bool{Full: false, RFC6216: false, Ssldump: true} {
		got := one(r, Options{Style: style, Data: true, RawCR: true})
		if strings.Contains(got, "\r") != want {
			t.Errorf("style %d: %q", style, got)
		}
	}
	if got := one(r, Options{Style: Ssldump, Data: true, RawCR: true}); !strings.Contains(got, "    a\r\n    b\rc\n    "+rule) {
		t.Errorf("%q", got)
	}
}

// TestExtensionContent asks for what Full says of extensions, and for octets where they
// cannot be read.
func TestExtensionContent(t *testing.T) {
	for _, c := range []struct {
		typ        tlsparse.ExtensionType
		data       string
		fromServer bool
		want       string
	}{
		{0, "\x00\x06\x00\x00\x03a\x1bb", false, "server_name: a\\x1bb\n"},
		{0, "", true, "server_name\n"},
		{0, "\x00\x06\x00", false, "server_name[3]=\n            00 06 00\n"},
		{1, "\x02", false, "max_fragment_length: 1024 octets\n"},
		{1, "\x09", false, "max_fragment_length[1]=\n            09\n"},
		{5, "\x01\x00\x00\x00\x00", false, "status_request: ocsp\n"},
		{10, "\x00\x04\x00\x1d\x12\x34", false, "supported_groups: x25519, 0x1234\n"},
		{10, "\x00\x03\x00\x1d\x12", false, "supported_groups[5]=\n            00 03 00 1d 12\n"},
		{11, "\x02\x00\x07", false, "ec_point_formats: uncompressed, 7\n"},
		{16, "\x00\x04\x03sip", true, "application_layer_protocol_negotiation: sip\n"},
		{16, "\x00\x04\x04sip", false, "application_layer_protocol_negotiation[6]=\n            00 04 04 73 69 70\n"},
		{21, "\x00\x00", false, "padding: 2 octets\n"},
		{28, "\x40\x01", false, "record_size_limit: 16385 octets\n"},
		{35, "abc", false, "session_ticket: 3 octets\n"},
		{43, "\x04\x03\x04\x03\x03", false, "supported_versions: TLS 1.3, TLS 1.2\n"},
		{43, "\x03\x04", true, "supported_versions: TLS 1.3\n"},
		{45, "\x01\x01", false, "psk_key_exchange_modes: psk_dhe_ke\n"},
		{51, "\x00\x05\x00\x1d\x00\x01k", false, "key_share: x25519 (1 octet)\n"},
		{51, "\x00\x1d\x00\x01k", true, "key_share: x25519 (1 octet)\n"},
		{51, "\x00\x17", true, "key_share: secp256r1\n"},
		{0xff01, "\x00", false, "renegotiation_info\n"},
		{0xff01, "\x02ab", false, "renegotiation_info: 2 octets\n"},
		{0x2a2a, "\x00", false, "GREASE (0x2a2a)[1]=\n            00\n"},
		{0x4444, "x", false, "extension 0x4444[1]=\n            78\n"},
		{0x4444, "", false, "extension 0x4444\n"},
	} {
		p := printer{o: &Options{}}
		in := tlsparse.TypeClientHello
		if c.fromServer {
			in = tlsparse.TypeServerHello
		}
		p.extension(tlsparse.Extension{Type: c.typ, Data: []byte(c.data)}, in)
		if got := string(p.b); got != blanks[:depthExtension]+c.want {
			t.Errorf("%v %x: %s, want %s", c.typ, c.data, got, c.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	v := &tlsparse.Verdict{
		Version: tlsparse.TLS12, CipherSuite: 0xc030, HasSuite: true, ServerName: "evil\x1b[2J.example", ALPN: "sip", Resumed: true,
		ExtendedMasterSecret: true, EncryptThenMAC: true, Outcome: tlsparse.PartlyDecrypted, Reason: tlsparse.ReasonGap,
		Detail: "20 octets of C>S are lost", RecordsEncrypted: 3, RecordsDecrypted: 1, BytesDecrypted: 10, History: "CsI",
	}
	want := `4    TLS: partly-decrypted (gap): 20 octets of C>S are lost
       TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, resumed,
         server name evil\x1b[2J.example, protocol sip, extended master secret,
         encrypt-then-MAC, 1 of 3 encrypted records decrypted,
         10 octets of content, messages CsI
`
	for style := range Ssldump {
		got := string(NewConn(4, "tcp", "", "", at(0)).AppendVerdict(nil, &Options{Style: style}, v))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	got := string(NewConn(4, "tcp", "", "", at(0)).AppendVerdict(nil, &Options{}, &tlsparse.Verdict{Outcome: tlsparse.NotDecrypted, Reason: tlsparse.ReasonIncomplete}))
	if want := "4    TLS: not-decrypted (handshake-incomplete)\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestPlaintext lists octets outside TLS: text that ends its line, text that does not, and others.
func TestPlaintext(t *testing.T) {
	const rule = "---------------------------------------------------------------\n"
	start := time.Unix(1_000_000, 0)
	for _, tt := range []struct{ data, full, ssldump string }{
		{"220 a\r\n", "1    0.0009 (0.0009)  S>C(7)  plaintext\n    " + rule + "    220 a\n    " + rule, "0.0009 (0.0009)  S>C\n" + rule + "220 a\r\n" + rule + "\n"},
		{"S", "1    0.0009 (0.0009)  S>C(1)  plaintext\n    " + rule + "    S\n    " + rule, "0.0009 (0.0009)  S>C\n" + rule + "S" + rule + "\n"},
		{"\x00\x9b", "1    0.0009 (0.0009)  S>C(2)  plaintext\n    " + rule + "    00 9b                                              ..\n    " + rule,
			"0.0009 (0.0009)  S>C\n" + rule + "00 9b                                              ..\n" + rule + "\n"},
	} {
		for style, want := range map[Style]string{Full: tt.full, Ssldump: tt.ssldump} {
			c := NewConn(1, "tcp", "a", "b", start)
			o := Options{Style: style, Data: true, RawCR: true}
			got := string(c.AppendPlaintext(nil, &o, start.Add(900*time.Microsecond), tlsparse.ServerToClient, []byte(tt.data)))
			if got != want {
				t.Errorf("%q:\n%s\nwant\n%s", tt.data, got, want)
			}
		}
	}
}

// TestNoTime: a record that is told at the end of the capture has the time of the line before.
func TestNoTime(t *testing.T) {
	start := time.Unix(1_000_000, 0)
	for style, want := range map[Style]string{Full: "1    0.5000 (0.0000)  C>S  TCP FIN\n", Ssldump: "1    0.5000 (0.0000)  C>S  TCP FIN\n"} {
		c, o := NewConn(1, "tcp", "a", "b", start), Options{Style: style}
		c.AppendClose(nil, &o, start.Add(500*time.Millisecond), tlsparse.ServerToClient, "fin")
		if got := string(c.AppendClose(nil, &o, time.Time{}, tlsparse.ClientToServer, "fin")); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
