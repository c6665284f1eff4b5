package listing

import (
	"bytes"

	"sipsecdump/escape"
)

const rule = "---------------------------------------------------------------" // 63

// data appends data between two rules: as lines if it is text, else as a dump.
func (p *printer) data(depth int, data []byte) {
	p.text(depth, rule)
	switch {
	case p.o.Style == Full && escape.IsText(data):
		p.b = escape.AppendLines(p.b, data, blanks[:depth])
	case p.o.Style != Full && isASCII(data):
		p.glued(depth, data)
		return
	default:
		p.b = escape.AppendDump(p.b, data, blanks[:depth])
	}
	p.text(depth, rule)
}

// isASCII tells whether data is text for ssldump.
func isASCII(data []byte) bool {
	for _, c := range data {
		if (c < ' ' || c > '~') && c != '\r' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// glued appends text and the closing rule as ssldump does: the rule follows the text in its
// last line, if the text does not end that line itself. The text is ASCII.
func (p *printer) glued(depth int, data []byte) {
	for len(data) > 0 {
		line, rest, ended := bytes.Cut(data, []byte{'\n'})
		if ended && !p.rawCR() {
			line = bytes.TrimSuffix(line, []byte{'\r'})
		}
		if len(line) > 0 || p.o.Style == Ssldump {
			p.b = append(p.b, blanks[:depth]...)
		}
		p.asciiLine(line)
		if !ended {
			p.text(0, rule)
			return
		}
		p.b = append(p.b, '\n')
		data = rest
	}
	p.text(depth, rule)
}

func (p *printer) rawCR() bool { return p.o.Style == Ssldump && p.o.RawCR }

// asciiLine appends a line of what isASCII lets pass. Carriage returns are escaped, unless the
// options let them through.
func (p *printer) asciiLine(line []byte) {
	if p.rawCR() {
		p.b = append(p.b, line...)
		return
	}
	for {
		before, after, found := bytes.Cut(line, []byte{'\r'})
		p.b = append(p.b, before...)
		if !found {
			return
		}
		p.b = escape.AppendText(p.b, "\r")
		line = after
	}
}
