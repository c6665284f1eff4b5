package cms

import "sipsecdump/cms/ber"

// encapContentInfo reads RFC 5652, Section 5.2, and tells whether what follows can be read:
//
//	EncapsulatedContentInfo ::= SEQUENCE {
//	  eContentType ContentType,
//	  eContent [0] EXPLICIT OCTET STRING OPTIONAL }
func (p *parser) encapContentInfo(c *ber.Cursor, i *EncapsulatedContentInfo) bool {
	const section = "RFC 5652, Section 5.2"
	info, ok, whole := p.element(c, ber.Universal, ber.TagSequence, section, "encapContentInfo")
	if !ok {
		return false
	}
	in := info.Children()
	if i.EContentType, ok = p.oid(&in, section, "eContentType"); !ok || whole && in.Empty() {
		return ok
	}
	i.unreadContent = true // until it is read
	explicit, ok := p.constructed(&in, ber.ContextSpecific, 0, section, "eContent")
	if !ok {
		return false
	}
	content, ok := p.octets(&explicit, section, "eContent")
	if !ok {
		return true // what follows can be read all the same
	}
	i.EContent, i.unreadContent = content, false
	return true
}

// usable tells why there is no content to work on, if so.
func (i *EncapsulatedContentInfo) usable() failure {
	switch {
	case i.unreadContent:
		return failure{"malformed", "the content could not be read"}
	case i.EContent == nil:
		return failure{"no-content", "the content is not in the object"}
	}
	return failure{}
}
