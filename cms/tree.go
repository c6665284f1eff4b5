package cms

import (
	"strings"

	"sipsecdump/cms/ber"
)

// TreeOptions says how AppendTree prints.
type TreeOptions struct {
	Style TreeStyle
	// Abridged leaves out what an element has beyond 128 octets or 384 characters, as dumpasn1
	// does without -a, and says how much that is. The styles of asn1parse never do.
	Abridged bool
	// Color has StyleSchema mark names and damage with SGR sequences.
	Color bool
}

// AppendTree appends a tree of nodes to dst, a line for each element and more where it takes
// more. The nodes must be those of a ber.Walk over data, with Encapsulated set.
//
// Lines end in LF. All else prints: what an element has of other octets is shown as hex, as an
// escape or as '.'; beyond ASCII there are the graphic characters of UTF8Strings in the styles
// of asn1parse, and of any string in StyleSchema. The tree's size is linear in those of nodes and
// data; Abridged makes it linear in nodes alone. Damage is told in a line that begins with
// "Error", under the element.
func AppendTree(dst, data []byte, nodes []ber.Node, o TreeOptions) []byte {
	if len(nodes) == 0 {
		return dst
	}
	switch o.Style {
	case StyleASN1Parse, StyleRFC6216ASN1Parse, StyleDraftASN1Parse:
		return appendParseTree(dst, data, nodes, o.Style)
	case StyleSchema:
		return appendSchemaTree(dst, data, nodes, o)
	}
	outer := &nodes[0]
	p := treePrinter{
		layout: newLayout(o.Style, outer.Header+max(outer.Length, 0), outer.Length < 0),
		dst:    dst, data: data, abridged: o.Abridged,
	}
	for i := range nodes {
		p.node(&nodes[i])
	}
	p.closeTo(0)
	return p.dst
}

// AppendTree appends the tree of all elements of o; see the function AppendTree.
func (o *Object) AppendTree(dst []byte, opts TreeOptions) []byte {
	return AppendTree(dst, o.input, o.Nodes, opts)
}

type treePrinter struct {
	layout
	dst      []byte
	data     []byte
	abridged bool
	line     int // index in dst at which the line starts whose columns count
	open     int // levels with an open brace
	hidden   int // offset up to which elements are not shown as such, but as octets
}

func (p *treePrinter) node(n *ber.Node) {
	if n.Offset < p.hidden {
		return
	}
	p.closeTo(n.Depth)
	p.head(n)
	if n.Class == ber.Universal {
		p.text(universalName(n.Tag))
	} else {
		p.text(tagName(n.Class, n.Tag))
	}
	switch {
	case n.Length == 0 && p.zeroLengthIsError(n):
		p.end()
		p.complain(n.Depth, "Object has zero length")
		p.damage(n)
	case n.Constructed:
		p.constructed(n)
	case n.Encapsulated && !isBitFlags(n):
		if n.Tag == ber.TagBitString && n.Content[0] != 0 {
			p.unused(n.Content[0])
		}
		p.text(", encapsulates")
		p.constructed(n)
	default:
		if n.Encapsulated {
			p.hidden = n.End
		}
		p.primitive(n)
		p.damage(n)
	}
}

// head begins the line of an element.
func (p *treePrinter) head(n *ber.Node) {
	p.line = len(p.dst)
	width := p.offset
	if n.Offset >= 100 {
		width = p.highOffset
	}
	p.dst = appendNumber(p.dst, n.Offset, width)
	switch {
	case p.length == 0:
	case n.Length < 0:
		p.dst = appendRight(p.dst, p.indefinite(), p.length)
	default:
		p.dst = appendNumber(append(p.dst, ' '), n.Length, p.length-1)
	}
	p.text(p.colon)
	p.indent(n.Depth)
}

// next begins a further line, without the colon's columns if there is no margin.
func (p *treePrinter) next(level int) {
	p.text(p.margin)
	p.text(p.colon)
	p.indent(level)
}

// room tells whether so many columns more are within the width of a style that folds. The rules
// of dumpasn1 do not know that the documents moved its columns.
func (p *treePrinter) room(columns int) bool {
	return !p.fold || len(p.dst)-p.line+columns <= p.width
}

func (p *treePrinter) text(s string) { p.dst = append(p.dst, s...) }

func (p *treePrinter) end() { p.dst = append(p.dst, '\n') }

func (p *treePrinter) indent(level int) {
	for ; level > len(blanks)/2; level -= len(blanks) / 2 {
		p.text(blanks)
	}
	p.text(blanks[:2*level])
}

// closeTo closes the braces of the levels from level up.
func (p *treePrinter) closeTo(level int) {
	for p.open > level {
		p.open--
		p.next(p.open + 1)
		p.text("}\n")
	}
}

func (p *treePrinter) complain(level int, message string) {
	p.next(level + 1)
	p.text("Error: ")
	p.text(message)
	p.text(".\n")
}

// damage tells what the walk found wrong with a node.
func (p *treePrinter) damage(n *ber.Node) {
	if p.modern && n.NonMinimal {
		if octets := p.nonMinimalLength(n); octets != nil {
			p.next(n.Depth + 1)
			p.text("Error: Length '")
			p.hex(octets)
			p.text("' has non-canonical encoding.\n")
		}
	}
	if e, ok := n.Err.(*ber.Error); ok {
		p.complain(n.Depth, e.Text)
	}
}

// nonMinimalLength returns what dumpasn1 shows of a length that takes more octets than needed:
// the long form's octets, with the one that counts them if it counts a leading zero.
func (p *treePrinter) nonMinimalLength(n *ber.Node) []byte {
	if n.Offset+n.Header > len(p.data) {
		return nil
	}
	header := p.data[n.Offset : n.Offset+n.Header]
	i := 1
	if header[0]&0x1f == 0x1f {
		for i < len(header) && header[i]&0x80 != 0 {
			i++
		}
		i++
	}
	if i+1 >= len(header) || header[i] < 0x81 {
		return nil
	}
	octets := header[i+1:]
	switch {
	case len(octets) > 1 && octets[0] == 0 && octets[1] < 0x80:
		return header[i:]
	case n.Length < 0x80:
		return octets
	}
	return nil
}

func (p *treePrinter) constructed(n *ber.Node) {
	if n.Length == 0 {
		p.text(" {}\n")
		p.damage(n)
		return
	}
	p.text(" {\n")
	p.damage(n)
	p.open = n.Depth + 1
}

// zeroLengthIsError tells whether dumpasn1 calls it an error that there is no content.
func (p *treePrinter) zeroLengthIsError(n *ber.Node) bool {
	if n.Class != ber.Universal {
		return true
	}
	return !n.Constructed && n.Tag != 0 && n.Tag != ber.TagNull && n.Tag != ber.TagReal
}

var universalNames = [...]string{
	0:                       "End-of-contents octets",
	ber.TagBoolean:          "BOOLEAN",
	ber.TagInteger:          "INTEGER",
	ber.TagBitString:        "BIT STRING",
	ber.TagOctetString:      "OCTET STRING",
	ber.TagNull:             "NULL",
	ber.TagOID:              "OBJECT IDENTIFIER",
	ber.TagObjectDescriptor: "ObjectDescriptor",
	ber.TagExternal:         "EXTERNAL",
	ber.TagReal:             "REAL",
	ber.TagEnumerated:       "ENUMERATED",
	ber.TagEmbeddedPDV:      "EMBEDDED PDV",
	ber.TagUTF8String:       "UTF8String",
	ber.TagSequence:         "SEQUENCE",
	ber.TagSet:              "SET",
	ber.TagNumericString:    "NumericString",
	ber.TagPrintableString:  "PrintableString",
	ber.TagTeletexString:    "TeletexString",
	ber.TagVideotexString:   "VideotexString",
	ber.TagIA5String:        "IA5String",
	ber.TagUTCTime:          "UTCTime",
	ber.TagGeneralizedTime:  "GeneralizedTime",
	ber.TagGraphicString:    "GraphicString",
	ber.TagVisibleString:    "VisibleString",
	ber.TagGeneralString:    "GeneralString",
	ber.TagUniversalString:  "UniversalString",
	ber.TagBMPString:        "BMPString",
}

func universalName(tag uint32) string {
	if int64(tag) < int64(len(universalNames)) && universalNames[tag] != "" {
		return universalNames[tag]
	}
	return "Unknown (Reserved)"
}

var classNames = [...]string{
	ber.Universal: "UNIVERSAL ", ber.Application: "APPLICATION ", ber.ContextSpecific: "", ber.Private: "PRIVATE ",
}

// tagName is the tag in ASN.1's notation: "[0]", "[APPLICATION 3]".
func tagName(class ber.Class, tag uint32) string {
	dst := append(make([]byte, 0, 24), '[')
	dst = append(dst, classNames[class&3]...)
	dst = appendNumber(dst, int(tag), 0)
	return string(append(dst, ']'))
}

// spaced turns the dotted form of an object identifier into that of the trees.
func spaced(oid string) string { return strings.ReplaceAll(oid, ".", " ") }
