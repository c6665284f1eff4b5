package pki

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms/ber"
)

func TestCertificatesOfTheDocuments(t *testing.T) {
	for file, ca := range issuedBy {
		t.Run(file, func(t *testing.T) {
			c := loadCertificate(t, file)
			issuer := loadCertificate(t, ca)
			if err := c.CheckSignatureFrom(issuer); err != nil {
				t.Error(err)
			}
			if !c.Issuer.Equal(issuer.Subject) {
				t.Errorf("issuer %s, subject %s", c.Issuer, issuer.Subject)
			}
			if other := loadCertificate(t, draftCerts+"domain_cert_example.com.pem"); c.CheckSignatureFrom(other) == nil {
				t.Error("another certificate's key verifies it too")
			}
			if c.Version != 3 || c.Source != file || c.IsCA != (file == ca) {
				t.Errorf("version %d, source %q, CA %v", c.Version, c.Source, c.IsCA)
			}
			if _, ok := c.PublicKey.(*rsa.PublicKey); !ok {
				t.Errorf("public key is a %T", c.PublicKey)
			}
			key := strings.NewReplacer("_cert_", "_key_", "root", "ca").Replace(file)
			if strings.HasPrefix(key, "rfc6216/") && !strings.Contains(key, "/ca_") {
				return // its key is not at hand
			}
			var ring Keyring
			ring.Add(load(t, key))
			if k := ring.KeyForCertificate(c); k == nil || k.Source != key {
				t.Errorf("the key of %s is not found in %s", file, key)
			}
		})
	}
}

func TestCertificateFields(t *testing.T) {
	c := loadCertificate(t, "rfc6216/user_cert_fluffy@example.com.pem")
	for _, tt := range []struct{ field, got, want string }{
		{"serial", c.Serial.Text(16), "96a384174eef8a4d"},
		{"serial octets", fmt.Sprintf("%x", c.SerialOctets), "0096a384174eef8a4d"},
		{"subject", c.Subject.String(), "CN=fluffy,O=sipit,L=San Jose,ST=California,C=US"},
		{"issuer", c.Issuer.OpenSSL(), "C = US, ST = California, L = San Jose, O = sipit, OU = Sipit Test Certificate Authority"},
		{"notBefore", c.NotBefore.Format(time.RFC3339), "2011-02-07T19:32:17Z"},
		{"notAfter", c.NotAfter.Format(time.RFC3339), "2111-01-14T19:32:17Z"},
		{"URIs", fmt.Sprint(c.URIs), "[sip:fluffy@example.com im:fluffy@example.com pres:fluffy@example.com]"},
		{"SKI", fmt.Sprintf("%X", c.SubjectKeyID), "859709B8D35537248ADCDEE39172E422CF988752"},
		{"AKI", fmt.Sprintf("%X", c.AuthorityKeyID), "95457E5F2BEA6598129104F363C7689A58167727"},
		{"EKU", fmt.Sprint(c.ExtKeyUsage), "[1.3.6.1.5.5.7.3.4 1.3.6.1.5.5.7.3.20]"},
		{"key usage", fmt.Sprintf("%b", c.KeyUsage), "111"},
		{"signature algorithm", string(c.SignatureAlgorithm.OID), "1.2.840.113549.1.1.5"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.field, tt.got, tt.want)
		}
	}
	if !c.HasKeyUsage || c.IsCA || c.PathLen != -1 {
		t.Errorf("key usage %v, CA %v, path length %d", c.HasKeyUsage, c.IsCA, c.PathLen)
	}
}

func codes(c *Certificate) []string {
	var codes []string
	for _, f := range c.Findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func TestFindingsOfTheDocuments(t *testing.T) {
	for file, want := range map[string][]string{
		draftCA: {"serial-not-positive", "basic-constraints-not-critical"},
		draftCerts + "user_cert_fluffy@example.com.pem": {"teletex-string"},
		rfcCA:                                 {"basic-constraints-not-critical"},
		"rfc6216/domain_cert_example.com.pem": nil,
	} {
		if got := codes(loadCertificate(t, file)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

// tlv encodes an element with a tag of one octet.
func tlv(tag byte, contents ...[]byte) []byte {
	content := bytes.Join(contents, nil)
	out := []byte{tag}
	switch n := len(content); {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	default:
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	return append(out, content...)
}

// certParts are what a test certificate is put together from; each may be replaced.
func certParts(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"version":   octets(t, "A0 03 02 01 02"),
		"serial":    octets(t, "02 01 05"),
		"signature": octets(t, "30 0D 06 09 2A 86 48 86 F7 0D 01 01 05 05 00"),
		"issuer":    octets(t, "30 0C 31 0A 30 08 06 03 55 04 03 0C 01 41"),
		"notBefore": tlv(ber.TagUTCTime, []byte("110207193217Z")),
		"notAfter":  tlv(ber.TagUTCTime, []byte("310207193217Z")),
		"subject":   octets(t, "30 0C 31 0A 30 08 06 03 55 04 03 0C 01 42"),
		"key": tlv(0x30, octets(t, "30 0D 06 09 2A 86 48 86 F7 0D 01 01 01 05 00"),
			tlv(3, []byte{0}, tlv(0x30, tlv(2, []byte{0}, bytes.Repeat([]byte{0xC5}, 64)), octets(t, "02 03 01 00 01")))),
		"extensions": nil,
		"outer":      octets(t, "30 0D 06 09 2A 86 48 86 F7 0D 01 01 05 05 00"),
		"value":      octets(t, "03 03 00 01 02"),
		"behind":     nil,
	}
}

func assemble(p map[string][]byte) []byte {
	tbs := tlv(0x30, p["version"], p["serial"], p["signature"], p["issuer"],
		tlv(0x30, p["notBefore"], p["notAfter"]), p["subject"], p["key"], p["extensions"])
	return append(tlv(0x30, tbs, p["outer"], p["value"]), p["behind"]...)
}

// extensions encodes a list of extensions: OID content in hex, critical, value in hex.
func extensions(t testing.TB, list ...[3]string) []byte {
	var all [][]byte
	for _, x := range list {
		critical := []byte(nil)
		if x[1] != "" {
			critical = octets(t, "01 01 FF")
		}
		all = append(all, tlv(0x30, tlv(6, octets(t, x[0])), critical, tlv(4, octets(t, x[2]))))
	}
	return tlv(0xA3, tlv(0x30, all...))
}

var findingTests = []struct {
	name    string
	replace func(t testing.TB) map[string][]byte
	want    []string
}{
	{"nothing odd", func(t testing.TB) map[string][]byte { return nil }, nil},
	{"negative serial", part("serial", "02 01 85"), []string{"serial-not-positive"}},
	{"serial zero", part("serial", "02 01 00"), []string{"serial-not-positive"}},
	{"serial not minimal", part("serial", "02 02 00 05"), []string{"serial-not-minimal"}},
	{"serial without octets", part("serial", "02 00"), []string{"serial-empty"}},
	{"serial of 21 octets", part("serial", "02 15"+strings.Repeat("11", 21)), []string{"serial-too-long"}},
	{"version 4", part("version", "A0 03 02 01 03"), []string{"version-unknown"}},
	{"version 1 encoded", part("version", "A0 03 02 01 00"), []string{"version-default-encoded"}},
	{"other signature algorithm inside", part("signature", "30 0D 06 09 2A 86 48 86 F7 0D 01 01 0B 05 00"), []string{"signature-algorithm-mismatch"}},
	{"no issuer", part("issuer", "30 00"), []string{"issuer-empty"}},
	{"PrintableString with @", part("subject", "30 0C 31 0A 30 08 06 03 55 04 03 13 01 40"), []string{"bad-string"}},
	{"bad UTF-8", part("subject", "30 0C 31 0A 30 08 06 03 55 04 03 0C 01 FF"), []string{"bad-string"}},
	{"time without seconds", part("notBefore", "17 0B 31 31 30 32 30 37 31 39 33 32 5A"), []string{"validity-form"}},
	{"time that is none", part("notBefore", "17 01 31"), []string{"validity-unreadable"}},
	{"GeneralizedTime before 2050", part("notAfter", "18 0F 32 30 33 31 30 32 30 37 31 39 33 32 31 37 5A"), []string{"validity-type"}},
	{"ends before it begins", part("notAfter", "17 0D 31 30 30 32 30 37 31 39 33 32 31 37 5A"), []string{"validity-reversed"}},
	{"negative modulus", func(t testing.TB) map[string][]byte {
		return map[string][]byte{"key": tlv(0x30, octets(t, "30 0D 06 09 2A 86 48 86 F7 0D 01 01 01 05 00"),
			tlv(3, []byte{0}, tlv(0x30, tlv(2, bytes.Repeat([]byte{0xC5}, 64)), octets(t, "02 03 01 00 01"))))}
	}, []string{"negative-modulus"}},
	{"RSA without NULL", func(t testing.TB) map[string][]byte {
		return map[string][]byte{"key": tlv(0x30, octets(t, "30 0B 06 09 2A 86 48 86 F7 0D 01 01 01"),
			tlv(3, []byte{0}, tlv(0x30, tlv(2, []byte{0}, bytes.Repeat([]byte{0xC5}, 64)), octets(t, "02 03 01 00 01"))))}
	}, []string{"rsa-parameters-absent"}},
	{"unknown kind of key", part("key", "30 0A 30 05 06 03 2B 65 71 03 01 00"), []string{"public-key-unusable"}},
	{"point not on the curve", part("key", "30 19 30 13 06 07 2A 86 48 CE 3D 02 01 06 08 2A 86 48 CE 3D 03 01 07 03 02 00 04"), []string{"public-key-unusable"}},
	{"unique identifier", part("extensions", "81 02 00 01"), []string{"unique-identifier"}},
	{"element that should not be", part("extensions", "05 00"), []string{"trailing-elements"}},
	{"octets behind", part("behind", "0D 0A"), []string{"trailing-octets"}},
	{"signature with unused bits", part("value", "03 02 01 02"), []string{"signature-unused-bits"}},
	{"long length", part("value", "03 81 03 00 01 02"), []string{"not-der"}},
	{"extensions of version 1", func(t testing.TB) map[string][]byte {
		return map[string][]byte{"version": nil, "extensions": extensions(t, [3]string{"55 1D 0E", "", "04 01 07"})}
	}, []string{"extensions-before-v3"}},
	{"extension twice", ext([3]string{"55 1D 0E", "", "04 01 07"}, [3]string{"55 1D 0E", "", "04 01 08"}), []string{"duplicate-extension"}},
	{"extension that cannot be read", ext([3]string{"55 1D 0F", "", "04 01 07"}), []string{"extension-unreadable"}},
	{"extension with more behind", ext([3]string{"55 1D 0E", "", "04 01 07 05 00"}), []string{"extension-unreadable"}},
	{"CA not critical", ext([3]string{"55 1D 13", "", "30 03 01 01 FF"}), []string{"basic-constraints-not-critical"}},
	{"CA", ext([3]string{"55 1D 13", "critical", "30 06 01 01 FF 02 01 03"}), nil},
	{"IP address of five octets", ext([3]string{"55 1D 11", "", "30 07 87 05 01 02 03 04 05"}), []string{"bad-ip-address"}},
	{"URI beyond ASCII", ext([3]string{"55 1D 11", "", "30 03 86 01 E4"}), []string{"bad-string"}},
	{"extensions that are none", part("extensions", "A3 04 30 02 05 00"), []string{"extensions-unreadable"}},
	{"extensions cut off", part("extensions", "A3 04 30 05 30 00"), []string{"extensions-unreadable"}},
}

func part(name, hex string) func(testing.TB) map[string][]byte {
	return func(t testing.TB) map[string][]byte { return map[string][]byte{name: octets(t, hex)} }
}

func ext(list ...[3]string) func(testing.TB) map[string][]byte {
	return func(t testing.TB) map[string][]byte {
		return map[string][]byte{"extensions": extensions(t, list...)}
	}
}

func TestFindings(t *testing.T) {
	for _, tt := range findingTests {
		t.Run(tt.name, func(t *testing.T) {
			parts := certParts(t)
			maps.Copy(parts, tt.replace(t))
			der := assemble(parts)
			c, err := ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			// The key that the parts have is of 512 bits, which is found as well.
			got := slices.DeleteFunc(codes(c), func(code string) bool { return code == "short-key" })
			if !slices.Equal(got, tt.want) {
				t.Errorf("%+v, want %q", c.Findings, tt.want)
			}
			for _, f := range c.Findings {
				if f.Offset < 0 || f.Offset > len(der) || f.Section == "" || f.Text == "" {
					t.Errorf("finding %+v", f)
				}
			}
			if usable := !slices.Contains(tt.want, "public-key-unusable") && !slices.Contains(tt.want, "negative-modulus"); usable != (c.PublicKey != nil) {
				t.Errorf("public key %v", c.PublicKey)
			}
		})
	}
}

func TestParseCertificateErrors(t *testing.T) {
	for name, field := range map[string]string{
		"serial": "tbsCertificate.serialNumber", "signature": "tbsCertificate.signature",
		"issuer": "tbsCertificate.issuer", "subject": "tbsCertificate.subject",
		"key": "tbsCertificate.subjectPublicKeyInfo", "outer": "signatureAlgorithm", "value": "signatureValue",
	} {
		parts := certParts(t)
		parts[name] = octets(t, "05 00")
		_, err := ParseCertificate(assemble(parts))
		e, ok := errors.AsType[*CertificateError](err)
		if !ok || e.Field != field {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok := errors.AsType[*ber.Error](err); !ok {
			t.Errorf("%s: %v does not tell where", name, err)
		}
	}
	der := loadCertificate(t, rfcCA).Raw
	for i := range der {
		if _, err := ParseCertificate(der[:i]); err == nil {
			t.Fatalf("the first %d octets are taken for a certificate", i)
		}
	}
}

func TestMatches(t *testing.T) {
	c := loadCertificate(t, "rfc6216/domain_cert_example.com.pem")
	for _, tt := range []struct {
		issuer Name
		serial string
		want   bool
	}{
		{c.Issuer, "00 96 A3 84 17 4E EF 8A 4F", true},
		{c.Issuer, "00 00 96 A3 84 17 4E EF 8A 4F", true},
		{c.Issuer, "96 A3 84 17 4E EF 8A 4F", false}, // negative
		{c.Issuer, "00 96 A3 84 17 4E EF 8A 4C", false},
		{c.Issuer, "", false},
		{c.Subject, "00 96 A3 84 17 4E EF 8A 4F", false},
	} {
		if got := c.Matches(tt.issuer, octets(t, tt.serial)); got != tt.want {
			t.Errorf("%s %s: %v", tt.issuer, tt.serial, got)
		}
	}
}

func TestValidAt(t *testing.T) {
	c := loadCertificate(t, "rfc6216/domain_cert_example.com.pem")
	for _, tt := range []struct{ at, reason string }{
		{"2011-02-07T19:32:16.999Z", "not-yet-valid"},
		{"2011-02-07T19:32:17Z", ""},
		{"2111-01-14T19:32:17.999Z", ""},
		{"2111-01-14T19:32:18Z", "expired"},
	} {
		at, err := time.Parse(time.RFC3339Nano, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if ok, reason, detail := c.ValidAt(at); ok != (tt.reason == "") || reason != tt.reason || ok != (detail == "") {
			t.Errorf("%s: %v, %q, %q", tt.at, ok, reason, detail)
		}
	}
	if ok, reason, detail := c.ValidAt(time.Time{}); ok || reason != TimeUnknown || detail == "" {
		t.Errorf("without a time: %v, %q, %q", ok, reason, detail)
	}
	if ok, reason, _ := new(Certificate).ValidAt(time.Now()); ok || reason != "validity-unreadable" {
		t.Error(ok, reason)
	}
}

// What openssl x509 says about a certificate is what was read.
func TestCertificateAsOpenSSL(t *testing.T) {
	o := newOpenSSL(t)
	for file := range issuedBy {
		t.Run(file, func(t *testing.T) {
			c := loadCertificate(t, file)
			o.write("cert.pem", read(t, testdata+file))
			compareWithOpenSSL(t, o, c)
		})
	}
	for _, subject := range []string{
		"/C=DE/O=M\u00fcller, S\u00f6hne + Co/CN=\u6f22\u5b57",
		"/O=a\"b\\\\c;d<e>f/CN=#x",
		"/DC=org/DC=example/UID=x/emailAddress=a@example.org/serialNumber=5/CN= y ",
		"/CN=a+OU=b/O=tab\there",
		"/1.2.3.4=private/CN=x",
		"/CN=\u202eevil",
	} {
		t.Run(subject, func(t *testing.T) {
			c := o.certificate("-utf8", "-multivalue-rdn", "-subj", subject, "-newkey", "rsa:1024",
				"-addext", "subjectAltName=DNS:a.example,DNS:b.example,URI:sip:x@y,email:z@example,IP:192.0.2.1,IP:2001:db8::1")
			compareWithOpenSSL(t, o, c)
		})
	}
}

func compareWithOpenSSL(t *testing.T, o *openssl, c *Certificate) {
	t.Helper()
	out := o.run("x509", "-in", "cert.pem", "-noout", "-serial", "-subject", "-issuer", "-dates", "-dateopt", "iso_8601", "-fingerprint", "-sha256")
	var want []string
	for line := range strings.Lines(out) {
		_, value, _ := strings.Cut(strings.TrimRight(line, "\n"), "=")
		want = append(want, value)
	}
	const layout = "2006-01-02 15:04:05Z"
	serial := strings.ToUpper(c.Serial.Text(16))
	if len(serial)%2 != 0 {
		serial = "0" + serial
	}
	fingerprint := strings.ReplaceAll(fmt.Sprintf("% X", c.SHA256), " ", ":")
	got := []string{serial, c.Subject.OpenSSL(), c.Issuer.OpenSSL(), c.NotBefore.Format(layout), c.NotAfter.Format(layout), fingerprint}
	if !slices.Equal(got, want) {
		t.Errorf("read\n%q, openssl says\n%q", got, want)
	}

	if !slices.ContainsFunc(c.Extensions, func(x Extension) bool { return x.OID == oidSubjectAltName }) {
		return
	}
	out = o.run("x509", "-in", "cert.pem", "-noout", "-ext", "subjectAltName")
	_, san, _ := strings.Cut(out, "\n")
	for _, names := range []struct {
		prefix string
		values []string
	}{{"DNS:", c.DNSNames}, {"URI:", c.URIs}, {"email:", c.EmailAddresses}} {
		for _, value := range names.values {
			if !strings.Contains(san, names.prefix+value) {
				t.Errorf("%s%s is not in %s", names.prefix, value, san)
			}
		}
	}
	if read := len(c.DNSNames) + len(c.URIs) + len(c.EmailAddresses) + len(c.IPAddresses); read != strings.Count(san, ", ")+1 {
		t.Errorf("%d names read, openssl says %s", read, san)
	}
}

func FuzzCertificate(f *testing.F) {
	for file := range issuedBy {
		f.Add(loadCertificate(f, file).Raw)
	}
	for _, tt := range findingTests {
		parts := certParts(f)
		maps.Copy(parts, tt.replace(f))
		f.Add(assemble(parts))
	}
	ca := loadCertificate(f, rfcCA)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseCertificate(der)
		if err != nil {
			if _, ok := errors.AsType[*CertificateError](err); !ok || c != nil {
				t.Fatalf("%v, %T", c, err)
			}
			return
		}
		if !bytes.HasPrefix(der, c.Raw) || !bytes.Contains(c.Raw, c.RawTBS) || !bytes.Contains(c.RawTBS, c.RawPublicKeyInfo) {
			t.Fatal("what is said to be there is not")
		}
		for _, f := range c.Findings {
			if f.Offset < 0 || f.Offset > len(der) || f.Code == "" || f.Text == "" {
				t.Fatalf("finding %+v", f)
			}
		}
		if !c.Subject.Equal(c.Subject) || !c.Matches(c.Issuer, c.SerialOctets) && len(c.SerialOctets) > 0 {
			t.Fatal("the certificate does not match itself")
		}
		for _, s := range []string{c.Subject.String(), c.Subject.OpenSSL(), c.Issuer.String(), c.Issuer.OpenSSL()} {
			checkPrintable(t, s)
		}
		_ = c.CheckSignatureFrom(c)
		if p := BuildChain(c, []*Certificate{c}, []*Certificate{ca}, time.Unix(0, 0)); p.Trusted || p.Reason == "" || len(p.Path) == 0 {
			t.Fatalf("path %+v", p)
		}
		again, err := ParseCertificate(c.Raw)
		if err != nil || again.SHA256 != c.SHA256 {
			t.Fatalf("read again: %v", err)
		}
	})
}

func BenchmarkParseCertificate(b *testing.B) {
	der := loadCertificate(b, "rfc6216/user_cert_fluffy@example.com.pem").Raw
	b.ReportAllocs()
	b.SetBytes(int64(len(der)))
	for b.Loop() {
		if _, err := ParseCertificate(der); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheckSignatureFrom(b *testing.B) {
	c, ca := loadCertificate(b, "rfc6216/user_cert_fluffy@example.com.pem"), loadCertificate(b, rfcCA)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.CheckSignatureFrom(ca); err != nil {
			b.Fatal(err)
		}
	}
}

// TestKeyUsageUnusedBits has a key usage that would be one for everything if the unused bits counted.
func TestKeyUsageUnusedBits(t *testing.T) {
	parts := certParts(t)
	maps.Copy(parts, ext([3]string{"55 1D 0F", "critical", "03 02 07 FF"})(t))
	c, err := ParseCertificate(assemble(parts))
	if err != nil || !c.HasKeyUsage || c.KeyUsage != KeyUsageDigitalSignature {
		t.Errorf("%b, %v", c.KeyUsage, err)
	}
}
