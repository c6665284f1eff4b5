package cms

import (
	"bytes"

	"sipsecdump/cms/ber"
	"sipsecdump/escape"
)

// parseLayout holds what the layouts of "openssl asn1parse" differ in.
type parseLayout struct {
	offset int  // width of the offset
	octets int  // columns before a line of octets
	places bool // depth and header length are shown, and the place of each line of octets
	// old is set for the rules of OpenSSL 0.9.8, where they are not those of 3.0: the octets of a
	// UTF8String are shown, blanks and zeros at the end of octets are counted only, and the
	// documents have no blanks at line ends.
	old bool
}

var parseLayouts = [...]parseLayout{
	StyleASN1Parse:        {offset: 5, octets: 6, places: true},
	StyleRFC6216ASN1Parse: {offset: 3, octets: 2, old: true},
	StyleDraftASN1Parse:   {offset: 8, octets: 3, old: true},
}

// parseOctets is the number of octets in a line.
const parseOctets = 16

// parsePrinter prints trees as "openssl asn1parse -i -dump" does.
type parsePrinter struct {
	parseLayout
	dst    []byte
	data   []byte
	open   [ber.MaxDepth]int // end of each open element that has end-of-contents octets; else 0
	depth  int               // number of open elements
	hidden int               // offset up to which elements are not shown as such, but as octets
}

func appendParseTree(dst, data []byte, nodes []ber.Node, style TreeStyle) []byte {
	p := parsePrinter{parseLayout: parseLayouts[style], dst: dst, data: data}
	for i := range nodes {
		p.node(&nodes[i])
	}
	p.closeTo(0)
	return p.dst
}

func (p *parsePrinter) node(n *ber.Node) {
	if n.Offset < p.hidden {
		return
	}
	p.closeTo(n.Depth)
	length := max(n.Length, 0)
	p.head(n.Offset, n.Depth, n.Header, length, n.Constructed, n.Length < 0)
	p.name(n.Class, n.Tag)
	switch {
	case n.Constructed:
		p.end()
		if n.Depth < len(p.open) {
			p.open[n.Depth] = 0
			if n.Length < 0 && n.End-len(n.Content) == n.Offset+n.Header+eocOctets {
				p.open[n.Depth] = n.End
			}
			p.depth = n.Depth + 1
		}
	case n.Class == ber.Universal:
		p.value(n)
	default:
		p.end()
	}
	if n.Encapsulated {
		p.hidden = n.End
	}
	if e, ok := n.Err.(*ber.Error); ok {
		p.dst = append(p.dst, "Error in encoding: "...)
		p.dst = append(append(p.dst, e.Text...), '\n')
	}
}

// eocOctets is the size of an end-of-contents marker (X.690, Section 8.1.5).
const eocOctets = 2

// closeTo ends the elements of the levels from level up: end-of-contents octets are listed like
// an element.
func (p *parsePrinter) closeTo(level int) {
	for p.depth > level {
		p.depth--
		if end := p.open[p.depth]; end > 0 {
			p.head(end-eocOctets, p.depth+1, eocOctets, 0, false, false)
			p.name(ber.Universal, 0)
			p.end()
		}
	}
}

func (p *parsePrinter) text(s string) { p.dst = append(p.dst, s...) }

// end ends a line.
func (p *parsePrinter) end() {
	if p.old {
		p.dst = bytes.TrimRight(p.dst, " ")
	}
	p.dst = append(p.dst, '\n')
}

func (p *parsePrinter) head(offset, depth, header, length int, constructed, indefinite bool) {
	p.dst = appendNumber(p.dst, offset, p.offset)
	p.text(":")
	if p.places {
		p.text("d=")
		before := len(p.dst)
		p.dst = appendNumber(p.dst, depth, 0)
		p.pad(before, 2)
		p.text(" hl=")
		p.dst = appendNumber(p.dst, header, 0)
		p.text(" ")
	}
	p.text("l=")
	if indefinite {
		p.text("inf ")
	} else {
		p.dst = appendNumber(p.dst, length, 4)
	}
	if constructed {
		p.text(" cons: ")
	} else {
		p.text(" prim: ")
	}
	p.pad(len(p.dst), depth)
}

// pad appends blanks until there are width columns behind from.
func (p *parsePrinter) pad(from, width int) {
	for len(p.dst)-from < width {
		p.dst = append(p.dst, ' ')
	}
}

// parseNames are OpenSSL's names of the universal types.
var parseNames = [...]string{
	0: "EOC", ber.TagBoolean: "BOOLEAN", ber.TagInteger: "INTEGER", ber.TagBitString: "BIT STRING",
	ber.TagOctetString: "OCTET STRING", ber.TagNull: "NULL", ber.TagOID: "OBJECT",
	ber.TagObjectDescriptor: "OBJECT DESCRIPTOR", ber.TagExternal: "EXTERNAL", ber.TagReal: "REAL",
	ber.TagEnumerated: "ENUMERATED", ber.TagUTF8String: "UTF8STRING", ber.TagSequence: "SEQUENCE",
	ber.TagSet: "SET", ber.TagNumericString: "NUMERICSTRING", ber.TagPrintableString: "PRINTABLESTRING",
	ber.TagTeletexString: "T61STRING", ber.TagVideotexString: "VIDEOTEXSTRING", ber.TagIA5String: "IA5STRING",
	ber.TagUTCTime: "UTCTIME", ber.TagGeneralizedTime: "GENERALIZEDTIME", ber.TagGraphicString: "GRAPHICSTRING",
	ber.TagVisibleString: "VISIBLESTRING", ber.TagGeneralString: "GENERALSTRING",
	ber.TagUniversalString: "UNIVERSALSTRING", ber.TagBMPString: "BMPSTRING",
}

func (p *parsePrinter) name(class ber.Class, tag uint32) {
	const width = 18
	before := len(p.dst)
	switch class {
	case ber.Private:
		p.tag("priv [ ", tag, " ] ")
	case ber.ContextSpecific:
		p.tag("cont [ ", tag, " ]")
	case ber.Application:
		p.tag("appl [ ", tag, " ]")
	default:
		if int64(tag) < int64(len(parseNames)) && parseNames[tag] != "" {
			p.text(parseNames[tag])
		} else {
			p.tag("<ASN1 ", tag, ">")
		}
	}
	p.pad(before, width)
}

func (p *parsePrinter) tag(before string, tag uint32, behind string) {
	p.text(before)
	p.dst = appendNumber(p.dst, int(tag), 0)
	p.text(behind)
}

// value prints the content of a primitive element of a universal type, and ends the line.
func (p *parsePrinter) value(n *ber.Node) {
	content := n.Content
	switch n.Tag {
	case ber.TagUTF8String:
		if p.old {
			p.dump(content)
			return
		}
		p.characters(content)
	case ber.TagPrintableString, ber.TagTeletexString, ber.TagIA5String, ber.TagVisibleString,
		ber.TagNumericString, ber.TagUTCTime, ber.TagGeneralizedTime:
		p.characters(content)
	case ber.TagOID:
		if dotted, ok := ber.OIDString(content); ok {
			p.text(":")
			p.text(longName(dotted))
		} else {
			p.bad("OBJECT", content)
		}
	case ber.TagBoolean:
		if len(content) != 1 {
			p.bad("BOOLEAN", content)
			break
		}
		p.text(":")
		p.dst = appendNumber(p.dst, int(content[0]), 0)
	case ber.TagInteger:
		p.integer("INTEGER", content)
	case ber.TagEnumerated:
		p.integer("ENUMERATED", content)
	case ber.TagOctetString:
		if len(content) > 0 && isPlainText(content) {
			p.characters(content)
			break
		}
		p.dump(content)
		return
	case ber.TagBMPString:
	default:
		p.dump(content)
		return
	}
	p.end()
}

// longName is OpenSSL's long name of an object identifier, or its dotted form.
func longName(dotted string) string {
	if name, ok := ber.LongName(dotted); ok {
		return name
	}
	return dotted
}

func (p *parsePrinter) bad(what string, content []byte) {
	p.text(":BAD ")
	p.text(what)
	p.text(":[")
	p.hex(content)
	p.text("]")
}

// integer prints the magnitude in hex, behind a sign if it is negative.
func (p *parsePrinter) integer(what string, content []byte) {
	padded := len(content) > 1 && (content[0] == 0 && content[1] < 0x80 || content[0] == 0xff && content[1] >= 0x80)
	if len(content) == 0 || padded {
		p.bad(what, content)
		return
	}
	p.text(":")
	if content[0] < 0x80 {
		if content[0] == 0 && len(content) > 1 {
			content = content[1:]
		}
		p.hex(content)
		return
	}
	p.text("-")
	zeros := len(content) // at the end, which negation keeps
	for zeros > 0 && content[zeros-1] == 0 {
		zeros--
	}
	if content[0] == 0xff && zeros > 1 {
		content, zeros = content[1:], zeros-1
	}
	for i, b := range content {
		switch {
		case i < zeros-1:
			b = ^b
		case i == zeros-1:
			b = -b
		}
		p.dst = append(p.dst, upperHex[b>>4], upperHex[b&15])
	}
}

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

func (p *parsePrinter) hex(octets []byte) {
	for _, b := range octets {
		p.dst = append(p.dst, upperHex[b>>4], upperHex[b&15])
	}
}

// isPlainText tells whether octets are printable ASCII and what ends and indents lines.
func isPlainText(octets []byte) bool {
	for _, b := range octets {
		if (b < ' ' || b > '~') && b != '\n' && b != '\r' && b != '\t' {
			return false
		}
	}
	return true
}

func (p *parsePrinter) characters(text []byte) {
	p.text(":")
	p.dst = escape.AppendText(p.dst, text)
}

// dump prints octets in lines of their own: in hex, and as characters if they are printable.
func (p *parsePrinter) dump(octets []byte) {
	p.end()
	whole := len(octets)
	if p.old {
		octets = bytes.TrimRight(octets, " \x00")
	}
	for place := 0; place < len(octets); place += parseOctets {
		p.dumpLine(octets[place:min(place+parseOctets, len(octets))], place)
	}
	if len(octets) < whole {
		// The documents kept the place here, and moved the line with the others.
		p.pad(len(p.dst), p.offset+1)
		p.place(whole)
		p.text("<SPACES/NULS>\n")
	}
}

func (p *parsePrinter) dumpLine(octets []byte, place int) {
	p.pad(len(p.dst), p.octets)
	if p.places {
		p.place(place)
	}
	for i, b := range octets {
		separator := byte(' ')
		if i == parseOctets/2-1 {
			separator = '-'
		}
		p.dst = append(p.dst, lowerHex[b>>4], lowerHex[b&15], separator)
	}
	p.pad(len(p.dst), 3*(parseOctets-len(octets)))
	p.text("  ")
	p.dst = appendVisible(p.dst, octets)
	p.end()
}

// place appends "0090 - ".
func (p *parsePrinter) place(n int) {
	digits := 4
	for n>>(4*digits) > 0 {
		digits++
	}
	for digits--; digits >= 0; digits-- {
		p.dst = append(p.dst, lowerHex[n>>(4*digits)&15])
	}
	p.text(" - ")
}
