package cms

import (
	"slices"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// EnvelopedData is RFC 5652, Section 6.1.
type EnvelopedData struct {
	Version int
	// Originators are the certificates of the originatorInfo.
	Originators []*pki.Certificate
	// Recipients has one entry for each RecipientInfo; of one that agrees on a key with
	// several, one for each of these.
	Recipients []RecipientInfo
	EncryptedContentInfo
	UnprotectedAttributes []Attribute

	incomplete bool // not all could be read
}

// EncryptedContentInfo is RFC 5652, Section 6.1.
type EncryptedContentInfo struct {
	ContentType                pki.OID
	ContentEncryptionAlgorithm pki.AlgorithmIdentifier
	// EncryptedContent is joined if it came in chunks; nil if absent.
	EncryptedContent []byte
}

// envelopedData reads RFC 5652, Section 6.1:
//
//	EnvelopedData ::= SEQUENCE {
//	  version CMSVersion,
//	  originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
//	  recipientInfos SET SIZE (1..MAX) OF RecipientInfo,
//	  encryptedContentInfo EncryptedContentInfo,
//	  unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }
func (p *parser) envelopedData(c *ber.Cursor) *EnvelopedData {
	const section = "RFC 5652, Section 6.1"
	in, ok := p.sequence(c, section, "EnvelopedData")
	if !ok {
		return nil
	}
	e := &EnvelopedData{incomplete: true}
	start := in.Offset()
	if e.Version, ok = p.version(&in, section); !ok {
		return e
	}
	var kinds envelopedKinds
	if e.Originators, ok = p.originatorInfo(&in, &kinds); !ok {
		return e
	}
	e.Recipients = p.recipientInfos(&in)
	if e.incomplete = !p.encryptedContentInfo(&in, &e.EncryptedContentInfo); e.incomplete {
		return e
	}
	kinds.attributes = in.PeekIs(ber.ContextSpecific, 1)
	e.UnprotectedAttributes, _, _ = p.optionalAttributes(&in, 1, section, "unprotectedAttrs")
	if want := kinds.wantVersion(e.Recipients); e.Version != want {
		p.issue("version-mismatch", start, section, "the version of EnvelopedData is %d, its content asks for %d", e.Version, want)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "EnvelopedData")
	}
	return e
}

// optionalAttributes reads [tag] IMPLICIT SET OF Attribute, if it is there; ok is false if it is
// damaged. raw is as [parser.attributes] has it.
func (p *parser) optionalAttributes(c *ber.Cursor, tag uint32, section, field string) (list []Attribute, raw [][]byte, ok bool) {
	set, present, err := c.Optional(ber.ContextSpecific, tag)
	switch {
	case err != nil:
		p.damage(err, section, field)
		return nil, nil, false
	case !present:
		return nil, nil, true
	}
	return p.attributes(set, section, field)
}

// envelopedKinds tells what RFC 5652, Section 6.1 derives the version from, beyond the
// recipients.
type envelopedKinds struct{ originator, attributeV1, attributeV2, other, attributes bool }

// originatorInfo reads RFC 5652, Section 6.1, and tells whether what follows can be read:
//
//	OriginatorInfo ::= SEQUENCE {
//	  certs [0] IMPLICIT CertificateSet OPTIONAL,
//	  crls [1] IMPLICIT RevocationInfoChoices OPTIONAL }
func (p *parser) originatorInfo(c *ber.Cursor, k *envelopedKinds) (certificates []*pki.Certificate, ok bool) {
	const section = "RFC 5652, Section 6.1"
	info, present, err := c.Optional(ber.ContextSpecific, 0)
	if err != nil {
		p.damage(err, section, "originatorInfo")
		return nil, false
	}
	if k.originator = present; !present {
		return nil, true
	}
	in := info.Children()
	certificates, kinds := p.certificates(&in)
	k.attributeV1, k.attributeV2, k.other = kinds.attributeV1, kinds.attributeV2, kinds.other
	_, other, _ := p.revocations(&in, section)
	k.other = k.other || other
	return certificates, true
}

// wantVersion is the version that RFC 5652, Section 6.1 demands.
func (k *envelopedKinds) wantVersion(recipients []RecipientInfo) int {
	has := func(f func(r RecipientInfo) bool) bool { return slices.ContainsFunc(recipients, f) }
	switch {
	case k.other:
		return 4
	case k.attributeV2, has(func(r RecipientInfo) bool { return r.Kind == "pwri" || r.Kind == "ori" }):
		return 3
	case k.originator, k.attributes, has(func(r RecipientInfo) bool { return r.Version != 0 }):
		return 2
	}
	return 0
}

// encryptedContentInfo reads RFC 5652, Section 6.1, and tells whether all of it could be read:
//
//	EncryptedContentInfo ::= SEQUENCE {
//	  contentType ContentType,
//	  contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier,
//	  encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL }
func (p *parser) encryptedContentInfo(c *ber.Cursor, e *EncryptedContentInfo) bool {
	const section = "RFC 5652, Section 6.1"
	info, ok, whole := p.element(c, ber.Universal, ber.TagSequence, section, "encryptedContentInfo")
	if !ok {
		return false
	}
	in := info.Children()
	if e.ContentType, ok = p.oid(&in, section, "contentType"); !ok {
		return false
	}
	if e.ContentEncryptionAlgorithm, ok = p.algorithm(&in, section, "contentEncryptionAlgorithm"); !ok {
		return false
	}
	content, present, err := in.Optional(ber.ContextSpecific, 0)
	if present {
		if err == nil {
			e.EncryptedContent, err = content.Octets()
		}
	} else {
		err = in.Finish()
	}
	if err != nil {
		p.damage(err, section, "encryptedContent")
		return false
	}
	return whole
}
