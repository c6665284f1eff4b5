package report

import "sipsecdump/tlsparse"

// sgr is an SGR parameter (ECMA-48, Section 8.3.117).
type sgr string

const (
	bold   sgr = "1"
	red    sgr = "31"
	green  sgr = "32"
	yellow sgr = "33"
	cyan   sgr = "36"
)

func colorOf(o tlsparse.Outcome) sgr {
	if o == tlsparse.Decrypted {
		return green
	}
	return red
}

// SGR is the parameter that marks a severity (ECMA-48, Section 8.3.117).
func (s Severity) SGR() string {
	return string([...]sgr{Note: bold, Warning: yellow, Error: red}[s])
}

// color marks each line from start on, if colours are wanted. Slots keep their places only
// before start: lines that are coloured this way have none.
func (t *Text) color(b *Buffer, start int, c sgr) {
	if !t.o.Color || len(b.B) == start {
		return
	}
	t.buf = append(t.buf[:0], b.B[start:]...)
	b.B = b.B[:start]
	for len(t.buf) > 0 {
		n := 0
		for n < len(t.buf) && t.buf[n] != '\n' {
			n++
		}
		b.B = append(append(append(b.B, "\x1b["...), c...), 'm')
		b.B = append(b.B, t.buf[:n]...)
		b.B = append(b.B, "\x1b[0m"...)
		if n < len(t.buf) {
			b.B = append(b.B, '\n')
			n++
		}
		t.buf = t.buf[n:]
	}
}
