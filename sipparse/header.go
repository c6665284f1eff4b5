package sipparse

import "bytes"

// compactForms are the one-letter names of header fields, by letter, as the IANA registry "Session
// Initiation Protocol (SIP) Parameters" lists them.
var compactForms = ['z' + 1]string{
	'a': "accept-contact",
	'b': "referred-by",
	'c': "content-type",
	'd': "request-disposition",
	'e': "content-encoding",
	'f': "from",
	'i': "call-id",
	'j': "reject-contact",
	'k': "supported",
	'l': "content-length",
	'm': "contact",
	'n': "identity-info",
	'o': "event",
	'r': "refer-to",
	's': "subject",
	't': "to",
	'u': "allow-events",
	'v': "via",
	'x': "session-expires",
	'y': "identity",
}

// commonKind returns the kind of a header that most messages have, if its name is written as
// RFC 3261 does, or "": it spares them the way through lower case.
func commonKind(name string) string {
	switch name {
	case "Via":
		return "via"
	case "From":
		return "from"
	case "To":
		return "to"
	case "Call-ID":
		return "call-id"
	case "CSeq":
		return "cseq"
	case "Contact":
		return "contact"
	case "Max-Forwards":
		return "max-forwards"
	case "Content-Type":
		return "content-type"
	case "Content-Length":
		return "content-length"
	case "User-Agent":
		return "user-agent"
	case "Allow":
		return "allow"
	case "Supported":
		return "supported"
	case "Route":
		return "route"
	case "Record-Route":
		return "record-route"
	}
	return ""
}

// compactForm returns the long form of a one-letter name, or "".
func compactForm(c byte) string {
	if c |= 0x20; c <= 'z' {
		return compactForms[c]
	}
	return ""
}

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

// fieldLen returns the length of the header field that b begins with: a line and the folded lines
// behind it (RFC 3261, Section 7.3.1).
func fieldLen(b []byte) int {
	for n := 0; ; {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			return len(b)
		}
		if n += i + 1; n == len(b) || !isSpace(b[n]) {
			return n
		}
	}
}

// nameLen returns the length of a field's name, and the place of its value behind the colon. There
// is no colon if value is 0. White space may stand before the colon.
func nameLen(field []byte) (name, value int) {
	i := bytes.IndexByte(field, ':')
	if i < 0 {
		return 0, 0
	}
	name = i
	for name > 0 && isSpace(field[name-1]) {
		name--
	}
	return name, i + 1
}

// declaredLength looks for the first Content-Length in a header section; start is the length of its
// start line. ok is false if there is none or it is not a number. hasType tells that there is a
// Content-Type, and so should be a body.
//
// Parse and Framer must agree on where a message ends; they agree because Parse reads the length of
// the same field in the same way.
func declaredLength(section []byte, start int) (n int64, ok, hasType bool) {
	found := false
	for b := section[start:]; len(b) > 0; {
		field := b[:fieldLen(b)]
		b = b[len(field):]
		name, value := nameLen(field)
		switch {
		case value == 0:
		case !found && isNamed(field[:name], 'l', "content-length"):
			n, ok = decimal(trim(field[value:]))
			found = true
		case isNamed(field[:name], 'c', "content-type"):
			hasType = true
		}
	}
	return n, ok, hasType
}

func isNamed(name []byte, compact byte, kind string) bool {
	if len(name) == 1 {
		return name[0]|0x20 == compact
	}
	return len(name) == len(kind) && bytes.EqualFold(name, []byte(kind))
}
