package cms_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sipsecdump/cms"
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

func TestSmoke(t *testing.T) {
	o := cms.Parse(read(t, draftDir, "dataSig/resip-sign-out-sig"), cms.Limits{})
	t.Logf("%+v", o.Issues)
	ring := &pki.Keyring{Certificates: []*pki.Certificate{draftCertificate(t, "user_cert_fluffy@example.com.pem")}}
	r := o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{{Name: "x", Octets: read(t, draftDir, "dataSig/resip-sign-out-data"), Standard: true}}, Keyring: ring, At: captured})
	t.Logf("%+v", r[0])
	for _, f := range []string{"dataSig/resip-sign-out-sig", "dataEnc/resip-encrypt-out"} {
		b := read(t, draftDir, f)
		o := cms.Parse(b, cms.Limits{})
		t.Logf("%v %s\n%s", o.Issues, f, o.AppendTree(nil, cms.TreeOptions{Style: cms.StyleDraft}))
		if !bytes.Equal(o.Raw, b) {
			t.Error("raw")
		}
	}
}
