package identity

import "strings"

// field is the value of an Identity or Identity-Info header field.
type field struct {
	token  string // what stands before the parameters: without quotes, brackets and white space
	quoted bool
	spaced bool // there was white space in it
	params []param
}

type param struct{ name, value string }

func (f *field) param(name string) string {
	for _, p := range f.params {
		if strings.EqualFold(p.name, name) {
			return p.value
		}
	}
	return ""
}

// parseField reads value *(SEMI name [EQUAL value]), where values may be quoted or in angle
// brackets (RFC 4474, Section 9; RFC 8224, Section 4).
func parseField(v string) field {
	var f field
	for i := 0; i <= len(v); i++ {
		n := segmentLen(v[i:])
		s := strings.Trim(v[i:i+n], " \t")
		if i == 0 {
			s, f.quoted = unwrap(s)
			f.token = strings.Join(strings.Fields(s), "")
			f.spaced = f.token != s
		} else if s != "" {
			name, value, _ := strings.Cut(s, "=")
			value, _ = unwrap(strings.Trim(value, " \t"))
			f.params = append(f.params, param{strings.Trim(name, " \t"), value})
		}
		i += n
	}
	return f
}

// segmentLen returns where the next semicolon outside of quotes and brackets is, or the end.
func segmentLen(s string) int {
	var end byte
	for i := range len(s) {
		switch c := s[i]; {
		case end != 0:
			if c == end {
				end = 0
			}
		case c == ';':
			return i
		case c == '"':
			end = '"'
		case c == '<':
			end = '>'
		}
	}
	return len(s)
}

// unwrap takes away quotes or angle brackets.
func unwrap(s string) (inside string, quoted bool) {
	if len(s) >= 2 {
		switch {
		case s[0] == '"' && s[len(s)-1] == '"':
			return s[1 : len(s)-1], true
		case s[0] == '<' && s[len(s)-1] == '>':
			return s[1 : len(s)-1], false
		}
	}
	return s, false
}
