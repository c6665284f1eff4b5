package sipparse

import (
	"strings"

	"sipsecdump/sipparse/mime"
)

// Address is the value of From or To: name-addr or addr-spec with parameters (RFC 3261,
// Section 20.10).
type Address struct {
	Value   string // the whole header value
	Display string // without its quotes and their backslashes
	URI     string // as written, without the angle brackets
	Tag     string
}

// ParseAddress reads an address as far as it can be read.
func ParseAddress(v string) Address {
	var a Address
	s := scanner{v: v}
	s.tagged(&a)
	a.Value = v[:s.n]
	return a
}

// Param returns the value of the address's first parameter with that name, in any case, behind the
// angle brackets; quoted-strings keep their quotes. ok tells that there is one.
func (a Address) Param(name string) (value string, ok bool) {
	var again Address
	s := scanner{v: a.Value}
	s.address(&again)
	return s.find(name)
}

// tagged reads the next address of a list with its parameters. expires is the value of the parameter
// that a Contact may have, "" if there is none, and at its place.
func (s *scanner) tagged(a *Address) (expires string, at int) {
	s.address(a)
	for s.param() {
		switch {
		case a.Tag == "" && isKind(s.name, "tag"):
			a.Tag = s.value
		case expires == "" && isKind(s.name, "expires"):
			expires, at = s.value, s.at
		}
	}
	return expires, at
}

// address reads the next address of a list up to its parameters. What can be read is read in spite
// of faults: with a quote that is never closed, from the first angle bracket on.
func (s *scanner) address(a *Address) {
	v := s.v
	i := skipSpace(v, s.n)
	open := false // a quote is never closed
	if i < len(v) && v[i] == '"' {
		end := mime.QuotedEnd(v, i)
		if open = end < 0; open {
			s.found(&quotedStringOpen, i)
		} else {
			a.Display = mime.Unquote(v[i+1 : end-1])
			i = skipSpace(v, end)
			if i == len(v) || v[i] != '<' {
				s.found(&addressMalformed, i)
			}
		}
	}
	end := s.beforeBracket(i, open)
	uri := end + 1 // where it begins
	if end < len(v) && v[end] == '<' {
		s.displayName(a, i, end)
		n := strings.IndexByte(v[uri:], '>')
		if n < 0 {
			s.found(&addressMalformed, end)
			n = len(v) - uri
		}
		a.URI = v[uri : uri+n]
		s.n = min(uri+n+1, len(v))
		if t := trim(a.URI); len(t) != len(a.URI) {
			s.found(&uriSpace, uri)
			uri += strings.Index(a.URI, t)
			a.URI = t
		}
	} else {
		uri = i
		a.URI = trim(v[uri:end])
		s.n = end
		if host := hostStart(a.URI); isSIPURI(a.URI) {
			if q := strings.IndexByte(a.URI[host:], '?'); q >= 0 {
				s.found(&addressBrackets, uri+host+q)
			}
		}
	}
	if f := uriFault(a.URI); f.code != nil {
		s.found(f.code, uri+f.at)
	}
}

// beforeBracket returns where the angle bracket of an address is that begins at i, behind its
// quoted-string if it has one; or where its parameters, the next comma or the end are if it has none.
func (s *scanner) beforeBracket(i int, open bool) int {
	colon, blank := false, true
	for ; i < len(s.v); i++ {
		switch c := s.v[i]; c {
		case '<', ';':
			return i
		case ',':
			if open {
				continue
			}
			if colon || blank {
				return i // the end of an addr-spec, or of nothing
			}
			s.found(&displayName, i)
		default:
			colon = colon || c == ':'
			blank = blank && isSpace(c)
		}
	}
	return i
}

// displayName takes what is in front of an angle bracket.
func (s *scanner) displayName(a *Address, i, bracket int) {
	if i == bracket {
		return
	}
	name := trim(s.v[i:bracket])
	for j := range len(name) {
		if !isToken(name[j]) && !isSpace(name[j]) {
			s.found(&displayName, i+j) // nothing but a quoted-string was skipped before
			break
		}
	}
	if a.Display == "" {
		a.Display = name
	}
}
