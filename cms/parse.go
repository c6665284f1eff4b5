package cms

import (
	"bytes"
	"errors"
	"fmt"

	"sipsecdump/amount"
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// Parse reads a ContentInfo (RFC 5652, Section 3):
//
//	ContentInfo ::= SEQUENCE {
//	  contentType ContentType,
//	  content [0] EXPLICIT ANY DEFINED BY contentType }
//
// It always returns an Object, with what could be read and Issues for the rest; of octets that
// are no ContentInfo at all there are only Nodes, as far as the walk went. The Object aliases b.
func Parse(b []byte, l Limits) *Object {
	l = l.orDefaults()
	p := parser{object: &Object{Raw: b, input: b, limits: l}, limits: l}
	p.walk(b)
	p.contentInfo(b)
	return p.object
}

// Clone returns an Object like o that aliases nothing of it.
func (o *Object) Clone() *Object {
	return Parse(bytes.Clone(o.input), o.limits)
}

// parser fills one Object. Its methods note what is wrong and go on with what is there.
type parser struct {
	object  *Object
	limits  Limits
	signers int // read so far, countersigners too
}

func (p *parser) issue(code string, offset int, section, format string, args ...any) {
	for i := range p.object.Issues {
		if have := &p.object.Issues[i]; have.Code == code && have.Offset == offset {
			return // found by the walk, then again by the decoder
		}
	}
	p.object.Issues = append(p.object.Issues, Issue{
		Code: code, Offset: offset, Section: section, Text: fmt.Sprintf(format, args...),
	})
}

// damage notes an error of package ber about a field.
func (p *parser) damage(err error, section, field string) {
	var e *ber.Error
	if errors.As(err, &e) {
		p.issue(e.Code, e.Offset, section, "%s: %s", field, e.Text)
	}
}

func (p *parser) walk(b []byte) {
	o := p.object
	const usual = 8 // octets for each element
	room := make([]ber.Node, 0, min(len(b)/usual+1, 1<<10))
	nodes, err := ber.AppendNodes(room, b, p.limits.walk())
	o.Nodes = nodes
	if len(nodes) > 0 {
		outer := &nodes[0]
		o.Raw = b[:outer.End:outer.End]
		if got := len(b) - outer.Header; outer.Length > got {
			p.issue("length-beyond-end", outer.Offset, "X.690, Section 8.1.3",
				"the outermost length is %d, with %s behind it", outer.Length, amount.Octets(got))
		}
		if outer.End < len(b) {
			p.issue("trailing-octets", outer.End, "X.690, Section 8.1.1",
				"%s behind the outermost element", amount.Octets(len(b)-outer.End))
		}
	}
	var e *ber.Error
	if errors.As(err, &e) {
		p.issue(e.Code, e.Offset, e.Section, "%s", e.Text)
	}
	o.DER = err == nil && isDER(nodes)
}

// isDER tells whether the nodes use nothing of what X.690, Section 10 takes away from BER. The
// order of a SET OF is not looked at, nor what is encapsulated: it is content, and has rules of
// its own.
func isDER(nodes []ber.Node) bool {
	inside := 0 // offset up to which elements are encapsulated
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.Offset < inside:
			continue
		case n.Length < 0, n.NonMinimal, n.Err != nil:
			return false
		case n.Constructed && n.Class == ber.Universal && !constructible(n.Tag):
			return false
		case n.Is(ber.TagBoolean) && len(n.Content) == 1 && n.Content[0] != 0 && n.Content[0] != 0xff:
			return false
		case n.Encapsulated:
			inside = n.End
		}
	}
	return true
}

// constructible tells whether DER encodes a universal type constructed.
func constructible(tag uint32) bool {
	switch tag {
	case ber.TagSequence, ber.TagSet, ber.TagExternal, ber.TagEmbeddedPDV, ber.TagCharacterString:
		return true
	}
	return false
}

func (p *parser) contentInfo(b []byte) {
	const section = "RFC 5652, Section 3"
	c := ber.NewCursor(b)
	outer, _ := c.Next() // of damage the walk has told
	info := outer.Children()
	contentType, err := info.OID()
	if !outer.Is(ber.Universal, ber.TagSequence) || !outer.Constructed || err != nil {
		p.issue("not-content-info", 0, section, "this is no ContentInfo: no SEQUENCE that begins with an object identifier")
		return
	}
	p.object.ContentType = pki.OID(contentType)
	if _, known := contentTypeNames[p.object.ContentType]; !known {
		return
	}
	content, ok := p.constructed(&info, ber.ContextSpecific, 0, section, "content")
	if !ok {
		return
	}
	p.content(&content)
}

// content reads the type that the ContentInfo names.
func (p *parser) content(c *ber.Cursor) {
	o := p.object
	switch o.ContentType {
	case oidData:
		o.Data, _ = p.octets(c, "RFC 5652, Section 4", "Data")
	case oidSignedData:
		o.Signed = p.signedData(c)
	case oidEnvelopedData:
		o.Enveloped = p.envelopedData(c)
	case oidAuthEnvelopedData:
		o.AuthEnveloped = p.authEnvelopedData(c)
	case oidAuthenticatedData:
		o.Authenticated = p.authenticatedData(c)
	case oidEncryptedData:
		o.Encrypted = p.encryptedData(c)
	case oidDigestedData:
		o.Digested = p.digestedData(c)
	case oidCompressedData:
		o.Compressed = p.compressedData(c)
	}
}

// The readers below note what is wrong with a field and tell whether there is something to go on
// with.

// element reads an element of this tag. A constructed one whose end is cut off counts as there:
// its children show how far it goes, and which of them is cut is noted. whole tells whether it
// is.
func (p *parser) element(c *ber.Cursor, class ber.Class, tag uint32, section, field string) (e ber.Element, ok, whole bool) {
	e, err := c.Expect(class, tag)
	if err == nil {
		return e, true, true
	}
	if e.Constructed && e.Is(class, tag) {
		return e, true, false
	}
	p.damage(err, section, field)
	return e, false, false
}

func (p *parser) constructed(c *ber.Cursor, class ber.Class, tag uint32, section, field string) (ber.Cursor, bool) {
	e, ok, _ := p.element(c, class, tag, section, field)
	if !ok {
		return ber.Cursor{}, false
	}
	if !e.Constructed {
		p.issue("not-constructed", e.Offset, section, "%s: the encoding must be constructed", field)
		return ber.Cursor{}, false
	}
	return e.Children(), true
}

func (p *parser) sequence(c *ber.Cursor, section, field string) (ber.Cursor, bool) {
	return p.constructed(c, ber.Universal, ber.TagSequence, section, field)
}

func (p *parser) set(c *ber.Cursor, section, field string) (ber.Cursor, bool) {
	return p.constructed(c, ber.Universal, ber.TagSet, section, field)
}

func (p *parser) oid(c *ber.Cursor, section, field string) (pki.OID, bool) {
	oid, err := c.OID()
	if err != nil {
		p.damage(err, section, field)
		return "", false
	}
	return pki.OID(oid), true
}

func (p *parser) version(c *ber.Cursor, section string) (int, bool) {
	v, err := c.Int()
	if err != nil {
		p.damage(err, section, "version")
		return 0, false
	}
	return v, true
}

func (p *parser) octets(c *ber.Cursor, section, field string) ([]byte, bool) {
	octets, err := c.OctetString()
	if err != nil {
		p.damage(err, section, field)
		return nil, false
	}
	return octets, true
}

func (p *parser) algorithm(c *ber.Cursor, section, field string) (pki.AlgorithmIdentifier, bool) {
	at := c.Offset()
	a, err := pki.ReadAlgorithmIdentifier(c)
	if err != nil {
		p.damage(err, section, field)
		return a, false
	}
	p.checkParameters(a, at)
	return a, true
}

// identifier reads what SignerIdentifier (RFC 5652, Section 5.3) and RecipientIdentifier
// (Section 6.2.1) have in common:
//
//	CHOICE {
//	  issuerAndSerialNumber IssuerAndSerialNumber,
//	  subjectKeyIdentifier [0] SubjectKeyIdentifier }
func (p *parser) identifier(c *ber.Cursor, section, field string) (issuer pki.Name, serial, ski []byte, ok bool) {
	e, present, err := c.Optional(ber.ContextSpecific, 0)
	if present {
		if err == nil {
			ski, err = e.Octets()
		}
		if err != nil {
			p.damage(err, section, field)
			return issuer, nil, nil, false
		}
		return issuer, nil, ski, true
	}
	in, ok := p.sequence(c, section, field)
	if !ok {
		return issuer, nil, nil, false
	}
	issuer, err = pki.ReadName(&in)
	if err != nil {
		p.damage(err, section, field+" issuer")
		if in.Empty() {
			return issuer, nil, nil, false
		}
	}
	number, err := in.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		p.damage(err, section, field+" serialNumber")
		return issuer, nil, nil, false
	}
	return issuer, number.Content, nil, true
}
