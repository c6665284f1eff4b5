package cms

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
	"sipsecdump/cms/schema"
	"sipsecdump/escape"
)

// schemaPrinter prints trees with the names of the modules: offset and length, then, indented,
// the field's name or else its type's, the element's type, and its value.
type schemaPrinter struct {
	dst      []byte
	data     []byte
	namer    *schema.Namer
	color    bool
	abridged bool
}

// Columns of the layout.
const (
	schemaNumber = 6  // of offset and length, each
	schemaInline = 32 // octets in hex that stand on the element's line
	schemaOctets = 32 // octets in a line of their own
)

const schemaMargin = "              " // of lines without offset and length

func appendSchemaTree(dst, data []byte, nodes []ber.Node, o TreeOptions) []byte {
	p := &schemaPrinter{dst: dst, data: data, namer: schema.NewNamer(nodes), color: o.Color, abridged: o.Abridged}
	for i := range nodes {
		p.node(&nodes[i])
	}
	return p.dst
}

func (p *schemaPrinter) node(n *ber.Node) {
	name, t := p.namer.Next(n)
	p.dst = appendNumber(p.dst, n.Offset, schemaNumber)
	if n.Length < 0 {
		p.dst = appendRight(p.dst, "inf", schemaNumber)
	} else {
		p.dst = appendNumber(p.dst, n.Length, schemaNumber)
	}
	p.text("  ")
	p.indent(n.Depth)
	if name == "" && t != nil {
		name = t.Name
	}
	if name != "" {
		p.paint("36", name)
		p.text(" ")
	}
	if n.Class == ber.Universal {
		p.text(universalName(n.Tag))
	} else {
		p.text(tagName(n.Class, n.Tag))
	}
	p.value(n, t)
	if e, ok := n.Err.(*ber.Error); ok {
		p.text(schemaMargin)
		p.indent(n.Depth + 1)
		p.paint("31", "Error: "+e.Text)
		p.text("\n")
	}
}

func (p *schemaPrinter) text(s string) { p.dst = append(p.dst, s...) }

func (p *schemaPrinter) indent(level int) {
	for ; level > 0; level-- {
		p.text("  ")
	}
}

// paint prints text in a colour (SGR parameters of ECMA-48, Section 8.3.117).
func (p *schemaPrinter) paint(sgr, text string) {
	if p.color {
		p.text("\x1b[" + sgr + "m" + text + "\x1b[0m")
		return
	}
	p.text(text)
}

// value ends the element's line with its value, if it has one, and prints lines of octets.
func (p *schemaPrinter) value(n *ber.Node, t *schema.Type) {
	switch {
	case n.Constructed || n.Encapsulated:
		if t != nil && t.Form == schema.Name {
			p.name(n)
		}
		p.text("\n")
		return
	case len(n.Content) == 0:
		p.text("\n")
		return
	}
	if s, ok := p.readable(n, t); ok {
		p.text(": ")
		p.text(s)
		p.text("\n")
		return
	}
	p.octets(n)
}

func (p *schemaPrinter) name(n *ber.Node) {
	c := ber.NewCursor(p.data[n.Offset:n.End])
	if name, err := pki.ReadName(&c); err == nil {
		p.text(": ")
		p.text(name.String())
	}
}

// readable returns a value as text that is safe to print; ok is false if it is but octets.
func (p *schemaPrinter) readable(n *ber.Node, t *schema.Type) (s string, ok bool) {
	form := schema.Plain
	if t != nil {
		form = t.Form
	}
	tag := n.Tag
	switch {
	case form == schema.Text:
		return p.quoted(string(n.Content)), true
	case form == schema.Address:
		return addressText(n.Content)
	case form == schema.OID:
		tag = ber.TagOID
	case form == schema.Integer:
		tag = ber.TagInteger
	case form == schema.Bits:
		return bitsText(n.Content, t.Names)
	case n.Class != ber.Universal:
		return "", false
	}
	switch tag {
	case ber.TagBoolean:
		return NodeValue(n), len(n.Content) == 1
	case ber.TagInteger, ber.TagEnumerated:
		return integerText(n.Content, t)
	case ber.TagOID:
		return oidText(n.Content)
	case ber.TagUTCTime, ber.TagGeneralizedTime:
		e := ber.Element{Tag: n.Tag, Content: n.Content}
		if at, err := e.Time(); err == nil {
			return at.Format(time.RFC3339Nano), true
		}
		return p.quoted(string(n.Content)), true
	case ber.TagUTF8String, ber.TagPrintableString, ber.TagIA5String, ber.TagTeletexString,
		ber.TagNumericString, ber.TagVisibleString, ber.TagGeneralString, ber.TagGraphicString,
		ber.TagBMPString, ber.TagVideotexString, ber.TagObjectDescriptor:
		return p.quoted(stringValue(n.Tag, n.Content)), true
	case ber.TagOctetString:
		if guessText(n.Content) == textIA5 {
			return p.quoted(string(n.Content)), true
		}
	}
	return "", false
}

func (p *schemaPrinter) quoted(s string) string {
	rest := ""
	if p.abridged && len(s) > abridgedText {
		s, rest = s[:abridgedText], " ..."
	}
	return string(append(escape.AppendText([]byte{'"'}, s), '"')) + rest
}

func oidText(content []byte) (string, bool) {
	dotted, ok := ber.OIDString(content)
	if !ok {
		return "", false
	}
	name, known := ber.DumpName(dotted)
	if !known {
		name, known = ber.LongName(dotted)
	}
	if !known {
		return dotted, true
	}
	return name + " (" + dotted + ")", true
}

// integerText is a number in decimal, and its name if the type gives it one; large ones are left
// to hex.
func integerText(content []byte, t *schema.Type) (string, bool) {
	e := ber.Element{Content: content}
	if len(content) > 8 {
		return "", false
	}
	v, err := e.Int()
	if err != nil {
		return "", false
	}
	s := string(appendNumber(nil, v, 0))
	if t != nil && v >= 0 && v < len(t.Names) && t.Names[v] != "" {
		s += " (" + t.Names[v] + ")"
	}
	return s, true
}

// bitsText lists the names of the bits that are set; ok is false if one has none.
func bitsText(content []byte, names []string) (string, bool) {
	if len(content) == 0 || content[0] > 7 {
		return "", false
	}
	var set []string
	for i, octet := range content[1:] {
		for bit := range 8 {
			if octet&(0x80>>bit) == 0 {
				continue
			}
			if 8*i+bit >= len(names) {
				return "", false
			}
			set = append(set, names[8*i+bit])
		}
	}
	if len(set) == 0 {
		return "none", true
	}
	return strings.Join(set, ", "), true
}

// addressText is an address, or one and a mask.
func addressText(octets []byte) (string, bool) {
	if a, ok := netip.AddrFromSlice(octets); ok && len(octets) != 8 {
		return a.String(), true
	}
	half := len(octets) / 2
	a, ok := netip.AddrFromSlice(octets[:half])
	mask, also := netip.AddrFromSlice(octets[half:])
	if !ok || !also {
		return "", false
	}
	return a.String() + "/" + mask.String(), true
}

// octets prints content in hex: few octets on the line, more in lines of their own.
func (p *schemaPrinter) octets(n *ber.Node) {
	content := n.Content
	if n.Is(ber.TagBitString) {
		if unused := content[0]; unused != 0 {
			p.text(" (")
			p.dst = appendNumber(p.dst, int(unused), 0)
			p.text(" unused bits)")
		}
		content = content[1:]
	}
	skipped := 0
	if p.abridged && len(content) > abridgedHex {
		content, skipped = content[:abridgedHex], len(content)-abridgedHex
	}
	if len(content) <= schemaInline {
		p.text(": ")
		p.dst = hex.AppendEncode(p.dst, content)
		p.text("\n")
		return
	}
	p.text(":\n")
	for ; len(content) > 0; content = content[min(schemaOctets, len(content)):] {
		p.text(schemaMargin)
		p.indent(n.Depth + 1)
		p.dst = hex.AppendEncode(p.dst, content[:min(schemaOctets, len(content))])
		p.text("\n")
	}
	if skipped > 0 {
		p.text(schemaMargin)
		p.indent(n.Depth + 1)
		p.text("... ")
		p.dst = appendNumber(p.dst, skipped, 0)
		p.text(" octets more\n")
	}
}
