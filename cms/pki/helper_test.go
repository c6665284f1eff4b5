package pki

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const testdata = "../../testdata/"

// passphrase is the one of all encrypted keys in testdata.
var passphrase = []byte("password")

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func octets(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// load reads a file of testdata, which must be without error.
func load(t testing.TB, file string) *Material {
	t.Helper()
	m, err := ParseFile(file, read(t, testdata+file), [][]byte{passphrase})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func loadCertificate(t testing.TB, file string) *Certificate {
	t.Helper()
	m := load(t, file)
	if len(m.Certificates) != 1 {
		t.Fatalf("%s has %d certificates", file, len(m.Certificates))
	}
	return m.Certificates[0]
}

const (
	draftCerts = "draft-sec-flows/certs/"
	draftCA    = draftCerts + "root_cert_fluffyCA.pem"
	rfcCA      = "rfc6216/root_cert_fluffyCA.pem"
)

// issuedBy maps each certificate in testdata to the CA that signed it.
var issuedBy = map[string]string{
	draftCA: draftCA,
	draftCerts + "domain_cert_example.com.pem":      draftCA,
	draftCerts + "domain_cert_example.net.pem":      draftCA,
	draftCerts + "user_cert_fluffy@example.com.pem": draftCA,
	draftCerts + "user_cert_kumiko@example.net.pem": draftCA,
	rfcCA:                                 rfcCA,
	"rfc6216/domain_cert_example.com.pem": rfcCA,
	"rfc6216/user_cert_fluffy@example.com.pem": rfcCA,
}

// openssl runs openssl in a directory of its own, into which the files are put first. The test is
// skipped if it is not installed, or cannot do what it is asked.
type openssl struct {
	t   testing.TB
	dir string
}

func newOpenSSL(t testing.TB) *openssl {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	return &openssl{t, t.TempDir()}
}

func (o *openssl) try(args ...string) (string, error) {
	cmd := exec.Command("openssl", args...)
	cmd.Dir = o.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", errors.New(strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}

func (o *openssl) run(args ...string) string {
	o.t.Helper()
	out, err := o.try(args...)
	if err != nil {
		o.t.Fatalf("openssl %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (o *openssl) write(name string, data []byte) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), data, 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func (o *openssl) read(name string) []byte {
	o.t.Helper()
	return read(o.t, filepath.Join(o.dir, name))
}

// certificate makes a certificate with openssl req -x509 or, with an issuer, openssl x509 -req.
func (o *openssl) certificate(args ...string) *Certificate {
	o.t.Helper()
	o.run(append([]string{"req", "-x509", "-batch", "-nodes", "-keyout", "key.pem", "-out", "cert.pem"}, args...)...)
	m, err := ParseFile("cert.pem", o.read("cert.pem"), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return m.Certificates[0]
}

func checkKeyError(t testing.TB, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*KeyError](err)
	if !ok || e.Code != code {
		t.Errorf("error %v, want %s", err, code)
	}
}
