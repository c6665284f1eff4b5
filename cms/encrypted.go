package cms

import "sipsecdump/cms/ber"

// EncryptedData is RFC 5652, Section 8: content encrypted with a key that is known otherwise.
type EncryptedData struct {
	Version int
	EncryptedContentInfo
	UnprotectedAttributes []Attribute

	incomplete bool // not all could be read
}

// encryptedData reads RFC 5652, Section 8:
//
//	EncryptedData ::= SEQUENCE {
//	  version CMSVersion,
//	  encryptedContentInfo EncryptedContentInfo,
//	  unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }
func (p *parser) encryptedData(c *ber.Cursor) *EncryptedData {
	const section = "RFC 5652, Section 8"
	in, ok := p.sequence(c, section, "EncryptedData")
	if !ok {
		return nil
	}
	e := &EncryptedData{incomplete: true}
	start := in.Offset()
	if e.Version, ok = p.version(&in, section); !ok {
		return e
	}
	if e.incomplete = !p.encryptedContentInfo(&in, &e.EncryptedContentInfo); e.incomplete {
		return e
	}
	want := 0
	if in.PeekIs(ber.ContextSpecific, 1) {
		want = 2
	}
	e.UnprotectedAttributes, _, _ = p.optionalAttributes(&in, 1, section, "unprotectedAttrs")
	if e.Version != want {
		p.issue("version-mismatch", start, section, "the version of EncryptedData is %d, its content asks for %d", e.Version, want)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "EncryptedData")
	}
	return e
}
