package pki_test

import (
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms/pki"
	maker "sipsecdump/maker/certs"
)

// rfc6216Reasons are what is wrong in each of the seventeen scenarios of RFC 6216, Section 6, and
// the section that is cited; none if nothing is.
var rfc6216Reasons = map[string]struct{ reason, section string }{
	"smime-good":       {},
	"smime-name":       {"aor-mismatch", "RFC 3261, Section 23.2"},
	"smime-untrusted":  {"no-trusted-ca", "RFC 5280, Section 6.1"},
	"smime-incomplete": {"issuer-not-found", "RFC 5280, Section 6.1"},
	"smime-expired":    {"expired", "RFC 5280, Section 6.1.3"},
	"smime-revoked":    {"revoked", "RFC 5280, Section 6.3"},
	"smime-revoked-ca": {"revoked", "RFC 5280, Section 6.3"},
	"smime-key-usage":  {"key-usage", "RFC 6216, Section 6"},
	"tls-good":         {},
	"tls-cn":           {},
	"tls-ip":           {},
	"tls-name":         {"host-mismatch", "RFC 5922, Section 7.2"},
	"tls-untrusted":    {"no-trusted-ca", "RFC 5280, Section 6.1"},
	"tls-incomplete":   {"issuer-not-found", "RFC 5280, Section 6.1"},
	"tls-expired":      {"expired", "RFC 5280, Section 6.1.3"},
	"tls-revoked":      {"revoked", "RFC 5280, Section 6.3"},
	"tls-revoked-ca":   {"revoked", "RFC 5280, Section 6.3"},
	"tls-eku-server":   {"extended-key-usage", "RFC 5280, Section 4.2.1.12"},
	"tls-eku-sip":      {"extended-key-usage", "RFC 5924, Section 4"},
}

func TestScenarios(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	numbers := map[int]bool{}
	for _, s := range maker.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			numbers[s.Number] = true
			want, ok := rfc6216Reasons[s.Name]
			if !ok || (want.reason == "") != (s.Verdict == maker.Good) {
				t.Fatalf("no verdict for %s", s.Name)
			}
			set, err := s.Make(maker.ScenarioOptions{Key: maker.ECDSAP256, Clock: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			parse := func(der []byte) *pki.Certificate {
				c, err := pki.ParseCertificate(der)
				if err != nil {
					t.Fatal(err)
				}
				return c
			}
			o := pki.PathOptions{Trusted: []*pki.Certificate{parse(set.Trusted.Certificate().Raw)}, At: set.At, Purpose: pki.SIPServer, Host: s.Peer}
			if s.Use == maker.SMIME {
				o.Purpose, o.Host, o.AOR = pki.SMIMESigner, "", s.Peer
			}
			for _, der := range set.Identity.Chain {
				o.Intermediates = append(o.Intermediates, parse(der))
			}
			for _, der := range set.CRLs {
				l, err := pki.ParseCRL(der)
				if err != nil {
					t.Fatal(err)
				}
				o.CRLs, o.RequireCRLs = append(o.CRLs, l), true
			}
			p := pki.BuildPath(parse(set.Identity.Certificate), o)
			if p.Trusted != (s.Verdict == maker.Good) || p.Reason != want.reason {
				t.Fatalf("%v, %s: %s", p.Trusted, p.Reason, p.Detail)
			}
			// Without names and usages of SIP, openssl verify must say the same.
			o.Purpose, o.Host, o.AOR = pki.AnyPurpose, "", ""
			if ours := pki.BuildPath(parse(set.Identity.Certificate), o); ours.Trusted != opensslTrusts(t, set) {
				t.Errorf("openssl verify disagrees with: %v, %s", ours.Trusted, ours.Detail)
			}
			if p.Trusted {
				return
			}
			if len(p.Failures) != 1 {
				t.Errorf("%d failures: %+v", len(p.Failures), p.Failures)
			}
			if f := p.Failures[0]; !strings.Contains(f.Section, want.section) || f.Text == "" || f.Certificate == nil {
				t.Errorf("%s: %s", f.Section, f.Text)
			}
		})
	}
	if len(numbers) != 17 {
		t.Errorf("%d scenarios", len(numbers))
	}
}

// opensslTrusts asks openssl verify about a scenario's path and CRLs.
func opensslTrusts(t *testing.T, set *maker.Set) bool {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	write := func(name, kind string, list ...[]byte) string {
		var b []byte
		for _, der := range list {
			b = append(b, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
		}
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	args := []string{"verify", "-no-CApath", "-no-CAstore", "-attime", fmt.Sprint(set.At.Unix()),
		"-CAfile", write("root.pem", "CERTIFICATE", set.Trusted.Certificate().Raw)}
	if len(set.Identity.Chain) > 0 {
		args = append(args, "-untrusted", write("chain.pem", "CERTIFICATE", set.Identity.Chain...))
	}
	if len(set.CRLs) > 0 {
		args = append(args, "-crl_check_all", "-CRLfile", write("crls.pem", "X509 CRL", set.CRLs...))
	}
	return exec.Command("openssl", append(args, write("leaf.pem", "CERTIFICATE", set.Identity.Certificate))...).Run() == nil
}
