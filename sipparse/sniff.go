package sipparse

import "bytes"

// Sniff reports whether a datagram holds a SIP message: its first line, behind any line ends, is
// "METHOD uri SIP/2.0" or "SIP/2.0 nnn" with any method, scheme, version number, white space and
// letter case. It is false for HTTP, RTSP, STUN, RTP and DNS.
func Sniff(p []byte) bool {
	p = p[lineEnds(p):]
	return isStartLine(p[:lineLen(p)])
}

// SniffStream is Sniff for the start of a stream, behind STUN messages too. Unless enough is set, p
// is too short to tell: more octets may still make it either.
func SniffStream(p []byte) (is, enough bool) {
	for {
		p = p[lineEnds(p):]
		n, enough := stunLen(p)
		if !enough {
			return false, false
		}
		if n == 0 {
			break
		}
		p = p[n:]
	}
	if n := bytes.IndexByte(p, '\n'); n >= 0 {
		return isStartLine(p[:n]), true
	}
	return false, !mayStart(p)
}

// FindStart returns where the first message begins in a portion of a stream whose start SniffStream
// knows nothing of, or -1: such a portion may begin with the end of a message that was not captured.
// A header field must follow the start line, as far as the octets go. If there is none, the last
// rest octets of p may be a start line's first. What begins as HTTP is not searched, for it may
// quote messages.
func FindStart(p []byte) (at, rest int) {
	if isHTTP(p[:lineLen(p)]) {
		return -1, 0
	}
	version := []byte("SIP/2.0")
	for from := 0; ; {
		i := bytes.Index(p[from:], version)
		if i < 0 {
			break
		}
		line := from + bytes.LastIndexByte(p[from:from+i], '\n') + 1
		from = line + lineLen(p[line:])
		if p[from-1] != '\n' {
			break
		}
		if k := startIn(p[line:from]); k >= 0 {
			if n := tokenLen(p[from:]); n == len(p)-from {
				return line + k, 0
			}
			if _, value := nameLen(p[from : from+lineLen(p[from:])]); value > 0 {
				return line + k, 0
			}
		}
	}
	last := p[bytes.LastIndexByte(p, '\n')+1:]
	if !mayStart(last) {
		return -1, 0
	}
	return -1, len(last)
}

// lineEnds returns the number of CR and LF octets in front (RFC 3261, Section 7.5).
func lineEnds(p []byte) int {
	n := 0
	for n < len(p) && (p[n] == '\r' || p[n] == '\n') {
		n++
	}
	return n
}

// lineLen returns the length of the first line with its line end.
func lineLen(p []byte) int {
	if i := bytes.IndexByte(p, '\n'); i >= 0 {
		return i + 1
	}
	return len(p)
}

// isStartLine reports whether a line, with or without its line end, starts a SIP message. Most lines
// do not, and are told by their last octets or their first.
func isStartLine(line []byte) bool {
	end := len(line)
	for end > 0 && isBlank(line[end-1]) {
		end--
	}
	if end == 0 {
		return false
	}
	if line[0]|0x20 == 's' && isStatusLine(line[:end]) {
		return true
	}
	minor := end // of the version that a request line ends in
	for minor > 0 && isDigit(line[minor-1]) {
		minor--
	}
	return minor < end && minor > 0 && line[minor-1] == '.' && isRequestLine(line[:end])
}

// isRequestLine is isStartLine for requests, of a line without its line end.
func isRequestLine(line []byte) bool {
	n := tokenLen(line)
	if n == 0 || n == len(line) || !isSpace(line[n]) {
		return false
	}
	uri, version := cutLast(trim(line[n:]))
	if v := versionLen(version); v == 0 || v != len(version) {
		return false
	}
	// A URI may have white space in it (RFC 4475, Section 3.1.2.8), but prose is no URI.
	if colon := bytes.IndexByte(uri, ':'); colon > 0 {
		return indexEither(uri[:colon], ' ', '\t') < 0
	}
	return len(uri) > 0 && indexEither(uri, ' ', '\t') < 0 && knownMethod(line[:n]) == n
}

// isStatusLine is isStartLine for responses.
func isStatusLine(line []byte) bool {
	n := versionLen(line)
	if n == 0 {
		return false
	}
	status := n
	for status < len(line) && isSpace(line[status]) {
		status++
	}
	return status > n && status < len(line) && isDigit(line[status])
}

// mayStart reports whether a line without its line end may still become a start line.
func mayStart(line []byte) bool {
	if len(line) > maxStartLine {
		return false
	}
	n := tokenLen(line)
	if n == len(line) || line[n] == '\r' {
		return true
	}
	if len("SIP") == n && line[n] == '/' && bytes.EqualFold(line[:n], []byte("SIP")) {
		return true
	}
	if n == 0 || !isSpace(line[n]) {
		return false
	}
	for _, c := range line[n:] {
		if c < ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// isCutStart reports whether a line without its line end is a start line as far as it goes: a
// method in use or a version, and more.
func isCutStart(line []byte) bool {
	n := tokenLen(line)
	return mayStart(line) && (versionLen(line) > 0 || n < len(line) && n > 0 && knownMethod(line[:n]) == n)
}

// startIn returns where a start line begins in a line that may begin with the rest of something
// else, such as a body whose Content-Length was too small, or -1. Inside of a line only methods in
// use are believed: the end of what is before could be taken for a part of any other.
func startIn(line []byte) int {
	if isStartLine(line) {
		return 0
	}
	version := []byte("SIP/2.0")
	line = bytes.TrimRight(line, " \t\r\n")
	for i := 0; ; i++ {
		j := bytes.Index(line[i:], version)
		if j < 0 {
			return -1
		}
		i += j
		if rest := line[i+len(version):]; len(rest) == 0 {
			break
		} else if len(rest) >= 4 && rest[0] == ' ' && digitsLen(rest[1:]) == 3 {
			return i
		}
	}
	head, _ := cutLast(bytes.TrimRight(line[:len(line)-len(version)], " \t")) // up to the method
	k := len(head) - knownMethod(head)
	if k < len(head) && isStartLine(line[k:]) {
		return k
	}
	return -1
}

// versionLen returns the length of the SIP-Version that s begins with, or 0 (RFC 3261,
// Section 7.1: not case-sensitive).
func versionLen[T string | []byte](s T) int {
	if len(s) < 4 || s[0]|0x20 != 's' || s[1]|0x20 != 'i' || s[2]|0x20 != 'p' || s[3] != '/' {
		return 0
	}
	n := 4 + digitsLen(s[4:])
	if n == 4 || n == len(s) || s[n] != '.' {
		return 0
	}
	minor := digitsLen(s[n+1:])
	if minor == 0 {
		return 0
	}
	return n + 1 + minor
}

// cutLast splits b at its last run of white space.
func cutLast(b []byte) (before, last []byte) {
	i := len(b)
	for i > 0 && !isSpace(b[i-1]) {
		i--
	}
	last = b[i:]
	for i > 0 && isSpace(b[i-1]) {
		i--
	}
	return b[:i], last
}

// methods are those of the IANA registry "Session Initiation Protocol (SIP) Parameters", a
// method in front of those that it ends in.
var methods = [...]string{"PRACK", "ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS",
	"PUBLISH", "REFER", "REGISTER", "SUBSCRIBE", "UPDATE"}

// MethodName returns a method of the registry as a string that holds on to no other, or "" if s is
// none.
func MethodName(s string) string {
	for _, m := range methods {
		if s == m {
			return m
		}
	}
	return ""
}

// knownMethod returns the length of the method that b ends in, or 0.
func knownMethod(b []byte) int {
	for _, m := range methods {
		if len(b) >= len(m) && string(b[len(b)-len(m):]) == m {
			return len(m)
		}
	}
	return 0
}
