package interop_test

import (
	"crypto/x509"
	"strings"
	"testing"

	"sipsecdump/cms/pki"
	"sipsecdump/maker/certs"
	"sipsecdump/report"
)

// scenarioRules are those that a scenario of RFC 6216, Section 6 breaks.
var scenarioRules = map[string]string{
	"smime-good":       "",
	"smime-name":       "smime-signer-identity",
	"smime-untrusted":  "smime-signer-untrusted",
	"smime-incomplete": "smime-signer-path-incomplete",
	"smime-expired":    "smime-signer-validity",
	"smime-revoked":    "smime-signer-revoked",
	"smime-revoked-ca": "smime-signer-revoked",
	"smime-key-usage":  "smime-signer-key-usage",
}

// TestScenarios signs with the certificates of RFC 6216, Section 6: each that is to be refused
// breaks its rule and no other that is an error, and the good one breaks none.
func TestScenarios(t *testing.T) {
	for _, s := range certs.Scenarios() {
		if s.Use != certs.SMIME {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			set, err := s.Make(certs.ScenarioOptions{Key: certs.ECDSAP256, Clock: when.AddDate(0, 0, -1).UTC})
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := x509.ParseCertificate(set.Identity.Certificate)
			if err != nil {
				t.Fatal(err)
			}
			by := &identity{leaf, set.Identity.Key}
			capture, o := sent(ask(signed(signedData{
				by: func() *identity { return by }, algorithm: algorithm(ecdsaSHA256),
				certs: set.Identity.Presented,
			})))(t)
			root, err := pki.ParseCertificate(set.Trusted.Certificate().Raw)
			if err != nil {
				t.Fatal(err)
			}
			o.Keyring = &pki.Keyring{CAs: []*pki.Certificate{root}}
			for _, der := range set.CRLs {
				crl, err := pki.ParseCRL(der)
				if err != nil {
					t.Fatal(err)
				}
				o.Keyring.CRLs = append(o.Keyring.CRLs, crl)
			}
			want, known := scenarioRules[s.Name]
			if !known || (want == "") != (s.Verdict == certs.Good) {
				t.Fatalf("%s is to be %s, and the rule is %q", s.Certificate, s.Verdict, want)
			}
			told := false
			for _, f := range check(t, capture, o) {
				if !strings.HasPrefix(f.Rule, "smime-") || f.Severity < report.Warning {
					continue
				}
				if f.Rule == want {
					told = true
					continue
				}
				t.Errorf("%v of %s: %s", f.Severity, f.Rule, f.Text)
			}
			if want != "" && !told {
				t.Errorf("%s does not tell that %s", want, s.Certificate)
			}
		})
	}
}
