package listing

import (
	"bytes"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/tlsparse"
)

func octets(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRFC6216Listing asks for the listing of RFC 6216, Section 3.1. Its capture was never
// published: the records are made from the listing. The RFC's editors left out the
// EncryptedPreMasterSecret, which ssldump prints along with the randoms; so does the test.
func TestRFC6216Listing(t *testing.T) {
	want, err := os.ReadFile("../../testdata/goldens/rfc6216-3.1-tls.ssldump.txt")
	if err != nil {
		t.Fatal(err)
	}
	clientHello := &tlsparse.ClientHello{
		Version: tlsparse.TLS10,
		Random:  octets(t, "4c 09 5b a7 66 77 eb 43 52 30 dd 98 4d 09 23 d3 ff 81 74 ab 04 69 bb 79 8c dc 59 cd c2 1f b7 ec"),
		CipherSuites: []tlsparse.CipherSuite{
			0xc014, 0xc00f, 0x0039, 0x0035, 0x0038, 0xc013, 0xc00e, 0x0033, 0x002f, 0x0032, 0xc012, 0xc00d, 0x0016,
			0x000a, 0x0013, 0xc011, 0xc00c, 0x0005, 0x0004, 0x0015, 0x0014, 0x0009, 0x0008, 0x0012, 0x0011, 0x0003,
		},
		Compression:   []tlsparse.CompressionMethod{0},
		HasExtensions: true,
		Extensions:    []tlsparse.Extension{{Type: tlsparse.ExtSessionTicket}},
	}
	serverHello := &tlsparse.ServerHello{
		Version:       tlsparse.TLS10,
		Random:        octets(t, "4c 09 5b a7 30 87 74 c7 16 98 24 d5 af 35 17 a7 ef c3 78 0c 94 d4 94 d2 7b a6 3f 40 04 25 f6 e0"),
		CipherSuite:   0x0035,
		HasExtensions: true,
		Extensions:    []tlsparse.Extension{{Type: tlsparse.ExtSessionTicket}},
	}
	message := func(typ tlsparse.HandshakeType, body any) tlsparse.Message {
		return tlsparse.Message{Content: tlsparse.Handshake, Type: typ, Body: body}
	}
	type line struct {
		micros   int64
		dir      tlsparse.Dir
		length   int
		typ      tlsparse.ContentType
		messages []tlsparse.Message
	}
	const (
		c2s, s2c = tlsparse.ClientToServer, tlsparse.ServerToClient
		finLine  = -1
	)
	lines := []line{
		{450, c2s, 101, tlsparse.Handshake, []tlsparse.Message{message(tlsparse.TypeClientHello, clientHello)}},
		{1200, s2c, 48, tlsparse.Handshake, []tlsparse.Message{message(tlsparse.TypeServerHello, serverHello)}},
		{1200, s2c, 1858, tlsparse.Handshake, []tlsparse.Message{message(tlsparse.TypeCertificate, &tlsparse.Certificate{})}},
		{1200, s2c, 14, tlsparse.Handshake, []tlsparse.Message{
			message(tlsparse.TypeCertificateRequest, &tlsparse.CertificateRequest{Types: []tlsparse.ClientCertificateType{1, 2, 64}}),
			message(tlsparse.TypeServerHelloDone, nil),
		}},
		{4320, c2s, 7, tlsparse.Handshake, []tlsparse.Message{message(tlsparse.TypeCertificate, &tlsparse.Certificate{})}},
		{4320, c2s, 262, tlsparse.Handshake, []tlsparse.Message{
			message(tlsparse.TypeClientKeyExchange, &tlsparse.ClientKeyExchange{EncryptedPreMasterSecret: make([]byte, 256)}),
		}},
		{4320, c2s, 1, tlsparse.ChangeCipherSpec, []tlsparse.Message{{Content: tlsparse.ChangeCipherSpec}}},
		{4320, c2s, 48, tlsparse.Handshake, nil},
		{12900, s2c, 170, tlsparse.Handshake, []tlsparse.Message{
			message(tlsparse.TypeNewSessionTicket, &tlsparse.NewSessionTicket{Ticket: make([]byte, 160)}),
		}},
		{12900, s2c, 1, tlsparse.ChangeCipherSpec, []tlsparse.Message{{Content: tlsparse.ChangeCipherSpec}}},
		{12900, s2c, 48, tlsparse.Handshake, nil},
		{13450, c2s, 32, tlsparse.ApplicationData, nil},
		{13450, c2s, 496, tlsparse.ApplicationData, nil},
		{215050, s2c, 32, tlsparse.ApplicationData, nil},
		{215050, s2c, 336, tlsparse.ApplicationData, nil},
		{12230460, s2c, 32, tlsparse.Alert, nil},
		{12231000, s2c, finLine, 0, nil},
		{12232100, c2s, 32, tlsparse.Alert, nil},
	}
	o := &Options{Style: RFC6216}
	start := time.Unix(1275681703, 0)
	c := NewConn(1, "tcp", "example.com(50738)", "example.net(5061)", start)
	got := c.AppendOpen(nil, o)
	number := 0
	var switched [2]bool
	for _, l := range lines {
		at := start.Add(time.Duration(l.micros) * time.Microsecond)
		if l.length == finLine {
			got = c.AppendClose(got, o, at, l.dir, "fin")
			continue
		}
		number++
		got = c.AppendRecord(got, o, at, &tlsparse.Record{
			Number: number, Dir: l.dir, Type: l.typ, Version: tlsparse.TLS10, Length: l.length,
			Encrypted: switched[l.dir], Messages: l.messages,
		})
		switched[l.dir] = switched[l.dir] || l.typ == tlsparse.ChangeCipherSpec
	}
	got = regexp.MustCompile(` +EncryptedPreMasterSecret\[256\]=\n( +(00 ){15}00\n){16}`).ReplaceAll(got, nil)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

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
