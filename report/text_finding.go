package report

import (
	"fmt"
	"strings"

	"sipsecdump/escape"
)

// finding writes what breaks a rule, in one line.
func (t *Text) finding(b *Buffer, e *Event, f *Finding) {
	start := len(b.B)
	b.B = fmt.Appendf(b.B, "? %s:", f.Severity)
	t.color(b, start, sgr(f.Severity.SGR()))
	b.B = append(b.B, ' ')
	if e.Flow != nil {
		b.B = fmt.Appendf(b.B, "connection %d, ", e.Flow.Number)
	}
	if e.Packet > 0 {
		b.B = fmt.Appendf(b.B, "packet %d, ", e.Packet)
	}
	if f.InMessage {
		b.B = append(b.B, "message "...)
		b.Number(f.SIP)
		b.B = append(b.B, ", "...)
	}
	if f.Part != "" {
		b.B = append(b.B, "part "...)
		b.B = append(escape.AppendText(b.B, f.Part), ", "...)
	}
	if f.Record > 0 {
		b.B = fmt.Appendf(b.B, "record %d, ", f.Record)
	}
	endPlace(b)
	b.B = escape.AppendText(b.B, f.Text)
	b.B = fmt.Appendf(b.B, " [%s]", f.Rule)
	if len(f.Sections) > 0 {
		b.B = fmt.Appendf(b.B, " (%s)", strings.Join(f.Sections, "; "))
	}
	b.B = append(b.B, '\n')
}
