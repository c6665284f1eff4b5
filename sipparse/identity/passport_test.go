package identity

import (
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"sipsecdump/cms/pki"
)

const (
	header       = `{"alg":"ES256","typ":"passport","x5u":"https://example.com/a.cer"}`
	headerPPT    = `{"alg":"ES256","ppt":"%s","typ":"passport","x5u":"https://example.com/a.cer"}`
	claims       = `{"dest":{"tn":["12155551213"]},"iat":1443208345,"orig":{"tn":"12155551212"}}`
	shakenClaims = `{"attest":"A","dest":{"tn":["12155551213"]},"iat":1443208345,"orig":{"tn":"12155551212"},"origid":"123e4567-e89b-12d3-a456-426655440000"}`
	info         = ";info=<https://example.com/a.cer>"
)

// TestPublished takes the examples of RFC 8225, Appendix A, and of a draft of it, with the key that
// both print.
func TestPublished(t *testing.T) {
	const (
		head = "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9"
		// The draft made iat a string, so the claims are not as they should be.
		draft = head + ".eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6IjE0NDMyMDgzNDUiLCJvcmlnIjp7InRuIjoiMTIxNTU1NTEyMTIifX0" +
			".rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8Qjpjlk-cpFYpFYsojNCpTzO3QfPOlckGaS6hEck7w"
		// The RFC has other claims, but its signature is not of the key that it prints.
		rfc = head + ".eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6MTQ3MTM3NTQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19" +
			".VLBCIVDCaeK6M4hLJb6SHQvacAQVvoiiEOWQ_iUkqk79UD81fHQ0E1b3_GluIkba7UWYRM47ZbNFdOJquE35cw"
	)
	block, _ := pem.Decode([]byte(`-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH
78YTU8qLS8I5HLHSSmlATLcslQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g==
-----END PUBLIC KEY-----`))
	pub, err := pki.ParsePublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	cert := certificate(t, pub.(*ecdsa.PublicKey), newSigner(t, "example.com", nil).key, "example.com", nil)
	cert.Source = "passport.cer"
	check := func(token string) Result {
		raw := invite("From: <tel:+1-215-555-1212>;tag=1", "To: <sips:alice@EXAMPLE.com:5061;transport=tls>",
			"Identity: "+token+";info=<https://cert.example.org/passport.cer>;alg=ES256")
		return checkOne(t, raw, &pki.Keyring{Certificates: []*pki.Certificate{cert}}, seen)
	}
	if r := check(draft); !r.SignatureVerified || r.Verified || r.Reason != "iat-missing" || codes(&r) != "iat-missing" {
		t.Errorf("draft: %+v", r)
	}
	r := check(rfc)
	if r.SignatureVerified || r.Reason != "signature-mismatch" {
		t.Errorf("RFC: %+v", r)
	}
	want := `{"dest":{"uri":["sip:alice@example.com"]},"iat":1471375418,"orig":{"tn":"12155551212"}}`
	if got, err := json.Marshal(r.Claims); err != nil || string(got) != want {
		t.Errorf("claims %s", got)
	}
	// Each octet counts; the lowest bits of the last one are no part of the octets.
	for i := range len(draft) - 1 {
		flipped := []byte(draft)
		if flipped[i] ^= 1; draft[i] == '.' {
			continue
		}
		if r := check(string(flipped)); r.SignatureVerified {
			t.Errorf("verified with octet %d flipped", i)
		}
	}
}

func TestPASSporT(t *testing.T) {
	s := newSigner(t, "example.com", nil)
	ppt := func(p string) string { return fmt.Sprintf(headerPPT, p) }
	const paramShaken, paramDiv, paramRPH = info + ";ppt=shaken", info + ";ppt=div", info + ";ppt=rph"
	swap := strings.NewReplacer
	tests := []struct {
		name           string
		header, claims string
		params         string
		lines          []string
		sdp            string
		reason         string // "" if it is verified
		issues         string // besides the reason
	}{
		{name: "plain", header: header, claims: claims, params: info},
		{name: "with alg", header: header, claims: claims, params: info + ";alg=ES256"},
		{name: "URIs", header: header, claims: `{"dest":{"uri":["sip:bob@example.org"]},"iat":1443208345,"orig":{"uri":"sip:alice@example.com"}}`, params: info,
			lines: []string{"From: Alice <sips:alice@Example.com:5061;lr>;tag=1", "To: sip:bob@EXAMPLE.ORG"}},
		{name: "one of several", header: header, claims: `{"dest":{"tn":["1","12155551213"],"uri":["sip:x@y"]},"iat":1443208345,"orig":{"tn":"12155551212"}}`, params: info},
		{name: "separators", header: header, claims: claims, params: info, lines: []string{"From: <sip:+1(215)555.12-12@example.com>;tag=1"}},
		{name: "asserted", header: header, claims: claims, params: info, issues: "orig-asserted certificate-domain",
			lines: []string{"From: <sip:anonymous@anonymous.invalid>;tag=1", `P-Asserted-Identity: "Alice" <sip:a@example.com>, <tel:+12155551212>`}},

		{name: "orig", header: header, claims: claims, params: info, lines: []string{"From: <sip:+12155551211@example.com>;tag=1"}, reason: "orig-mismatch"},
		{name: "orig, URI", header: header, claims: swap(`"tn":"12155551212"`, `"uri":"sip:mallory@example.com"`).Replace(claims), params: info, reason: "orig-mismatch"},
		{name: "dest", header: header, claims: claims, params: info, lines: []string{"To: <sip:bob@example.org>"}, reason: "dest-mismatch"},
		{name: "no orig", header: header, claims: `{"dest":{"tn":["12155551213"]},"iat":1443208345}`, params: info, reason: "orig-missing"},
		{name: "no dest", header: header, claims: `{"iat":1443208345,"orig":{"tn":"12155551212"}}`, params: info, reason: "dest-missing"},
		{name: "dest no list", header: header, claims: `{"dest":{"tn":"12155551213"},"iat":1443208345,"orig":{"tn":"12155551212"}}`, params: info, reason: "dest-missing"},
		{name: "no iat", header: header, claims: `{"dest":{"tn":["12155551213"]},"orig":{"tn":"12155551212"}}`, params: info, reason: "iat-missing"},
		{name: "iat no number", header: header, claims: swap("1443208345", `"1443208345"`).Replace(claims), params: info, reason: "iat-missing"},
		{name: "iat with a fraction", header: header, claims: swap("1443208345", "1443208345.25").Replace(claims), params: info},
		{name: "iat negative", header: header, claims: swap("1443208345", "-1").Replace(claims), params: info, reason: "iat-missing"},
		{name: "several faults", header: header, claims: `{}`, params: info, reason: "orig-missing", issues: "dest-missing iat-missing"},

		{name: "stale", header: header, claims: swap("1443208345", "1443208000").Replace(claims), params: info, issues: "iat-stale date-mismatch"},
		{name: "future", header: header, claims: swap("1443208345", "1443209345").Replace(claims), params: info, issues: "iat-future date-mismatch"},
		{name: "no Date", header: header, claims: claims, params: info, lines: []string{"Date:"}},

		{name: "order", header: `{"typ":"passport","alg":"ES256","x5u":"https://example.com/a.cer"}`, claims: claims, params: info, issues: "json-not-deterministic"},
		{name: "white space", header: header, claims: swap(",", ", ").Replace(claims), params: info, issues: "json-not-deterministic"},
		{name: "type", header: swap(`passport"`, `JWT"`).Replace(header), claims: claims, params: info, issues: "typ-not-passport"},
		{name: "info", header: header, claims: claims, params: ";info=<https://example.com/b.cer>", issues: "info-mismatch"},
		{name: "no info", header: header, claims: claims, params: "", issues: "info-missing"},
		{name: "alg", header: header, claims: claims, params: info + ";alg=ES384", issues: "alg-mismatch"},
		{name: "ppt", header: header, claims: claims, params: paramShaken, issues: "ppt-mismatch"},
		{name: "unknown ppt", header: ppt("rcd"), claims: claims, params: info + `;ppt="rcd"`, issues: "ppt-unknown"},

		{name: "shaken", header: ppt("shaken"), claims: shakenClaims, params: paramShaken},
		{name: "shaken without attest", header: ppt("shaken"), claims: swap(`"attest":"A",`, "").Replace(shakenClaims), params: paramShaken, reason: "attest-missing"},
		{name: "shaken with another attest", header: ppt("shaken"), claims: swap(`"A"`, `"D"`).Replace(shakenClaims), params: paramShaken, reason: "attest-invalid"},
		{name: "shaken without origid", header: ppt("shaken"), claims: swap(`,"origid":"123e4567-e89b-12d3-a456-426655440000"`, "").Replace(shakenClaims), params: paramShaken, reason: "origid-missing"},
		{name: "shaken with another origid", header: ppt("shaken"), claims: swap("123e", "x").Replace(shakenClaims), params: paramShaken, issues: "origid-not-uuid"},

		{name: "div", header: ppt("div"), claims: `{"dest":{"tn":["12155551213"]},"div":{"tn":"12155551214"},"iat":1443208345,"orig":{"tn":"12155551212"}}`, params: paramDiv,
			lines: []string{"To: <tel:+12155551214>"}, issues: "div-unlinked"},
		{name: "div to another", header: ppt("div"), claims: `{"dest":{"tn":["12155551215"]},"div":{"tn":"12155551214"},"iat":1443208345,"orig":{"tn":"12155551212"}}`, params: paramDiv,
			reason: "dest-mismatch", issues: "div-unlinked"},
		{name: "div without div", header: ppt("div"), claims: claims, params: paramDiv, reason: "div-missing"},

		{name: "rph", header: ppt("rph"), claims: swap("}}", `},"rph":{"auth":["ets.0","wps.0"]}}`).Replace(claims), params: paramRPH, lines: []string{"Resource-Priority: ets.0, WPS.0"}},
		{name: "rph, higher", header: ppt("rph"), claims: swap("}}", `},"rph":{"auth":["ets.1"]}}`).Replace(claims), params: paramRPH, lines: []string{"Resource-Priority: ets.0"}, reason: "rph-mismatch"},
		{name: "rph for nothing", header: ppt("rph"), claims: swap("}}", `},"rph":{"auth":["ets.1"]}}`).Replace(claims), params: paramRPH, reason: "rph-mismatch"},
		{name: "no rph", header: ppt("rph"), claims: claims, params: paramRPH, reason: "rph-missing"},

		{name: "mky", header: header, claims: swap(`,"orig"`, `,"mky":[{"alg":"sha-256","dig":"02AB"}],"orig"`).Replace(claims), params: info, sdp: "v=0\r\na=fingerprint:SHA-256 02:ab\r\na=fingerprint:sha-256 02:AB\r\n"},
		{name: "mky of others", header: header, claims: swap(`,"orig"`, `,"mky":[{"alg":"sha-256","dig":"02AC"}],"orig"`).Replace(claims), params: info, sdp: "v=0\r\na=fingerprint:sha-256 02:AB\r\n", reason: "mky-mismatch"},
		{name: "mky without keys", header: header, claims: swap(`,"orig"`, `,"mky":[{"alg":"sha-256","dig":"02AC"}],"orig"`).Replace(claims), params: info, reason: "mky-mismatch"},
		{name: "keys without mky", header: header, claims: claims, params: info, sdp: "v=0\r\na=fingerprint:sha-256 02:AB\r\n", issues: "mky-missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := append([]string{"Identity: " + s.passport(t, tt.header, tt.claims) + tt.params}, tt.lines...)
			r := checkOne(t, inviteWith(tt.sdp, lines...), s.keyring(), seen)
			want := strings.TrimSpace(tt.reason + " " + tt.issues)
			if !r.Tried || !r.SignatureVerified || r.Verified != (tt.reason == "") || r.Reason != tt.reason || (r.Detail != "") != (tt.reason != "") || r.Form != RFC8224 || r.Variant != "full" {
				t.Errorf("%+v", r)
			}
			if codes(&r) != want {
				t.Errorf("issues %q, not %q", codes(&r), want)
			}
			if got, err := json.Marshal(r.Claims); err != nil || !strings.Contains(tt.claims, " ") && string(got) != tt.claims {
				t.Errorf("claims %s", got)
			}
			if !r.Chain.Trusted {
				t.Errorf("chain %+v", r.Chain)
			}
		})
	}
}

func TestPASSporTMalformed(t *testing.T) {
	s := newSigner(t, "example.com", nil)
	good := s.passport(t, header, claims)
	parts := strings.Split(good, ".")
	deep := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	many := strings.Repeat("0,", maxValues) + "0"
	tests := []struct{ name, value, reason, detail string }{
		{"parts", parts[0] + "." + parts[1], "header-malformed", "2 parts"},
		{"more parts", good + ".x", "header-malformed", "4 parts"},
		{"header base64", "!." + parts[1] + "." + parts[2], "base64-malformed", "header"},
		{"claims base64", parts[0] + ".!." + parts[2], "base64-malformed", "claims"},
		{"signature base64", parts[0] + "." + parts[1] + ".!", "base64-malformed", "signature"},
		{"header no JSON", s.passport(t, `{"alg":`, claims), "header-malformed", ""},
		{"header no object", s.passport(t, `"ES256"`, claims), "header-malformed", "not an object"},
		{"claims no JSON", s.passport(t, header, "x"), "claims-malformed", ""},
		{"claims no object", s.passport(t, header, "[]"), "claims-malformed", "not an object"},
		{"claims empty", s.passport(t, header, ""), "claims-malformed", ""},
		{"claims twice", s.passport(t, header, `{"iat":1,"iat":2}`), "claims-malformed", `"iat" twice`},
		{"claims and more", s.passport(t, header, `{} {}`), "claims-malformed", "follows"},
		{"claims not UTF-8", s.passport(t, header, "{\"a\":\"\xff\"}"), "claims-malformed", "UTF-8"},
		{"claims deep", s.passport(t, header, `{"a":`+deep+`}`), "claims-malformed", "deeper"},
		{"claims many", s.passport(t, header, `{"a":[`+many+`]}`), "claims-malformed", "values"},
		{"crit", s.passport(t, `{"alg":"ES256","crit":["exp"],"typ":"passport"}`, claims), "crit-not-understood", `["exp"]`},
		{"crit empty", s.passport(t, `{"alg":"ES256","crit":[],"typ":"passport"}`, claims), "crit-not-understood", `[]`},
		{"no alg", s.passport(t, `{"typ":"passport"}`, claims), "algorithm-not-implemented", `""`},
		{"none", s.passport(t, `{"alg":"none","typ":"passport"}`, claims), "algorithm-not-implemented", "not signed"},
		{"ES384", s.passport(t, `{"alg":"ES384","typ":"passport"}`, claims), "algorithm-not-implemented", "P-384"},
		{"RS256", s.passport(t, `{"alg":"RS256","typ":"passport"}`, claims), "algorithm-not-implemented", "RSASSA"},
		{"signature length", parts[0] + "." + parts[1] + "." + url("0123"), "signature-malformed", "4 octets"},
		{"signature", parts[0] + "." + parts[1] + "." + url(strings.Repeat("x", 64)), "signature-mismatch", ""},
		{"claims of another", parts[0] + "." + url(shakenClaims) + "." + parts[2], "signature-mismatch", ""},
		// RFC 8224, Section 4.1.1 prints an RSA signature in its example of the compact form.
		{"RFC 8224", "..sv5CTo05KqpSmtHt3dcEiO/1CWTSZtnG3iV+1nmurLXV/HmtyNS7Ltrg9dlxkWzo" +
			"eU7d7OV8HweTTDobV3itTmgPwCFjaEmMyEI3d7SyN21yNDo2ER/Ovgtw0Lu5csIp" +
			"pPqOg1uXndzHbG7mR6Rl9BnUhHufVRbp51Mn3w0gfUs=", "signature-malformed", "128 octets"},
		{"compact, no Date", ".." + parts[2], "date-missing", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := []string{"Identity: " + tt.value + info}
			if tt.reason == "date-missing" {
				lines = append(lines, "Date:")
			}
			r := checkOne(t, invite(lines...), s.keyring(), seen)
			if r.Verified || r.SignatureVerified || r.Reason != tt.reason || !strings.Contains(r.Detail, tt.detail) || r.Tried != (tt.reason == "signature-mismatch") {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestCompact(t *testing.T) {
	s := newSigner(t, "example.com", nil)
	const mky = `,"mky":[{"alg":"sha-256","dig":"02AB"}],"orig"`
	sdp := "v=0\r\na=fingerprint:sha-256 02:AB\r\n"
	tests := []struct {
		name, claims, variant string
		lines                 []string
		sdp, issues           string
	}{
		{"numbers", claims, "compact+orig-tn+dest-tn", nil, "", ""},
		{"URIs", `{"dest":{"uri":["sip:bob@example.org"]},"iat":1443208345,"orig":{"uri":"sip:alice@example.com"}}`, "compact+orig-uri+dest-uri",
			[]string{"From: <sip:alice@example.com;x=y>;tag=1", "To: <sip:bob@example.org:5070>"}, "", ""},
		{"a number taken for a URI", `{"dest":{"tn":["12155551213"]},"iat":1443208345,"orig":{"uri":"sip:+1-215-555-1212@example.com"}}`, "compact+orig-uri+dest-tn", nil, "", ""},
		{"sips kept", `{"dest":{"uri":["sips:bob@example.org"]},"iat":1443208345,"orig":{"tn":"12155551212"}}`, "compact+orig-tn+dest-uri", []string{"To: <sips:bob@example.org>"}, "", ""},
		{"mky", strings.Replace(claims, `,"orig"`, mky, 1), "compact+orig-tn+dest-tn+mky", nil, sdp, ""},
		{"mky not signed", claims, "compact+orig-tn+dest-tn", nil, sdp, "mky-missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			signature := s.sign(t, url(header)+"."+url(tt.claims))
			lines := append([]string{"Identity: .." + signature + info + ";alg=ES256"}, tt.lines...)
			r := checkOne(t, inviteWith(tt.sdp, lines...), s.keyring(), seen)
			if !r.Verified || r.Variant != tt.variant || codes(&r) != tt.issues {
				t.Errorf("%+v", r)
			}
			if got, _ := json.Marshal(r.Claims); string(got) != tt.claims {
				t.Errorf("claims %s", got)
			}
			for _, l := range []string{"From: <sip:+12155551219@example.com>;tag=1", "To: <tel:+19>", "Date: Fri, 25 Sep 2015 19:12:26 GMT"} {
				name, _, _ := strings.Cut(l, ":")
				mutated := []string{lines[0], l}
				for _, other := range tt.lines {
					if !strings.HasPrefix(other, name+":") {
						mutated = append(mutated, other)
					}
				}
				if r := checkOne(t, inviteWith(tt.sdp, mutated...), s.keyring(), seen); r.Verified || r.Claims != nil || r.Reason != "signature-mismatch" && r.Reason != "no-certificate-matches" {
					t.Errorf("with %s: %+v", l, r)
				}
			}
		})
	}
	r := checkOne(t, invite("Identity: ..AAAA"+info+";ppt=shaken"), s.keyring(), seen)
	if r.Reason != "compact-unknown-claims" {
		t.Errorf("shaken: %+v", r)
	}
	r = checkOne(t, invite("Identity: ..AAAA"+info+";alg=RS256"), s.keyring(), seen)
	if r.Reason != "algorithm-not-implemented" {
		t.Errorf("RS256: %+v", r)
	}
}

// TestDiversion links the PASSporT of a diverted call to the original one.
func TestDiversion(t *testing.T) {
	s := newSigner(t, "example.com", nil)
	original := s.passport(t, header, `{"dest":{"tn":["12155551214"]},"iat":1443208345,"orig":{"tn":"12155551212"}}`)
	diverted := s.passport(t, fmt.Sprintf(headerPPT, "div"), `{"dest":{"tn":["12155551213"]},"div":{"tn":"12155551214"},"iat":1443208345,"orig":{"tn":"12155551212"}}`)
	m := parse(invite("To: <tel:+12155551214>", "Identity: "+original+info, "y: "+diverted+info+";ppt=div"))
	results := Check(m, m.Body, s.keyring(), seen)
	if len(results) != 2 || !results[0].Verified || !results[1].Verified || codes(&results[0])+codes(&results[1]) != "" {
		t.Errorf("%+v", results)
	}
	lines := []string{"To: <tel:+12155551214>"}
	for range 3 * maxHeaders {
		lines = append(lines, "Identity: "+original+info)
	}
	m = parse(invite(lines...))
	if results = Check(m, m.Body, nil, seen); len(results) != maxHeaders || codes(&results[maxHeaders-1]) != "identity-limit" {
		t.Errorf("%d results, %+v", len(results), results[len(results)-1])
	}
}

func TestCandidates(t *testing.T) {
	entry := func(tag uint8, f func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.Tag(tag).ContextSpecific().Constructed(), f)
		}
	}
	ia5 := func(s string) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(s)) })
		}
	}
	list := func(entries ...func(*cryptobyte.Builder)) []byte {
		var b cryptobyte.Builder
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, e := range entries {
				e(b)
			}
		})
		return b.BytesOrPanic()
	}
	numbers := func(start string, count int64) func(*cryptobyte.Builder) {
		return entry(1, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				ia5(start)(b)
				b.AddASN1BigInt(big.NewInt(count))
			})
		})
	}
	tests := []struct {
		name   string
		list   []byte
		source string
		known  bool
		issues string
	}{
		{"one", list(entry(2, ia5("12155551212"))), "", true, ""},
		{"range", list(numbers("12155551200", 13)), "", true, ""},
		{"range before", list(numbers("12155551200", 12)), "", false, "certificate-number"},
		{"range of others", list(numbers("1215555120", 100)), "", false, "certificate-number"},
		{"service provider", list(entry(0, ia5("1234"))), "", false, ""},
		{"file", list(entry(0, ia5("1234"))), `certs\a.cer`, true, ""},
		{"another file", list(entry(0, ia5("1234"))), `certs/b.cer`, false, ""},
		{"damaged", []byte{0x30, 3, 0xA0, 9, 1}, "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSigner(t, "a service provider", tt.list)
			s.cert.Source = tt.source
			good := s.passport(t, header, claims)
			r := checkOne(t, invite("Identity: "+good+info), s.keyring(), seen)
			if !r.Verified || codes(&r) != tt.issues {
				t.Errorf("%+v", r)
			}
			bad := good[:len(good)-8] + "AAAAAAAA"
			r = checkOne(t, invite("Identity: "+bad+info), s.keyring(), seen)
			reason := "no-certificate-matches"
			if tt.known {
				reason = "signature-mismatch"
			}
			if r.Verified || r.Tried != tt.known || r.Reason != reason {
				t.Errorf("of another signature: %+v", r)
			}
		})
	}
	none := newSigner(t, "example.com", nil)
	r := checkOne(t, invite("Identity: "+none.passport(t, header, claims)+info), nil, seen)
	if r.Tried || r.Reason != "no-certificate" || !strings.Contains(r.Detail, "https://example.com/a.cer") || r.Claims == nil {
		t.Errorf("no certificate: %+v", r)
	}
}

// TestSignatureForms: other ways of writing the signature are named.
func TestSignatureForms(t *testing.T) {
	s := newSigner(t, "example.com", nil)
	parts := strings.Split(s.passport(t, header, claims), ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(raw[:32]))
		b.AddASN1BigInt(new(big.Int).SetBytes(raw[32:]))
	})
	for value, issue := range map[string]string{
		parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(b.BytesOrPanic()): "signature-der",
		parts[0] + "." + parts[1] + "." + base64.StdEncoding.EncodeToString(raw):                 "base64-not-url",
		parts[0] + "." + parts[1] + "\r\n ." + parts[2]:                                          "identity-spaced",
	} {
		if r := checkOne(t, invite("Identity: "+value+info), s.keyring(), seen); !r.Verified || codes(&r) != issue {
			t.Errorf("%s: %+v", issue, r)
		}
	}
}
