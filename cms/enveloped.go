package cms

import (
	"slices"

	"sipsecdump/cms/ber"
)

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
	originator, present, err := in.Optional(ber.ContextSpecific, 0)
	if err != nil {
		p.damage(err, section, "originatorInfo")
		return e
	}
	if kinds.originator = present; present {
		kinds.readOriginator(originator)
	}
	p.recipientInfos(&in, e)
	e.incomplete = !p.encryptedContentInfo(&in, e)
	if e.incomplete {
		return e
	}
	if kinds.attributes = in.PeekIs(ber.ContextSpecific, 1); kinds.attributes {
		if _, err := in.Next(); err != nil {
			p.damage(err, section, "unprotectedAttrs")
		}
	}
	if want := e.wantVersion(kinds); e.Version != want {
		p.issue("version-mismatch", start, section, "the version of EnvelopedData is %d, its content asks for %d", e.Version, want)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "EnvelopedData")
	}
	return e
}

// envelopedKinds tells what RFC 5652, Section 6.1 derives the version from, beyond the
// recipients.
type envelopedKinds struct{ originator, attributeV2, other, attributes bool }

func (k *envelopedKinds) readOriginator(e ber.Element) {
	for c := e.Children(); !c.Empty(); {
		set, err := c.Next()
		if err != nil {
			return
		}
		for in := set.Children(); !in.Empty(); {
			choice, err := in.Next()
			if err != nil {
				return
			}
			certificates := set.Is(ber.ContextSpecific, 0)
			k.attributeV2 = k.attributeV2 || certificates && choice.Is(ber.ContextSpecific, 2)
			k.other = k.other || certificates && choice.Is(ber.ContextSpecific, 3) ||
				!certificates && choice.Is(ber.ContextSpecific, 1)
		}
	}
}

// wantVersion is the version that RFC 5652, Section 6.1 demands.
func (e *EnvelopedData) wantVersion(k envelopedKinds) int {
	has := func(f func(r RecipientInfo) bool) bool { return slices.ContainsFunc(e.Recipients, f) }
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

func (p *parser) recipientInfos(c *ber.Cursor, e *EnvelopedData) {
	const section = "RFC 5652, Section 6.2"
	list, ok := p.set(c, section, "recipientInfos")
	for ok && !list.Empty() {
		if len(e.Recipients) == p.limits.Recipients {
			p.issue("recipient-limit", list.Offset(), "", "there are more than %d recipients; the rest is not read", len(e.Recipients))
			break
		}
		element, err := list.Next()
		if err != nil {
			p.damage(err, section, "recipientInfos")
			if element.Raw == nil || !element.Constructed {
				break
			}
		}
		r := p.recipientInfo(element)
		r.incomplete = r.incomplete || err != nil
		e.Recipients = append(e.Recipients, r)
	}
}

var recipientKinds = [...]string{1: "kari", 2: "kekri", 3: "pwri", 4: "ori"}

// recipientInfo reads RFC 5652, Section 6.2:
//
//	RecipientInfo ::= CHOICE {
//	  ktri KeyTransRecipientInfo,
//	  kari [1] KeyAgreeRecipientInfo,
//	  kekri [2] KEKRecipientInfo,
//	  pwri [3] PasswordRecipientInfo,
//	  ori [4] OtherRecipientInfo }
//
// and of ktri all, of the others only the version:
//
//	KeyTransRecipientInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  rid RecipientIdentifier,
//	  keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
//	  encryptedKey EncryptedKey }
func (p *parser) recipientInfo(e ber.Element) (r RecipientInfo) {
	const section = "RFC 5652, Section 6.2.1"
	r.incomplete = true
	in := e.Children()
	switch {
	case e.Is(ber.Universal, ber.TagSequence):
		r.Kind = "ktri"
	case e.Class == ber.ContextSpecific && e.Tag >= 1 && int(e.Tag) < len(recipientKinds):
		r.Kind = recipientKinds[e.Tag]
		r.incomplete = false
		if r.Kind != "ori" {
			r.Version, _ = p.version(&in, "RFC 5652, Section 6.2")
		}
		return r
	default:
		p.issue("unexpected-tag", e.Offset, "RFC 5652, Section 6.2", "recipientInfos: there is no such alternative")
		return r
	}
	var ok bool
	if r.Version, ok = p.version(&in, section); !ok {
		return r
	}
	if r.Issuer, r.SerialOctets, r.SKI, ok = p.identifier(&in, section, "rid"); !ok {
		return r
	}
	want := 0
	if r.SerialOctets == nil {
		want = 2
	}
	if r.Version != want {
		p.issue("version-mismatch", e.Offset, section, "the version of KeyTransRecipientInfo is %d, its rid asks for %d", r.Version, want)
	}
	if r.KeyEncryptionAlgorithm, ok = p.algorithm(&in, section, "keyEncryptionAlgorithm"); !ok {
		return r
	}
	if r.EncryptedKey, ok = p.octets(&in, section, "encryptedKey"); !ok {
		return r
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "KeyTransRecipientInfo")
	}
	r.incomplete = false
	return r
}

// encryptedContentInfo reads RFC 5652, Section 6.1, and tells whether all of it could be read:
//
//	EncryptedContentInfo ::= SEQUENCE {
//	  contentType ContentType,
//	  contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier,
//	  encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL }
func (p *parser) encryptedContentInfo(c *ber.Cursor, e *EnvelopedData) bool {
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
