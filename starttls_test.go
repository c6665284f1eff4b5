package sipsecdump_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/report"
)

// beforeTLS are what connections say before TLS begins: the client's lines, and the server's with
// "S: " in front. The last of the client's may stand in one segment with the hello if the
// protocol does not make it wait.
var beforeTLS = []struct {
	name  string
	lines []string
}{
	{"SMTP", []string{"S: 220 example.net ESMTP\r\n", "EHLO example.com\r\n", "S: 250-example.net\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "S: 220 go ahead\r\n"}},
	{"SMTP, pipelined", []string{"S: 220 example.net ESMTP\r\n", "EHLO example.com\r\nSTARTTLS\r\n"}},
	{"IMAP", []string{"S: * OK IMAP4rev1\r\n", "a001 STARTTLS\r\n", "S: a001 OK begin TLS\r\n"}},
	{"XMPP", []string{
		"<stream:stream to='example.net' version='1.0'>", "S: <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
		"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
	}},
	{"LDAP", []string{"0\x1d\x02\x01\x01w\x18\x80\x161.3.6.1.4.1.1466.20037", "S: 0\x0c\x02\x01\x01x\x07\n\x01\x00\x04\x00\x04\x00"}},
	{"CONNECT", []string{"CONNECT sip.example.net:5061 HTTP/1.1\r\nHost: sip.example.net\r\n\r\n", "S: HTTP/1.1 200 OK\r\n\r\n"}},
	{"PROXY 1", []string{"PROXY TCP4 192.0.2.1 192.0.2.2 40001 5061\r\n"}},
	{"PROXY 2", []string{"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\x9c\x41\x13\xc5"}},
	{"PostgreSQL", []string{"\x00\x00\x00\x08\x04\xd2\x16\x2f", "S: S"}},
	{"unknown", []string{"\x16\x03\x01\x00\x05hello\x16\x03", "S: \x16"}},
	{"nothing", nil},
}

// TestTLSBehindPlaintext: TLS is found behind whatever the two sides say before it, however it is cut
// into segments; what came before is told as plaintext, and SIP inside is read.
func TestTLSBehindPlaintext(t *testing.T) {
	tlsSaid, log := talkTLS(t, [][]byte{option(1), option(2)})
	for _, tt := range beforeTLS {
		var all []said
		var want [2]string
		for _, line := range tt.lines {
			text, server := strings.CutPrefix(line, "S: ")
			dir := 0
			if server {
				dir = 1
			}
			all = append(all, said{dir, []byte(text)})
			want[dir] += text
		}
		all = append(all, tlsSaid...)
		for _, cut := range []struct {
			name string
			cut  func([]said) []said
		}{
			{"as said", func(s []said) []said { return s }},
			{"octet by octet", func(s []said) (cut []said) {
				for _, w := range s {
					for p := range slices.Chunk(w.data, 1) {
						cut = append(cut, said{w.dir, p})
					}
				}
				return cut
			}},
			{"what one side says together", func(s []said) (cut []said) {
				for _, w := range s {
					if n := len(cut); n > 0 && cut[n-1].dir == w.dir {
						cut[n-1].data = slices.Concat(cut[n-1].data, w.data)
						continue
					}
					cut = append(cut, w)
				}
				return cut
			}},
		} {
			t.Run(tt.name+"/"+cut.name, func(t *testing.T) {
				w := newWire(t, 9000)
				if err := w.w.WriteSecrets(log); err != nil {
					t.Fatal(err)
				}
				w.handshake()
				for _, s := range cut.cut(all) {
					w.tcp(s.dir, capture.ACK, s.data)
				}
				w.fin()
				got := readUpgraded(t, w.close())
				if got.plain != want {
					t.Errorf("plaintext %q, want %q", got.plain, want)
				}
				if len(got.verdicts) != 1 || got.verdicts[0] != "decrypted" || !slices.Equal(got.messages, []string{"tls 1", "tls 2"}) {
					t.Errorf("verdicts %q, messages %q", got.verdicts, got.messages)
				}
				if got.offsets != [2]int64{int64(len(want[0])), int64(len(want[1]))} {
					t.Errorf("the first records are at %d behind %d and %d octets", got.offsets, len(want[0]), len(want[1]))
				}
				if len(got.anomalies) > 0 {
					t.Errorf("anomalies: %q", got.anomalies)
				}
			})
		}
	}
}

// TestNoTLS: what looks like the beginning of a record is not taken for TLS in SIP, and in other
// plaintext not without all of a hello, at a place where one may be.
func TestNoTLS(t *testing.T) {
	tlsSaid, _ := talkTLS(t, [][]byte{option(1)})
	hello := string(tlsSaid[0].data)
	body := func(b string) string {
		return string(replaced(replaced(option(1), "body 1\r\n\r", b), "Content-Length: 9", "Content-Length: "+strconv.Itoa(len(b))))
	}
	binary := strings.Repeat("\x80\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03\x03\n\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x16\x03\x03", 40)
	for _, tt := range []struct {
		name   string
		pieces []string
		sip    int
	}{
		{"hello in the body of a message", []string{body("\n" + hello)}, 1},
		{"hello behind a message's head", []string{strings.TrimSuffix(body(hello), hello), hello, string(option(2))}, 2},
		{"media", []string{"MEDIA" + binary}, 0},
		{"media in segments", []string{"MEDIA", binary[:30], binary[30:100], binary[100:]}, 0},
		{"a capture", []string{"\xd4\xc3\xb2\xa1" + strings.Repeat("\x00", 70) + hello + strings.Repeat("\x00", 70) + hello}, 0},
		{"a hello too short", []string{"220 hello\r\n" + hello[:60]}, 0},
		{"the first octets of a header", []string{"220 hello\r\n\x16\x03\x01"}, 0},
		{"header of a record behind plaintext", []string{"220 hello\r\n", "\x17\x03\x03\x00\x20" + strings.Repeat("a", 32)}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stream := strings.Join(tt.pieces, "")
			// A hello that a segment of its own begins would be TLS.
			for i := 1; i < len(stream); i++ {
				pieces := [][]byte{[]byte(stream[:i]), []byte(stream[i:])}
				if strings.HasPrefix(stream[i:], hello) && tt.sip == 0 {
					continue
				}
				if i == 1 {
					pieces = nil
					for _, p := range tt.pieces {
						pieces = append(pieces, []byte(p))
					}
				}
				got := readUpgraded(t, overTCP(t, pieces))
				if len(got.verdicts) > 0 || len(got.messages) != tt.sip || got.plain[0] != stream {
					t.Fatalf("cut at %d: verdicts %q, messages %q, %d octets of plaintext", i, got.verdicts, got.messages, len(got.plain[0]))
				}
			}
		})
	}
}

// upgraded is what is told of a connection.
type upgraded struct {
	plain               [2]string
	offsets             [2]int64 // of the first records
	verdicts, anomalies []string
	messages            []string // transport and Call-ID
}

func readUpgraded(t testing.TB, file []byte) (u upgraded) {
	t.Helper()
	u.offsets = [2]int64{-1, -1}
	for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), &sipsecdump.Options{Plaintext: true}) {
		if err != nil {
			t.Fatal(err)
		}
		switch b := e.Body.(type) {
		case *report.Plaintext:
			u.plain[b.Dir] += string(b.Data)
		case *report.Record:
			if u.offsets[b.Dir] < 0 {
				u.offsets[b.Dir] = b.Offset
			}
		case *report.Verdict:
			u.verdicts = append(u.verdicts, string(b.Outcome))
		case *report.Anomaly:
			u.anomalies = append(u.anomalies, b.Code)
		case *report.SIP:
			u.messages = append(u.messages, b.Transport+" "+b.Message.CallID)
		}
	}
	return u
}
