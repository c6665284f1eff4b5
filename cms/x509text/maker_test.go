package x509text_test

import (
	"crypto"
	"testing"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
	"sipsecdump/maker/certs"
)

// TestMakersLikeOpenSSL compares the certificates of the project's own maker: every kind of key and
// name, and what every scenario presents.
func TestMakersLikeOpenSSL(t *testing.T) {
	clock := certs.Clock(func() time.Time { return time.Date(2011, 2, 7, 19, 32, 17, 0, time.UTC) })
	compare := func(t *testing.T, chain [][]byte) {
		t.Helper()
		for _, der := range chain {
			c, err := pki.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			likeOpenSSL(t, c)
		}
	}
	for _, name := range certs.KeyKinds() {
		t.Run(name, func(t *testing.T) {
			kind, err := certs.ParseKeyKind(name)
			if err != nil {
				t.Fatal(err)
			}
			authority, err := certs.NewAuthority(certs.AuthorityOptions{Key: kind, Clock: clock})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range []certs.Request{
				{Name: "example.com", EKU: true}, {Name: "fluffy@example.com", EKU: true}, {Name: "sip:example.org"},
			} {
				r.Key = kind
				made, err := authority.Make(r)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, made.Presented())
			}
		})
	}
	for _, scenario := range certs.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			kind, err := certs.ParseKeyKind("ecdsa-p256")
			if err != nil {
				t.Fatal(err)
			}
			set, err := scenario.Make(certs.ScenarioOptions{Key: kind, Digest: crypto.SHA256, Clock: clock})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, set.Identity.Presented())
		})
	}
	for _, document := range certs.Documents() {
		t.Run(document, func(t *testing.T) {
			authority, err := certs.DocumentAuthority(document, clock)
			if err != nil {
				t.Fatal(err)
			}
			made, err := authority.Make(certs.Request{Name: "kumiko@example.net", EKU: true, Digest: crypto.SHA1})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, made.Presented())
		})
	}
}

// TestEscapes: what terminals obey does not come through, wherever it stands.
func TestEscapes(t *testing.T) {
	c := certificates(t, "testdata/extensions.pem")[0]
	for _, value := range []string{
		"\x30\x07\x82\x05a\x1b[2J", "\x30\x07\x86\x05a\x9b31m", "\x30\x05\x82\x03\xe2\x80\xae", "\x13\x05a\x1b[2J", "\n\r\n",
	} {
		for _, oid := range []pki.OID{"2.5.29.17", "2.16.840.1.113730.1.13", "1.2.3"} {
			bad := *c
			bad.Extensions = []pki.Extension{{OID: oid, Value: []byte(value)}}
			for i, r := range text(&bad, x509text.Options{}) {
				if r != '\n' && r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0xfffd {
					t.Errorf("%s %x: %U at %d", oid, value, r, i)
				}
			}
		}
	}
}
