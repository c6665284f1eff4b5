package cms

import (
	"bytes"
	"fmt"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// DigestedData is RFC 5652, Section 7.
type DigestedData struct {
	Version         int
	DigestAlgorithm pki.AlgorithmIdentifier
	EncapsulatedContentInfo
	Digest []byte

	incomplete bool // not all could be read
}

// DigestCheck is what was established about a DigestedData. A digest proves that nothing was
// changed by accident; anybody can make one.
type DigestCheck struct {
	Matched bool
	// Reason is the stable code of why not; "" if matched: "digest-mismatch", or
	// "algorithm-not-implemented", "no-content" or "malformed" if it could not be tried.
	Reason string
	Detail string // a sentence: lower case, without a full stop; "" if matched
}

// digestedData reads RFC 5652, Section 7:
//
//	DigestedData ::= SEQUENCE {
//	  version CMSVersion,
//	  digestAlgorithm DigestAlgorithmIdentifier,
//	  encapContentInfo EncapsulatedContentInfo,
//	  digest OCTET STRING }
func (p *parser) digestedData(c *ber.Cursor) *DigestedData {
	const section = "RFC 5652, Section 7"
	in, ok := p.sequence(c, section, "DigestedData")
	if !ok {
		return nil
	}
	d := &DigestedData{incomplete: true}
	start := in.Offset()
	if d.Version, ok = p.version(&in, section); !ok {
		return d
	}
	if d.DigestAlgorithm, ok = p.algorithm(&in, section, "digestAlgorithm"); !ok {
		return d
	}
	if !p.encapContentInfo(&in, &d.EncapsulatedContentInfo) {
		return d
	}
	if d.Digest, ok = p.octets(&in, section, "digest"); !ok {
		return d
	}
	d.incomplete = false
	want := 2
	if d.EContentType == oidData {
		want = 0
	}
	if d.Version != want {
		p.issue("version-mismatch", start, section, "the version of DigestedData is %d, its content asks for %d", d.Version, want)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "DigestedData")
	}
	return d
}

// Check computes the content's digest and compares it.
func (d *DigestedData) Check() DigestCheck {
	hash, known := pki.HashOf(d.DigestAlgorithm.OID)
	f := d.usable()
	switch {
	case d.incomplete:
		f = failure{"malformed", "not all of the object could be read"}
	case f.reason != "":
	case !known:
		f = failure{"algorithm-not-implemented", fmt.Sprintf("the digest algorithm %s is not implemented", algorithmName(d.DigestAlgorithm.OID))}
	default:
		have := digestOf(hash, d.EContent)
		if bytes.Equal(have, d.Digest) {
			return DigestCheck{Matched: true}
		}
		f = failure{"digest-mismatch", fmt.Sprintf("the %v digest of the content is %X, the object says %s", hash, have, hexShort(d.Digest))}
	}
	return DigestCheck{Reason: f.reason, Detail: f.detail}
}
