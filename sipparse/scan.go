package sipparse

import (
	"strings"

	"sipsecdump/sipparse/mime"
)

// fault is what is wrong with a value, and where in it.
type fault struct {
	*code // nil if nothing is wrong
	at    int
}

// scanner reads the value of a header field from the left.
type scanner struct {
	v     string
	n     int   // what is before it was read
	first fault // what was found to be wrong first

	// The parameter at hand, and the place of its value.
	name, value string
	at          int
}

func (s *scanner) found(c *code, at int) {
	if s.first.code == nil {
		s.first = fault{c, at}
	}
}

// more goes on to the next element of a comma-separated list, if there is one.
func (s *scanner) more() bool {
	if s.n >= len(s.v) {
		return false
	}
	s.n++
	return true
}

// param reads the next of *(SEMI name [EQUAL value]) that has a name, if there is one in front of the
// next comma or the end. Values may be quoted-strings; these keep their quotes.
func (s *scanner) param() bool {
	v := s.v
	for {
		n := skipSpace(v, s.n)
		if n == len(v) || v[n] == ',' {
			s.n = n
			return false
		}
		if v[n] != ';' {
			s.found(&addressMalformed, n)
		} else {
			n++
		}
		start, equal := n, -1
	scan:
		for n += plainLen(v[n:]); n < len(v); n += plainLen(v[n:]) {
			switch v[n] {
			case '=':
				if equal < 0 {
					equal = n
				}
				n++
			case '"':
				end := mime.QuotedEnd(v, n)
				if end < 0 {
					s.found(&quotedStringOpen, n)
					end = len(v)
				}
				n = end
			default:
				break scan
			}
		}
		s.n = n
		if equal < 0 {
			s.name, s.value, s.at = trim(v[start:n]), "", n
		} else {
			s.at = min(skipSpace(v, equal+1), n)
			s.name, s.value = trim(v[start:equal]), trim(v[s.at:n])
		}
		if s.name != "" {
			return true
		}
		s.found(&parameterEmpty, start)
	}
}

// plainLen returns the length of what s begins with in front of the end of a parameter or its name.
func plainLen(s string) int {
	n := 0
	for n < len(s) && classes[s[n]]&classParam == 0 {
		n++
	}
	return n
}

// find reads on up to the first parameter with a name, in any case.
func (s *scanner) find(name string) (value string, ok bool) {
	for s.param() {
		if strings.EqualFold(s.name, name) {
			return s.value, true
		}
	}
	return "", false
}

func skipSpace(v string, i int) int {
	for i < len(v) && isBlank(v[i]) {
		i++
	}
	return i
}
