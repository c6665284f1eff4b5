package listing

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/tlsparse"
)

// TestOdditiesAgainstSsldump compares listings of what rarely happens and ssldump still lists
// as it should.
func TestOdditiesAgainstSsldump(t *testing.T) {
	const v = tlsparse.TLS10
	ch, sh := hello{version: v, suites: []uint16{5, 0x2f}}, hello{version: v, suites: []uint16{0x2f}}
	hellos := []payload{
		client(record(tlsparse.Handshake, v, ch.client())),
		server(record(tlsparse.Handshake, v, sh.server())),
	}
	with := func(more ...payload) []payload { return append(hellos[:2:2], more...) }
	authority := []byte("\x30\x20\x31\x1e\x30\x1c\x06\x03\x55\x04\x03\x0c\x15a name of some length")
	request := append([]byte{4, 1, 2, 3, 4, 0, 40, 0, 34}, authority...)
	request = append(request, 0, 2, 0x30, 0)
	sni := []byte("\x00\x0e\x00\x00\x0bexample.net")
	extensions := []tlsparse.Extension{
		{Type: 0, Data: sni}, {Type: 10, Data: []byte{0, 2, 0, 29}}, {Type: 11, Data: []byte{1, 0}}, {Type: 35}, {Type: 0x4444, Data: []byte("abc")},
		{Type: 0xff01, Data: []byte{0}}, {Type: 16, Data: []byte("\x00\x04\x03sip")}, {Type: 22}, {Type: 40},
	}
	sslv2 := []byte("\x80\x28\x01\x03\x01\x00\x0f\x00\x00\x00\x10" +
		"\x00\x00\x2f\x01\x00\x80\x07\x00\xc0\x00\xc0\x30\x09\x09\x09" + "0123456789abcdef")

	for _, c := range []struct {
		name     string
		payloads []payload
	}{
		{"several messages in a record", with(server(record(tlsparse.Handshake, v,
			handshake(tlsparse.TypeCertificate, 0, 0, 0), handshake(tlsparse.TypeCertificateRequest, request...),
			handshake(tlsparse.TypeHelloRequest), handshake(tlsparse.TypeCertificateStatus, 'a', 'b', 'c'),
			handshake(tlsparse.TypeCertificateVerify, 0, 1, 'a'), handshake(tlsparse.TypeServerHelloDone))))},
		{"alerts", with(server(record(tlsparse.Alert, v, []byte{2, 40})), client(record(tlsparse.Alert, v, []byte{1, 0})))},
		{"other types", with(server(record(24, v, []byte{1, 2})), server(record(99, v, []byte{1, 2})))},
		{"extensions", []payload{
			client(record(tlsparse.Handshake, v, hello{version: v, suites: []uint16{5}, sessionID: "abcdefghijklmnopqrst", extensions: extensions}.client())),
			server(record(tlsparse.Handshake, v, hello{version: v, suites: []uint16{5}, sessionID: "a", extensions: extensions}.server())),
		}},
		{"no extensions", []payload{
			client(record(tlsparse.Handshake, v, hello{version: v, suites: []uint16{5}, bare: true}.client())),
			server(record(tlsparse.Handshake, v, hello{version: v, suites: []uint16{5}, bare: true}.server())),
		}},
		{"SSL 3.0", []payload{
			client(record(tlsparse.Handshake, tlsparse.SSL30, hello{version: tlsparse.SSL30, suites: []uint16{5, 0x1234, 0xc030, 0x0a0a, 0xc0b0, 0xd003}, bare: true}.client())),
			server(record(tlsparse.Handshake, tlsparse.SSL30, hello{version: tlsparse.SSL30, suites: []uint16{0x1234}, bare: true}.server())),
		}},
		{"SSL 2.0 hello", []payload{client(sslv2), hellos[1]}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newCapture()
			m.connection(c.payloads...)
			file := m.write(t)
			for args, o := range map[string]Options{
				"-n":       {},
				"-n -A -d": {AllFields: true, Data: true, RawCR: true},
				"-n -x":    {Hex: true},
			} {
				if o.Hex && c.name == "SSL 2.0 hello" {
					continue // its octets wander to the right
				}
				want := ja3Lines.ReplaceAllString(ssldump(t, append(strings.Fields(args), "-r", file)...), "")
				o.Style = Ssldump
				if diff := cmp.Diff(want, list(t, file, nil, &o, false)); diff != "" {
					t.Errorf("ssldump %s (-), this package (+):\n%s", args, diff)
				}
			}
		})
	}
}

// TestEnumsAgainstSsldump asks for ssldump's name of each alert, and of each type of client
// certificate, that it has a name for.
func TestEnumsAgainstSsldump(t *testing.T) {
	const v = tlsparse.TLS10
	m := newCapture()
	h := hello{version: v, suites: []uint16{5}}
	for i := range 256 {
		m.connection(client(record(tlsparse.Handshake, v, h.client())), server(record(tlsparse.Handshake, v, h.server())),
			server(record(tlsparse.Handshake, v, handshake(tlsparse.TypeCertificateRequest, 1, byte(i), 0, 0))),
			server(record(tlsparse.Alert, v, []byte{2, byte(i)})))
	}
	file := m.write(t)
	lines := func(s string) []string {
		return regexp.MustCompile(`(?m)^ +(certificate_types|value) .*`).FindAllString(s, -1)
	}
	theirs, ours := lines(ssldump(t, "-n", "-r", file)), lines(list(t, file, nil, &Options{Style: Ssldump}, false))
	if len(theirs) != 512 || len(ours) != 512 {
		t.Fatalf("ssldump has %d lines, this package %d", len(theirs), len(ours))
	}
	for i := range theirs {
		if len(strings.Fields(theirs[i])) == 2 && theirs[i] != ours[i] {
			t.Errorf("ssldump: %q, this package: %q", theirs[i], ours[i])
		}
	}
}
