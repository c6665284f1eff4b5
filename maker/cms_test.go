package maker_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"sipsecdump/maker"
	"sipsecdump/maker/certs"
)

// part is a MIME entity as found in a message.
type part struct {
	raw    string // header and body
	header string
	body   string // transfer encoding undone
}

// body takes the body of the first message apart: one part, or those of a multipart.
func (m made) body(t *testing.T) []part {
	t.Helper()
	header, body, _ := strings.Cut(m.messages[0].data, "\r\n\r\n")
	_, boundary, multipart := strings.Cut(header, "boundary=")
	if !multipart {
		return []part{takeApart(t, header[strings.Index(header, "\r\n")+2:]+"\r\n\r\n"+body)}
	}
	boundary, _, _ = strings.Cut(boundary, ";")
	var parts []part
	pieces := strings.Split("\r\n"+body, "\r\n--"+boundary)
	if len(pieces) != 4 || pieces[0] != "" || pieces[3] != "--\r\n" {
		t.Fatalf("the multipart has the pieces %q", pieces)
	}
	for _, p := range pieces[1:3] {
		parts = append(parts, takeApart(t, strings.TrimPrefix(p, "\r\n")))
	}
	return parts
}

func takeApart(t *testing.T, raw string) part {
	t.Helper()
	header, body, ok := strings.Cut(raw, "\r\n\r\n")
	if !ok {
		t.Fatalf("no header in %q", raw)
	}
	if strings.Contains(header, "Content-Transfer-Encoding: base64") {
		der, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		body = string(der)
	}
	return part{raw, header, body}
}

const text = "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello!\r\n"

// pemFile reads the first block of a file.
func pemFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(keys.rsa(), name))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	return block.Bytes
}

// decrypt opens EnvelopedData for kumiko.
func decrypt(t *testing.T, der string) string {
	t.Helper()
	p7, err := pkcs7.Parse([]byte(der))
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(pemFile(t, "user_cert_kumiko@example.net.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS1PrivateKey(pemFile(t, "user_key_kumiko@example.net.pem"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := p7.Decrypt(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

var cmsVariants = map[string]maker.CMS{
	"default":          {},
	"sha1":             {Digest: "sha1"},
	"sha1, NULL":       {Digest: "sha1", NullParameters: true},
	"sha384":           {Digest: "sha384", NullParameters: true},
	"sha512":           {Digest: "sha512"},
	"no attributes":    {NoAttributes: true},
	"as RFC 6216":      {Digest: "sha1", NoAttributes: true, NoCertificates: true, Encryption: "des-ede3-cbc"},
	"no certificates":  {NoCertificates: true},
	"base64":           {Base64: true},
	"aes256":           {Encryption: "aes256-cbc"},
	"des":              {Encryption: "des-cbc"},
	"aes192 in base64": {Encryption: "aes192-cbc", Base64: true},
}

func TestSigned(t *testing.T) {
	for name, cms := range cmsVariants {
		t.Run(name, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "signed", CMS: cms})
			parts := m.body(t)
			if parts[0].raw != text {
				t.Errorf("the signed part is %q", parts[0].raw)
			}
			if got := strings.Contains(parts[1].header, "base64"); got != cms.Base64 {
				t.Errorf("base64: %t", got)
			}
			verify(t, cms, []byte(parts[1].body), text)
			checkDigestParameters(t, cms, parts[1].body)
		})
	}
}

// verify lets pkcs7 verify a detached signature, with the certificate from its file.
func verify(t *testing.T, cms maker.CMS, der []byte, content string) {
	t.Helper()
	p7, err := pkcs7.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p7.Certificates); got != map[bool]int{true: 0, false: 1}[cms.NoCertificates] {
		t.Errorf("%d certificates", got)
	}
	cert, err := x509.ParseCertificate(pemFile(t, "user_cert_fluffy@example.com.pem"))
	if err != nil {
		t.Fatal(err)
	}
	p7.Certificates = []*x509.Certificate{cert}
	p7.Content = []byte(content)
	if got := len(p7.Signers[0].AuthenticatedAttributes) == 0; got != cms.NoAttributes {
		t.Errorf("no attributes: %t", got)
	}
	if !cms.NoAttributes {
		at := maker.DefaultStart
		var signed asn1.RawValue
		if err := p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &signed); err != nil {
			t.Fatal(err)
		}
		if got := string(signed.Bytes); !strings.HasPrefix(got, at.Format("060102")) {
			t.Errorf("signing time %s", got)
		}
	}
	if err := p7.Verify(); err != nil {
		t.Error(err)
	}
}

// checkDigestParameters looks for the AlgorithmIdentifier of the digest, byte by byte.
func checkDigestParameters(t *testing.T, cms maker.CMS, der string) {
	t.Helper()
	oid := "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" + map[string]string{"": "\x01", "sha256": "\x01", "sha384": "\x02", "sha512": "\x03"}[cms.Digest]
	if cms.Digest == "sha1" {
		oid = "\x06\x05\x2b\x0e\x03\x02\x1a"
	}
	absent := string([]byte{0x30, byte(len(oid))}) + oid
	null := string([]byte{0x30, byte(len(oid) + 2)}) + oid + "\x05\x00"
	want := map[bool][2]int{false: {2, 0}, true: {0, 2}}[cms.NullParameters]
	if got := [2]int{strings.Count(der, absent), strings.Count(der, null)}; got != want {
		t.Errorf("%d digest algorithms without parameters and %d with NULL", got[0], got[1])
	}
}

func TestEncrypted(t *testing.T) {
	for name, cms := range cmsVariants {
		t.Run(name, func(t *testing.T) {
			if cms.Encryption == "aes192-cbc" {
				t.Skip("pkcs7 does not decrypt it; openssl does, in TestOpenSSL")
			}
			m := makeCapture(t, maker.Options{Scenario: "encrypted", CMS: cms})
			if got := decrypt(t, m.body(t)[0].body); got != text {
				t.Errorf("inside is %q", got)
			}
			m = makeCapture(t, maker.Options{Scenario: "signed-encrypted", CMS: cms})
			parts := m.body(t)
			if got := decrypt(t, parts[0].body); got != text {
				t.Errorf("inside is %q", got)
			}
			verify(t, cms, []byte(parts[1].body), parts[0].raw)
		})
	}
}

func TestMicalg(t *testing.T) {
	for digest, want := range map[string]string{"": "sha-256", "sha1": "sha-1", "sha384": "sha-384", "sha512": "sha-512"} {
		m := makeCapture(t, maker.Options{Scenario: "signed", CMS: maker.CMS{Digest: digest}})
		if !strings.Contains(m.messages[0].data, ";micalg="+want+";protocol=\"application/pkcs7-signature\"") {
			t.Errorf("%s: %q", digest, m.messages[0].data)
		}
	}
}

// TestOpenSSL: openssl verifies what is signed and decrypts what is encrypted.
func TestOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	file := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(t *testing.T, args ...string) string {
		t.Helper()
		cmd := exec.Command(openssl, args...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, &stderr)
		}
		return string(out)
	}
	key := func(name string) string { return filepath.Join(keys.rsa(), name) }
	for name, cms := range cmsVariants {
		t.Run(name, func(t *testing.T) {
			m := makeCapture(t, maker.Options{Scenario: "signed-encrypted", CMS: cms})
			parts := m.body(t)
			out := run(t, "cms", "-verify", "-binary", "-inform", "DER", "-in", file("sig", parts[1].body), "-content", file("content", parts[0].raw),
				"-certfile", key("user_cert_fluffy@example.com.pem"), "-CAfile", m.CA, "-attime", strconv.FormatInt(m.Start.Unix()+60, 10), "-purpose", "any")
			if out != parts[0].raw {
				t.Errorf("openssl verified %q", out)
			}
			out = run(t, "cms", "-decrypt", "-binary", "-inform", "DER", "-in", file("env", parts[0].body), "-provider", "default", "-provider", "legacy",
				"-recip", key("user_cert_kumiko@example.net.pem"), "-inkey", key("user_key_kumiko@example.net.pem"))
			if out != text {
				t.Errorf("openssl decrypted %q", out)
			}
		})
	}
}

// TestECDSASigner: not all signers are RSA.
func TestECDSASigner(t *testing.T) {
	dir := t.TempDir()
	makeUser(t, dir, "fluffy@example.com")
	m := makeCapture(t, maker.Options{Scenario: "signed", Keys: dir})
	p7, err := pkcs7.Parse([]byte(m.body(t)[1].body))
	if err != nil {
		t.Fatal(err)
	}
	p7.Content = []byte(text)
	if err := p7.Verify(); err != nil {
		t.Error(err)
	}
	// But only RSA can be encrypted to.
	makeUser(t, dir, "kumiko@example.net")
	_, err = maker.Make(t.Context(), new(bytes.Buffer), maker.Options{Scenario: "encrypted", Keys: dir})
	if err == nil || !strings.Contains(err.Error(), "is not RSA, which encryption to it needs") {
		t.Errorf("got %v", err)
	}
}

// makeUser puts a user with an ECDSA key into the folder, and an authority if there is none.
func makeUser(t *testing.T, dir, name string) {
	t.Helper()
	clock := func() time.Time { return maker.DefaultStart }
	a, err := certs.OpenAuthority(dir, "", clock)
	if err != nil {
		if a, err = certs.NewAuthority(certs.AuthorityOptions{Key: certs.ECDSAP256, Clock: clock}); err != nil {
			t.Fatal(err)
		}
		if _, err = a.Write(dir, certs.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	id, err := a.Make(certs.Request{Name: name, Key: certs.ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.WriteIdentity(dir, id, certs.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
}
