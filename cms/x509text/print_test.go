package x509text_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
)

// certificates returns those of a PEM or DER file.
func certificates(t testing.TB, path string) []*pki.Certificate {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := pki.ParseFile(path, data, nil)
	if err != nil || len(m.Certificates) == 0 {
		t.Fatalf("%s: %v", path, err)
	}
	return m.Certificates
}

func text(c *pki.Certificate, o x509text.Options) string {
	return string(x509text.Append(nil, c, o))
}

// openssl runs the program, or skips the test.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed: texts are not compared with its")
	}
	var complaints bytes.Buffer
	cmd := exec.Command("openssl", args...)
	cmd.Dir, cmd.Stderr = t.TempDir(), &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, &complaints)
	}
	return string(out)
}

// likeOpenSSL compares the text of a certificate with openssl's.
func likeOpenSSL(t *testing.T, c *pki.Certificate) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "certificate.der")
	if err := os.WriteFile(path, c.Raw, 0o666); err != nil {
		t.Fatal(err)
	}
	want := openssl(t, "x509", "-inform", "DER", "-in", path, "-noout", "-text")
	if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(text(c, x509text.Options{}), "\n")); d != "" {
		t.Error(d)
	}
}

func TestTextLikeOpenSSL(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../../testdata/*/*_cert_*.pem", "../../testdata/*/*/*_cert_*.pem", "testdata/*.pem"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			for _, c := range certificates(t, path) {
				likeOpenSSL(t, c)
			}
		})
	}
}

// TestMadeLikeOpenSSL has openssl make what the other certificates do not have.
func TestMadeLikeOpenSSL(t *testing.T) {
	for name, args := range map[string][]string{
		"rsa 512":       {"-newkey", "rsa:512", "-set_serial", "-1"},
		"rsa 1023":      {"-newkey", "rsa:1023", "-set_serial", "-4711", "-sha1"},
		"rsa 2048":      {"-newkey", "rsa:2048", "-set_serial", "0x7fffffffffffffff", "-sha512"},
		"rsa 3072":      {"-newkey", "rsa:3072", "-set_serial", "0x8000000000000000", "-sha224"},
		"rsa exponent":  {"-newkey", "rsa:1024", "-pkeyopt", "rsa_keygen_pubexp:4294967297", "-set_serial", "-0x123456789abcdef0123456", "-md5"},
		"pss":           {"-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024", "-subj", "/CN=a+OU=b", "-sha1", "-sigopt", "rsa_pss_saltlen:20"},
		"pss for rsa":   {"-newkey", "rsa:1024", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1"},
		"pss limited":   {"-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024", "-pkeyopt", "rsa_pss_keygen_md:sha256", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha512", "-pkeyopt", "rsa_pss_keygen_saltlen:32", "-sigopt", "rsa_mgf1_md:sha512"},
		"P-384":         {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"},
		"P-521":         {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha3-256"},
		"P-224":         {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-224"},
		"P-192":         {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-192"},
		"secp256k1":     {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"},
		"brainpool":     {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1"},
		"ed25519":       {"-newkey", "ed25519"},
		"ed448":         {"-newkey", "ed448"},
		"version 1":     {"-newkey", "ed25519", "-config", "/dev/null"},
		"empty subject": {"-newkey", "ed25519", "-subj", "/"},
		"years":         {"-newkey", "ed25519", "-days", "30000"},
		"names":         {"-newkey", "ed25519", "-utf8", "-subj", `/CN= a /O=b"c\\d/OU=\#e/DC=\,+/L=Zürich 日本/1.2.3.4=x/emailAddress=a@b/C=CH`},
		"otherwise": {"-newkey", "ed25519", "-addext", "keyUsage=critical,digitalSignature,decipherOnly,encipherOnly", "-addext", "basicConstraints=CA:FALSE",
			"-addext", "noCheck=ignored", "-addext", "subjectAltName=email:copy,URI:sip:a@b;transport=tls", "-addext", "2.5.29.17=DER:0500"},
		"pathlen": {"-newkey", "ed25519", "-addext", "basicConstraints=CA:TRUE,pathlen:0", "-addext", "inhibitAnyPolicy=4294967296"},
		"damaged": {"-newkey", "ed25519", "-addext", "2.5.29.15=DER:0500", "-addext", "2.5.29.31=DER:3003020105", "-addext", "2.5.29.32=DER:300130",
			"-addext", "2.5.29.30=DER:3003a00105", "-addext", "1.3.6.1.5.5.7.1.1=DER:30", "-addext", "2.5.29.37=DER:3000", "-addext", "2.5.29.35=DER:3000"},
		"empty": {"-newkey", "ed25519", "-addext", "subjectAltName=DER:3000", "-addext", "1.3.6.1.5.5.7.1.1=DER:3000", "-addext", "tlsfeature=DER:3000",
			"-addext", "policyMappings=DER:3000", "-addext", "policyConstraints=DER:3000", "-addext", "nameConstraints=DER:3000", "-addext", "certificatePolicies=DER:3000",
			"-addext", "crlDistributionPoints=DER:3000"},
		"odd": {"-newkey", "ed25519", "-addext", "subjectAltName=DER:3009870301020388022a03", "-addext", "crlDistributionPoints=DER:300430028100",
			"-addext", "nameConstraints=DER:3009a00730058703010203", "-addext", "issuerAltName=DER:3008a506a1040c024142"},
		"unused bits": {"-newkey", "ed25519", "-addext", "keyUsage=DER:03020785", "-addext", "nsCertType=DER:030201ff", "-addext", "crlDistributionPoints=DER:3008300681020785a200"},
		"zero bits":   {"-newkey", "ed25519", "-addext", "keyUsage=DER:03020700"},
		"NUL in dns":  {"-newkey", "ed25519", "-addext", "subjectAltName=DER:30058203610062"},
		"long name": {"-newkey", "ed25519", "-subj", "/O=" + strings.Repeat("o", 60) + "/OU=" + strings.Repeat("p", 60) + "/OU=" + strings.Repeat("q", 60) +
			"/OU=" + strings.Repeat("r", 60) + "/CN=last", "-addext", "authorityKeyIdentifier=keyid:always,issuer:always"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			config := filepath.Join(dir, "config")
			if err := os.WriteFile(config, []byte("[req]\ndistinguished_name=dn\n[dn]\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "certificate")
			base := []string{"req", "-x509", "-nodes", "-subj", "/CN=test", "-config", config, "-keyout", filepath.Join(dir, "key"), "-out", path}
			if name == "P-192" { // it does not sign with the default digest at this level
				base = append(base, "-sha1")
			}
			openssl(t, append(base, args...)...)
			for _, c := range certificates(t, path) {
				likeOpenSSL(t, c)
			}
		})
	}
}

func TestDSALikeOpenSSL(t *testing.T) {
	dir := t.TempDir()
	parameters, config, path := filepath.Join(dir, "parameters"), filepath.Join(dir, "config"), filepath.Join(dir, "certificate")
	if err := os.WriteFile(config, []byte("[req]\ndistinguished_name=dn\n[dn]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	openssl(t, "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-out", parameters)
	openssl(t, "req", "-x509", "-nodes", "-newkey", "dsa:"+parameters, "-subj", "/CN=dsa", "-config", config, "-keyout", filepath.Join(dir, "key"), "-out", path)
	likeOpenSSL(t, certificates(t, path)[0])
}
