package certs

import (
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func makeScenario(t testing.TB, s Scenario) *Set {
	t.Helper()
	set, err := s.Make(ScenarioOptions{Key: ECDSAP256, Clock: testClock})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestScenarioList(t *testing.T) {
	var names []string
	numbers := map[int]bool{}
	for _, s := range Scenarios() {
		names = append(names, s.Name)
		numbers[s.Number] = true
		if s.Certificate == "" || s.Section == "" || s.Peer == "" || (s.Number <= 7) != (s.Use == SMIME) || !strings.HasPrefix(s.Name, map[Use]string{SMIME: "smime-", TLS: "tls-"}[s.Use]) {
			t.Errorf("%s is not filled in", s.Name)
		}
		if good := s.Number == 1 || s.Number >= 8 && s.Number <= 10; good != (s.Verdict == Good) {
			t.Errorf("%s is %s", s.Name, s.Verdict)
		}
		if found, err := FindScenario(s.Name); err != nil || found.Name != s.Name {
			t.Errorf("%s: found %v, %v", s.Name, found.Name, err)
		}
	}
	if len(numbers) != 17 {
		t.Errorf("%d of the seventeen", len(numbers))
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(names))); len(unique) != len(names) {
		t.Errorf("a name stands twice in %v", names)
	}
	_, err := FindScenario("tls-bad")
	var unknown *UnknownError
	if !errors.As(err, &unknown) || !slices.Equal(unknown.Have, names) {
		t.Errorf("%v", err)
	}
}

// What each scenario's certificate is, what is presented with it and what is revoked.
func TestScenarios(t *testing.T) {
	const (
		base    = ",O=sipit,L=San Jose,ST=California,C=US"
		host    = "CN=example.com" + base + " | DNS:example.com,URI:sip:example.com | 10011 | "
		hostEKU = host + "serverAuth,1.3.6.1.5.5.7.3.20"
		user    = "CN=fluffy@example.com" + base + " | URI:sip:fluffy@example.com,URI:im:fluffy@example.com,URI:pres:fluffy@example.com | "
		userEKU = " | emailProtection,1.3.6.1.5.5.7.3.20"
	)
	want := map[string]struct {
		certificate string
		presented   int
		lists       []int // revoked in each
	}{
		"smime-good":       {user + "10011" + userEKU, 2, nil},
		"smime-name":       {strings.NewReplacer("fluffy", "kumiko", "example.com", "example.net").Replace(user) + "10011" + userEKU, 2, nil},
		"smime-untrusted":  {user + "10011" + userEKU, 2, nil},
		"smime-incomplete": {user + "10011" + userEKU, 1, nil},
		"smime-expired":    {user + "10011" + userEKU, 2, nil},
		"smime-revoked":    {user + "10011" + userEKU, 2, []int{1}},
		"smime-revoked-ca": {user + "10011" + userEKU, 3, []int{1, 0}},
		"smime-key-usage":  {user + "10010" + userEKU, 2, nil},
		"tls-good":         {hostEKU, 2, nil},
		"tls-cn":           {strings.Replace(hostEKU, "DNS:example.com,URI:sip:example.com", "", 1), 2, nil},
		"tls-ip":           {base[1:] + " | IP:192.0.2.1 | 10011 | serverAuth,1.3.6.1.5.5.7.3.20", 2, nil},
		"tls-name":         {strings.ReplaceAll(hostEKU, "example.com", "example.net"), 2, nil},
		"tls-untrusted":    {hostEKU, 2, nil},
		"tls-incomplete":   {hostEKU, 1, nil},
		"tls-expired":      {hostEKU, 2, nil},
		"tls-revoked":      {hostEKU, 2, []int{1}},
		"tls-revoked-ca":   {hostEKU, 3, []int{1, 0}},
		"tls-eku-server":   {host + "clientAuth,1.3.6.1.5.5.7.3.20", 2, nil},
		"tls-eku-sip":      {host + "serverAuth", 2, nil},
	}
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			set := makeScenario(t, s)
			certificate, err := x509.ParseCertificate(set.Identity.Certificate)
			if err != nil {
				t.Fatal(err)
			}
			want := want[s.Name]
			if diff := cmp.Diff(want.certificate, describe(certificate)); diff != "" {
				t.Error(diff)
			}
			if got := len(set.Identity.Presented()); got != want.presented {
				t.Errorf("%d certificates presented, want %d", got, want.presented)
			}
			var revoked []int
			for _, der := range set.CRLs {
				list, err := x509.ParseRevocationList(der)
				if err != nil {
					t.Fatal(err)
				}
				revoked = append(revoked, len(list.RevokedCertificateEntries))
			}
			if diff := cmp.Diff(want.lists, revoked); diff != "" {
				t.Error(diff)
			}
			if valid := !set.At.Before(certificate.NotBefore) && !set.At.After(certificate.NotAfter); valid == strings.HasSuffix(s.Name, "-expired") {
				t.Errorf("valid at %v: %v", set.At, valid)
			}
		})
	}
}

func TestScenarioWrite(t *testing.T) {
	dir := t.TempDir()
	s, err := FindScenario("smime-revoked-ca")
	if err != nil {
		t.Fatal(err)
	}
	set := makeScenario(t, s)
	if _, err := set.Write(dir, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range tree(t, dir) {
		mode, name, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(name, "demoCA") {
			names = append(names, name)
		}
		if secret := strings.Contains(name, "key") || strings.HasSuffix(name, ".p12"); secret && mode != "-rw-------" {
			t.Errorf("%s has mode %s", name, mode)
		}
	}
	want := []string{
		"chain.pem", "crl.pem", "fluffy@example.com.csr", "fluffy@example.com.p12", "root_cert_fluffyCA.pem", "scenario.txt",
		"user_cert_fluffy@example.com.p7c", "user_cert_fluffy@example.com.pem", "user_key_fluffy@example.com.pem",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	wantText := Warning + `

scenario     smime-revoked-ca (RFC 6216, Section 6, number 6)
for          S/MIME
peer         sip:fluffy@example.com
certificate  a CA above the certificate is revoked
verdict      bad
rule         RFC 5280, Section 6.3
judged at    2026-01-02T03:04:05Z
`
	if diff := cmp.Diff(wantText, string(read(t, dir, "scenario.txt"))); diff != "" {
		t.Error(diff)
	}
	before := tree(t, dir)
	if _, err := set.Write(dir, WriteOptions{}); err == nil {
		t.Error("written twice")
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
}
