package sipparse

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"sipsecdump/sipparse/mime"
)

// Parse takes a datagram or one framed message apart. It never returns nil and never fails: what is
// wrong is in Issues, and a Message of octets that are not SIP at all has no Version. The message
// aliases raw.
func Parse(raw []byte) *Message {
	m := new(Message)
	m.parse(raw)
	return m
}

// ParseFragment is Parse for the media type message/sipfrag (RFC 3420): a message of which any part
// may be missing, the start line and mandatory header fields too. Without a start line StartLine is
// nil.
func ParseFragment(raw []byte) *Message {
	m := &Message{fragment: true}
	m.parse(raw)
	return m
}

// ParseBody takes octets apart as if they were m's body: what is behind it as well, or a copy in
// which damage is repaired. The parts alias body.
func (m *Message) ParseBody(body []byte) []*mime.Part {
	return mime.Parse(m.bodyHeader(), body, mime.Limits{})
}

// ParseInto is Parse into a Message whose memory is used again, so that it allocates next to
// nothing. What m's slices held before is overwritten; strings taken from it stay valid.
func (m *Message) ParseInto(raw []byte) {
	*m = Message{
		Headers: m.Headers[:0],
		Issues:  m.Issues[:0],
		text:    m.text,
		body:    m.body,
	}
	m.text.size = textChunk
	m.parse(raw)
}

func (m *Message) parse(raw []byte) {
	m.Raw = raw
	m.ContentLength = -1
	if m.Headers == nil {
		m.Headers = make([]Header, 0, 16) // enough for most
	}

	m.Leading = raw[:lineEnds(raw)]
	rest := raw[len(m.Leading):]
	head := len(m.Leading) + headLen(rest)
	// Names in lower case and unfolded values take no more than the section once again.
	m.text.room(2 * (head - len(m.Leading)))
	section := m.text.copy(raw[len(m.Leading):head])

	n := lineLen(rest)
	if m.fragment && !isStartLine(rest[:n]) {
		n = 0
	} else {
		m.StartLine = rest[:n:n]
		m.startLine(trim(section[:n]), len(m.Leading))
	}
	rest, section = raw[len(m.Leading)+n:head], section[n:]
	for len(rest) > 0 {
		if n := emptyLine(rest); n > 0 {
			m.Separator = rest
			break
		}
		n := fieldLen(rest)
		m.header(rest[:n:n], section[:n], head-len(rest))
		rest, section = rest[n:], section[n:]
	}
	if !m.fragment {
		if m.Separator == nil {
			m.issue(separatorMissing, head, "no empty line ends the headers")
		}
		m.mandatory(head)
	}
	m.splitBody(raw[head:], head)
	m.loneLF(head)
	if m.unsaid > 0 {
		m.Issues = append(m.Issues, Issue{Code: issuesLimit.name, Text: fmt.Sprintf("%d further issues are not listed", m.unsaid)})
	}
}

// headLen returns the length of the start line, the headers and the empty line.
func headLen(b []byte) int {
	for n := 0; n < len(b); {
		n += lineLen(b[n:])
		if k := emptyLine(b[n:]); k > 0 {
			return n + k
		}
	}
	return len(b)
}

// startLine reads a request line or a status line (RFC 3261, Sections 7.1 and 7.2).
func (m *Message) startLine(line string, offset int) {
	if n := versionLen(line); n > 0 && (n == len(line) || isSpace(line[n])) {
		m.statusLine(line, n, offset)
		return
	}
	n := indexEither(line, ' ', '\t')
	i := strings.LastIndexAny(line, " \t")
	if n <= 0 || i <= n || versionLen(line[i+1:]) < len(line)-i-1 {
		m.issue(startLineMalformed, offset, "the first line is neither a request's nor a response's")
		return
	}
	m.Request = true
	m.Method, m.Version = line[:n], line[i+1:]
	between := line[n+1 : i]
	m.URI = trim(between)
	// A line end is no space, so the line as it is on the wire is one octet or two longer.
	if len(m.URI) != len(between) || isSpace(lastBeforeEnd(m.StartLine)) || line[n] == '\t' || line[i] == '\t' {
		m.issue(startLineSpaces, offset, "the elements of the start line are not separated by one space each")
	}
	m.version(offset)
	if tokenLen(m.Method) != len(m.Method) {
		m.issue(methodMalformed, offset, "the method %q is not a token", m.Method)
	}
	at := offset + n + 1 + strings.Index(between, m.URI)
	switch {
	case m.URI == "":
		m.issue(uriMalformed, at, "the Request-URI is missing")
	case strings.ContainsAny(m.URI, "<>"):
		m.issue(uriBrackets, at+strings.IndexAny(m.URI, "<>"), "the Request-URI %q is in angle brackets", m.URI)
	default:
		if f := uriFault(m.URI); f.code != nil {
			m.issue(*f.code, at+f.at, "the Request-URI %q is malformed", m.URI)
		} else if isSIPURI(m.URI) {
			host := hostStart(m.URI)
			if q := strings.IndexByte(m.URI[host:], '?'); q >= 0 {
				m.issue(requestURIHeaders, at+host+q, "the Request-URI %q has header fields in it", m.URI)
			}
		}
	}
}

func (m *Message) statusLine(line string, n, offset int) {
	m.Version = line[:n]
	m.version(offset)
	rest := strings.TrimLeft(line[n:], " \t")
	spaces := len(line) - n - len(rest)
	digits := digitsLen(rest)
	status := rest[:digits]
	at := offset + n + spaces
	if rest = rest[digits:]; rest != "" && !isSpace(rest[0]) || digits == 0 {
		m.issue(startLineMalformed, at, "the status line has no status code")
		return
	}
	m.Reason = trim(rest)
	if digits == 3 {
		m.Status = int(status[0]-'0')*100 + int(status[1]-'0')*10 + int(status[2]-'0')
	}
	if m.Status < 100 || m.Status > 699 {
		m.issue(statusOutOfRange, at, "a status code of %q", status)
	}
	// "SIP/2.0 100 " with nothing behind it is right: the Reason-Phrase may be empty.
	if spaces != 1 || line[n] == '\t' || rest == "" && !isSpace(lastBeforeEnd(m.StartLine)) {
		m.issue(startLineSpaces, offset, "the elements of the start line are not separated by one space each")
	}
}

// lastBeforeEnd returns the last octet of a line in front of its line end, or 0.
func lastBeforeEnd(line []byte) byte {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) == 0 {
		return 0
	}
	return line[len(line)-1]
}

func (m *Message) version(offset int) {
	if !strings.EqualFold(m.Version, "SIP/2.0") {
		m.issue(versionUnsupported, offset, "the version is %s", m.Version)
	}
}

// header takes the next header field; s is raw as text.
func (m *Message) header(raw []byte, s string, offset int) {
	name, value := nameLen(raw)
	if value == 0 {
		m.issue(headerNoColon, offset, "a header line without a colon")
		m.Headers = append(m.Headers, Header{Value: m.text.unfold(s), Raw: raw})
		return
	}
	if name == 0 || tokenLen(s[:name]) != name {
		m.issue(headerName, offset, "the header name %q is not a token", s[:name])
	}
	kind := commonKind(s[:name])
	if name == 1 {
		kind = compactForm(s[0])
	}
	if kind == "" {
		kind = m.text.lower(s[:name])
	}
	m.Headers = append(m.Headers, Header{Name: s[:name], Kind: kind, Value: m.text.unfold(s[value:]), Raw: raw})
	m.field(&m.Headers[len(m.Headers)-1], offset)
}

// splitBody cuts what follows the headers by Content-Length (RFC 3261, Section 18.3).
func (m *Message) splitBody(b []byte, offset int) {
	m.Body = b
	if n := m.ContentLength; n >= 0 {
		switch {
		case len(b) < n && m.fragment && len(b) == 0:
			// The fragment is the header of a message that had a body (RFC 3420, Section 2).
		case len(b) < n:
			m.issue(bodyShort, offset, "the body has %d octets, but Content-Length is %d", len(b), n)
		case len(b) > n:
			m.Body, m.Trailing = b[:n:n], b[n:]
			m.issue(bodyTrailing, offset+n, "%d octets follow the body of %d octets that Content-Length gives", len(b)-n, n)
		}
	}
	if len(m.Body) == 0 {
		return
	}
	if !m.seen.has(fieldContentType) {
		m.issue(contentTypeAbsent, offset, "a body of %d octets without a Content-Type", len(m.Body))
	}
	m.Parts = m.body.Parse(m.bodyHeader(), m.Body, mime.Limits{})
}

// bodyHeader gathers what the header fields say of the body (RFC 3261, Section 20; RFC 8262).
func (m *Message) bodyHeader() mime.Header {
	h := mime.Header{Type: m.ContentType}
	for _, field := range [...]struct {
		kind string
		into *string
	}{
		{"content-disposition", &h.Disposition},
		{"content-transfer-encoding", &h.TransferEncoding},
		{"content-encoding", &h.ContentEncoding},
		{"content-id", &h.ID},
		{"content-language", &h.Language},
	} {
		*field.into, _ = m.Get(field.kind)
	}
	return h
}

// loneLF looks for lines that end in LF alone, and tells of the first.
func (m *Message) loneLF(head int) {
	lone, first := 0, 0
	for i := len(m.Leading); i < head; {
		n := lineLen(m.Raw[i:head])
		end := i + n - 1
		if m.Raw[end] == '\n' && (n == 1 || m.Raw[end-1] != '\r') {
			if lone++; lone == 1 {
				first = end
			}
		}
		i += n
	}
	if lone > 0 {
		m.issue(lineEndLF, first, "%d lines end in LF instead of CRLF", lone)
	}
}

// clampInt is n as an int, also where that has 32 bits.
func clampInt(n int64) int { return int(min(n, math.MaxInt)) }
