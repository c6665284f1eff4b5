package identity

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"strings"

	"sipsecdump/cms/pki"
)

// digestString judges an Identity of RFC 4474 or the drafts before it.
func (c *checker) digestString(r *Result, f *field) {
	r.Form = PreRFC4474
	info, hasInfo := c.m.Get("identity-info")
	i := parseField(info)
	if hasInfo || f.quoted {
		r.Form = RFC4474
	}
	r.Info = i.token
	if c.date == "" {
		r.issue("date-missing", "RFC 4474, Section 6", "the message has no Date, which the signature covers")
	}
	switch alg := i.param("alg"); strings.ToLower(alg) {
	case "", "rsa-sha1", "rsa-sha256":
	default:
		r.fail("algorithm-not-implemented", "the signature's algorithm is %q", alg)
		return
	}
	signature, err := base64.StdEncoding.DecodeString(f.token)
	if err != nil || len(signature) == 0 {
		r.fail("base64-malformed", "the signature is not base64")
		return
	}
	candidates := c.candidates(r, func(cert *pki.Certificate) bool {
		_, ok := cert.PublicKey.(*rsa.PublicKey)
		return ok
	})
	if len(candidates) == 0 {
		r.fail("no-certificate", "no certificate with an RSA key is at hand: %s", c.signer(r))
		return
	}
	for _, cand := range candidates[:min(len(candidates), maxAttempts)] {
		oid, digest, ok := pki.RecoverDigest(cand.PublicKey.(*rsa.PublicKey), signature)
		if !ok {
			continue
		}
		c.digestMatches(r, cand.Certificate, oid, digest)
		return // no other key can have made it
	}
	c.limited(r, len(candidates))
	if first := candidates[0]; first.known {
		r.Tried, r.Certificate = true, first.Certificate
		r.fail("wrong-key", "the signature was not made with the key of the certificate for the sender, nor with another one at hand: %s", c.signer(r))
		return
	}
	r.fail("no-certificate-matches", "the signature was made with the key of no certificate at hand: %s", c.signer(r))
}

// digestMatches looks for the digest-string that was signed.
func (c *checker) digestMatches(r *Result, cert *pki.Certificate, oid pki.OID, digest []byte) {
	r.Tried, r.Certificate, r.Digest = true, cert, digest
	h, ok := pki.HashOf(oid)
	if !ok {
		r.fail("algorithm-not-implemented", "the signed digest is of algorithm %s", oid)
		return
	}
	if h != crypto.SHA1 {
		r.issue("digest-not-sha1", "RFC 4474, Section 9", "the signed digest is of %v, not of SHA-1", h)
	}
	for _, d := range c.variantDigests(h) {
		if bytes.Equal(d.sum, digest) {
			r.Form = d.form()
			r.signed(cert, d.String())
			return
		}
	}
	r.fail("no-variant-matches", "the signer's key signed the digest %X, which no known way of building the digest-string gives", digest)
}

func (c *checker) limited(r *Result, candidates int) {
	if candidates > maxAttempts {
		r.issue("attempts-limit", "", "%d of %d certificates were tried", maxAttempts, candidates)
	}
}
