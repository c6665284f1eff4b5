package certs

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func testClock() time.Time { return testTime }

// newTestAuthority makes a root with a quickly made key.
func newTestAuthority(t testing.TB, o AuthorityOptions) *Authority {
	t.Helper()
	if o.Signer == nil && o.Key == RSA2048 {
		o.Key = ECDSAP256
	}
	o.Clock = testClock
	a, err := NewAuthority(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func mustMake(t testing.TB, a *Authority, r Request) (*Identity, *x509.Certificate) {
	t.Helper()
	if r.Signer == nil && r.Key == RSA2048 {
		r.Key = ECDSAP256
	}
	id, err := a.Make(r)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(id.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return id, certificate
}

// describe is what the tables compare: the certificate as the documents' listings
// tell it.
func describe(c *x509.Certificate) string {
	var names []string
	for _, name := range c.DNSNames {
		names = append(names, "DNS:"+name)
	}
	for _, ip := range c.IPAddresses {
		names = append(names, "IP:"+ip.String())
	}
	for _, uri := range c.URIs {
		names = append(names, "URI:"+uri.String())
	}
	var usages []string
	for _, usage := range c.ExtKeyUsage {
		usages = append(usages, map[x509.ExtKeyUsage]string{
			x509.ExtKeyUsageServerAuth:      "serverAuth",
			x509.ExtKeyUsageClientAuth:      "clientAuth",
			x509.ExtKeyUsageEmailProtection: "emailProtection",
		}[usage])
	}
	for _, oid := range c.UnknownExtKeyUsage {
		usages = append(usages, oid.String())
	}
	return fmt.Sprintf("%s | %s | %05b | %s", c.Subject, strings.Join(names, ","), c.KeyUsage, strings.Join(usages, ","))
}

func TestMake(t *testing.T) {
	const base = ",O=sipit,L=San Jose,ST=California,C=US"
	tests := []struct {
		request Request
		want    string
		kind    Kind
	}{
		{
			request: Request{Name: "example.com", EKU: true, Key: RSA1024},
			want:    "CN=example.com" + base + " | DNS:example.com,URI:sip:example.com | 00111 | serverAuth,1.3.6.1.5.5.7.3.20",
		},
		{
			request: Request{Name: "fluffy@example.com", EKU: true, Key: RSA1024},
			want:    "CN=fluffy@example.com" + base + " | URI:sip:fluffy@example.com,URI:im:fluffy@example.com,URI:pres:fluffy@example.com | 00111 | emailProtection,1.3.6.1.5.5.7.3.20",
			kind:    User,
		},
		{
			request: Request{Name: "example.com"},
			want:    "CN=example.com" + base + " | DNS:example.com,URI:sip:example.com | 10011 | ",
		},
		{
			request: Request{Name: "example.com", Key: Ed25519},
			want:    "CN=example.com" + base + " | DNS:example.com,URI:sip:example.com | 00011 | ",
		},
		{
			request: Request{Name: "sips:alice@example.org", EKU: true},
			want:    "CN=sips:alice@example.org" + base + " | URI:sips:alice@example.org | 10011 | emailProtection,1.3.6.1.5.5.7.3.20",
			kind:    URI,
		},
		{
			request: Request{Name: "sip:example.org", EKU: true},
			want:    "CN=sip:example.org" + base + " | URI:sip:example.org | 10011 | serverAuth,1.3.6.1.5.5.7.3.20",
			kind:    URI,
		},
		{
			request: Request{Name: "192.0.2.7"},
			want:    "CN=192.0.2.7" + base + " | IP:192.0.2.7,URI:sip:192.0.2.7 | 10011 | ",
		},
		{
			request: Request{Name: "2001:db8::7"},
			want:    "CN=2001:db8::7" + base + " | IP:2001:db8::7,URI:sip:%5B2001:db8::7%5D | 10011 | ",
		},
		{
			request: Request{Name: "*.example.com"},
			want:    "CN=*.example.com" + base + " | DNS:*.example.com | 10011 | ",
		},
		{
			request: Request{Name: "example.com", Subject: Subject{{"O", "Bücher"}, {"CN", "proxy"}}},
			want:    "CN=proxy,O=Bücher | DNS:example.com,URI:sip:example.com | 10011 | ",
		},
		{
			request: Request{Name: strings.Repeat("a", 60) + ".example.com", Subject: Subject{{"CN", "long"}}},
			want:    "CN=long | DNS:" + strings.Repeat("a", 60) + ".example.com,URI:sip:" + strings.Repeat("a", 60) + ".example.com | 10011 | ",
		},
	}
	a := newTestAuthority(t, AuthorityOptions{})
	for _, test := range tests {
		t.Run(test.request.Name, func(t *testing.T) {
			id, certificate := mustMake(t, a, test.request)
			// net/url escapes the brackets of an opaque part; the certificate has them plain.
			if got := describe(certificate); got != test.want && !strings.Contains(test.want, "%5B") {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if strings.Contains(test.want, "%5B") && !bytes.Contains(certificate.Raw, []byte("sip:[2001:db8::7]")) {
				t.Errorf("no URI with an IPv6 reference in %x", certificate.Raw)
			}
			if id.Kind != test.kind {
				t.Errorf("kind %v, want %v", id.Kind, test.kind)
			}
			if certificate.IsCA || !certificate.BasicConstraintsValid {
				t.Error("basic constraints are not CA:FALSE")
			}
			if !certificate.NotBefore.Equal(testTime) || !certificate.NotAfter.Equal(testTime.AddDate(0, 0, DefaultDays)) {
				t.Errorf("valid from %v to %v", certificate.NotBefore, certificate.NotAfter)
			}
			if err := certificate.CheckSignatureFrom(a.Certificate()); err != nil {
				t.Error(err)
			}
			request, err := x509.ParseCertificateRequest(id.CSR)
			if err != nil {
				t.Fatal(err)
			}
			if err := request.CheckSignature(); err != nil {
				t.Error(err)
			}
			if !bytes.Equal(request.RawSubject, certificate.RawSubject) || !bytes.Equal(request.RawSubjectPublicKeyInfo, certificate.RawSubjectPublicKeyInfo) {
				t.Error("the signing request is not for the certificate")
			}
		})
	}
}

func TestMakeValidity(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{})
	_, certificate := mustMake(t, a, Request{Name: "example.com", Expired: true, Days: 7})
	if got := certificate.NotBefore.Format(time.DateOnly) + " " + certificate.NotAfter.Format(time.DateOnly); got != "1999-01-01 2000-01-01" {
		t.Errorf("expired: %s", got)
	}
	_, certificate = mustMake(t, a, Request{Name: "example.com", Days: 36525})
	if !certificate.NotAfter.Equal(testTime.AddDate(0, 0, 36525)) {
		t.Errorf("a hundred years: %v", certificate.NotAfter)
	}
	for _, days := range []int{-1, maxDays + 1} {
		if _, err := a.Make(Request{Name: "example.com", Days: days, Key: ECDSAP256}); err == nil {
			t.Errorf("%d days: no error", days)
		}
	}
}

func TestMakeRefused(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{Serial: 1})
	for _, r := range []Request{
		{Name: "no host"},
		{Name: strings.Repeat("a", 60) + ".example.com"}, // no common name
		{Name: "example.com", Subject: Subject{{"CN", ""}}},
		{Name: "example.com", Key: 99},
	} {
		if id, err := a.Make(r); err == nil {
			t.Errorf("%v made", id)
		}
	}
	if _, c := mustMake(t, a, Request{Name: "example.com"}); c.SerialNumber.Int64() != 2 {
		t.Errorf("what was refused took serial number %v", c.SerialNumber)
	}
}

func BenchmarkMake(b *testing.B) {
	key, err := ECDSAP256.Generate()
	if err != nil {
		b.Fatal(err)
	}
	a := newTestAuthority(b, AuthorityOptions{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Make(Request{Name: "example.com", EKU: true, Signer: key}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScenarios(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range Scenarios() {
			makeScenario(b, s)
		}
	}
}

func TestMakeDigest(t *testing.T) {
	rsaRoot := newTestAuthority(t, AuthorityOptions{Key: RSA1024})
	edRoot := newTestAuthority(t, AuthorityOptions{Key: Ed25519})
	ecRoot := newTestAuthority(t, AuthorityOptions{Key: ECDSAP384})
	tests := []struct {
		name      string
		authority *Authority
		request   Request
		want      x509.SignatureAlgorithm // 0: refused
	}{
		{"default", rsaRoot, Request{}, x509.SHA256WithRSA},
		{"SHA-1", rsaRoot, Request{Digest: crypto.SHA1}, x509.SHA1WithRSA},
		{"SHA-1 for an Ed25519 key", rsaRoot, Request{Digest: crypto.SHA1, Key: Ed25519}, x509.SHA1WithRSA},
		{"SHA-512", rsaRoot, Request{Digest: crypto.SHA512}, x509.SHA512WithRSA},
		{"ECDSA", ecRoot, Request{Digest: crypto.SHA384}, x509.ECDSAWithSHA384},
		{"ECDSA SHA-1", ecRoot, Request{Digest: crypto.SHA1}, x509.ECDSAWithSHA1},
		{"Ed25519", edRoot, Request{}, x509.PureEd25519},
		{"Ed25519 with a digest", edRoot, Request{Digest: crypto.SHA256}, 0},
		{"MD5", rsaRoot, Request{Digest: crypto.MD5}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.request.Name = "example.com"
			if test.request.Key == RSA2048 {
				test.request.Key = ECDSAP256
			}
			id, err := test.authority.Make(test.request)
			if test.want == 0 {
				if err == nil {
					t.Fatal("not refused")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			certificate, err := x509.ParseCertificate(id.Certificate)
			if err != nil {
				t.Fatal(err)
			}
			if certificate.SignatureAlgorithm != test.want {
				t.Errorf("%v, want %v", certificate.SignatureAlgorithm, test.want)
			}
		})
	}
}

func TestMakeIsReproducible(t *testing.T) {
	rootKey, err := RSA1024.Generate()
	if err != nil {
		t.Fatal(err)
	}
	key, err := Ed25519.Generate()
	if err != nil {
		t.Fatal(err)
	}
	make := func() [][]byte {
		a := newTestAuthority(t, AuthorityOptions{Signer: rootKey, Serial: 0x0195007102330054})
		id, _ := mustMake(t, a, Request{Name: "example.com", Signer: key})
		return append(id.Presented(), id.CSR)
	}
	if diff := cmp.Diff(make(), make()); diff != "" {
		t.Error(diff)
	}
}

func TestSerialNumbers(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{Serial: 0x0195007102330054})
	if got := fmt.Sprintf("%X", a.Certificate().SerialNumber); got != "195007102330054" {
		t.Errorf("root: %s", got)
	}
	for _, want := range []string{"195007102330055", "195007102330056"} {
		if _, c := mustMake(t, a, Request{Name: "example.com"}); fmt.Sprintf("%X", c.SerialNumber) != want {
			t.Errorf("%X, want %s", c.SerialNumber, want)
		}
	}
	sub, err := a.SubAuthority(AuthorityOptions{Key: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%X", sub.Certificate().SerialNumber); got != "195007102330057" {
		t.Errorf("sub-authority: %s", got)
	}
	for range 64 {
		if s := randomSerial(); s.Sign() <= 0 || len(s.Bytes()) != 8 || s.Bytes()[0] >= 0x80 {
			t.Fatalf("random serial number %X", s)
		}
	}
}

func TestSubAuthority(t *testing.T) {
	root := newTestAuthority(t, AuthorityOptions{})
	sub, err := root.SubAuthority(AuthorityOptions{Key: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	subsub, err := sub.SubAuthority(AuthorityOptions{Key: ECDSAP256})
	if err != nil {
		t.Fatal(err)
	}
	id, certificate := mustMake(t, subsub, Request{Name: "example.com"})
	if len(id.Presented()) != 4 {
		t.Fatalf("%d certificates presented", len(id.Presented()))
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(subsub.Root())
	between.AddCert(sub.Certificate())
	between.AddCert(subsub.Certificate())
	chains, err := certificate.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: testTime, DNSName: "example.com",
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil || len(chains) != 1 || len(chains[0]) != 4 {
		t.Errorf("%d chains, %v", len(chains), err)
	}
	if sub.Certificate().Subject.CommonName != "Sub-CA 1" || subsub.Certificate().Subject.CommonName != "Sub-CA 2" {
		t.Errorf("%v, %v", sub.Certificate().Subject, subsub.Certificate().Subject)
	}
}

func TestAuthorityOptionsRefused(t *testing.T) {
	for _, o := range []AuthorityOptions{
		{Subject: Subject{}},
		{Subject: Subject{{"XX", "y"}}},
		{Days: -1},
		{Key: 99},
		{Digest: crypto.MD5},
	} {
		if o.Key == 0 {
			o.Key = ECDSAP256
		}
		if a, err := NewAuthority(o); err == nil {
			t.Errorf("%+v: %v made", o, a)
		}
	}
}

func TestDocumentAuthority(t *testing.T) {
	for _, document := range Documents() {
		t.Run(document, func(t *testing.T) {
			a, err := DocumentAuthority(document, testClock)
			if err != nil {
				t.Fatal(err)
			}
			_, certificate := mustMake(t, a, Request{Name: "example.com", Key: RSA1024, Digest: crypto.SHA1})
			parent := a.Certificate()
			if err := parent.CheckSignature(certificate.SignatureAlgorithm, certificate.RawTBSCertificate, certificate.Signature); err != nil {
				t.Error(err)
			}
			if !bytes.Equal(certificate.RawIssuer, parent.RawSubject) || !bytes.Equal(certificate.AuthorityKeyId, parent.SubjectKeyId) {
				t.Error("the certificate does not name the document's authority")
			}
			if _, err := a.CRL(); err != nil {
				t.Errorf("no revocation list: %v", err)
			}
		})
	}
	_, err := DocumentAuthority("rfc9999", nil)
	if want := `unknown document "rfc9999" (there are: draft, rfc6216)`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The embedded copies are the vectors that the rest of the repository is tested with.
func TestDocumentFiles(t *testing.T) {
	for document, dir := range map[string]string{"draft": "draft-sec-flows/certs", "rfc6216": "rfc6216"} {
		for _, name := range []string{"root_cert_fluffyCA.pem", "ca_key_fluffyCA.pem"} {
			ours, err := documentFiles.ReadFile("document/" + document + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := os.ReadFile("../../testdata/" + dir + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(ours, theirs) {
				t.Errorf("%s/%s differs from testdata", document, name)
			}
		}
	}
}

func TestReadAuthorityRefused(t *testing.T) {
	draftCertificate, _ := documentFiles.ReadFile("document/draft/root_cert_fluffyCA.pem")
	draftKey, _ := documentFiles.ReadFile("document/draft/ca_key_fluffyCA.pem")
	rfcKey, _ := documentFiles.ReadFile("document/rfc6216/ca_key_fluffyCA.pem")
	id, _ := mustMake(t, newTestAuthority(t, AuthorityOptions{}), Request{Name: "example.com"})
	plain, err := keyPEM(id.Key)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name             string
		certificate, key []byte
		passphrase       string
	}{
		{"nothing", nil, nil, ""},
		{"no key", draftCertificate, draftCertificate, Passphrase},
		{"wrong passphrase, DEK-Info", draftCertificate, draftKey, "wrong"},
		{"wrong passphrase, PBES2", draftCertificate, rfcKey, "wrong"},
		{"another's key", draftCertificate, rfcKey, Passphrase},
		{"no CA", certificatePEM(id.Certificate), plain, ""},
		{"garbage", []byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), plain, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := readAuthority(test.certificate, test.key, test.passphrase, nil); err == nil {
				t.Error("not refused")
			}
		})
	}
}

func TestRevoke(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{})
	_, kept := mustMake(t, a, Request{Name: "example.com"})
	_, revoked := mustMake(t, a, Request{Name: "example.net"})
	if err := a.Revoke(revoked.SerialNumber); err != nil {
		t.Fatal(err)
	}
	if err := a.Revoke(a.Certificate().SerialNumber); err == nil {
		t.Error("revoked what it has not made")
	}
	for number := int64(1); number <= 2; number++ {
		der, err := a.CRL()
		if err != nil {
			t.Fatal(err)
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatal(err)
		}
		if err := list.CheckSignatureFrom(a.Certificate()); err != nil {
			t.Error(err)
		}
		if list.Number.Int64() != number {
			t.Errorf("list number %v, want %d", list.Number, number)
		}
		entries := list.RevokedCertificateEntries
		if len(entries) != 1 || entries[0].SerialNumber.Cmp(revoked.SerialNumber) != 0 || !entries[0].RevocationTime.Equal(testTime) {
			t.Errorf("%v revoked, want %v and not %v", entries, revoked.SerialNumber, kept.SerialNumber)
		}
	}
}

func TestKeyKinds(t *testing.T) {
	for i, name := range KeyKinds() {
		kind, err := ParseKeyKind(name)
		if err != nil || kind != KeyKind(i) || kind.String() != name {
			t.Errorf("%s: %v, %v", name, kind, err)
		}
	}
	_, err := ParseKeyKind("dsa")
	var unknown *UnknownError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "rsa-2048, rsa-1024, ecdsa-p256") {
		t.Errorf("%v", err)
	}
}

// No verb of fmt may print a key.
func TestNoKeyInText(t *testing.T) {
	a := newTestAuthority(t, AuthorityOptions{Key: Ed25519})
	id, _ := mustMake(t, a, Request{Name: "example.com"})
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, id); got != "host example.com" {
			t.Errorf("%s: %s", format, got)
		}
		if got := fmt.Sprintf(format, a); !strings.HasPrefix(got, "authority OU=Sipit") {
			t.Errorf("%s: %s", format, got)
		}
	}
}
