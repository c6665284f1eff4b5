package mime

import "strings"

// parseContentType reads type/subtype and the parameters of a Content-Type value (RFC 2045,
// Section 5.1), appending the latter to params. Comments are skipped wherever RFC 5322 allows them.
// A backslash outside of quotes is skipped too: RFC listings fold lines with it, and some peers
// took that for the format.
func parseContentType(v string, params []Param) (mediaType string, _ []Param, typeOK, paramsOK bool) {
	v = skipSpace(v)
	whole := v
	typ, v := token(v)
	v = skipSpace(v)
	var sub string
	if strings.HasPrefix(v, "/") {
		sub, v = token(skipSpace(v[1:]))
	}
	if typeOK = typ != "" && sub != ""; typeOK {
		if n := len(typ) + 1 + len(sub); len(v) == len(whole)-n {
			mediaType = lower(whole[:n]) // side by side, as nearly always: no allocation
		} else {
			mediaType = lower(typ + "/" + sub)
		}
	}
	params, paramsOK = parseParams(v, params)
	return mediaType, params, typeOK, paramsOK
}

// parseParams reads *(";" name "=" value), appending to params.
func parseParams(v string, params []Param) (_ []Param, ok bool) {
	ok = true
	first := len(params)
	starred := false
	for v = skipSpace(v); v != ""; v = skipSpace(v) {
		if v[0] != ';' {
			// Junk behind a value: look for the next parameter.
			ok = false
			i := strings.IndexByte(v, ';')
			if i < 0 {
				break
			}
			v = v[i:]
		}
		if v = skipSpace(v[1:]); v == "" || v[0] == ';' {
			continue // an empty parameter harms nobody
		}
		name, rest := token(v)
		rest = skipSpace(rest)
		if name == "" || !strings.HasPrefix(rest, "=") {
			ok = false
			if i := strings.IndexByte(v, ';'); i > 0 {
				v = v[i:]
				continue
			}
			break
		}
		var value string
		var valueOK bool
		value, v, valueOK = paramValue(skipSpace(rest[1:]))
		ok = ok && valueOK
		starred = starred || strings.IndexByte(name, '*') >= 0
		params = append(params, Param{lower(name), value})
	}
	if starred {
		var joinedOK bool
		params, joinedOK = joinParams(params, first)
		ok = ok && joinedOK
	}
	return params, ok
}

// paramValue reads a token or a quoted-string. An unquoted value ends only at white space or a
// semicolon, since boundaries are often written with octets that would want quotes.
func paramValue(v string) (value, rest string, ok bool) {
	if !strings.HasPrefix(v, `"`) {
		i := strings.IndexAny(v, "; \t\r\n")
		if i < 0 {
			i = len(v)
		}
		return v[:i], v[i:], i > 0
	}
	end := QuotedEnd(v, 0)
	if end < 0 {
		return v[1:], "", false
	}
	return Unquote(v[1 : end-1]), v[end:], true
}

// QuotedEnd returns the place behind the quoted-string that begins at v[i], or -1 if it is open.
func QuotedEnd(v string, i int) int {
	for i++; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// Unquote undoes the quoted-pairs of a quoted-string's inside.
func Unquote(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// skipSpace skips white space, comments (RFC 5322, Section 3.2.2) and line-folding backslashes. The
// depth of nested comments is counted, not recursed into.
func skipSpace(v string) string {
	depth := 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '(':
			depth++
		case depth == 0 && (c == ' ' || c == '\t' || c == '\r' || c == '\n'):
		case c == '\\' && (depth > 0 || i+1 == len(v) || v[i+1] == ' ' || v[i+1] == '\t'):
			i++
		case depth == 0:
			return v[i:]
		case c == ')':
			depth--
		}
	}
	return ""
}

// token splits a token off (RFC 2045, Section 5.1).
func token(v string) (tok, rest string) {
	i := 0
	for i < len(v) && tokens[v[i]] {
		i++
	}
	return v[:i], v[i:]
}

// tokens are the octets that a token may have.
var tokens = func() (t [256]bool) {
	for c := byte('!'); c < 0x7F; c++ {
		t[c] = strings.IndexByte(`()<>@,;:\"/[]?=`, c) < 0
	}
	return t
}()

// lower is strings.ToLower for ASCII: other octets of a hostile name stay as they are.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

func equalFold(a, b string) bool {
	return len(a) == len(b) && strings.EqualFold(a, b)
}
