package cms

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"time"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// VerifyInput is what signatures are verified with. None of it is kept or changed.
type VerifyInput struct {
	// Ranges are the candidates for what a detached signature covers, the likeliest first. They
	// are not looked at if the object holds its content.
	Ranges []Range
	// Keyring has the certificates given, and those trusted; may be nil.
	Keyring *pki.Keyring
	// Seen are certificates that came by earlier in the capture.
	Seen []*pki.Certificate
	// At is when validity is judged.
	At time.Time
	// AOR is whom the signers' certificates should be: the URI of a request's From header field
	// (RFC 3261, Section 23.3). "" if nobody in particular.
	AOR string
}

// Verify does what RFC 5652, Section 5.6 asks, for each signer, in their order. It tries the
// certificates that name the signer, from the message first, then the given, then the seen ones;
// and if none of their keys made the signature, all others at hand, to be able to say which did.
//
// Whether a signature is verified and whether the certificate's path is trusted are separate
// facts: the path is told in Chain, and does not change Verified.
func (s *SignedData) Verify(in VerifyInput) []SignerResult {
	v := verifier{data: s, in: in, ranges: in.Ranges, chains: map[*pki.Certificate]Chain{}}
	if s.EContent != nil {
		v.ranges = []Range{{Name: "content", Octets: s.EContent, Standard: true}}
	}
	v.collect()
	results := make([]SignerResult, len(s.Signers))
	for i := range s.Signers {
		results[i] = v.verify(&s.Signers[i])
	}
	return results
}

// candidate is a certificate at hand and where it is from.
type candidate struct {
	certificate *pki.Certificate
	source      string // as SignerResult.CertificateSource
}

// label names the certificate in a sentence.
func (c candidate) label() string {
	switch {
	case c.source == "given" && c.certificate.Source != "":
		return c.certificate.Source
	case c.source == "given":
		return "a given certificate"
	case c.source == "message":
		return "the certificate in the message"
	}
	return "a certificate seen earlier"
}

type verifier struct {
	data       *SignedData
	in         VerifyInput
	ranges     []Range
	candidates []candidate
	// intermediates are the candidates' certificates; nil until they are asked for.
	intermediates []*pki.Certificate
	countersigned bool // the content is a signature

	digests map[crypto.Hash][][]byte // of the ranges
	chains  map[*pki.Certificate]Chain
	others  int // certificates tried that do not name the signer
}

// collect lists the certificates at hand, each once, with the first source.
func (v *verifier) collect() {
	have := map[[32]byte]bool{}
	add := func(source string, certificates []*pki.Certificate) {
		for _, c := range certificates {
			if !have[c.SHA256] {
				have[c.SHA256] = true
				v.candidates = append(v.candidates, candidate{c, source})
			}
		}
	}
	add("message", v.data.Certificates)
	if v.in.Keyring != nil {
		add("given", v.in.Keyring.Certificates)
		add("given", v.in.Keyring.CAs)
	}
	add("seen", v.in.Seen)
}

// verify tells what can be established about one signer, and its countersigners.
func (v *verifier) verify(i *SignerInfo) SignerResult {
	r := v.verifyOne(i)
	r.Countersignatures = v.countersignatures(i)
	return r
}

func (v *verifier) verifyOne(i *SignerInfo) SignerResult {
	r := SignerResult{Signer: i}
	if i.incomplete {
		r.Reason, r.Detail = "malformed", "the signer's data could not be read in full"
		return r
	}
	sig, unable := v.newSignature(i)
	named, others := v.split(i)
	if unable.reason != "" {
		r.Reason, r.Detail = unable.reason, unable.detail
		if len(named) > 0 {
			v.setCertificate(&r, named[0])
		}
		return r
	}

	best, bestTrial := v.best(sig, named[:min(len(named), maxNamedCertificates)])
	if best != nil && bestTrial.made == yes {
		r.Tried = true
		v.setCertificate(&r, *best)
		f := v.judge(sig, bestTrial)
		r.Reason, r.Detail, r.Over = f.reason, f.detail, f.over
		r.Verified = f.reason == ""
		return r
	}
	other, otherTrial, cut := v.maker(sig, others)
	switch {
	case best != nil:
		r.Tried = bestTrial.problem == "" || other != nil
		v.setCertificate(&r, *best)
		r.Reason, r.Detail = v.wrongKey(i, *best, bestTrial, other)
	case other != nil:
		r.Tried = true
		v.setCertificate(&r, *other)
		f := v.judge(sig, otherTrial)
		r.Over = f.over
		r.Reason, r.Detail = mismatch(i, *other)
		if f.reason != "" {
			r.Detail += "; besides, " + f.detail
		}
	default:
		r.Reason, r.Detail = "no-certificate", "no certificate at hand "+i.named()
	}
	if cut {
		r.Detail += fmt.Sprintf("; of the certificates that do not name a signer, no more than %d were tried", maxOtherCertificates)
	}
	if len(named) > maxNamedCertificates {
		r.Detail += fmt.Sprintf("; of the %d certificates that name the signer, %d were tried", len(named), maxNamedCertificates)
	}
	return r
}

func (v *verifier) setCertificate(r *SignerResult, c candidate) {
	r.Certificate, r.CertificateSource = c.certificate, c.source
	r.Chain = v.chain(c.certificate)
	if v.in.AOR != "" {
		identity := pki.MatchAOR(c.certificate, v.in.AOR)
		r.Identity = &identity
	}
}

// key is a candidate's public key; one of DSA may have its parameters from its issuer's.
func (v *verifier) key(c *pki.Certificate) crypto.PublicKey {
	return pki.InheritParameters(c, v.certificates())
}

// certificates are those of the candidates.
func (v *verifier) certificates() []*pki.Certificate {
	if v.intermediates == nil {
		for _, c := range v.candidates {
			v.intermediates = append(v.intermediates, c.certificate)
		}
	}
	return v.intermediates
}

// split parts the certificates at hand into those that name the signer and the others.
func (v *verifier) split(i *SignerInfo) (named, others []candidate) {
	for _, c := range v.candidates {
		if i.matches(c.certificate) {
			named = append(named, c)
		} else {
			others = append(others, c)
		}
	}
	return named, others
}

func (i *SignerInfo) matches(c *pki.Certificate) bool {
	if i.SerialOctets != nil {
		return c.Matches(i.Issuer, i.SerialOctets)
	}
	return c.SubjectKeyID != nil && bytes.Equal(c.SubjectKeyID, i.SKI)
}

// best tries the candidates and returns the one that explains the signature best. Several may
// bear the same issuer and serial number: RFC 6216 has such a pair.
func (v *verifier) best(sig *signature, named []candidate) (best *candidate, trial trial) {
	for n := range named {
		t := v.try(sig, named[n].certificate)
		if best == nil || t.better(&trial) {
			best, trial = &named[n], t
		}
		if t.target >= 0 {
			break
		}
	}
	return best, trial
}

// try tries the key of a certificate, unless the certificate says that it is none for that.
func (v *verifier) try(sig *signature, c *pki.Certificate) trial {
	var e *pki.SignatureError
	if errors.As(c.CheckKey(sig.signer.SignatureAlgorithm), &e) {
		return unusable(e)
	}
	return sig.try(v.key(c))
}

// maker looks for a certificate whose key made the signature. cut tells whether there were more
// than may be tried.
func (v *verifier) maker(sig *signature, others []candidate) (found *candidate, t trial, cut bool) {
	for n := range others {
		if v.others == maxOtherCertificates {
			return nil, t, true
		}
		t := v.try(sig, others[n].certificate)
		if t.made == yes {
			return &others[n], t, false
		}
		if t.problem == "" { // else it cost nothing
			v.others++
		}
	}
	return nil, t, false
}

// wrongKey tells why the signature does not verify with a certificate that names the signer.
func (v *verifier) wrongKey(i *SignerInfo, best candidate, t trial, other *candidate) (reason, detail string) {
	if other != nil {
		return "wrong-key", fmt.Sprintf("%s %s, but its key did not make the signature; that of %s did",
			best.label(), i.named(), other.label())
	}
	switch {
	case t.unsupported:
		return "algorithm-not-implemented", fmt.Sprintf("%s %s, but %s", best.label(), i.named(), t.problem)
	case t.problem != "":
		return "key-unusable", fmt.Sprintf("%s %s, but %s", best.label(), i.named(), t.problem)
	case t.made == no:
		return "wrong-key", fmt.Sprintf("%s %s, but its key did not make the signature", best.label(), i.named())
	}
	return "signature-mismatch", fmt.Sprintf("the signature does not verify with the key of %s: another key made it, or it covers other octets",
		best.label())
}

// mismatch tells in what a certificate whose key made the signature differs from the one that is
// named.
func mismatch(i *SignerInfo, c candidate) (reason, detail string) {
	switch {
	case i.SerialOctets == nil:
		return "ski-mismatch", fmt.Sprintf("the key of %s made the signature, but its subject key identifier is %s, not the signer's %s",
			c.label(), hexShort(c.certificate.SubjectKeyID), hexShort(i.SKI))
	case i.Issuer.Equal(c.certificate.Issuer):
		return "serial-mismatch", fmt.Sprintf("the key of %s made the signature, but its serial number is %s, not the signer's %s",
			c.label(), serialShort(c.certificate.SerialOctets), serialShort(i.SerialOctets))
	}
	return "issuer-mismatch", fmt.Sprintf("the key of %s made the signature, but its issuer is %s (serial number %s), not the signer's %s (serial number %s)",
		c.label(), c.certificate.Issuer, serialShort(c.certificate.SerialOctets), i.Issuer, serialShort(i.SerialOctets))
}

// named says how the signer is named, after "a certificate".
func (i *SignerInfo) named() string {
	if i.SerialOctets == nil {
		return "has the subject key identifier " + hexShort(i.SKI)
	}
	return fmt.Sprintf("has the issuer %s and the serial number %s", i.Issuer, serialShort(i.SerialOctets))
}

// hexShort is octets in hex, cut if they are too many for a sentence.
func hexShort(octets []byte) string {
	const most = 32
	switch {
	case len(octets) == 0:
		return "(none)"
	case len(octets) > most:
		return fmt.Sprintf("%X... (%d octets)", octets[:most], len(octets))
	}
	return fmt.Sprintf("%X", octets)
}

// serialShort is a serial number's octets as hexShort writes them, without the one that only keeps
// the number positive (X.690, Section 8.3).
func serialShort(octets []byte) string {
	if len(octets) > 1 && octets[0] == 0 {
		octets = octets[1:]
	}
	return hexShort(octets)
}

// finding is what was established of a signature of which the key is known.
type finding struct{ reason, detail, over string }

// judge tells what the signature covers, given the trial of the key that made it.
func (v *verifier) judge(sig *signature, t trial) finding {
	what := "signed attributes"
	if sig.signer.RawSignedAttrs == nil {
		what = v.ranges[0].Name
	}
	switch {
	case t.bare:
		return finding{reason: "digest-algorithm-mismatch", detail: fmt.Sprintf("the key made the signature over the %v digest alone, without the DigestInfo that names the algorithm (RFC 8017, Section 9.2)", t.hash)}
	case t.hash != sig.hash:
		made := "an unknown algorithm"
		if t.hash != 0 {
			made = t.hash.String()
		}
		return finding{reason: "digest-algorithm-mismatch", detail: fmt.Sprintf("the signature was made over a digest of %s, but its algorithms name %v", made, sig.hash)}
	case t.target < 0:
		return finding{reason: "digest-mismatch", detail: fmt.Sprintf("the key made the signature, but over other octets: their %v digest is %X, that of the %s is %X",
			sig.hash, t.digest, what, sig.digest(0))}
	case sig.signer.RawSignedAttrs == nil:
		return v.covered(t.target)
	case t.target > 0:
		return finding{reason: "attributes-not-der", detail: "the signature covers the signed attributes as they were sent, not in DER"}
	}
	return v.attributes(sig.signer)
}

// covered is the finding for range n.
func (v *verifier) covered(n int) finding {
	r := &v.ranges[n]
	if r.Standard {
		return finding{over: r.Name}
	}
	reason := r.Code
	if reason == "" {
		reason = "other-range"
	}
	return finding{reason: reason, detail: fmt.Sprintf("the signature covers the %s", r.Name), over: r.Name}
}

// attributes checks what RFC 5652, Sections 5.3 and 5.4 ask of signed attributes.
func (v *verifier) attributes(i *SignerInfo) finding {
	if v.countersigned {
		if i.has(oidAttributeContentType) {
			return finding{reason: "content-type-attribute", detail: "there is a content-type attribute, which a countersignature must not have"}
		}
	} else if f := contentTypeIs(i.SignedAttributes, v.data.EContentType); f.reason != "" {
		return finding{reason: f.reason, detail: f.detail}
	}
	value, ok := i.attribute(oidAttributeMessageDigest)
	if !ok {
		return finding{reason: "message-digest-attribute", detail: "there is not one message-digest attribute with one value"}
	}
	c := ber.NewCursor(value)
	want, err := c.OctetString()
	if err != nil {
		return finding{reason: "message-digest-attribute", detail: "the message-digest attribute is not an OCTET STRING"}
	}
	hash, _ := pki.HashOf(i.DigestAlgorithm.OID) // known, or there would be no signature
	have := v.rangeDigests(hash)
	for n, digest := range have {
		if bytes.Equal(digest, want) {
			return v.covered(n)
		}
	}
	return finding{reason: "digest-mismatch", detail: fmt.Sprintf("the message-digest attribute covers other octets: it is %s, the %v digest of the %s is %X",
		hexShort(want), hash, v.ranges[0].Name, have[0])}
}

// contentTypeIs checks the content-type attribute (RFC 5652, Section 11.1).
func contentTypeIs(attributes []Attribute, contentType pki.OID) failure {
	value, ok := attributeValue(attributes, oidAttributeContentType)
	if !ok {
		return failure{"content-type-attribute", "there is not one content-type attribute with one value"}
	}
	c := ber.NewCursor(value)
	if oid, err := c.OID(); err != nil || pki.OID(oid) != contentType {
		return failuref("content-type-mismatch", "the content-type attribute does not say %s", ContentTypeName(contentType))
	}
	return failure{}
}

// rangeDigests are the digests of the ranges, computed once.
func (v *verifier) rangeDigests(hash crypto.Hash) [][]byte {
	list, ok := v.digests[hash]
	if !ok {
		for i := range v.ranges {
			list = append(list, digestOf(hash, v.ranges[i].Octets))
		}
		if v.digests == nil {
			v.digests = map[crypto.Hash][][]byte{}
		}
		v.digests[hash] = list
	}
	return list
}

func digestOf(hash crypto.Hash, octets []byte) []byte {
	d := hash.New()
	d.Write(octets)
	return d.Sum(nil)
}
