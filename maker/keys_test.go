package maker_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/maker"
	"sipsecdump/maker/certs"
)

func TestKeysStay(t *testing.T) {
	dir := t.TempDir()
	o := maker.Options{Scenario: "tls", Keys: dir, Key: certs.ECDSAP256, TLS: maker.TLS{Version: "1.3"}}
	first := makeCapture(t, o)
	for _, name := range []string{"root_cert_fluffyCA.pem", "demoCA/cacert.pem", "domain_key_example.net.pem", "domain_cert_example.net.pem"} {
		if !slices.Contains(first.Made, filepath.Join(dir, name)) {
			t.Errorf("%s was not made", name)
		}
	}
	before, err := os.ReadFile(filepath.Join(dir, "domain_key_example.net.pem"))
	if err != nil {
		t.Fatal(err)
	}
	again := makeCapture(t, o)
	after, _ := os.ReadFile(filepath.Join(dir, "domain_key_example.net.pem"))
	if len(again.Made) != 0 || string(before) != string(after) {
		t.Errorf("made again: %v", again.Made)
	}
	// The client's certificate is missing yet.
	o.TLS.ClientAuth = true
	more := makeCapture(t, o)
	if !slices.Contains(more.Made, filepath.Join(dir, "domain_cert_example.com.pem")) || slices.Contains(more.Made, filepath.Join(dir, "root_cert_fluffyCA.pem")) {
		t.Errorf("made %v", more.Made)
	}
}

// TestDocumentKeys: the draft's folder, whose certificates were valid from 2003 to 2006.
func TestDocumentKeys(t *testing.T) {
	dir := filepath.Join("..", "testdata", "draft-sec-flows", "certs")
	m := makeCapture(t, maker.Options{Scenario: "signed-encrypted", Transport: "tls", Keys: dir,
		TLS: maker.TLS{Version: "1.0"}, CMS: maker.CMS{Digest: "sha1", Encryption: "des-ede3-cbc"}})
	if y := m.Start.Year(); y < 2003 || y > 2006 || len(m.Made) != 0 {
		t.Errorf("starts at %v, made %v", m.Start, m.Made)
	}
	want := []string{"domain_key_example.net.pem", "user_key_kumiko@example.net.pem"}
	if len(m.Keys) != 2 || filepath.Base(m.Keys[0]) != want[0] || filepath.Base(m.Keys[1]) != want[1] {
		t.Errorf("keys %v", m.Keys)
	}
	if len(m.Certs) != 1 || filepath.Base(m.Certs[0]) != "user_cert_fluffy@example.com.pem" || filepath.Base(m.CA) != "root_cert_fluffyCA.pem" {
		t.Errorf("certs %v, CA %v", m.Certs, m.CA)
	}
}

// TestYoungAuthority: what is added to an authority's folder is valid when the capture is.
func TestYoungAuthority(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	a, err := certs.NewAuthority(certs.AuthorityOptions{Key: certs.ECDSAP256, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write(dir, certs.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	m := makeCapture(t, maker.Options{Scenario: "tls", Keys: dir, Key: certs.ECDSAP256, TLS: maker.TLS{Version: "1.3"}})
	if !m.Start.Equal(now.Add(24 * time.Hour)) {
		t.Errorf("starts at %v", m.Start)
	}
}

func TestBrokenKeys(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"domain_cert_example.net.pem", "domain_key_example.net.pem"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("no PEM\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := maker.Make(t.Context(), new(strings.Builder), maker.Options{Scenario: "tls", Keys: dir})
	if err == nil || !strings.Contains(err.Error(), "domain_key_example.net.pem: ") {
		t.Errorf("got %v", err)
	}
}
