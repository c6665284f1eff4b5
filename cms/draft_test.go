package cms_test

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sipsecdump/cms/pki"
)

const draftDir = "../testdata/draft-sec-flows"

// captured is when the draft's captures were taken, about: all its certificates were valid.
var captured = time.Date(2005, 11, 20, 0, 0, 0, 0, time.UTC)

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func draftCertificate(t testing.TB, name string) *pki.Certificate {
	t.Helper()
	block, _ := pem.Decode(read(t, draftDir, "certs", name))
	if block == nil {
		t.Fatalf("%s: no PEM", name)
	}
	c, err := pki.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	c.Source = name
	return c
}
