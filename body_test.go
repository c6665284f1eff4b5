package sipsecdump_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

const bodyHead = "MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n" +
	"From: <sip:fluffy@example.com>;tag=1\r\nTo: <sip:kumiko@example.net>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\n"

// carrying makes a message with a body.
func carrying(fields, body string) []byte {
	return fmt.Appendf(nil, "%s%s\r\nContent-Length: %d\r\n\r\n%s", bodyHead, fields, len(body), body)
}

// partsOf analyses a message and writes its parts: path, type, what is inside and issues.
func partsOf(t testing.TB, k *pki.Keyring, message []byte) []string {
	t.Helper()
	_, _, sip := facts(t, k, message)
	var list []string
	for _, p := range sip.Parts {
		s := fmt.Sprintf("%s %s %d", p.Path, p.MediaType, len(p.Content))
		if m := p.Message; m != nil {
			s += fmt.Sprintf(" [%s %d %d]", m.Method, m.Status, len(m.Headers))
			for _, is := range m.Issues {
				s += " " + is.Code
			}
		}
		if p.CMS != nil {
			s += " CMS"
		}
		for _, is := range p.Issues {
			s += " " + is.Code
		}
		list = append(list, s)
	}
	return list
}

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestEmbedded: messages in bodies are messages, their parts continue the path, their issues are
// told.
func TestEmbedded(t *testing.T) {
	inner := string(carrying("Content-Type: text/plain", "hello"))
	multi := "--x\r\nContent-Type: message/sip\r\n\r\n" + inner + "\r\n--x\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 100 Trying\r\n--x--"
	for _, tt := range []struct {
		name, fields, body string
		want               []string
	}{
		{"sip", "Content-Type: message/sip", inner, []string{"1 message/sip " + fmt.Sprint(len(inner)) + " [MESSAGE 0 8]", "1/1 text/plain 5"}},
		{"sip, mixed", "Content-Type: multipart/mixed;boundary=x", multi, []string{
			"0 multipart/mixed 0", "1 message/sip " + fmt.Sprint(len(inner)) + " [MESSAGE 0 8]", "1/1 text/plain 5", "2 message/sipfrag 18 [ 100 0]",
		}},
		{"sip with issues", "Content-Type: message/sip", "BYE sip:a SIP/3.0\r\n\r\n", []string{
			"1 message/sip 21 [BYE 0 0] version-unsupported header-missing header-missing header-missing header-missing header-missing header-missing",
		}},
		{"fragment", "Content-Type: message/sipfrag", "From: <sip:a@b>;tag=1\r\nContent-Length: 7\r\n", []string{"1 message/sipfrag 42 [ 0 2]"}},
		{"fragment with a body", "Content-Type: message/sipfrag", "Content-Type: text/plain\r\n\r\nhello", []string{"1 message/sipfrag 33 [ 0 1]", "1/1 text/plain 5"}},
		{"compressed multipart", "Content-Type: multipart/mixed;boundary=x\r\nContent-Encoding: gzip", gzipped(t, multi), []string{
			fmt.Sprintf("1 multipart/mixed %d", len(multi)), "1/0 multipart/mixed 0",
			"1/1 message/sip " + fmt.Sprint(len(inner)) + " [MESSAGE 0 8]", "1/1/1 text/plain 5", "1/2 message/sipfrag 18 [ 100 0]",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := carrying(tt.fields, tt.body)
			if got := partsOf(t, &pki.Keyring{}, m); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			for _, format := range []string{"text", "json"} {
				var out bytes.Buffer
				if _, err := sipsecdump.Render(t.Context(), &out, sources(map[string][]byte{"f": datagrams(t, m)}, "f"), &sipsecdump.Options{}, renderers(format)); err != nil {
					t.Fatal(err)
				}
				clean(t, format, out.Bytes())
				if n := strings.Count(out.String(), "\n        hello\n"); format == "text" && strings.Contains(tt.body, "hello") && n != 1 {
					t.Errorf("the text is shown %d times:\n%s", n, out.String())
				}
			}
		})
	}
}

// TestEmbeddedDepth: messages in messages are opened to a bounded depth, and that is told.
func TestEmbeddedDepth(t *testing.T) {
	m := string(carrying("Content-Type: text/plain", "hello"))
	for range 20 {
		m = string(carrying("Content-Type: message/sip", m))
	}
	_, damage, sip := facts(t, &pki.Keyring{}, []byte(m))
	if len(sip.Parts) != 8 || len(damage) != 1 || damage[0].Code != "body-limit" {
		t.Errorf("%d parts, %+v", len(sip.Parts), damage)
	}
}

// TestTunnel: a message inside of an encrypted part of a multipart/signed (RFC 3261, Section
// 23.4), opened and in its place.
func TestTunnel(t *testing.T) {
	inner := carrying("Content-Type: text/plain", "hello")
	object, err := pkcs7.Encrypt(append([]byte("Content-Type: message/sip\r\n\r\n"), inner...), x509List(t, "user_cert_kumiko@example.net.pem"))
	if err != nil {
		t.Fatal(err)
	}
	keys := ring(t, "user_key_kumiko@example.net.pem")
	m := enveloped(object)
	want := []string{fmt.Sprintf("1 application/pkcs7-mime %d CMS", len(object)), fmt.Sprintf("1/1 message/sip %d [MESSAGE 0 8]", len(inner)), "1/1/1 text/plain 5"}
	if got := partsOf(t, keys, m); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var c *report.CMS
	for e := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": datagrams(t, m)}, "f"), &sipsecdump.Options{Keyring: keys}) {
		if b, ok := e.Body.(*report.CMS); ok {
			c = b
		}
	}
	if len(c.Inside) != 2 || c.Inside[0].Message == nil || c.Inside[1].Path != "1/1/1" {
		t.Errorf("inside are %+v", c.Inside)
	}
}

// TestObjectByContent: RFC 4475's mpart01 carries its signature as application/octet-stream.
func TestObjectByContent(t *testing.T) {
	want := []string{"0 multipart/mixed 0", "1 text/plain 5", "2 application/octet-stream 342 CMS"}
	if got := partsOf(t, &pki.Keyring{}, read(t, filepath.Join("testdata", "rfc4475", "mpart01.dat"))); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestInflatedLimit: compressed parts in compressed parts do not outgrow the bound.
func TestInflatedLimit(t *testing.T) {
	body := strings.Repeat("a", 1<<19)
	for range 12 {
		z := gzipped(t, body)
		body = ""
		for range 3 {
			body += "--x\r\nContent-Type: multipart/mixed;boundary=x\r\nContent-Encoding: gzip\r\n\r\n" + z + "\r\n"
		}
		body += "--x--"
	}
	_, damage, sip := facts(t, &pki.Keyring{}, carrying("Content-Type: multipart/mixed;boundary=x", body))
	sum := 0
	for _, p := range sip.Parts {
		sum += len(p.Content)
	}
	if len(damage) != 1 || damage[0].Code != "body-limit" || sum > 6<<20 {
		t.Errorf("%d parts, %d octets, %+v", len(sip.Parts), sum, damage)
	}
}

// TestObjectOfAnotherType: what is not of the type data is no MIME entity, unless it looks like one.
func TestObjectOfAnotherType(t *testing.T) {
	element := func(tag byte, content string) string { return string([]byte{tag, byte(len(content))}) + content }
	for _, tt := range []struct{ contentType, content, want string }{
		{"\x2a\x03\x04", "\x30\x03\x02\x01\x05", "1/1 application/octet-stream 5"},
		{"\x2a\x03\x04", "Content-Type: text/html\r\n\r\nhi", "1/1 text/html 2"},
		{"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", "\x30\x03\x02\x01\x05", "1/1 text/plain 5 separator-missing"},
	} {
		signed := element(0x30, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"+element(0xa0, element(0x30, "\x02\x01\x03\x31\x00"+
			element(0x30, element(6, tt.contentType)+element(0xa0, element(4, tt.content)))+"\x31\x00")))
		want := []string{fmt.Sprintf("1 application/pkcs7-mime %d CMS", len(signed)), tt.want}
		if got := partsOf(t, &pki.Keyring{}, enveloped([]byte(signed))); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
