package sipparse

import "strings"

// Via is one value of a Via header field (RFC 3261, Section 20.42). What cannot be read is empty.
type Via struct {
	Value     string // as written
	Protocol  string // as written, without white space: "SIP/2.0"
	Transport string // as written: "UDP"
	Host      string // an IPv6 address keeps its brackets
	Port      string // "" if there is none
	Branch    string
}

// Param returns the value of the first parameter with that name, in any case; quoted-strings keep
// their quotes. ok tells that there is one: rport often has no value.
func (v Via) Param(name string) (value string, ok bool) {
	n := strings.IndexByte(v.Value, ';')
	if n < 0 {
		return "", false
	}
	scanParams(v.Value, n, func(is, has string, _ int) {
		if !ok && strings.EqualFold(is, name) {
			value, ok = has, true
		}
	})
	return value, ok
}

// scanVia reads the first value of a list, and returns where its comma or the end is. first is what
// is wrong with it first.
//
//	SIP / 2.0 / UDP host [: port] *(; name [= value])
func scanVia(v string) (via Via, n int, first fault) {
	for n < len(v) && v[n] != ';' && v[n] != ',' {
		n++
	}
	first = via.sentBy(v[:n])
	n, f := scanParams(v, n, func(name, value string, _ int) {
		if via.Branch == "" && strings.EqualFold(name, "branch") {
			via.Branch = value
		}
	})
	if first.code == nil {
		first = f
	}
	via.Value = trim(v[:n])
	return via, n, first
}

// sentBy reads sent-protocol, white space and sent-by.
func (via *Via) sentBy(s string) fault {
	at := 0
	var protocol [3]string
	for i := range protocol {
		at = skipSpace(s, at)
		n := tokenLen(s[at:])
		protocol[i] = s[at : at+n]
		if n == 0 {
			return fault{&viaMalformed, at}
		}
		at += n
		space := skipSpace(s, at)
		switch {
		case i == 2 && space == at:
			return fault{&viaMalformed, at}
		case i < 2 && (space == len(s) || s[space] != '/'):
			return fault{&viaMalformed, space}
		case i < 2:
			space++
		}
		at = space
	}
	// The usual spelling needs no copy.
	if whole := s[skipSpace(s, 0):]; strings.HasPrefix(whole, "SIP/2.0/") {
		via.Protocol = whole[:len("SIP/2.0")]
	} else {
		via.Protocol = protocol[0] + "/" + protocol[1]
	}
	via.Transport = protocol[2]
	host := trim(s[at:])
	via.Host = host
	if f := hostFault(host); f.code != nil {
		// White space may surround the colon.
		h, p, ok := strings.Cut(host, ":")
		if !ok || host[0] == '[' || hostFault(trim(h)).code != nil {
			return fault{&viaMalformed, at + f.at}
		}
		if n, digits := decimal(trim(p)); !digits || n > 65535 {
			return fault{&viaMalformed, at + f.at}
		}
	}
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		via.Host, via.Port = trim(host[:i]), trim(host[i+1:])
	}
	return fault{}
}

// vias checks a list of Via values and returns the first one's branch.
func (m *Message) vias(h *Header, offset int) (branch string) {
	n, told := 0, false
	for first := true; ; first = false {
		via, k, f := scanVia(h.Value[n:])
		if first {
			branch = via.Branch
		}
		if f.code != nil && !told {
			m.fault(h, f.behind(n), offset)
			told = true
		}
		if n += k; n == len(h.Value) {
			return branch
		}
		n++
	}
}
