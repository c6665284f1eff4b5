package report

import (
	"fmt"
	"strings"

	"sipsecdump/cms"
	"sipsecdump/escape"
	"sipsecdump/sipparse"
)

// sip writes a message as on the wire, then its parts.
func (t *Text) sip(b *Buffer, s *SIP) {
	m := s.Message
	b.B = append(b.B, indentName+"SIP message "...)
	b.Slot()
	b.B = append(b.B, ": "...)
	b.B = appendOctets(b.B, len(m.Raw))
	if s.Incomplete {
		b.B = append(b.B, ", not complete"...)
	}
	b.B = append(b.B, '\n')
	start := len(b.B)
	b.B = escape.AppendLines(b.B, m.StartLine, indentField)
	t.color(b, start, cyan)
	b.B = escape.AppendLines(b.B, m.Section(), indentField)
	if len(s.Body) > 0 {
		b.B = append(b.B, '\n')
		t.body(b, s)
	}
	if len(m.Trailing) > 0 {
		b.B = fmt.Appendf(b.B, "%s[%s behind the body]\n", indentField, octets(len(m.Trailing)))
	}
	for _, is := range m.Issues {
		t.issue(b, is)
	}
	shown := ""
	for i := range s.Parts {
		// Those inside an object are shown with it.
		if p := &s.Parts[i]; p.Objects == 0 || !t.o.Show.Has(LayerCMS) {
			shown = t.part(b, p, shown)
		}
	}
}

// body writes a message's body as on the wire, but for parts that are no text: a line in
// their place names them. Damage is only ever repaired in such parts.
func (t *Text) body(b *Buffer, s *SIP) {
	body := s.Body
	at := 0
	for i := range s.Parts {
		p := &s.Parts[i]
		if p.Multipart || p.Inside() || escape.IsText(p.Body) {
			continue
		}
		from := p.Offset + len(p.Raw) - len(p.Body)
		if from < at || from+len(p.Body) > len(body) {
			continue
		}
		b.B = escape.AppendLines(b.B, body[at:from], indentField)
		b.B = fmt.Appendf(b.B, "%s[part %s: %s]\n", indentField, p.Path, octets(len(p.Body)))
		at = from + len(p.Body)
		at += LineEnd(body[at:]) // it ends the line above
	}
	if at < len(body) {
		b.B = escape.AppendLines(b.B, body[at:], indentField)
	}
}

// LineEnd returns the length of the line end that p begins with, in octets; 0 if it begins with none.
func LineEnd(p []byte) int {
	switch {
	case len(p) > 1 && p[0] == '\r' && p[1] == '\n':
		return 2
	case len(p) > 0 && p[0] == '\n':
		return 1
	}
	return 0
}

// part writes what a part is, and the text of those that came out of another or are encoded: the
// wire has not shown it. The exception are those inside of the part at the path shown, an embedded message
// that is text altogether. It returns that path for the next part.
func (t *Text) part(b *Buffer, p *Part, shown string) string {
	b.B = append(b.B, indentName+"MIME part "...)
	b.B = append(b.B, p.Path...)
	b.B = append(b.B, ": "...)
	b.B = escape.AppendText(b.B, p.MediaType)
	if !p.Multipart {
		b.B = append(b.B, ", "...)
		b.B = appendOctets(b.B, len(p.Content))
	}
	if p.Encoding != "" {
		b.B = append(b.B, ", "...)
		b.B = escape.AppendText(b.B, p.Encoding)
	}
	if p.ContentEncoding != "" {
		b.B = append(b.B, ", "...)
		b.B = escape.AppendText(b.B, p.ContentEncoding)
	}
	if p.Repaired > 0 {
		b.B = fmt.Appendf(b.B, ", repaired (%s left out)", octets(p.Repaired))
	}
	if p.CMS != nil {
		b.B = append(b.B, ", CMS "...)
		b.B = append(b.B, contentTypeName(p.CMS.Object)...)
	}
	b.B = append(b.B, '\n')
	text := !p.Multipart && escape.IsText(p.Content)
	switch {
	case shown != "" && strings.HasPrefix(p.Path, shown+"/"):
	case p.Inside(), p.ContentEncoding != "", p.Encoding == "base64", p.Encoding == "quoted-printable":
		if p.Inside() {
			for _, f := range p.Fields {
				b.B = escape.AppendLines(b.B, f.Raw, indentField)
			}
			if text && len(p.Fields) > 0 {
				b.B = append(b.B, '\n')
			}
		}
		if text {
			b.B = escape.AppendLines(b.B, p.Content, indentField)
		}
		fallthrough
	default:
		if shown = ""; p.Message != nil && text {
			shown = p.Path
		}
	}
	for _, is := range p.Issues {
		t.issue(b, sipparse.Issue(is))
	}
	if p.Message != nil {
		t.embedded(b, p.Message, text)
	}
	return shown
}

// embedded writes the message that a part holds: its header section unless it was shown as text,
// and its issues. Its parts follow as parts of their own.
func (t *Text) embedded(b *Buffer, m *sipparse.Message, shown bool) {
	if !shown {
		b.B = escape.AppendLines(b.B, m.StartLine, indentField)
		b.B = escape.AppendLines(b.B, m.Section(), indentField)
	}
	for _, is := range m.Issues {
		t.issue(b, is)
	}
}

func (t *Text) issue(b *Buffer, is sipparse.Issue) {
	start := len(b.B)
	b.B = append(b.B, indentField+"! "...)
	b.B = escape.AppendText(b.B, is.Text)
	b.B = fmt.Appendf(b.B, ", at octet %d [%s]", is.Offset, is.Code)
	if is.Section != "" {
		b.B = fmt.Appendf(b.B, " (%s)", is.Section)
	}
	b.B = append(b.B, '\n')
	t.color(b, start, yellow)
}

func contentTypeName(o *cms.Object) string {
	if n := cms.ContentTypeName(o.ContentType); n != "" {
		return n
	}
	return "object that could not be read"
}

func octets(n int) string { return string(appendOctets(nil, n)) }

func appendOctets(b []byte, n int) []byte { return appendCount(b, uint64(n), "octet") }
