package identity

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/sipparse"
)

var draftMessages = []struct {
	name string
	read func(testing.TB) []byte
}{
	{"dataSig", func(t testing.TB) []byte { return firstDatagram(t, draft+"dataSig/ethereal") }},
	{"dataEnc", func(t testing.TB) []byte { return firstDatagram(t, draft+"dataEnc/ethereal") }},
	{"dataEncSig", func(t testing.TB) []byte { return firstDatagram(t, draft+"dataEncSig/ethereal") }},
	// Lines end in LF, and 8 octets follow the 6 of the body.
	{"tls1-request", func(t testing.TB) []byte { return readFile(t, draft+"tls/tls1-request") }},
}

var draftTime = time.Date(2005, 11, 19, 23, 34, 50, 0, time.UTC)

const draftVariant = "draft+cseq-doubled"

func checkOne(t testing.TB, raw []byte, k *pki.Keyring, at time.Time) Result {
	t.Helper()
	m := sipparse.Parse(raw)
	results := Check(m, m.Body, k, at)
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	return results[0]
}

// TestDraft: the signatures of 2005 cover the digest-string of that year's draft, with the mistake
// of the program that made them, and no other.
func TestDraft(t *testing.T) {
	k := keyring(t, draft+"certs/domain_cert_example.net.pem", draft+"certs/domain_cert_example.com.pem")
	for _, tt := range draftMessages {
		t.Run(tt.name, func(t *testing.T) {
			raw := tt.read(t)
			r := checkOne(t, raw, k, draftTime)
			if !r.Verified || !r.Tried || !r.SignatureVerified || r.Reason != "" || r.Form != PreRFC4474 || r.Variant != draftVariant || len(r.Issues) > 0 {
				t.Fatalf("%+v", r)
			}
			if got := r.Certificate.Source; !strings.HasSuffix(got, "domain_cert_example.com.pem") {
				t.Errorf("certificate %s", got)
			}
			if !bytes.HasPrefix(raw[r.Offset:], []byte("Identity:")) {
				t.Errorf("offset %d", r.Offset)
			}

			m := sipparse.Parse(raw)
			c := checker{m: m, body: m.Body}
			c.prepare(k)
			matching := 0
			for _, d := range c.variantDigests(crypto.SHA1) {
				if bytes.Equal(d.sum, r.Digest) {
					matching++
				}
			}
			if matching != 1 {
				t.Errorf("%d variants match", matching)
			}
		})
	}
}

// TestDraftFlipped: each octet that is covered counts.
func TestDraftFlipped(t *testing.T) {
	k := keyring(t, draft+"certs/domain_cert_example.com.pem")
	for _, tt := range draftMessages {
		raw := tt.read(t)
		m := sipparse.Parse(raw)
		contact, _ := m.Get("contact")
		date, _ := m.Get("date")
		for what, field := range map[string]string{
			"From":    "fluffy@example.com>;tag",
			"To":      "kumiko@example.net>\r",
			"Call-ID": m.CallID,
			"CSeq":    "1 MESSAGE",
			"method":  "MESSAGE\r",
			"Date":    date[10:],
			"Contact": strings.Trim(contact, "<>")[3:],
		} {
			field = strings.TrimSuffix(field, "\r") // tls1-request has none
			i := bytes.LastIndex(raw[:len(raw)-len(m.Body)-len(m.Trailing)], []byte(field))
			if i < 0 {
				t.Fatalf("%s: %s: no %q", tt.name, what, field)
			}
			flipped := bytes.Clone(raw)
			flipped[i] ^= 1
			r := checkOne(t, flipped, k, draftTime)
			if r.Verified || !r.Tried || r.Reason != "no-variant-matches" || len(r.Digest) != sha1.Size || !strings.Contains(r.Detail, fmt.Sprintf("%X", r.Digest)) {
				t.Errorf("%s: %s flipped: %+v", tt.name, what, r)
			}
		}
		for _, i := range []int{0, len(m.Body) / 2, len(m.Body) - 1} {
			body := bytes.Clone(m.Body)
			body[i] ^= 1
			if r := Check(m, body, k, draftTime)[0]; r.Verified || r.Reason != "no-variant-matches" {
				t.Errorf("%s: body[%d] flipped: %+v", tt.name, i, r)
			}
		}
		// The tail of tls1-request is not in the message.
		if len(m.Trailing) > 0 {
			if r := Check(m, append(bytes.Clone(m.Body), m.Trailing...), k, draftTime)[0]; r.Verified {
				t.Errorf("%s: verified with the tail", tt.name)
			}
		}
	}
}

func TestDigestStringReasons(t *testing.T) {
	raw := draftMessages[3].read(t)
	com, net := draft+"certs/domain_cert_example.com.pem", draft+"certs/domain_cert_example.net.pem"
	replace := func(old, new string) []byte { return bytes.Replace(raw, []byte(old), []byte(new), 1) }
	wrong := keyring(t, net)
	wrong.Certificates[0].DNSNames = []string{"example.com"}
	tests := []struct {
		name    string
		raw     []byte
		keyring *pki.Keyring
		reason  string
		tried   bool
		detail  string
		issues  string
	}{
		{"no certificate", raw, nil, "no-certificate", false, `"example.com"`, ""},
		{"no certificate, with Identity-Info", replace("Content-Length", "Identity-Info: <https://example.com/cert>\nContent-Length"), nil,
			"no-certificate", false, `"https://example.com/cert"`, ""},
		{"another's certificate", raw, keyring(t, net), "no-certificate-matches", false, `"example.com"`, ""},
		{"wrong key", raw, wrong, "wrong-key", true, "not made with the key", ""},
		{"base64", replace("qKUEW", "qKU!W"), keyring(t, com), "base64-malformed", false, "", ""},
		{"empty", replace("qKUEWvgss+F0pQHJCyarb8IMbDh1d1gi1Aq51ty61bO+ug5ZQzo31xnMAFHUe0tzNVoyOfmGUY2dIEWJ2iZlGI5EW3RF5hGN9f0y39iCRqGEAEB4UG5ocU4RzgXfK3Durle/66rkyCaLPJQ/pzgA+qW/nQytSuzewhDrDFRrCBQ=", ""),
			keyring(t, com), "base64-malformed", false, "", ""},
		{"signature", replace("qKUEW", "rKUEW"), keyring(t, com), "wrong-key", true, "", ""},
		{"algorithm", replace("Content-Length", "n: <https://example.com/cert>;alg=ecdsa-x\nContent-Length"), keyring(t, com),
			"algorithm-not-implemented", false, `"ecdsa-x"`, ""},
		{"no Date", replace("Date:", "X-Date:"), keyring(t, com), "no-variant-matches", true, "", "date-missing"},
		{"too long", replace("qKUEW", strings.Repeat("A", maxValue)), keyring(t, com), "identity-too-long", false, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := checkOne(t, tt.raw, tt.keyring, draftTime)
			if r.Verified || r.Reason != tt.reason || r.Tried != tt.tried || !strings.Contains(r.Detail, tt.detail) || codes(&r) != tt.issues {
				t.Errorf("%+v", r)
			}
		})
	}
	if r := checkOne(t, raw, keyring(t, com), draftTime.AddDate(5, 0, 0)); !r.Verified || codes(&r) != "certificate-expired" {
		t.Errorf("expired: %+v", r)
	}
	other := replace("From: <sips:fluffy@example.com>", "From: <sips:fluffy@example.org>")
	if r := checkOne(t, other, keyring(t, com), draftTime); r.Reason != "no-variant-matches" {
		t.Errorf("another domain: %+v", r)
	}
	if r := Check(sipparse.Parse(replace("Identity:", "X-Identity:")), nil, nil, draftTime); r != nil {
		t.Errorf("no Identity: %+v", r)
	}
}

// TestVariants signs each way of building the digest-string and finds the one that was used.
func TestVariants(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "example.com"},
		NotBefore: seen.AddDate(-1, 0, 0), NotAfter: seen.AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pki.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	k := &pki.Keyring{Certificates: []*pki.Certificate{cert}, CAs: []*pki.Certificate{cert}}
	const from, to, id = "sip:alice@example.com", "sip:bob@example.org", "a84b4c76e66710"
	tests := []struct {
		text, form, variant string
		lines               []string
	}{
		{from + "|" + to + "|" + id + "|314159 INVITE|" + date + "|sip:alice@pc33.example.com|v=0\r\n", RFC4474, "rfc4474", nil},
		{from + "|" + to + "|" + id + "|314159314159 INVITE|" + date + "|sip:alice@pc33.example.com|v=0\r\n", RFC4474, "rfc4474+cseq-doubled", nil},
		{from + "|" + to + "|" + id + "|314159 INVITE|" + date + "||v=0\r\n", RFC4474, "rfc4474+contact-empty", nil},
		{from + "|" + to + "|" + id + "|314159 INVITE|" + date + "|v=0\r\n", RFC4474, "rfc4474+no-contact", nil},
		{from + ":" + to + ":" + id + ":314159 INVITE:" + date + ":sip:alice@pc33.example.com:v=0\r\n", PreRFC4474, "draft", nil},
		{from + ":" + to + ":" + id + ":314159 INVITE:" + date + ":v=0\r\n", PreRFC4474, "draft+no-contact", nil},
		{from + "|" + to + "|" + id + "|42 INVITE|" + date + "|sip:alice@pc33.example.com|v=0\r\n", RFC4474, "rfc4474",
			[]string{"CSeq: 0042 \t INVITE", "Date: FRI,  25 sep 2015 19:12:25 GMT"}},
		{from + "|" + to + "|" + id + "|314159 INVITE|" + date + "||v=0\r\n", RFC4474, "rfc4474", []string{"Contact-Not: x"}},
	}
	for _, tt := range tests {
		sum := sha1.Sum([]byte(tt.text))
		sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA1, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		lines := append([]string{
			"From: Alice <" + from + ">;tag=1", "To: " + to,
			`Identity: "` + base64.StdEncoding.EncodeToString(sig) + `"`,
			"Identity-Info: <https://example.com/example.cer>;alg=rsa-sha1",
		}, tt.lines...)
		raw := inviteWith("v=0\r\n", lines...)
		if len(tt.lines) == 1 {
			raw = bytes.Replace(raw, []byte("Contact: <sip:alice@pc33.example.com>\r\n"), nil, 1)
		}
		r := checkOne(t, raw, k, seen)
		if !r.Verified || r.Form != tt.form || r.Variant != tt.variant || r.Info != "https://example.com/example.cer" || len(r.Issues) > 0 || !r.Chain.Trusted {
			t.Errorf("%q: %+v", tt.text, r)
		}
	}
}
