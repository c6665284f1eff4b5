package sipparse

import "strings"

// scanVias reads a list of Via values (RFC 3261, Section 20.42) and returns the first one's branch
// and what is wrong first, or nil.
//
//	SIP / 2.0 / UDP host [: port] *(; name [= value])
func scanVias(v string) (branch string, fault *code) {
	n, first := 0, true
	for {
		end := n
		for end < len(v) && v[end] != ';' && v[end] != ',' {
			end++
		}
		if fault == nil && !isSentBy(v[n:end]) {
			fault = &viaMalformed
		}
		var f *code
		n, f = scanParams(v, end, func(name, value string) {
			if first && branch == "" && strings.EqualFold(name, "branch") {
				branch = value
			}
		})
		if fault == nil {
			fault = f
		}
		if n == len(v) {
			return branch, fault
		}
		n++
		first = false
	}
}

// isSentBy reports whether s is sent-protocol, white space and sent-by.
func isSentBy(s string) bool {
	for i := range 3 {
		s = s[skipSpace(s, 0):]
		n := tokenLen(s)
		if n == 0 {
			return false
		}
		s = s[n:]
		space := skipSpace(s, 0)
		if i < 2 {
			if s = s[space:]; s == "" || s[0] != '/' {
				return false
			}
			s = s[1:]
		} else if s = s[space:]; space == 0 {
			return false
		}
	}
	s = trim(s)
	if host, port, ok := strings.Cut(s, ":"); ok && s[0] != '[' {
		// White space may surround the colon.
		n, digits := decimal(trim(port))
		return digits && n <= 65535 && hostFault(trim(host)) == nil
	}
	return hostFault(s) == nil
}
