package identity

import "strings"

// party is whom a URI names, in the forms of claims.
type party struct {
	tn  string // the telephone number in canonical form; "" if the URI has none
	uri string // the normalised URI; "" if it is a tel URI
	// asWritten is the normalised URI with scheme sips, if that is the scheme; else "".
	asWritten string
	domain    string // lower case; "" if it is a tel URI
}

// parseParty reads a SIP, SIPS or tel URI (RFC 8224, Sections 8.1, 8.3 and 8.5).
func parseParty(uri string) party {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok {
		return party{}
	}
	scheme = strings.ToLower(scheme)
	if scheme == "tel" {
		return party{tn: telephone(rest)}
	}
	user, host := "", rest
	if at := strings.IndexByte(rest, '@'); at >= 0 {
		user, host = rest[:at+1], rest[at+1:]
	}
	if i := strings.IndexAny(host, ";?"); i >= 0 {
		host = host[:i]
	}
	p := party{domain: strings.ToLower(withoutPort(host))}
	p.uri = scheme + ":" + user + p.domain
	if scheme == "sips" {
		p.asWritten = p.uri
		p.uri = "sip:" + user + p.domain
	}
	if scheme == "sip" || scheme == "sips" {
		name, _, _ := strings.Cut(strings.TrimSuffix(user, "@"), ":") // a password is none of it
		p.tn = telephone(name)
	}
	return p
}

func withoutPort(host string) string {
	if strings.HasPrefix(host, "[") {
		if i := strings.IndexByte(host, ']'); i >= 0 {
			return host[:i+1]
		}
		return host
	}
	host, _, _ = strings.Cut(host, ":")
	return host
}

// telephone returns a telephone number without its plus sign, visual separators and parameters; ""
// if s is none.
func telephone(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s = strings.TrimPrefix(s, "+")
	number := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#':
			number = append(number, c)
		case '-', '.', '(', ')':
		default:
			return ""
		}
	}
	return string(number)
}

// is tells whether a claim of kind "tn" or "uri" names the party.
func (p party) is(kind, value string) bool {
	if kind == "tn" {
		tn := telephone(value)
		return tn != "" && tn == p.tn
	}
	q := parseParty(value)
	return q.uri != "" && q.uri == p.uri || q.uri == "" && q.tn != "" && q.tn == p.tn
}

// forms are the claims that may have been made of the party, the likeliest first.
func (p party) forms() []Member {
	var f []Member
	if p.tn != "" {
		f = append(f, Member{"tn", p.tn})
	}
	if p.uri != "" {
		f = append(f, Member{"uri", p.uri})
	}
	if p.asWritten != "" {
		f = append(f, Member{"uri", p.asWritten})
	}
	return f
}
