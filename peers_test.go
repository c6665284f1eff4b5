package sipsecdump_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/maker"
	"sipsecdump/maker/certs"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// TestServerIdentity: whether a server's certificate is one for the server name is told where both
// are known, which in TLS 1.3 takes the secrets.
func TestServerIdentity(t *testing.T) {
	for _, tt := range []struct {
		name  string // of a capture of testdata/peers
		asked string // put in the place of the name that the client asks for
		keys  bool
		told  bool
		match bool
		want  string
	}{
		{"dhe-rsa", "example.net", false, true, true, `the sip URI "sip:example.net" is the one asked for`},
		{"dhe-rsa", "example.org", false, true, false, `the certificate is not one for "example.org"`},
		{"tls13-aes256", "example.net", true, true, true, `the sip URI "sip:example.net" is the one asked for`},
		{"tls13-aes256", "example.net", false, false, false, ""},
		{"anonymous-dh", "example.net", false, false, false, ""},
		{"dtls12", "example.net", false, true, true, `the sip URI "sip:example.net" is the one asked for`},
	} {
		t.Run(tt.name+" "+tt.asked, func(t *testing.T) {
			file := read(t, filepath.Join("testdata", "peers", tt.name+".pcap"))
			file = bytes.Replace(file, []byte("\x00\x00\x0bexample.net"), []byte("\x00\x00\x0b"+tt.asked), 1)
			o := &sipsecdump.Options{}
			if tt.keys {
				o.KeyLog = &tlsparse.KeyLog{}
				secrets := read(t, filepath.Join("testdata", "peers", tt.name+".keylog"))
				if _, _, err := o.KeyLog.Read("keys", bytes.NewReader(secrets)); err != nil {
					t.Fatal(err)
				}
			}
			verdicts := 0
			for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), o) {
				if err != nil {
					t.Fatal(err)
				}
				v, ok := e.Body.(*report.Verdict)
				if !ok {
					continue
				}
				verdicts++
				id := v.Identity
				if (id != nil) != tt.told {
					t.Fatalf("%s: told: %v", v.Detail, id)
				}
				if id != nil && (id.Matched != tt.match || !strings.Contains(id.Detail, tt.want)) {
					t.Errorf("%+v", id)
				}
			}
			if verdicts != 1 {
				t.Errorf("%d verdicts", verdicts)
			}
		})
	}
}

// presentedCapture is a capture of TLS 1.2 in which both sides present an identity, each with its
// chain, and the server that of example.net.
func presentedCapture(t *testing.T, id *certs.Identity, start time.Time) []byte {
	t.Helper()
	dir := t.TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(id.Key)
	if err != nil {
		t.Fatal(err)
	}
	var chain []byte
	for _, der := range id.Presented() {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	for _, host := range []string{"example.com", "example.net"} {
		for name, octets := range map[string][]byte{
			"domain_cert_": chain, "domain_key_": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		} {
			if err := os.WriteFile(filepath.Join(dir, name+host+".pem"), octets, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if _, err := maker.Make(t.Context(), &b, maker.Options{
		Scenario: "tls", Keys: dir, Start: start,
		TLS: maker.TLS{Version: "1.2", Suite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ClientAuth: true},
	}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPeerChains: the chains of both sides are judged by the CAs and CRLs given, in each of the
// scenarios of RFC 6216, Section 6 that are about TLS; without CAs they are not.
func TestPeerChains(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name           string
		server, client string // reasons
	}{
		// A certificate with extended key usage for servers is none for clients. Whose it is, is
		// not a chain's matter.
		{"tls-good", "", "extended-key-usage"},
		{"tls-cn", "", "extended-key-usage"},
		{"tls-ip", "", "extended-key-usage"},
		{"tls-name", "", "extended-key-usage"},
		{"tls-untrusted", "no-trusted-ca", "no-trusted-ca"},
		{"tls-incomplete", "issuer-not-found", "issuer-not-found"},
		{"tls-expired", "expired", "expired"},
		{"tls-revoked", "revoked", "extended-key-usage"},
		{"tls-revoked-ca", "revoked", "extended-key-usage"},
		{"tls-eku-server", "extended-key-usage", ""},
		{"tls-eku-sip", "extended-key-usage", "extended-key-usage"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := certs.FindScenario(tt.name)
			if err != nil {
				t.Fatal(err)
			}
			set, err := s.Make(certs.ScenarioOptions{Key: certs.ECDSAP256, Clock: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			ca, err := pki.ParseCertificate(set.Trusted.Certificate().Raw)
			if err != nil {
				t.Fatal(err)
			}
			given := &pki.Keyring{CAs: []*pki.Certificate{ca}}
			for _, der := range set.CRLs {
				l, err := pki.ParseCRL(der)
				if err != nil {
					t.Fatal(err)
				}
				given.CRLs = append(given.CRLs, l)
			}
			capture := presentedCapture(t, set.Identity, set.At)
			for _, keys := range []*pki.Keyring{given, {CRLs: given.CRLs}} {
				v := verdictOf(t, capture, keys)
				if len(keys.CAs) == 0 {
					if v.Chain != nil || v.ClientChain != nil {
						t.Error("judged, though no CA was given")
					}
					continue
				}
				for _, side := range []struct {
					chain  *cms.Chain
					reason string
				}{{v.Chain, tt.server}, {v.ClientChain, tt.client}} {
					switch c := side.chain; {
					case c == nil:
						t.Error("not judged")
					case c.Reason != side.reason || c.Trusted != (side.reason == ""):
						t.Errorf("trusted %v, reason %q (%s), want %q", c.Trusted, c.Reason, c.Detail, side.reason)
					case c.At.Sub(set.At).Abs() > time.Minute:
						t.Errorf("judged at %v", c.At)
					}
				}
			}
		})
	}
}

// verdictOf returns the verdict of the one TLS connection in a capture.
func verdictOf(t *testing.T, capture []byte, keys *pki.Keyring) *report.Verdict {
	t.Helper()
	var found *report.Verdict
	for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": capture}, "f"), &sipsecdump.Options{Keyring: keys}) {
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := e.Body.(*report.Verdict); ok {
			found = v
		}
	}
	if found == nil {
		t.Fatal("no verdict")
	}
	return found
}
