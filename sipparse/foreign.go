package sipparse

import (
	"bytes"
	"encoding/binary"
)

// stunHeader is the length of a STUN message's header, in octets, and stunCookie its octets 4 to 7
// (RFC 8489, Section 5).
const stunHeader = 20

var stunCookie = []byte{0x21, 0x12, 0xA4, 0x42}

// stunLen returns the length of the STUN message that d begins with, or 0. Unless enough is set, d
// is too short to tell.
func stunLen(d []byte) (n int, enough bool) {
	// The methods in use give a type whose first octet is 0 or 1, which no text begins with.
	if len(d) == 0 || d[0] > 1 {
		return 0, true
	}
	if k := min(len(d), 8); k > 4 && !bytes.Equal(d[4:k], stunCookie[:k-4]) {
		return 0, true
	}
	if len(d) < 8 {
		return 0, false
	}
	length := int(binary.BigEndian.Uint16(d[2:]))
	if length%4 != 0 {
		return 0, true
	}
	n = stunHeader + length
	return n, len(d) >= n
}

// isHTTP reports whether a line is that which a message of HTTP/1 begins with (RFC 9112, Sections 3
// and 4).
func isHTTP(line []byte) bool {
	line = bytes.TrimRight(line, "\r\n")
	if rest, ok := bytes.CutPrefix(line, []byte("HTTP/1.")); ok {
		return len(rest) >= 5 && isDigit(rest[0]) && rest[1] == ' ' && digitsLen(rest[2:]) == 3
	}
	n := tokenLen(line)
	i := len(line) - len(" HTTP/1.1")
	return n > 0 && n < i && line[n] == ' ' && string(line[i:i+8]) == " HTTP/1." && isDigit(line[i+8])
}

// isTLSAlert reports whether d is a record that holds one alert (RFC 5246, Sections 6.2.1 and 7.2).
func isTLSAlert(d []byte) bool {
	return len(d) == 7 && d[0] == 21 && d[1] == 3 && d[2] <= 4 && d[3] == 0 && d[4] == 2 && (d[5] == 1 || d[5] == 2)
}
