package sipparse

import (
	"math"
	"strconv"
	"strings"

	"sipsecdump/amount"
	"sipsecdump/sipparse/mime"
)

// Parse takes a datagram or one framed message apart. It never returns nil and never fails: what is
// wrong is in Issues, and a Message of octets that are not SIP at all has no Version. The message
// aliases raw.
func Parse(raw []byte) *Message {
	m := new(Message)
	m.parseOnce(raw)
	return m
}

// ParseFragment is Parse for the media type message/sipfrag (RFC 3420): a message of which any part
// may be missing, the start line and mandatory header fields too. Without a start line StartLine is
// nil.
func ParseFragment(raw []byte) *Message {
	m := &Message{fragment: true}
	m.parseOnce(raw)
	return m
}

// ParseBody takes octets apart as if they were m's body: what is behind it as well, or a copy in
// which damage is repaired. The parts alias body.
func (m *Message) ParseBody(body []byte) []*mime.Part {
	return mime.Parse(m.entity, body, mime.Limits{})
}

// ParseInto is Parse into a Message whose memory is used again, so that it allocates next to
// nothing, and in which lines are remembered that come again. What m's slices held before is
// overwritten; strings taken from it stay valid. ends are the Ends of a Framer's Item, which spare
// looking for them once more, or nil; they are not kept.
func (m *Message) ParseInto(raw []byte, ends []int32) {
	headers, issues, text, memory, body := m.Headers[:0], m.Issues[:0], m.text, m.memory, m.body
	*m = Message{}
	m.Headers, m.Issues, m.text, m.memory, m.body = headers, issues, text, memory, body
	if m.memory == nil {
		m.memory = newMemory()
	}
	m.memory.in(m.text.chunk)
	m.parse(raw, ends, m.memory)
}

// parseOnce is parse without a memory that lasts.
func (m *Message) parseOnce(raw []byte) {
	m.parse(raw, nil, &memory{startLines: newMemo[startLine](1), fields: newMemo[reading](1)})
}

func (m *Message) parse(raw []byte, ends []int32, known *memory) {
	m.Raw = raw
	m.ContentLength = -1
	if m.Headers == nil {
		m.Headers = make([]Header, 0, 16) // enough for most
	}

	at := lineEnds(raw)
	m.Leading = raw[:at]
	var lines lines
	lines.raw, lines.ends = raw, ends
	if end := lines.end(at); !m.fragment || isStartLine(raw[at:end]) {
		m.StartLine = raw[at:end:end]
		m.startLine(at, known.startLines)
		at = end
	}
	for at < len(raw) {
		if n := emptyLine(raw[at:]); n > 0 {
			m.Separator = raw[at : at+n : at+n]
			m.lookForLoneLF(m.Separator, at)
			at += n
			break
		}
		end := lines.fieldEnd(at)
		m.header(raw[at:end:end], at, known.fields)
		at = end
	}
	if !m.fragment {
		if m.Separator == nil {
			m.issue(separatorMissing, at, "no empty line ends the headers")
		}
		m.missing(at)
	}
	m.splitBody(raw[at:], at)
	if m.loneLF > 0 {
		m.issue(lineEndLF, m.firstLoneLF, "%s in LF instead of CRLF", amount.Of(m.loneLF, "line ends", "lines end"))
	}
	if m.unsaid > 0 {
		m.Issues = append(m.Issues, Issue{Code: issuesLimit.name, Text: amount.Of(m.unsaid, "further issue is", "further issues are") + " not listed"})
	}
}

// lines finds the ends of lines, one after another: those that are known, and then others.
type lines struct {
	raw  []byte
	ends []int32
}

// end returns the place behind the line at a place, which is where the one before ends.
func (l *lines) end(at int) int {
	if len(l.ends) > 0 {
		end := int(l.ends[0])
		l.ends = l.ends[1:]
		return end
	}
	return at + lineLen(l.raw[at:])
}

// fieldEnd returns the place behind the header field at a place: behind its line and the folded lines
// that follow (RFC 3261, Section 7.3.1).
func (l *lines) fieldEnd(at int) int {
	end := l.end(at)
	for end < len(l.raw) && isSpace(l.raw[end]) {
		end = l.end(end)
	}
	return end
}

// lookForLoneLF looks for lines that end in LF alone.
func (m *Message) lookForLoneLF(lines []byte, offset int) {
	for at := 0; at < len(lines); {
		n := lineLen(lines[at:])
		line := lines[at : at+n]
		at += n
		if line[n-1] == '\n' && (n == 1 || line[n-2] != '\r') {
			if m.loneLF++; m.loneLF == 1 {
				m.firstLoneLF = offset + at - 1
			}
		}
	}
}

// said counts what was found to be wrong.
func (m *Message) said() int { return len(m.Issues) + m.unsaid + m.loneLF }

// startLine is what a start line says.
type startLine struct {
	request                      bool
	method, uri, reason, version string
	status                       int
}

// startLine reads m.StartLine.
func (m *Message) startLine(offset int, known *memo[startLine]) {
	s, ok := known.at(m.StartLine)
	if l := &s.says; ok {
		m.Request, m.Method, m.URI, m.Status, m.Reason, m.Version = l.request, l.method, l.uri, l.status, l.reason, l.version
		return
	}
	said := m.said()
	m.lookForLoneLF(m.StartLine, offset)
	line := m.text.copy(m.StartLine)
	m.readStartLine(trim(line), offset)
	if m.said() == said {
		*s = saying[startLine]{line, startLine{m.Request, m.Method, m.URI, m.Reason, m.Version, m.Status}}
	}
}

// readStartLine reads a request line or a status line (RFC 3261, Sections 7.1 and 7.2).
func (m *Message) readStartLine(line string, offset int) {
	if n := versionLen(line); n > 0 && (n == len(line) || isSpace(line[n])) {
		m.statusLine(line, n, offset)
		return
	}
	n := indexEither(line, ' ', '\t')
	i := len(line) - 1
	for i > n && !isSpace(line[i]) {
		i--
	}
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
	case indexEither(m.URI, '<', '>') >= 0:
		m.issue(uriBrackets, at+indexEither(m.URI, '<', '>'), "the Request-URI %q is in angle brackets", m.URI)
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
	i := len(line) - 1
	for i >= 0 && (line[i] == '\r' || line[i] == '\n') {
		i--
	}
	if i < 0 {
		return 0
	}
	return line[i]
}

func (m *Message) version(offset int) {
	if m.Version != "SIP/2.0" && !strings.EqualFold(m.Version, "SIP/2.0") {
		m.issue(versionUnsupported, offset, "the version is %s", m.Version)
	}
}

// splitBody cuts what follows the headers by Content-Length (RFC 3261, Section 18.3).
func (m *Message) splitBody(b []byte, offset int) {
	m.Body = b
	if n := m.ContentLength; n >= 0 {
		switch {
		case len(b) < n && m.fragment && len(b) == 0:
			// The fragment is the header of a message that had a body (RFC 3420, Section 2).
		case len(b) < n:
			m.issue(bodyShort, offset, "the body has %s, but Content-Length is %s", amount.Octets(len(b)), lengthText(int64(n)))
		case len(b) > n:
			m.Body, m.Trailing = b[:n:n], b[n:]
			m.issue(bodyTrailing, offset+n, "%s the body of %s that Content-Length gives", amount.Of(len(b)-n, "octet follows", "octets follow"), amount.Octets(n))
		}
	}
	if len(m.Body) == 0 {
		return
	}
	if !m.seen.has(fieldContentType) {
		m.issue(contentTypeAbsent, offset, "a body of %s without a Content-Type", amount.Octets(len(m.Body)))
	}
	m.Parts = m.body.Parse(m.entity, m.Body, mime.Limits{})
}

// clampInt is n as an int, also where that has 32 bits.
func clampInt(n int64) int { return int(min(n, math.MaxInt)) }

// lengthText writes a Content-Length, of which numbers that are too large to be told apart are one.
func lengthText(n int64) string {
	text := strconv.FormatInt(n, 10)
	if n >= math.MaxInt {
		text += " or more"
	}
	return text
}
