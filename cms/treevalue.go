package cms

import (
	"strings"

	"sipsecdump/cms/ber"
)

// primitive prints the value of a primitive element behind its name.
func (p *treePrinter) primitive(n *ber.Node) {
	if n.Class != ber.Universal {
		p.octetsOrText(n)
		return
	}
	switch n.Tag {
	case 0, ber.TagNull:
		p.end()
	case ber.TagBoolean:
		p.boolean(n)
	case ber.TagInteger, ber.TagEnumerated:
		p.integer(n)
	case ber.TagBitString:
		p.bitString(n)
	case ber.TagOctetString:
		p.octetsOrText(n)
	case ber.TagOID:
		p.oid(n)
	case ber.TagPrintableString, ber.TagIA5String, ber.TagTeletexString, ber.TagUTF8String,
		ber.TagNumericString, ber.TagVisibleString, ber.TagGeneralString, ber.TagGraphicString,
		ber.TagUniversalString, ber.TagVideotexString, ber.TagObjectDescriptor:
		p.charString(n, n.Content, stringKind(n.Tag))
	case ber.TagBMPString:
		p.charString(n, n.Content, textBMP)
	case ber.TagUTCTime:
		p.time(n, n.Content, utcTimeOctets)
	case ber.TagGeneralizedTime:
		p.time(n, n.Content, generalizedTimeOctets)
	default:
		p.end()
		p.next(n.Depth + 1)
		p.text("Unrecognised primitive, hex value is:")
		p.octets(n.Depth, n.Content)
	}
}

func stringKind(tag uint32) textKind {
	switch tag {
	case ber.TagPrintableString:
		return textPrintable
	case ber.TagIA5String:
		return textIA5
	}
	return textPlain
}

func (p *treePrinter) boolean(n *ber.Node) {
	if len(n.Content) == 0 {
		p.end()
		return
	}
	if n.Content[0] == 0 {
		p.text(" FALSE\n")
	} else {
		p.text(" TRUE\n")
	}
	if b := n.Content[0]; b != 0 && b != 0xff {
		if p.modern {
			p.next(n.Depth + 1)
			p.text("Error: BOOLEAN '")
			p.hex(n.Content[:1])
			p.text("' has non-DER encoding.\n")
		} else {
			p.complain(n.Depth, "BOOLEAN has non-DER encoding")
		}
	}
}

func (p *treePrinter) integer(n *ber.Node) {
	content, level := n.Content, n.Depth
	if len(content) == 0 {
		p.end()
		return
	}
	negative := content[0]&0x80 != 0
	padded := len(content) > 1 && (content[0] == 0 && content[1] < 0x80 || content[0] == 0xff && content[1] >= 0x80)
	if len(content) > 4 {
		level = p.hexLevel(level, len(content))
		p.octets(n.Depth, content)
	} else {
		v := 0
		for _, b := range content {
			v = v<<8 | int(b)
		}
		if negative && !p.modern { // the program of 2021 shows these as if they were positive
			v -= 1 << (8 * len(content))
		}
		p.dst = appendNumber(append(p.dst, ' '), v, 0)
		p.end()
	}
	switch {
	case padded && p.modern:
		p.next(level + 1)
		p.text("Error: Integer '")
		p.hex(content[:2])
		p.text(" ...' has non-DER encoding.\n")
	case padded:
		p.complain(level, "Integer has non-DER encoding")
	}
	switch {
	case negative && p.modern:
		p.complain(level, "Integer is encoded as a negative value")
	case negative && len(content) > 4:
		p.complain(level, "Integer has a negative value")
	}
}

// isBitFlags tells whether a BIT STRING is so short that it is shown bit by bit.
func isBitFlags(n *ber.Node) bool {
	return n.Is(ber.TagBitString) && len(n.Content) <= 5
}

func (p *treePrinter) unused(count byte) {
	p.dst = appendNumber(append(p.dst, ' '), int(count), 0)
	if count == 1 {
		p.text(" unused bit")
	} else {
		p.text(" unused bits")
	}
}

func (p *treePrinter) bitString(n *ber.Node) {
	if len(n.Content) == 0 {
		p.end()
		return
	}
	unused, octets := n.Content[0], n.Content[1:]
	if unused != 0 {
		p.unused(unused)
	}
	switch {
	case len(octets) == 0 && unused == 0 && p.modern:
		p.text(" (no bits set)\n")
	case len(octets) == 0 && unused == 0:
		p.end()
		p.complain(n.Depth, "Object has zero length")
	case isBitFlags(n):
		p.bitFlags(n.Depth, octets, int(unused))
	default:
		p.octetsOrText(&ber.Node{Depth: n.Depth, Content: octets})
	}
}

// bitFlags prints bits in the order of numbers, bit 0 rightmost: X.690 has it leftmost.
func (p *treePrinter) bitFlags(level int, octets []byte, unused int) {
	bit := func(i int) bool { return octets[i/8]&(0x80>>(i%8)) != 0 }
	bits := max(8*len(octets)-unused, 0)
	p.end()
	if unused > 7 {
		p.complain(level, "Invalid number of unused bits")
	}
	p.next(level + 1)
	p.text("'")
	set, last := 0, 0
	for i := bits - 1; i >= 0; i-- {
		if bit(i) {
			p.text("1")
			set, last = set+1, i
		} else {
			p.text("0")
		}
	}
	p.text("'B")
	if set == 1 {
		p.text(" (bit ")
		p.dst = append(appendNumber(p.dst, last, 0), ')')
	}
	p.end()
	trailing := false // a bit from the last valid one on is set
	for i := max(bits-1, 0); i < 8*len(octets); i++ {
		trailing = trailing || bit(i)
	}
	if bits > 0 && !trailing {
		p.complain(level, "Spurious zero bits in bitstring")
	}
}

func (p *treePrinter) oid(n *ber.Node) {
	dotted, ok := ber.OIDString(n.Content)
	if !ok {
		p.octets(n.Depth, n.Content)
		p.complain(n.Depth, "OID has invalid encoding")
		return
	}
	arcs := spaced(dotted)
	name, known := ber.DumpName(dotted)
	if !known {
		p.text(" '")
		p.text(arcs)
		p.text("'\n")
		return
	}
	between := " ("
	columns := len(name) + len(between) + len(arcs) + len(")")
	if p.oidFits(n.Depth, len(name), len(arcs)) && p.room(len(" ")+columns) {
		p.text(" ")
	} else {
		p.end()
		p.line = len(p.dst)
		p.next(n.Depth + 1)
		if column := len(p.dst) - p.line; !p.room(columns) {
			between = "\n" + strings.Repeat(" ", column) + "("
		}
	}
	p.text(name)
	p.text(between)
	p.text(arcs)
	p.text(")\n")
}

const hexDigits = "0123456789ABCDEF"

// hex appends octets in hex, a space between them.
func (p *treePrinter) hex(octets []byte) {
	for i, b := range octets {
		if i > 0 {
			p.dst = append(p.dst, ' ')
		}
		p.dst = append(p.dst, hexDigits[b>>4], hexDigits[b&15])
	}
}

// octets prints octets in hex: behind the name if they fit, else in lines of their own.
func (p *treePrinter) octets(level int, octets []byte) {
	shown := octets
	if p.abridged && (len(octets) >= abridgedHex+hexOctets || !p.modern && len(octets) > abridgedHex) {
		shown = octets[:abridgedHex]
	}
	if p.hexFits(level, len(octets)) && p.room(3*len(octets)) {
		p.text(" ")
		p.hex(octets)
		p.end()
		return
	}
	level = p.hexLevel(level, len(octets))
	for line := shown; len(line) > 0; line = line[min(hexOctets, len(line)):] {
		p.end()
		p.next(level + 1)
		p.hex(line[:min(hexOctets, len(line))])
	}
	p.end()
	p.skipped(level, len(octets)-len(shown), " bytes skipped ]\n")
}

func (p *treePrinter) skipped(level, n int, what string) {
	if n == 0 {
		return
	}
	p.next(level + abridgedLevel)
	p.text("[ Another ")
	p.dst = appendNumber(p.dst, n, 0)
	p.text(what)
}

// octetsOrText prints octets as text if they look like it.
func (p *treePrinter) octetsOrText(n *ber.Node) {
	switch kind := guessText(n.Content); kind {
	case notText:
		p.octets(n.Depth, n.Content)
	case textUTCTime:
		p.time(n, n.Content, utcTimeOctets)
	case textGeneralizedTime:
		p.time(n, n.Content, generalizedTimeOctets)
	default:
		p.charString(n, n.Content, kind)
	}
}
