package mime

import (
	"bytes"
	"strings"
)

// Header is what header fields say of a body, each value unfolded and "" if it is absent. SIP has
// these fields too (RFC 3261, Section 20; RFC 8262).
type Header struct {
	Type             string // Content-Type
	Disposition      string // Content-Disposition
	TransferEncoding string // Content-Transfer-Encoding
	ContentEncoding  string // Content-Encoding
	ID               string // Content-ID
	Language         string // Content-Language
}

// header splits the part's Raw into header fields, separator and body (RFC 2045, Section 3), and
// takes over what the fields say of the body.
func (p *Parser) header(part *Part) {
	rest := part.Raw
	for len(rest) > 0 {
		if n := emptyLine(rest); n > 0 {
			part.Separator, rest = rest[:n], rest[n:]
			break
		}
		offset := part.Offset + len(part.Raw) - len(rest)
		raw := rest[:fieldEnd(rest)]
		field := newField(raw)
		if field.Name == "" {
			if len(part.Fields) == 0 {
				// A body that came without any header, not even the empty line.
				part.issue(separatorMissing, offset, "the part has neither header fields nor an empty line")
				break
			}
			part.issue(fieldNoColon, offset, "a header line without a colon")
		}
		if len(part.Fields) == p.limits.Fields {
			end := headerEnd(rest)
			part.issue(fieldsLimit, offset, "more than %d header fields", p.limits.Fields)
			part.Fields = append(part.Fields, Field{Raw: rest[:end]})
			rest = rest[end:]
			continue
		}
		part.Fields = append(part.Fields, field)
		rest = rest[len(raw):]
	}
	part.Body = rest
	if part.Separator == nil && len(part.Fields) > 0 {
		part.issue(separatorMissing, part.Offset+len(part.Raw), "the header does not end in an empty line")
	}
	part.take(&Header{
		Type:             part.value("Content-Type"),
		Disposition:      part.value("Content-Disposition"),
		TransferEncoding: part.value("Content-Transfer-Encoding"),
		ContentEncoding:  part.value("Content-Encoding"),
		ID:               part.value("Content-ID"),
		Language:         part.value("Content-Language"),
	})
}

// value is Field for those who take an empty value for none.
func (p *Part) value(name string) string {
	v, _ := p.Field(name)
	return v
}

// take makes h the part's own.
func (p *Part) take(h *Header) {
	p.Encoding = lower(strings.TrimSpace(h.TransferEncoding))
	p.ContentEncoding = lower(h.ContentEncoding)
	p.Language = h.Language
	p.setType(h.Type)
	p.setDisposition(h.Disposition)
	p.setID(h.ID)
}

// setType takes the Content-Type's value. An empty one is as good as none.
func (p *Part) setType(v string) {
	p.MediaType = "text/plain"
	if v == "" {
		return
	}
	mediaType, params, typeOK, paramsOK := parseContentType(v, p.Params)
	p.Params = params
	if typeOK {
		p.MediaType = mediaType
	} else {
		p.issue(mediaTypeMalformed, p.Offset, "%q is not type/subtype", v)
	}
	if !paramsOK {
		p.issue(parameterMalformed, p.Offset, "a parameter of %q cannot be read", v)
	}
	p.Multipart = strings.HasPrefix(p.MediaType, "multipart/")
}

// setID takes the Content-ID's value: an addr-spec in angle brackets, which other parts name in
// URLs of the scheme cid (RFC 2392).
func (p *Part) setID(v string) {
	id, left := strings.CutPrefix(v, "<")
	id, right := strings.CutSuffix(id, ">")
	p.ID = id
	if v != "" && (!left || !right || id == "" || strings.ContainsAny(id, "<> \t")) {
		p.issue(contentIDMalformed, p.Offset, "the Content-ID %q is not one word in angle brackets", v)
	}
}

// emptyLine returns the length of the empty line that b begins with, or 0.
func emptyLine(b []byte) int {
	switch {
	case b[0] == '\n':
		return 1
	case b[0] == '\r' && len(b) > 1 && b[1] == '\n':
		return 2
	}
	return 0
}

// fieldEnd returns the length of the field that b begins with: one line and those that continue it.
func fieldEnd(b []byte) int {
	for n := 0; ; {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			return len(b)
		}
		if n += i + 1; n == len(b) || b[n] != ' ' && b[n] != '\t' {
			return n
		}
	}
}

// headerEnd returns the length of the lines in front of the next empty line.
func headerEnd(b []byte) int {
	for n := 0; n < len(b); {
		if emptyLine(b[n:]) > 0 {
			return n
		}
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			break
		}
		n += i + 1
	}
	return len(b)
}

func newField(raw []byte) Field {
	name, value, ok := strings.Cut(string(raw), ":")
	if !ok || strings.ContainsAny(strings.TrimRight(name, " \t"), " \t\r\n") {
		return Field{Value: unfold(string(raw)), Raw: raw}
	}
	return Field{Name: strings.TrimRight(name, " \t"), Value: unfold(value), Raw: raw}
}

// unfold joins the lines of a value with one space each (RFC 5322, Section 2.2.3).
func unfold(v string) string {
	v = strings.Trim(v, " \t\r\n")
	if strings.IndexByte(v, '\n') < 0 {
		return v
	}
	var b strings.Builder
	for line := range strings.Lines(v) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.Trim(line, " \t\r\n"))
	}
	return b.String()
}
