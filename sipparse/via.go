package sipparse

import "strings"

// Via is one value of a Via header field (RFC 3261, Section 20.42). What cannot be read is empty.
type Via struct {
	Value     string // as written
	Protocol  string // as written, without white space: "SIP/2.0"
	Transport string // as written: "UDP"
	Host      string // an IPv6 address keeps its brackets
	Port      string // "" if there is none
	SentBy    string // host and port as written
	Branch    string
}

// Param returns the value of the first parameter with that name, in any case; quoted-strings keep
// their quotes. ok tells that there is one: rport often has no value.
func (v Via) Param(name string) (value string, ok bool) {
	n := strings.IndexByte(v.Value, ';')
	if n < 0 {
		return "", false
	}
	s := scanner{v: v.Value, n: n}
	return s.find(name)
}

// via reads the next value of a list.
//
//	SIP / 2.0 / UDP host [: port] *(; name [= value])
func (s *scanner) via(via *Via) {
	start := s.n
	if n := indexEither(s.v[start:], ';', ','); n >= 0 {
		s.n += n
	} else {
		s.n = len(s.v)
	}
	if f := via.sentBy(s.v[start:s.n]); f.code != nil {
		s.found(f.code, start+f.at)
	}
	for s.param() {
		if via.Branch == "" && isKind(s.name, "branch") {
			via.Branch = s.value
		}
	}
	via.Value = trim(s.v[start:s.n])
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
	sentBy := trim(s[at:])
	via.SentBy = sentBy
	host, port, f := hostPort(sentBy)
	if f.code != nil {
		// White space may surround the colon.
		h, p, colon := strings.Cut(sentBy, ":")
		host, port = trim(h), trim(p)
		number, ok := decimal(port)
		if !colon || sentBy[0] == '[' || hostFault(host).code != nil || !ok || number > 65535 {
			via.Host = sentBy
			return fault{&viaMalformed, at + f.at}
		}
	}
	via.Host, via.Port = host, port
	return fault{}
}

// vias checks a list of Via values and reads the first.
func (m *Message) vias(h *Header, offset int) (top Via) {
	s := scanner{v: h.Value}
	var next Via
	s.via(&top)
	for s.more() {
		s.via(&next)
	}
	m.fault(h, s.first, offset)
	return top
}
