package sipparse

// emptyLine returns the length of the empty line that b begins with, or 0.
func emptyLine(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// fieldLen returns the length of the header field that b begins with.
func fieldLen(b []byte) int {
	l := lines{raw: b}
	return l.fieldEnd(0)
}

// nameLen returns the length of a field's name, and the place of its value behind the colon. There
// is no colon if value is 0. White space may stand before the colon.
func nameLen[T string | []byte](field T) (name, value int) {
	colon := tokenLen(field)
	for colon < len(field) && field[colon] != ':' {
		colon++
	}
	if colon == len(field) {
		return 0, 0
	}
	name = colon
	for name > 0 && isSpace(field[name-1]) {
		name--
	}
	return name, colon + 1
}

// bodyFields are the header fields that tell a Framer of the body.
type bodyFields struct {
	length  int  // the place of the first Content-Length's value; 0 if there is none
	hasType bool // there is a Content-Type, and so should be a body
}

// line takes a line behind the start line, at a place. A folded line begins with white space, and so
// with no name.
func (b *bodyFields) line(line []byte, at int) {
	if !mayTellOfBody(line) {
		return // most do not
	}
	name, value := nameLen(line)
	if value == 0 {
		return
	}
	switch fieldOf(line[:name]) {
	case fieldContentLength:
		if b.length == 0 {
			b.length = at + value
		}
	case fieldContentType:
		b.hasType = true
	}
}

// mayTellOfBody reports whether the first octets of a line are those of a field of bodyFields: "c", "l"
// or "content-".
func mayTellOfBody(line []byte) bool {
	c := line[0] | 0x20
	if c != 'c' && c != 'l' {
		return false
	}
	compact := len(line) > 1 && !isToken(line[1])
	const hyphen = len("content")
	return compact || len(line) > hyphen && line[hyphen] == '-'
}

// declared returns what the first Content-Length of a header section is. ok is false if there is
// none or it is not a number.
//
// Parse and Framer must agree on where a message ends; they agree because Parse reads the length of
// the same field in the same way.
func (b *bodyFields) declared(section []byte) (n int64, ok bool) {
	if b.length == 0 {
		return 0, false
	}
	value := section[b.length:]
	return decimal(trim(value[:fieldLen(value)]))
}
