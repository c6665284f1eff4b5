package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"sipsecdump/amount"
	"sipsecdump/cms/pki"
)

// passport judges a PASSporT (RFC 8224, Section 4; RFC 8225).
func (c *checker) passport(r *Result, f *field) {
	r.Info = f.param("info")
	if r.Info == "" {
		r.issue("info-missing", "RFC 8224, Section 4", "the parameter info is missing")
	}
	parts := strings.Split(f.token, ".")
	if len(parts) != 3 {
		r.fail("header-malformed", "the PASSporT has %s, not 3", amount.Of(len(parts), "part", "parts"))
		return
	}
	signature, ok := r.base64(parts[2], "signature")
	if !ok {
		return
	}
	if parts[0] == "" && parts[1] == "" {
		c.compact(r, f, signature)
		return
	}
	header, ok := r.base64(parts[0], "header")
	if !ok {
		return
	}
	claims, ok := r.base64(parts[1], "claims")
	if !ok {
		return
	}
	var err error
	if r.Header, err = parseObject(header); err != nil {
		r.fail("header-malformed", "the header of the PASSporT is no JSON that can be used: %v", err)
		return
	}
	if r.Claims, err = parseObject(claims); err != nil {
		r.fail("claims-malformed", "the claims of the PASSporT are no JSON that can be used: %v", err)
		return
	}
	if !isDeterministic(r.Header, header) || !isDeterministic(r.Claims, claims) {
		r.issue("json-not-deterministic", "RFC 8225, Section 9", "the JSON has white space, or names in another order than the alphabet's")
	}
	c.parameters(r, f)
	c.judgeClaims(r)
	if crit, ok := r.Header.Get("crit"); ok {
		text, _ := appendJSON(nil, crit) // what was parsed has a form
		r.fail("crit-not-understood", "the header of the PASSporT demands by crit that %s be understood, and nothing of that is", text)
		return
	}
	alg := r.Header.text("alg")
	if !implemented(r, alg) {
		return
	}
	c.verify(r, signature, []attempt{{"full", []byte(parts[0] + "." + parts[1]), nil, nil}})
}

// parameters compares the header with the parameters (RFC 8224, Section 4.1).
func (c *checker) parameters(r *Result, f *field) {
	if typ := r.Header.text("typ"); typ != "passport" {
		r.issue("typ-not-passport", "RFC 8225, Section 4.1", "the type is %q", typ)
	}
	if x5u := r.Header.text("x5u"); x5u != r.Info && r.Info != "" {
		r.issue("info-mismatch", "RFC 8224, Section 4.1", "x5u is %q, info is %q", x5u, r.Info)
	}
	if r.Info == "" {
		r.Info = r.Header.text("x5u")
	}
	if alg := f.param("alg"); alg != "" && alg != r.Header.text("alg") {
		r.issue("alg-mismatch", "RFC 8224, Section 4", "alg of the PASSporT is %q, that of the header field %q", r.Header.text("alg"), alg)
	}
	if ppt := f.param("ppt"); ppt != r.Header.text("ppt") {
		r.issue("ppt-mismatch", "RFC 8224, Section 4", "ppt of the PASSporT is %q, that of the header field %q", r.Header.text("ppt"), ppt)
	}
}

func implemented(r *Result, alg string) bool {
	const es256 = "ES256"
	switch alg {
	case es256:
		return true
	case "ES384":
		r.fail("algorithm-not-implemented", "the algorithm is ES384 (ECDSA with P-384 and SHA-384); only ES256 may be used")
	case "RS256":
		r.fail("algorithm-not-implemented", "the algorithm is RS256 (RSASSA-PKCS1-v1_5 with SHA-256); only ES256 may be used")
	case "none":
		r.fail("algorithm-not-implemented", "the PASSporT is not signed: its algorithm is none")
	default:
		r.fail("algorithm-not-implemented", "the algorithm is %q; only ES256 may be used", alg)
	}
	return false
}

// base64 decodes a part of a PASSporT. Old examples and some senders use the other alphabet, and
// padding (RFC 8224, erratum 6499).
func (r *Result) base64(s, what string) ([]byte, bool) {
	plain := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(s), "=")
	b, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil {
		r.fail("base64-malformed", "the %s of the PASSporT is not base64url", what)
		return nil, false
	}
	if plain != s {
		r.issue("base64-not-url", "RFC 7515, Section 2", "the %s of the PASSporT has characters of the base64 alphabet that base64url lacks", what)
	}
	return b, true
}

// attempt is something that may have been signed. header and claims are set if they were rebuilt.
type attempt struct {
	variant        string
	input          []byte
	header, claims Object
}

// verify looks for the certificate and the attempt that the ES256 signature belongs to (RFC 7518,
// Section 3.4).
func (c *checker) verify(r *Result, signature []byte, attempts []attempt) {
	candidates := c.candidates(r, func(cert *pki.Certificate) bool {
		k, ok := cert.PublicKey.(*ecdsa.PublicKey)
		return ok && k.Curve == elliptic.P256()
	})
	der := len(signature) != 64
	if der {
		if !isDERSignature(signature) {
			r.fail("signature-malformed", "the signature has %s; that of ES256 has 64", amount.Of(len(signature), "octet", "octets"))
			return
		}
		r.issue("signature-der", "RFC 7518, Section 3.4", "the signature is in DER, not two numbers of 32 octets")
	}
	if len(candidates) == 0 {
		r.fail("no-certificate", "no certificate with a key for ES256 is at hand: %s", c.signer(r))
		return
	}
	digests := make([][32]byte, len(attempts))
	for i := range attempts {
		digests[i] = sha256.Sum256(attempts[i].input)
	}
	tried := 0
	for _, cand := range candidates {
		if tried += len(attempts); tried > maxAttempts {
			r.issue("attempts-limit", "", "not all of %d certificates were tried", len(candidates))
			break
		}
		for i, a := range attempts {
			if !verifyES256(cand.PublicKey.(*ecdsa.PublicKey), digests[i][:], signature, der) {
				continue
			}
			if a.claims != nil {
				r.Header, r.Claims = a.header, a.claims
			}
			r.signed(cand.Certificate, a.variant)
			return
		}
	}
	if first := candidates[0]; first.known {
		r.Tried, r.Certificate = true, first.Certificate
		r.fail("signature-mismatch", "the signature was not made with the signer's key over this: %s", c.signer(r))
		return
	}
	r.fail("no-certificate-matches", "the key of no certificate at hand made the signature over this: %s", c.signer(r))
}

func verifyES256(pub *ecdsa.PublicKey, digest, signature []byte, der bool) bool {
	if der {
		return ecdsa.VerifyASN1(pub, digest, signature)
	}
	return ecdsa.Verify(pub, digest, new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}

// isDERSignature tells whether it is the ECDSA signature of X.509 (RFC 3279, Section 2.2.3).
func isDERSignature(der []byte) bool {
	var r, s big.Int
	in := cryptobyte.String(der)
	var seq cryptobyte.String
	return in.ReadASN1(&seq, asn1.SEQUENCE) && in.Empty() && seq.ReadASN1Integer(&r) && seq.ReadASN1Integer(&s) && seq.Empty()
}

// compact judges a PASSporT of which only the signature was sent: header and claims are rebuilt
// from the message (RFC 8225, Section 7).
func (c *checker) compact(r *Result, f *field, signature []byte) {
	alg := f.param("alg")
	if alg == "" {
		alg = "ES256"
	}
	if !implemented(r, alg) {
		return
	}
	if ppt := f.param("ppt"); ppt != "" {
		r.fail("compact-unknown-claims", "the claims of %q cannot be rebuilt from the message", ppt)
		return
	}
	date, ok := parseDate(c.date)
	if !ok {
		r.fail("date-missing", "the claims cannot be rebuilt: the message has no Date that can be read")
		return
	}
	header := Object{{"alg", alg}, {"typ", "passport"}, {"x5u", r.Info}}
	keys := c.mediaKeys()
	var attempts []attempt
	for _, orig := range c.from.forms() {
		for _, dest := range c.to.forms() {
			for _, mky := range [][]any{nil, keys} {
				claims := Object{
					{"dest", Object{{dest.Name, []any{dest.Value}}}},
					{"iat", json.Number(strconv.FormatInt(date.Unix(), 10))},
				}
				variant := "compact+orig-" + orig.Name + "+dest-" + dest.Name
				if mky != nil {
					claims = append(claims, Member{"mky", mky})
					variant += "+mky"
				}
				claims = append(claims, Member{"orig", Object{orig}})
				attempts = append(attempts, attempt{variant, signingInput(header, claims), header, claims})
				if len(keys) == 0 {
					break
				}
			}
		}
	}
	if len(attempts) == 0 {
		r.fail("claims-malformed", "the claims cannot be rebuilt: From or To names nobody")
		return
	}
	c.verify(r, signature, attempts)
	if r.SignatureVerified {
		c.judgeTime(r, date)
		c.judgeMediaKeys(r)
	}
}

func signingInput(header, claims Object) []byte {
	var b []byte
	for i, o := range []Object{header, claims} {
		text, _ := appendJSON(nil, o) // strings and numbers always have a form
		if i > 0 {
			b = append(b, '.')
		}
		b = base64.RawURLEncoding.AppendEncode(b, text)
	}
	return b
}

// parseDate reads a Date (RFC 3261, Section 20.17).
func parseDate(v string) (time.Time, bool) {
	t, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", canonicalDate(v))
	return t, err == nil
}
