package interop_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sipsecdump/cms/pki"
	"sipsecdump/maker"
)

var smimeCases = slices.Concat(
	smimeMultipartCases, smimeEntityCases, smimeSignedCases, smimeSignatureCases, smimeSignerCases,
	smimeEncryptedCases, smimeTunnelCases, smimeMessageCases,
)

var smimeMultipartCases = []ruleCase{
	{
		rule:    "smime-signed-protocol",
		trigger: sent(ask(signed(signedData{}, "protocol=\"application/pkcs7-signature\"", "protocol=\"application/pkcs7-mime\""))),
		clean:   sent(ask(signed(signedData{}))),
		text:    `the protocol is "application/pkcs7-mime"`,
	},
	{
		rule:    "smime-signed-parts",
		trigger: sent(ask(signed(signedData{}, "(signature)\r\n--"+boundary, "(signature)\r\n--"+boundary+"\r\n\r\nmore\r\n--"+boundary))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "multipart/signed has 3 parts",
	},
	{
		rule:    "smime-micalg",
		trigger: sent(ask(signed(signedData{}, "micalg=sha-256", "micalg=md5"))),
		clean:   sent(ask(signed(signedData{}, "micalg=sha-256", "micalg=\"md5, SHA-256\""))),
		text:    `micalg is "md5", but the digest is sha-256`,
	},
	{
		rule:    "smime-micalg-historic",
		trigger: sent(ask(signed(signedData{}, "micalg=sha-256", "micalg=sha256"))),
		clean:   sent(ask(signed(signedData{}))),
		text:    `micalg is "sha256", an older name of sha-256`,
	},
	{
		rule:    "smime-signed-not-detached",
		trigger: sent(ask(signed(signedData{attached: true}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "the SignedData in multipart/signed holds content of its own, 36 octets",
	},
	{
		rule:    "smime-signed-opaque",
		trigger: sent(ask(object("signed-data", signedData{attached: true, content: []byte(greeting)}.make))),
		clean:   sent(ask(object("signed-data", signedData{attached: true, content: []byte(greeting)}.make), "To: <sip:kumiko@example.net>", "To: <sip:kumiko@example.net>;tag=2")),
		text:    "the content, 36 octets, is inside of the SignedData",
	},
	{
		rule:    "smime-line-ends",
		trigger: sent(ask(signedEntity("Content-Type: text/plain\r\n\r\nHello!\nHello!\n", signedData{}))),
		clean:   sent(ask(signedEntity("Content-Type: application/octet-stream\r\n\r\nHello!\nHello!\n", signedData{}))),
		text:    "2 line ends of the part are LF alone",
	},
}

var smimeEntityCases = []ruleCase{
	{
		rule:    "smime-transfer-encoding",
		trigger: made(maker.Options{Scenario: "encrypted", CMS: maker.CMS{Base64: true}}),
		clean:   made(maker.Options{Scenario: "encrypted"}),
		text:    "came in base64",
	},
	{
		rule: "smime-encoding-unlabelled",
		trigger: sent(ask(object("enveloped-data", func() []byte {
			return base64.StdEncoding.AppendEncode(nil, envelopedData{content: []byte(greeting)}.make())
		}))),
		clean: sent(ask(enveloped(envelopedData{}))),
		text:  "looks like base64, and nothing says so",
	},
	{
		rule:    "smime-handling",
		trigger: sent(ask(enveloped(envelopedData{}, "handling=required", "handling=optional"))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    `the handling is "optional"`,
	},
	{
		rule:    "smime-file-name",
		trigger: sent(ask(enveloped(envelopedData{}, "filename=smime.p7m", "filename=smime.p7"))),
		clean:   sent(ask(enveloped(envelopedData{}, "filename=smime.p7m", "filename=SMIME.P7M"))),
		text:    `the filename is "smime.p7", and the extension of what it holds is .p7m`,
	},
	{
		rule:    "smime-type-missing",
		trigger: sent(ask(enveloped(envelopedData{}, ";smime-type=enveloped-data", ""))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "the part has no smime-type, which is enveloped-data",
	},
	{
		rule:    "smime-type-mismatch",
		trigger: sent(ask(enveloped(envelopedData{}, "smime-type=enveloped-data", "smime-type=signed-data"))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    `the smime-type is "signed-data", but the object is enveloped-data`,
	},
	{
		rule:    "smime-media-type",
		trigger: sent(ask(enveloped(envelopedData{}, "application/pkcs7-mime;smime-type=enveloped-data", "application/octet-stream"))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "the part holds a CMS object, and its type is application/octet-stream",
	},
	{
		rule:    "smime-media-type-historic",
		trigger: sent(ask(enveloped(envelopedData{}, "application/pkcs7-mime", "application/x-pkcs7-mime"))),
		clean:   sent(ask(enveloped(envelopedData{}))),
		text:    "the type is application/x-pkcs7-mime",
	},
}

var smimeSignedCases = []ruleCase{
	{
		rule:    "smime-certificate-absent",
		trigger: read(given(nil, fluffy), ask(signed(signedData{none: true}))),
		clean:   read(given(nil, fluffy), ask(signed(signedData{}))),
		text:    `the certificate of the signer, "CN=fluffy@example.com", is not in the message; it is at hand from elsewhere (given)`,
	},
	{
		rule:    "smime-certificate-attached",
		trigger: sent(ask(signed(signedData{}))),
		clean:   sent(ask(signed(signedData{none: true}))),
		text:    "1 certificate is in the object",
	},
	{
		rule:    "smime-several-signers",
		trigger: sent(ask(signed(signedData{signers: 2}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "2 signers have signed in parallel",
	},
	{
		rule:    "smime-capabilities-missing",
		trigger: sent(ask(signed(signedData{bare: true}))),
		clean:   sent(ask(signed(signedData{}))),
		text:    "there are no signed attributes, and so no SMIMECapabilities",
	},
}

var smimeTunnelCases = []ruleCase{
	{
		rule:    "smime-tunnel-headers",
		trigger: sent(ask(signedEntity(tunnelled("From: <sip:fluffy@", "From: <sip:mallory@"), signedData{}))),
		// Proxies, and who writes a display name, change nothing.
		clean: sent(ask(signedEntity(tunnelled("Max-Forwards: 70", "Max-Forwards: 69", "branch=z9hG4bK-1", "branch=z9hG4bK-2", "From: <", "From: Fluffy <"), signedData{}))),
		text:  `From is "<sip:mallory@example.com>;tag=1", and "<sip:fluffy@example.com>;tag=1" outside`,
	},
	{
		rule:    "smime-tunnel-date",
		trigger: sent(ask(signedEntity(tunnelled("12:00:00", "12:00:01"), signedData{}))),
		clean:   sent(ask(signedEntity(tunnelled(), signedData{}))),
		text:    `the Date is "Fri, 02 Jan 2026 12:00:01 GMT" inside and "Fri, 02 Jan 2026 12:00:00 GMT" outside`,
	},
	{
		rule:    "smime-tunnel-date-missing",
		trigger: sent(ask(signedEntity(tunnelled("Date: ", "X-Date: "), signedData{}))),
		clean:   sent(ask(signedEntity(tunnelled(), signedData{}))),
		text:    "the message inside has no Date",
	},
	{
		rule:    "smime-tunnel-identifiers",
		trigger: sent(ask(signedEntity(tunnelled("Call-ID: ", "X-Call-ID: "), signedData{}))),
		clean:   sent(ask(signedEntity(tunnelled(), signedData{}))),
		text:    "the message inside has no Call-ID",
	},
}

var smimeMessageCases = []ruleCase{
	{
		rule:    "smime-damaged",
		trigger: sent(asText(ask(object("enveloped-data", withLF)))),
		clean:   sent(ask(object("enveloped-data", withLF))),
		text:    "a text-mode conversion made CRLF of LF",
	},
	{
		rule:    "smime-date",
		trigger: sent(ask(signed(signedData{}), "12:00:00", "10:59:00")),
		clean:   sent(ask(signed(signedData{}), "12:00:00", "11:01:00")),
		text:    "the Date is 1h1m",
	},
	{
		rule:    "smime-accept",
		trigger: sent(ask(signed(signedData{}), "Accept: multipart/signed, application/pkcs7-mime, text/plain\r\n", "")),
		clean:   sent(ask(signed(signedData{}), "Accept: multipart/signed, application/pkcs7-mime, text/plain", "Accept: */*")),
		text:    "the request has a body of S/MIME and no Accept header field",
	},
}

// TestDamagedToLF: a conversion that takes CRs away is told by the Content-Length.
func TestDamagedToLF(t *testing.T) {
	for _, c := range []struct {
		damage lazy
		want   int
	}{
		{func() []byte {
			return bytes.ReplaceAll(ask(signed(signedData{bare: true, none: true}))(), []byte("\r\n"), []byte("\n"))
		}, 1},
		{func() []byte { // the object ends in a CR
			last := "\r\n--" + boundary + "--"
			return bytes.ReplaceAll(ask(signed(signedData{bare: true, none: true}, last, "\r"+last))(), []byte("\r\n"), []byte("\n"))
		}, 1},
		{ask(signed(signedData{bare: true, none: true})), 0},
	} {
		capture, o := carried("udp", nil, c.damage)(t)
		told := 0
		for _, f := range check(t, capture, o) {
			if f.Rule == "smime-damaged" {
				told++
				if !strings.Contains(f.Text, "as when a text-mode conversion makes LF of CRLF") {
					t.Error(f.Text)
				}
			}
		}
		if told != c.want {
			t.Errorf("told %d times, want %d", told, c.want)
		}
	}
}

// withLF is an EnvelopedData with a LF in it that no CR is in front of.
func withLF() []byte {
	for {
		der := envelopedData{content: []byte(strings.Repeat(greeting, 16))}.make()
		if bytes.Count(der, []byte("\n")) > bytes.Count(der, []byte("\r\n")) && !bytes.Contains(der, []byte("\r\n")) {
			return der
		}
	}
}

// asText makes CRLF of each LF of the body, and the Content-Length fit.
func asText(m lazy) lazy {
	return func() []byte {
		head, body, _ := bytes.Cut(m(), []byte("\r\n\r\n"))
		text := bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		lines := strings.Split(string(head), "\r\n")
		for i, line := range lines {
			if strings.HasPrefix(line, "Content-Length: ") {
				lines = slices.Delete(lines, i, i+1)
				break
			}
		}
		return letter(strings.Join(lines, "\r\n")+"\r\n", func() []byte { return append([]byte("X-Sent: as text\r\n\r\n"), text...) })()
	}
}

// folderRing trusts the authority of a folder that the maker filled, and has the users' keys.
func folderRing(t *testing.T, dir string) *pki.Keyring {
	t.Helper()
	k := &pki.Keyring{}
	load := func(pattern string, take func(*pki.Material)) {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			m, err := pki.ParseFile(filepath.Base(f), text, nil)
			if err != nil {
				t.Fatal(err)
			}
			take(m)
		}
	}
	load("root_cert_*.pem", k.Trust)
	load("*_*_*@*.pem", k.Add)
	load("domain_*.pem", k.Add)
	return k
}
