package document

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"sipsecdump/report"
)

// figure is one block of lines.
type figure struct {
	name    string // of the file it would be: "message-1.txt"
	caption string // a line in front of it; "" if it needs none
	flow    *flow  // whose first line is still to come, in front of text; nil for other figures
	text    []byte // without the margin
}

// WriteTo writes the section.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	var b []byte
	names := d.names.settle(d.o)
	if d.o.XML {
		b = append(b, "<section>\n<name>Message Flow</name>\n"...)
	}
	for i, f := range d.figures {
		text := f.text
		if f.flow != nil {
			text = append(f.flow.open(d.o, names), text...)
		}
		switch {
		case d.o.XML:
			b = appendSourceCode(b, f, text)
		default:
			if i > 0 {
				b = append(b, '\n')
			}
			if f.caption != "" {
				b = append(d.indented(b, []byte(f.caption+"\n")), '\n')
			}
			b = d.indented(b, text)
		}
	}
	if d.o.XML {
		b = append(b, "</section>\n"...)
	}
	n, err := w.Write(b)
	return int64(n), err
}

// indented appends lines behind the margin; empty lines stay empty.
func (d *Document) indented(dst, lines []byte) []byte {
	for line := range bytes.Lines(lines) {
		if len(line) > 1 {
			dst = append(dst, blanks[:d.o.indent()]...)
		}
		dst = append(dst, line...)
	}
	return dst
}

// appendSourceCode appends a figure as RFC 7991, Section 2.48 has it. All that came from a
// capture has been escaped: there is no character that XML forbids.
func appendSourceCode(dst []byte, f *figure, text []byte) []byte {
	if f.caption != "" {
		dst = fmt.Appendf(dst, "<t>%s</t>\n", f.caption)
	}
	dst = fmt.Appendf(dst, "<sourcecode name=\"%s\"><![CDATA[\n", f.name)
	dst = append(dst, strings.ReplaceAll(string(text), "]]>", "]]]]><![CDATA[>")...)
	return append(dst, "]]></sourcecode>\n"...)
}

// add puts a figure behind the others, and tells whether it is asked for and has room.
func (d *Document) add(layer report.Layer, f *figure) bool {
	if !d.o.Show.Has(layer) || !d.room(figureOctets+len(f.text)) {
		return false
	}
	d.figures = append(d.figures, f)
	return true
}

// room takes octets from what figures may have, and tells whether they were there. When they once
// were not, nothing more comes, however small: the section ends, and has no holes.
func (d *Document) room(n int) bool {
	if d.cut || d.size+n > maxFigures {
		d.cut = true
		return false
	}
	d.size += n
	return true
}
