package sipsecdump

import (
	"bytes"
	"encoding/binary"
	"slices"

	"sipsecdump/tlsparse"
)

// upgrade finds where TLS begins in a TCP connection: with the first octet of a direction, or behind
// plaintext, as what STARTTLS, HTTP's CONNECT or the header of a proxy has before it. Each
// direction has a beginning of its own.
//
// A record of TLS is told by its header where any may be expected: where the other direction has TLS
// already, and where the capture begins, or goes on behind a loss. A direction begins with the header
// of a hello. Behind plaintext it takes a whole hello, and inside a segment a line's or an element's
// end before it: captures, which hold hellos, travel over TCP too.
type upgrade struct {
	sides [2]upgradeSide
	// torn is set if it is not known what came before: the capture has no SYN, or octets are lost.
	torn bool
}

type upgradeSide struct {
	tail    []byte // the last octets, which may begin TLS
	offset  int64  // of the tail in the direction's stream
	before  byte   // the octet in front of it
	starts  bool   // it starts a segment
	proxied int64  // where the header of a proxy ends, if one starts the stream
	secured bool   // TLS has begun
}

// search takes the next octets of a direction. What it returns of these and those it kept is clear,
// then secured if TLS begins. Both are valid as long as p is, and until the next call.
func (u *upgrade) search(dir tlsparse.Dir, p []byte) (clear, secured []byte) {
	s := &u.sides[dir]
	segment := len(s.tail) // where in p the segment at hand starts
	if segment > 0 {
		p = slices.Concat(s.tail, p)
	} else {
		s.starts = true
	}
	var sniff func([]byte) (is, enough bool)
	switch {
	case u.torn || u.sides[dir^1].secured:
		sniff = tlsparse.Sniff
	case s.offset == 0:
		sniff = tlsparse.SniffStart
	}
	at, rest := s.find(p, segment, sniff)
	if at < 0 {
		at = len(p) - rest
		s.tail = append(s.tail[:0], p[at:]...)
	} else {
		s.tail, s.secured = nil, true
		secured = p[at:]
	}
	if at > 0 {
		s.before = p[at-1]
		s.starts = at == segment
		s.offset += int64(at)
	}
	return p[:at], secured
}

// find returns where TLS begins in p, or -1 and how many of the last octets may begin it. If sniff is
// not nil, it tells a record that may be expected where a segment starts.
func (s *upgradeSide) find(p []byte, segment int, sniff func([]byte) (is, enough bool)) (at, rest int) {
	starts := [2]int{segment, segment}
	if s.starts {
		starts[0] = 0
	}
	if sniff != nil {
		for _, i := range starts {
			switch is, enough := sniff(p[i:]); {
			case !enough:
				rest = max(rest, len(p)-i)
			case is:
				return i, 0
			}
		}
	}
	if s.offset == 0 {
		end, enough := proxyHeader(p)
		if !enough {
			return -1, len(p)
		}
		s.proxied = end
	}
	for from := 0; ; from++ {
		i, last := tlsparse.FindHello(p[from:])
		if i < 0 {
			return -1, max(rest, last)
		}
		from += i
		before := s.before
		if from > 0 {
			before = p[from-1]
		}
		if slices.Contains(starts[:], from) || before == '\n' || before == '>' || s.proxied > 0 && s.offset+int64(from) == s.proxied {
			return from, 0
		}
	}
}

// release returns the octets of a direction that wait for more, which will not come, or not as TLS.
func (u *upgrade) release(dir tlsparse.Dir) []byte {
	s := &u.sides[dir]
	t := s.tail
	s.offset += int64(len(t))
	s.tail = nil
	return t
}

// gap tells that octets of a direction are lost behind those that were released.
func (u *upgrade) gap(dir tlsparse.Dir, n int64) {
	u.sides[dir].offset += n
	u.torn = true
}

// behindPlaintext tells whether TLS has begun behind something else.
func (u *upgrade) behindPlaintext() bool {
	return !u.torn && u.sides[0].offset+u.sides[1].offset > 0
}

// proxySignature begins the binary header that HAProxy's PROXY protocol, version 2, has before what
// a client sent. Its text form, of version 1, is a line.
var proxySignature = []byte("\r\n\r\n\x00\r\nQUIT\n")

// proxyHeader returns the length of such a header in front of p, 0 if there is none.
func proxyHeader(p []byte) (length int64, enough bool) {
	n := min(len(p), len(proxySignature))
	if !bytes.Equal(p[:n], proxySignature[:n]) {
		return 0, true
	}
	const fixed = 16 // signature, version and command, family, and the length of the rest
	if len(p) < fixed {
		return 0, false
	}
	return fixed + int64(binary.BigEndian.Uint16(p[fixed-2:])), true
}
