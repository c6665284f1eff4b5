package interop

import (
	"testing"
	"time"
	"unicode"

	"sipsecdump/cms"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
)

// FuzzMessage: whatever a message is, findings are sentences of some length about rules of the
// table, and those about habits come once.
func FuzzMessage(f *testing.F) {
	f.Add([]byte(call))
	f.Add([]byte("MESSAGE sip:b@h SIP/2.0\r\nFrom: <sip:a@h>;tag=1\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\nAccept: a/b\r\n" +
		"Content-Type: multipart/signed;micalg=sha1;protocol=x;boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: message/sip\r\n\r\nMESSAGE sip:c@h SIP/2.0\r\nFrom: <sip:c@h>\r\n\r\n\r\n--b\r\n" +
		"Content-Type: application/pkcs7-signature;name=x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: x;handling=y\r\n\r\n" +
		"MCMGCSqGSIb3DQEHAqAWMBQCAQExADALBgkqhkiG9w0BBwExAA==\r\n--b--\r\n"))
	f.Add([]byte("MESSAGE sip:b@h SIP/2.0\r\nContent-Type: application/pkcs7-mime;smime-type=x;name=y\r\n\r\n\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80\x02\x01\x00\x31\x00"))
	set, err := NewSet(report.Note, nil)
	if err != nil {
		f.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, octets []byte) {
		told := map[habit]int{}
		c := set.NewConnection(func(n *report.Finding) {
			const most = 4096 // octets of a sentence: a parser's, and what the rule adds
			r := Find(n.Rule)
			switch {
			case r == nil:
				t.Fatalf("there is no rule %q", n.Rule)
			case n.Text == "" || len(n.Text) > most:
				t.Errorf("%s: a text of %d octets", n.Rule, len(n.Text))
			case unicode.IsSpace(rune(n.Text[0])) || n.Text[len(n.Text)-1] == '.' && !endsCut(n.Text):
				t.Errorf("%s: %q is no sentence", n.Rule, n.Text)
			}
			if h := (habit{n.Rule, "", n.Certificate}); r != nil && r.habit {
				if told[h]++; told[h] > 1 {
					t.Errorf("%s is told again", n.Rule)
				}
			}
		})
		m := sipparse.Parse(octets)
		if len(senderOf(m)) > maxSender {
			return // its habits are told again
		}
		s := &report.SIP{Transport: "udp", Message: m, Body: m.Body}
		open(s, m.Parts, "", at)
		c.Message(s, at, at)
		c.Message(s, at, at)
	})
}

// endsCut tells whether a text ends as one that was cut.
func endsCut(text string) bool { return len(text) > 3 && text[len(text)-3:] == "..." }

// open adds parts with what can be seen of them without keys, two levels deep.
func open(s *report.SIP, parts []*mime.Part, prefix string, at time.Time) {
	for _, p := range parts {
		s.Parts = append(s.Parts, report.Part{Part: p, Path: prefix + p.Path})
		part := &s.Parts[len(s.Parts)-1]
		switch {
		case p.Multipart:
		case mime.IsCMS(p):
			c := &report.CMS{Path: part.Path, Object: cms.Parse(p.Content, cms.Limits{})}
			if signed := c.Object.Signed; signed != nil {
				c.Signers = signed.Verify(cms.VerifyInput{At: at, AOR: s.Message.From.URI})
			}
			c.Decrypt = c.Object.Open(nil)
			part.CMS = c
			if content := c.Content(); content != nil && prefix == "" {
				open(s, mime.ParseEntity(content, mime.Limits{}), part.Path+"/", at)
			}
		case p.MediaType == "message/sip":
			part.Message = sipparse.Parse(p.Content)
		}
	}
}
