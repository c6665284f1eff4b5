package cms

import "strconv"

// TreeStyle is a layout of AppendTree.
type TreeStyle uint8

// The layouts: three of the family of the program dumpasn1, three of that of "openssl
// asn1parse", and one of our own.
const (
	// StyleRFC6216 is that of RFC 6216, Section 4: offset and length before each element,
	// lines of 72 columns.
	StyleRFC6216 TreeStyle = iota
	// StyleDraft is that of the draft that RFC 6216 began as (draft-ietf-sipping-sec-flows),
	// Section 7: the offset only, lines of 80 columns.
	StyleDraft
	// StyleDumpASN1 is that of "dumpasn1 -a" as of 2021, byte for byte on objects that are
	// whole, but for its remarks on times that are far from the day it runs.
	StyleDumpASN1
	// StyleASN1Parse is that of "openssl asn1parse -i -dump" of OpenSSL 3.0, byte for byte on
	// objects that are whole, but for strings: what does not print is escaped.
	StyleASN1Parse
	// StyleRFC6216ASN1Parse is that of RFC 6216, Section 2.1: OpenSSL 0.9.8's, without depths
	// and header lengths.
	StyleRFC6216ASN1Parse
	// StyleDraftASN1Parse is that of the draft, Section 5.1: the same in other columns.
	StyleDraftASN1Parse
	// StyleSchema has the names that the ASN.1 modules of RFC 5652 and RFC 5280 give to the
	// elements, and their values in readable form.
	StyleSchema
)

// TreeStyles lists the styles.
var TreeStyles = []TreeStyle{
	StyleRFC6216, StyleDraft, StyleDumpASN1, StyleASN1Parse, StyleRFC6216ASN1Parse,
	StyleDraftASN1Parse, StyleSchema,
}

var styleNames = [...]string{
	StyleRFC6216: "rfc6216", StyleDraft: "draft", StyleDumpASN1: "dumpasn1",
	StyleASN1Parse: "asn1parse", StyleRFC6216ASN1Parse: "rfc6216-asn1parse",
	StyleDraftASN1Parse: "draft-asn1parse", StyleSchema: "schema",
}

func (s TreeStyle) String() string {
	if int(s) < len(styleNames) {
		return styleNames[s]
	}
	return "TreeStyle(" + strconv.Itoa(int(s)) + ")"
}

// ParseTreeStyle returns the style of that name: "rfc6216", "schema".
func ParseTreeStyle(name string) (style TreeStyle, ok bool) {
	for i, n := range styleNames {
		if n == name {
			return TreeStyle(i), true
		}
	}
	return 0, false
}

// layout holds what the styles of dumpasn1's family differ in. The documents' listings were made with dumpasn1 as of
// 2006 and then moved to other columns, so that its line breaks count from other columns than
// they show.
type layout struct {
	offset     int    // width of the offset
	highOffset int    // width of an offset of 100 and more
	length     int    // width of the length with the blank before it; 0 if it is not shown
	colon      string // between those and the element
	margin     string // what stands before the colon in other lines
	measured   int    // columns before the element that line breaks are computed with
	width      int    // columns of a line
	// fold is set if a string that would exceed width goes on in the next line, under its first
	// character.
	fold bool
	// modern is set for the rules of 2021, where they are not those of 2006.
	modern bool
}

const blanks = "                    "

func newLayout(style TreeStyle, size int, indefinite bool) layout {
	switch style {
	case StyleDraft:
		return layout{offset: 7, highOffset: 7, colon: ":", margin: blanks[:7], measured: 11, width: 80}
	case StyleDumpASN1:
		digits := infoWidth(size, indefinite)
		return layout{
			offset: digits, highOffset: digits, length: digits + 1, colon: ": ", margin: blanks[:2*digits+1],
			measured: 2*digits + 3, width: 80, modern: true,
		}
	}
	return layout{
		offset: 5, highOffset: 7, length: 5, colon: ": ", margin: blanks[:10],
		measured: 11, width: 72, fold: true,
	}
}

// infoWidth is the number of digits that dumpasn1 makes room for, given the octets of the
// outermost element.
func infoWidth(size int, indefinite bool) int {
	switch {
	case indefinite:
		return 4
	case size < 1000:
		return 3
	}
	digits := 4
	for limit := 10000; size >= limit && digits < 8; limit *= 10 {
		digits++
	}
	return digits
}

// hexFits tells whether n octets in hex stand behind the element's name.
func (l *layout) hexFits(level, n int) bool {
	if n > l.width {
		return false
	}
	if l.modern {
		return l.measured+2+2*level+3*n < l.width
	}
	return l.measured+2*level+12+3*n < l.width
}

// hexLevel is the level at which n octets in hex stand that do not fit behind the name: deep
// ones are moved back so that lines stay on a screen.
func (l *layout) hexLevel(level, n int) int {
	columns := 3 * min(n, hexOctets)
	if l.modern {
		return min(level, (l.width-l.measured-2-columns)/2)
	}
	return l.textLevel(level, columns-1)
}

// textLevel is the same for lines of that many columns. Styles that fold have them end within
// their width; the documents have none so deep that dumpasn1's own limit would do that.
func (l *layout) textLevel(level, columns int) int {
	if l.fold {
		level = min(level, (l.width-l.start(1)-columns)/2)
	}
	return min(level, maxTextLevel)
}

// start is the column at which a further line begins at that level.
func (l *layout) start(level int) int { return len(l.margin) + len(l.colon) + 2*level }

// oidFits tells whether name and arcs of an object identifier stand behind "OBJECT IDENTIFIER".
func (l *layout) oidFits(level, name, arcs int) bool {
	columns := l.measured + 2*level + 18 + name + 2 + arcs
	if !l.modern {
		columns++
	}
	return columns < l.width
}

const (
	hexOctets     = 16  // octets in a line
	textColumns   = 48  // characters in a line of a string that does not stand behind the name
	inlineText    = 40  // characters of a string that does
	maxTextLevel  = 8   // level that such lines are not indented beyond
	abridgedHex   = 128 // octets of an element that an abridged tree shows
	abridgedText  = 384 // characters of a string that an abridged tree shows
	abridgedLevel = 5   // levels that the note of what is left out is indented by
)

// appendNumber appends n in decimal, right-aligned.
func appendNumber(dst []byte, n, width int) []byte {
	var buf [20]byte
	return appendRight(dst, strconv.AppendInt(buf[:0], int64(n), 10), width)
}

func appendRight[T string | []byte](dst []byte, text T, width int) []byte {
	if len(text) < width {
		dst = append(dst, blanks[:width-len(text)]...)
	}
	return append(dst, text...)
}

// indefinite is what stands for an indefinite length.
func (l *layout) indefinite() string {
	switch l.length {
	case 4:
		return "NDF"
	case 5:
		return "NDEF"
	}
	return "INDEF"
}
