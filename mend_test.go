package sipsecdump_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// firstMessage returns the SIP message of the first packet of one of the draft's captures.
func firstMessage(t testing.TB, file string) []byte {
	t.Helper()
	b := read(t, file)
	start := bytes.Index(b, []byte("MESSAGE sip:"))
	end := bytes.Index(b[start:], []byte("\r\n\r\n"))
	head := b[start : start+end+4]
	_, length, _ := strings.Cut(string(head), "\r\nContent-Length: ")
	n, err := strconv.Atoi(length[:strings.IndexByte(length, '\r')])
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(b[start : start+len(head)+n])
}

// textMode is the conversion that damaged the archive of RFC 6216: every LF that has no CR gets one.
func textMode(b []byte) []byte {
	var out []byte
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}

// withLength gives a message the Content-Length that its octets have.
func withLength(message []byte) []byte {
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	i := bytes.Index(head, []byte("\r\nContent-Length:"))
	return fmt.Appendf(nil, "%s\r\nContent-Length: %d\r\n\r\n%s", head[:i], len(body), body)
}

// facts is what was established about the objects of a message, whatever damage says.
func facts(t testing.TB, k *pki.Keyring, message []byte) (established string, damage []*report.Anomaly, sip *report.SIP) {
	t.Helper()
	file := datagrams(t, message)
	for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), &sipsecdump.Options{Keyring: k}) {
		if err != nil {
			t.Fatal(err)
		}
		switch b := e.Body.(type) {
		case *report.SIP:
			sip = b
		case *report.CMS:
			established += fmt.Sprintf("%s %d octets %v;", b.Path, len(b.Object.Raw), b.Object.Issues)
			for _, s := range b.Signers {
				established += fmt.Sprintf(" signer %v %s;", s.Verified, s.Reason)
			}
			if b.Decrypt != nil {
				established += fmt.Sprintf(" decrypted %q;", b.Decrypt.Content)
			}
		case *report.Anomaly:
			damage = append(damage, b)
		}
	}
	return established, damage, sip
}

// TestMended damages the draft's three messages: what was true of them before is found to be true
// again, and the damage is told.
func TestMended(t *testing.T) {
	keys := ring(t, "user_key_kumiko@example.net.pem", "user_cert_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	for _, file := range shipped[1:] {
		whole := firstMessage(t, file)
		want, damage, _ := facts(t, keys, whole)
		if len(damage) > 0 || !strings.Contains(want, "signer true") && !strings.Contains(want, "decrypted") || strings.Contains(want, "signer false") {
			t.Fatalf("%s: %s %+v", file, want, damage)
		}
		converted := textMode(whole)
		added := len(converted) - len(whole)
		for _, tt := range []struct {
			name    string
			message []byte
		}{
			{"converted", converted},
			{"a line end behind", append(bytes.Clone(converted), "\r\n"...)},
			{"converted before its length was counted", withLength(converted)},
			{"the length is wrong too", bytes.Replace(converted, []byte("Content-Length: "), []byte("Content-Length: 1"), 1)},
		} {
			t.Run(filepath.Base(filepath.Dir(file))+"/"+tt.name, func(t *testing.T) {
				got, damage, sip := facts(t, keys, tt.message)
				if got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
				if len(damage) != 1 || damage[0].Code != "line-ends-changed-in-transit" || damage[0].Count != int64(added) {
					t.Fatalf("damage %+v", damage)
				}
				if at := damage[0].Offset; string(tt.message[at:at+2]) != "\r\n" {
					t.Errorf("offset %d is at %q", at, tt.message[at:at+2])
				}
				if !bytes.Equal(sip.Message.Raw, tt.message) {
					t.Error("the message itself was changed")
				}
				left := 0
				for _, p := range sip.Parts {
					if !p.Multipart {
						left += p.Repaired
					}
				}
				if left != added {
					t.Errorf("%d octets were left out of parts, not %d", left, added)
				}
				var out bytes.Buffer
				if _, err := sipsecdump.Render(t.Context(), &out, sources(map[string][]byte{"f": datagrams(t, tt.message)}, "f"),
					&sipsecdump.Options{Keyring: keys}, renderers("text")); err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(out.String()) {
					verdict := strings.Contains(line, "verified over") || strings.Contains(line, "decrypted, ") ||
						strings.HasPrefix(line, "Call ") && (strings.Contains(line, "signed:") || strings.Contains(line, "encrypted:"))
					if verdict && !strings.Contains(line, "repaired octets") {
						t.Errorf("the verdict does not say that it is over repaired octets: %s", line)
					}
				}
			})
		}
	}
}

// x509List loads a certificate of the draft's archive for those who make objects.
func x509List(t testing.TB, name string) []*x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(ring(t, name).Certificates[0].Raw)
	if err != nil {
		t.Fatal(err)
	}
	return []*x509.Certificate{c}
}

// encrypted makes a message for kumiko whose object has both LFs and genuine CRLF pairs.
func encrypted(t testing.TB, content []byte) []byte {
	t.Helper()
	to := x509List(t, "user_cert_kumiko@example.net.pem")
	for range 100000 {
		object, err := pkcs7.Encrypt(content, to)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(object, []byte("\r\n")) && len(textMode(object)) > len(object) {
			return enveloped(object)
		}
	}
	t.Fatal("chance has left us")
	return nil
}

func enveloped(object []byte) []byte {
	return withLength(append([]byte("MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"+
		"From: <sip:fluffy@example.com>;tag=1\r\nTo: <sip:kumiko@example.net>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\n"+
		"Content-Type: application/pkcs7-mime;smime-type=enveloped-data\r\nContent-Length: 0\r\n\r\n"), object...))
}

// TestMendedGenuine: with genuine CRLF pairs in an object the lengths leave several ways, and the
// decryption or the signature decides. Undamaged, it is left alone.
func TestMendedGenuine(t *testing.T) {
	keys := ring(t, "user_key_kumiko@example.net.pem", "user_cert_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	key := ring(t, "user_key_fluffy@example.com.pem").Keys[0].Key.(*rsa.PrivateKey)
	text := []byte("Content-Type: text/plain\r\n\r\n" + strings.Repeat("hello ", 20))
	for name, whole := range map[string][]byte{"encrypted": encrypted(t, text), "signed": signedGenuine(t, key)} {
		want, damage, _ := facts(t, keys, whole)
		if len(damage) > 0 {
			t.Fatalf("%s: an undamaged message was repaired: %+v", name, damage[0])
		}
		got, damage, _ := facts(t, keys, textMode(whole))
		if got != want || len(damage) != 1 {
			t.Errorf("%s: got\n%s\nwant\n%s\n%+v", name, got, want, damage)
		}
	}
}

// signedGenuine makes a signed message whose signature has both LFs and genuine CRLF pairs.
func signedGenuine(t testing.TB, key *rsa.PrivateKey) []byte {
	t.Helper()
	cert := x509List(t, "user_cert_fluffy@example.com.pem")[0]
	for n := range 100000 {
		entity := fmt.Appendf(nil, "Content-Type: text/plain\r\n\r\nhello %d\r\n", n)
		s, err := pkcs7.NewSignedData(entity)
		if err != nil {
			t.Fatal(err)
		}
		s.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
		if err := s.AddSigner(cert, key, pkcs7.SignerInfoConfig{}); err != nil {
			t.Fatal(err)
		}
		s.Detach()
		object, err := s.Finish()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(object, []byte("\r\n")) && len(textMode(object)) > len(object) {
			return signed(entity, object)
		}
	}
	t.Fatal("chance has left us")
	return nil
}

// TestMendedFile: a file as the archive of RFC 6216 has them, with a line end behind the message.
func TestMendedFile(t *testing.T) {
	f, err := sipsecdump.ReadFile("damaged.dat", append(textMode(firstMessage(t, shipped[3])), "\r\n"...))
	if err != nil {
		t.Fatal(err)
	}
	verified, decrypted, told := false, false, false
	keys := ring(t, "user_key_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	for _, e := range sipsecdump.OpenFile(f, nil, &sipsecdump.Options{Keyring: keys, At: time.Date(2005, 11, 20, 0, 0, 0, 0, time.UTC)}) {
		switch b := e.Body.(type) {
		case *report.CMS:
			verified = verified || len(b.Signers) == 1 && b.Signers[0].Verified && b.Repaired > 0
			decrypted = decrypted || b.Decrypt != nil && b.Decrypt.Decrypted && b.Repaired > 0
		case *report.Anomaly:
			told = told || b.Code == "line-ends-changed-in-transit"
		}
	}
	if !verified || !decrypted || !told {
		t.Errorf("verified %v, decrypted %v, told %v", verified, decrypted, told)
	}
}

// TestMendedKeyless: without keys nothing but lengths speaks, and that is said.
func TestMendedKeyless(t *testing.T) {
	_, damage, _ := facts(t, &pki.Keyring{}, textMode(firstMessage(t, shipped[2])))
	if len(damage) != 1 || !strings.HasSuffix(damage[0].Text, "checked by the DER lengths, the Content-Length") {
		t.Errorf("%+v", damage)
	}
}

// TestLengthContradicted: a message that was edited without its Content-Length.
func TestLengthContradicted(t *testing.T) {
	keys := ring(t, "user_key_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	edit := func(m []byte, from, to string) []byte { return bytes.Replace(m, []byte(from), []byte(to), 1) }
	whole := firstMessage(t, shipped[1])
	encrypted := firstMessage(t, shipped[2])
	for _, tt := range []struct {
		name    string
		message []byte
		want    string
		reason  string
	}{
		{"longer text", edit(whole, "\r\n\r\nhello", "\r\n\r\nhello, you"), "content-length-contradicted 5", "digest-mismatch"},
		{"shorter text", edit(whole, "\r\n\r\nhello", "\r\n\r\nhi"), "content-length-contradicted 3", "digest-mismatch"},
		{"length alone", edit(whole, "Content-Length: ", "Content-Length: 1"), "content-length-contradicted 1000", ""},
		{"length alone, no multipart", edit(encrypted, "Content-Length: ", "Content-Length: 1"), "content-length-contradicted 1000", ""},
		{"too small, no multipart", edit(encrypted, "Content-Length: 4", "Content-Length: 3"), "content-length-contradicted 100", ""},
		{"something behind", append(bytes.Clone(whole), "\r\nx"...), "", ""},
		{"text, no multipart", []byte("MESSAGE sip:a SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nhello"), "", ""},
		{"every CRLF became LF", []byte("MESSAGE sip:a SIP/2.0\nContent-Type: text/plain\nContent-Length: 9\n\na\nb\nc\n"), "line-ends-changed-in-transit 3", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			established, damage, _ := facts(t, keys, tt.message)
			got := ""
			for _, a := range damage {
				got += fmt.Sprintf("%s %d", a.Code, a.Count)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q: %+v", got, tt.want, damage)
			}
			if tt.reason == "" && strings.Contains(established, "false") || !strings.Contains(established, tt.reason) {
				t.Errorf("%s", established)
			}
		})
	}
}

// TestNeverMended: whole messages, whatever random octets and genuine pairs are in them, are not
// repaired.
func TestNeverMended(t *testing.T) {
	prefix := []byte("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0\x82")
	for range 300 {
		content := make([]byte, 200)
		rand.Read(content)
		for i := 0; i+1 < len(content); i += 2 {
			if content[i] < 40 {
				content[i], content[i+1] = '\r', '\n'
			}
		}
		content = bytes.ReplaceAll(textMode(content), []byte("\r\r\n"), []byte("\r\n"))
		inner := append([]byte{0x04, 0x82, byte(len(content) >> 8), byte(len(content))}, content...)
		object := append(append(bytes.Clone(prefix), byte(len(inner)>>8), byte(len(inner))), inner...)
		object = append([]byte{0x30, 0x82, byte(len(object) >> 8), byte(len(object))}, object...)
		for _, tail := range []string{"", "\r\n", "\r\n\r\n"} {
			if _, damage, _ := facts(t, &pki.Keyring{}, enveloped(append(bytes.Clone(object), tail...))); len(damage) > 0 {
				t.Fatalf("%q and %q: %+v", object, tail, damage[0])
			}
		}
	}
}

// TestMendingBounded: bodies made to have as many ways as can be end soon.
func TestMendingBounded(t *testing.T) {
	keys := ring(t, "user_key_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	object := "\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0\x80" + strings.Repeat("\x04\x02\r\n\r\n", 10) + "\x00\x00\x00\x00"
	body := "--x" + strings.Repeat("\r\nContent-Type: application/pkcs7-mime\r\n\r\n"+object+"\r\n--x", 250) + "--"
	began := time.Now()
	facts(t, keys, carrying("Content-Type: multipart/mixed;boundary=x", body))
	signature := string(textMode(read(t, filepath.Join(draft, "dataSig", "resip-sign-out-sig"))))
	body = "--x" + strings.Repeat("\r\nContent-Type: application/pkcs7-signature\r\n\r\n"+signature+"\r\n--x", 150) + "--"
	facts(t, keys, carrying("Content-Type: multipart/signed;boundary=x", body))
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("%v", d)
	} else {
		t.Log(d)
	}
}
