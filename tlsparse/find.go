package tlsparse

import (
	"bytes"
	"encoding/binary"
)

// helloSessionID is where in a record that begins with a hello the length of the session id is.
const helloSessionID = recordHeader + messageHeader + 2 + 32

// FindHello returns where in p a record stands that begins with a ClientHello or a ServerHello, or
// -1: p is a portion of a stream that began as something else, as before STARTTLS. If there is
// none, the last rest octets of p may be the first of one; they are fewer than 80. What is looked
// at are all the fields of fixed length, and that the lengths fit into each other, which octets of
// another meaning do not by chance.
func FindHello(p []byte) (at, rest int) {
	for from := 0; ; from++ {
		i := bytes.IndexByte(p[from:], byte(Handshake))
		if i < 0 {
			return -1, 0
		}
		from += i
		switch is, enough := sniffHello(p[from:]); {
		case !enough:
			return -1, len(p) - from
		case is:
			return from, 0
		}
	}
}

// sniffHello tells whether p starts with such a record, as far as p goes: if enough is false, more
// octets are needed to tell.
func sniffHello(p []byte) (is, enough bool) {
	if !mayBeHello(p) {
		return false, true
	}
	if len(p) <= helloSessionID {
		return false, false
	}
	id := int(p[helloSessionID])
	if id > 32 {
		return false, true
	}
	rest := p[helloSessionID+1:]
	if len(rest) < id+2 {
		return false, false
	}
	length := int(p[6])<<16 | int(binary.BigEndian.Uint16(p[7:]))
	after := length - (2 + 32 + 1 + id + 2)
	if HandshakeType(p[recordHeader]) == TypeServerHello {
		return after >= 1, true // the compression method
	}
	suites := int(binary.BigEndian.Uint16(rest[id:]))
	return suites >= 2 && suites%2 == 0 && after >= suites+2, true
}

// mayBeHello tells whether octets that begin with the type of a handshake record can be the first
// of a hello (RFC 5246, Sections 6.2.1 and 7.4.1; RFC 8446, Section 5.1 keeps these versions).
func mayBeHello(p []byte) bool {
	const shortest = 2 + 32 + 1 + 2 + 1 // a ServerHello of SSL 3.0
	in := func(i int, low, high byte) bool { return len(p) <= i || p[i] >= low && p[i] <= high }
	if !in(1, 3, 3) || !in(2, 0, 3) || !in(5, byte(TypeClientHello), byte(TypeServerHello)) || !in(9, 3, 3) || !in(10, 0, 3) {
		return false
	}
	if len(p) >= recordHeader {
		// The fields up to the session id's length are in one record at least.
		n := int(binary.BigEndian.Uint16(p[3:]))
		if n > maxFragment || n < helloSessionID+1-recordHeader {
			return false
		}
	}
	if len(p) < recordHeader+messageHeader {
		return true
	}
	n := int(p[6])<<16 | int(binary.BigEndian.Uint16(p[7:]))
	return n >= shortest && n <= maxMessage
}
