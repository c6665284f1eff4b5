package identity

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"sipsecdump/sipparse"
)

// checkResult asserts what holds for every Result.
func checkResult(t *testing.T, m *sipparse.Message, r *Result) {
	t.Helper()
	if r.Verified && !r.SignatureVerified || r.SignatureVerified && !r.Tried || r.Tried && r.Certificate == nil {
		t.Errorf("%+v", r)
	}
	if r.Verified != (r.Reason == "") || r.Verified != (r.Detail == "") || r.SignatureVerified != (r.Variant != "") {
		t.Errorf("%+v", r)
	}
	if r.Form != RFC8224 && r.Form != RFC4474 && r.Form != PreRFC4474 || r.Offset >= len(m.Raw) {
		t.Errorf("%+v", r)
	}
	for _, i := range r.Issues {
		if i.Code == "" || i.Text == "" || i.Offset != r.Offset {
			t.Errorf("issue %+v", i)
		}
	}
	if len(r.Issues) > 32 {
		t.Errorf("%d issues", len(r.Issues))
	}
	for _, o := range []Object{r.Header, r.Claims} {
		if o == nil {
			continue
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := parseObject(b); err != nil || !reflect.DeepEqual(again, o) {
			t.Errorf("%s is read as %v, %v; it was %v", b, again, err, o)
		}
	}
}

// FuzzIdentity: the verdict's fields agree with each other, and are the same a second time; nothing
// is verified with a certificate whose key signed nothing.
func FuzzIdentity(f *testing.F) {
	for _, tt := range draftMessages {
		f.Add(tt.read(f))
	}
	f.Add(invite("Identity: ..AAAA" + info))
	f.Add(invite("Identity: " + url(header) + "." + url(claims) + "." + url(strings.Repeat("x", 64)) + info))
	f.Add(invite(`y: "AAAA"`, "n: <https://example.com/cert>;alg=rsa-sha1"))
	k := keyring(f, draft+"certs/domain_cert_example.com.pem")
	s := newSigner(f, "example.com", nil)
	k.Certificates = append(k.Certificates, s.cert)
	f.Add(invite("Identity: " + s.passport(f, header, claims) + info))
	stranger := keyring(f, draft+"certs/domain_cert_example.net.pem")
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := sipparse.Parse(raw)
		results := Check(m, m.Body, k, seen)
		if len(results) > maxHeaders {
			t.Errorf("%d results", len(results))
		}
		for i := range results {
			checkResult(t, m, &results[i])
		}
		if again := Check(m, m.Body, k, seen); !reflect.DeepEqual(again, results) {
			t.Errorf("%+v, then %+v", results, again)
		}
		for _, r := range Check(m, m.Body, stranger, seen) {
			checkResult(t, m, &r)
			if r.SignatureVerified {
				t.Errorf("of a stranger: %+v", r)
			}
		}
	})
}

// FuzzPASSporT: what is read as JSON is JSON to others; a signature is found good over whatever
// was signed, and bad over anything else.
func FuzzPASSporT(f *testing.F) {
	f.Add(header, claims, uint16(0))
	f.Add(fmt.Sprintf(headerPPT, "shaken"), shakenClaims, uint16(40))
	f.Add(fmt.Sprintf(headerPPT, "div"), `{"div":{"tn":"1"},"dest":{"uri":["sip:a@b"]},"iat":1e3}`, uint16(90))
	f.Add(fmt.Sprintf(headerPPT, "rph"), `{"rph":{"auth":["a.b",1,null]},"mky":[{"alg":1},[]]}`, uint16(200))
	s := newSigner(f, "example.com", nil)
	k := s.keyring()
	f.Fuzz(func(t *testing.T, header, claims string, flip uint16) {
		if header == "" && claims == "" {
			return // the compact form
		}
		token := s.passport(t, header, claims)
		r := checkOne(t, invite("Identity: "+token+info), k, seen)
		checkResult(t, parse(invite("Identity: "+token+info)), &r)
		if r.Reason == "signature-mismatch" || r.Reason == "no-certificate-matches" {
			t.Errorf("%+v", r)
		}
		if r.Claims != nil && (!json.Valid([]byte(claims)) || !json.Valid([]byte(header))) {
			t.Errorf("taken for JSON: %q, %q", header, claims)
		}
		// The last character of a part may have bits that belong to no octet.
		i := int(flip) % len(token)
		if token[i] == '.' || i+1 == len(token) || token[i+1] == '.' {
			return
		}
		flipped := []byte(token)
		flipped[i] ^= 1
		if r := checkOne(t, invite("Identity: "+string(flipped)+info), k, seen); r.SignatureVerified {
			t.Errorf("verified with octet %d flipped: %+v", i, r)
		}
	})
}
