package sipparse

import "strings"

// Address is the value of From or To: name-addr or addr-spec with parameters (RFC 3261,
// Section 20.10).
type Address struct {
	Value   string // the whole header value
	Display string // without its quotes and their backslashes
	URI     string // as written, without the angle brackets
	Tag     string
}

type address struct {
	Address
	expires   string // the Contact parameter
	expiresAt int
}

// ParseAddress reads an address as far as it can be read.
func ParseAddress(v string) Address {
	a, _, _ := scanAddress(v)
	return a.Address
}

// scanAddress reads the first address of a comma-separated list, and returns where its comma or the
// end is. first is what is wrong with it first. What can be read is read all the same: with a quote
// that is never closed, from the first angle bracket on.
func scanAddress(v string) (a address, n int, first fault) { return scanAddressParams(v, nil) }

// scanAddressParams is scanAddress that hands on the parameters too, unless each is nil.
func scanAddressParams(v string, each func(name, value string)) (a address, n int, first fault) {
	found := func(c *code, at int) {
		if first.code == nil {
			first = fault{c, at}
		}
	}
	i := skipSpace(v, 0)
	if i < len(v) && v[i] == '"' {
		end := quotedEnd(v, i)
		if end < 0 {
			found(&quotedStringOpen, i)
		} else {
			a.Display = unquote(v[i+1 : end-1])
			i = skipSpace(v, end)
			if i == len(v) || v[i] != '<' {
				found(&addressMalformed, i)
			}
		}
	}
	open := i
	brackets, colon, blank := false, false, true
scan:
	for ; open < len(v); open++ {
		switch c := v[open]; c {
		case '<':
			brackets = true
			break scan
		case ';':
			break scan
		case ',':
			if first.code == &quotedStringOpen {
				break
			}
			if colon || blank {
				break scan // the end of an addr-spec, or of nothing
			}
			found(&displayName, open)
		default:
			colon = colon || c == ':'
			blank = blank && isSpace(c)
		}
	}
	uri := open + 1 // where it begins
	if brackets {
		if open > i {
			name := trim(v[i:open])
			for j := range len(name) {
				if !isToken(name[j]) && !isSpace(name[j]) {
					found(&displayName, i+j) // nothing but a quote was skipped before
					break
				}
			}
			if a.Display == "" {
				a.Display = name
			}
		}
		n = strings.IndexByte(v[open:], '>')
		if n < 0 {
			found(&addressMalformed, open)
			n = len(v) - open
		}
		a.URI = v[open+1 : open+n]
		if n += open; n < len(v) {
			n++
		}
		if t := trim(a.URI); t != a.URI {
			found(&uriSpace, open+1)
			uri += strings.Index(a.URI, t)
			a.URI = t
		}
	} else {
		n = open
		a.URI = trim(v[i:n])
		uri = i
		if isSIPURI(a.URI) {
			if q := strings.IndexByte(a.URI[hostStart(a.URI):], '?'); q >= 0 {
				found(&addressBrackets, uri+hostStart(a.URI)+q)
			}
		}
	}
	if f := uriFault(a.URI).behind(uri); f.code != nil {
		found(f.code, f.at)
	}
	n, f := scanParams(v, n, func(name, value string, at int) {
		switch {
		case a.Tag == "" && strings.EqualFold(name, "tag"):
			a.Tag = value
		case a.expires == "" && strings.EqualFold(name, "expires"):
			a.expires, a.expiresAt = value, at
		}
		if each != nil {
			each(name, value)
		}
	})
	if f.code != nil {
		found(f.code, f.at)
	}
	a.Value = v[:n]
	return a, n, first
}

// scanParams reads *(SEMI name [EQUAL value]) at v[n:], and returns where the comma behind it or
// the end is. Values may be quoted-strings; these keep their quotes. at is the place of a value.
func scanParams(v string, n int, each func(name, value string, at int)) (end int, first fault) {
	found := func(c *code, at int) {
		if first.code == nil {
			first = fault{c, at}
		}
	}
	for {
		n = skipSpace(v, n)
		if n == len(v) || v[n] == ',' {
			return n, first
		}
		if v[n] != ';' {
			found(&addressMalformed, n)
		} else {
			n++
		}
		start, equal := n, -1
		for n < len(v) && v[n] != ';' && v[n] != ',' {
			switch {
			case v[n] == '=' && equal < 0:
				equal = n
			case v[n] == '"':
				if q := quotedEnd(v, n); q > 0 {
					n = q
					continue
				}
				found(&quotedStringOpen, n)
				n = len(v) - 1
			}
			n++
		}
		name, value, at := v[start:n], "", n
		if equal >= 0 {
			at = min(skipSpace(v, equal+1), n)
			name, value = v[start:equal], trim(v[at:n])
		}
		if name = trim(name); name == "" {
			found(&parameterEmpty, start)
			continue
		}
		each(name, value, at)
	}
}

func skipSpace(v string, i int) int {
	for i < len(v) && (isSpace(v[i]) || v[i] == '\r' || v[i] == '\n') {
		i++
	}
	return i
}

// quotedEnd returns the place behind the quoted-string that begins at v[i], or -1 if it is open.
func quotedEnd(v string, i int) int {
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

// unquote undoes the quoted-pairs of a quoted-string's inside.
func unquote(s string) string {
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
