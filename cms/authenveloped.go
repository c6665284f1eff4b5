package cms

import (
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// AuthEnvelopedData is RFC 5083, Section 2.1: content that is encrypted and authenticated with
// one key.
type AuthEnvelopedData struct {
	Version     int
	Originators []*pki.Certificate // as EnvelopedData's
	Recipients  []RecipientInfo    // as EnvelopedData's
	EncryptedContentInfo
	AuthAttributes   []Attribute
	MAC              []byte
	UnauthAttributes []Attribute

	rawAuthAttrs []byte // DER with the SET tag that is authenticated; nil if there are none
	incomplete   bool   // not all could be read
}

// authEnvelopedData reads RFC 5083, Section 2.1:
//
//	AuthEnvelopedData ::= SEQUENCE {
//	  version CMSVersion,
//	  originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
//	  recipientInfos RecipientInfos,
//	  authEncryptedContentInfo EncryptedContentInfo,
//	  authAttrs [1] IMPLICIT AuthAttributes OPTIONAL,
//	  mac MessageAuthenticationCode,
//	  unauthAttrs [2] IMPLICIT UnauthAttributes OPTIONAL }
func (p *parser) authEnvelopedData(c *ber.Cursor) *AuthEnvelopedData {
	const section = "RFC 5083, Section 2.1"
	in, ok := p.sequence(c, section, "AuthEnvelopedData")
	if !ok {
		return nil
	}
	e := &AuthEnvelopedData{incomplete: true}
	start := in.Offset()
	if e.Version, ok = p.version(&in, section); !ok {
		return e
	}
	if e.Version != 0 {
		p.issue("version-mismatch", start, section, "the version of AuthEnvelopedData is %d, and must be 0", e.Version)
	}
	var kinds envelopedKinds
	if e.Originators, ok = p.originatorInfo(&in, &kinds); !ok {
		return e
	}
	e.Recipients = p.recipientInfos(&in)
	if !p.encryptedContentInfo(&in, &e.EncryptedContentInfo) {
		return e
	}
	attributesAt := in.Offset()
	var raw [][]byte
	if e.AuthAttributes, raw, ok = p.optionalAttributes(&in, 1, section, "authAttrs"); !ok {
		return e
	}
	if raw != nil {
		e.rawAuthAttrs = sortedSet(raw)
	} else if e.ContentType != oidData {
		p.issue("auth-attributes-missing", attributesAt, section, "authenticated attributes must be there, since the content type is %s, not data", ContentTypeName(e.ContentType))
	}
	if e.MAC, ok = p.octets(&in, section, "mac"); !ok {
		return e
	}
	e.incomplete = false
	e.UnauthAttributes, _, _ = p.optionalAttributes(&in, 2, section, "unauthAttrs")
	if err := in.Finish(); err != nil {
		p.damage(err, section, "AuthEnvelopedData")
	}
	return e
}
