package frame

import (
	"encoding/binary"
	"net/netip"
)

// sum adds the 16-bit words of b to the running one's complement sum s (RFC 1071). Only the
// last piece of a sum may have an odd length.
func sum(s uint64, b []byte) uint64 {
	for len(b) >= 4 {
		s += uint64(binary.BigEndian.Uint32(b))
		b = b[4:]
	}
	if len(b) >= 2 {
		s += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		s += uint64(b[0]) << 8
	}
	return s
}

// fold ends a sum: the checksum as it stands in a header.
func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return ^uint16(s)
}

// transportSum is the checksum of a TCP or UDP header and payload with the pseudo-header
// of RFC 9293, Section 3.1, or RFC 8200, Section 8.1.
func transportSum(src, dst netip.Addr, proto uint8, b []byte) uint16 {
	s := uint64(proto) + uint64(len(b))
	if src.Is4() {
		a, z := src.As4(), dst.As4()
		s = sum(sum(s, a[:]), z[:])
	} else {
		a, z := src.As16(), dst.As16()
		s = sum(sum(s, a[:]), z[:])
	}
	return fold(sum(s, b))
}
