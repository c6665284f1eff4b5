package interop_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sipsecdump/report/interop"
)

var certificateCases = []ruleCase{
	{rule: "certificate-md5", trigger: showing(signedWith(1, 2, 840, 113549, 1, 1, 4)), clean: showing(), text: "is signed with md5WithRSAEncryption"},
	{rule: "certificate-sha1", trigger: showing(signedWith(1, 2, 840, 113549, 1, 1, 5)), clean: showing(), text: "is signed with sha1WithRSAEncryption"},
	{rule: "certificate-key-size", trigger: showing(withKey(1024)), clean: showing(withKey(2048)), text: "has the key RSA 1024"},
	{rule: "certificate-key-short", trigger: showing(withKey(512)), clean: showing(withKey(1024)), text: "the RSA key has 512 bits"},
	{rule: "certificate-key", trigger: showing(func(c *handmade) {
		c.key = der1(0x30, der1(0x30, oid(1, 2, 840, 113549, 1, 1, 1), null), der1(3, []byte{0, 1}))
	}), clean: showing(), text: "the public key cannot be read"},
	{rule: "certificate-basic-constraints", trigger: showing(basicConstraints(false)), clean: showing(basicConstraints(true)), text: "are not critical"},
	{rule: "certificate-serial", trigger: showing(serial(0)), clean: showing(serial(1)), text: "the serial number is zero"},
	{rule: "certificate-teletex-string", trigger: showing(func(c *handmade) { c.subject = commonName(0x14, "example.net") }), clean: showing(), text: "has a TeletexString"},
	{rule: "certificate-string", trigger: showing(func(c *handmade) { c.subject = commonName(0x13, "example@net") }), clean: showing(), text: "characters that their string type does not"},
	{rule: "certificate-alt-name", trigger: showing(func(c *handmade) {
		c.extensions = [][]byte{altNames(7, "\x01\x02\x03")}
	}), clean: showing(func(c *handmade) { c.extensions = [][]byte{altNames(7, "\x01\x02\x03\x04")} }), text: "neither 4 nor 16 octets"},
	{rule: "certificate-issuer", trigger: showing(func(c *handmade) { c.issuer = der1(0x30) }), clean: showing(), text: "the issuer's name is empty"},
	{rule: "certificate-validity-period", trigger: showing(func(c *handmade) { c.notAfter = der1(0x17, []byte("240101000000Z")) }), clean: showing(), text: "ends before it begins"},
	{rule: "certificate-validity-form", trigger: showing(func(c *handmade) { c.notAfter = der1(0x17, []byte("3501010000Z")) }), clean: showing(), text: "not written in whole seconds"},
	{rule: "certificate-version", trigger: showing(func(c *handmade) { c.version = nil }), clean: showing(), text: "its version is not 3"},
	{rule: "certificate-extension", trigger: showing(func(c *handmade) { c.extensions = append(c.extensions, c.extensions[0]) }), clean: showing(), text: "occurs more than once"},
	{rule: "certificate-unique-identifier", trigger: showing(func(c *handmade) { c.tail = der1(0x82, []byte{0, 1}) }), clean: showing(), text: "has a unique identifier"},
	{rule: "certificate-signature-algorithm", trigger: showing(func(c *handmade) {
		c.outerAlgorithm = der1(0x30, oid(1, 2, 840, 113549, 1, 1, 12), null)
	}), clean: showing(), text: "is not the one at offset"},
	{rule: "certificate-encoding", trigger: showing(func(c *handmade) { c.behind = []byte{0} }), clean: showing(), text: "octets follow the certificate"},
}

func signedWith(algorithm ...int) func(*handmade) {
	return func(c *handmade) {
		c.algorithm = der1(0x30, oid(algorithm...), null)
		c.outerAlgorithm = c.algorithm
	}
}

func withKey(bits int) func(*handmade) { return func(c *handmade) { c.key = rsaKey(bits) } }

func serial(n byte) func(*handmade) { return func(c *handmade) { c.serial = []byte{2, 1, n} } }

func basicConstraints(critical bool) func(*handmade) {
	return func(c *handmade) {
		c.extensions = append(c.extensions, extensionOf(critical, der1(0x30, []byte{1, 1, 0xff}), 2, 5, 29, 19))
	}
}

// TestCertificateCodes: each code that package pki finds in certificates has a rule. That of CRLs
// is not looked for: CRLs are given by the user.
func TestCertificateCodes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "cms", "pki", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, file := range files {
		if name := filepath.Base(file); name == "crl.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.find(?:Unreadable)?\("([a-z0-9-]+)"`).FindAllSubmatch(source, -1) {
			codes[string(m[1])] = true
		}
	}
	if len(codes) < 20 {
		t.Fatalf("only %d codes found", len(codes))
	}
	told := interop.CodesOfCertificates()
	for code := range codes {
		if !slices.Contains(told, code) {
			t.Errorf("no rule tells %s", code)
		}
	}
	for _, code := range told {
		if !codes[code] {
			t.Errorf("nobody finds %s", code)
		}
	}
}
