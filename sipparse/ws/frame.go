package ws

import "encoding/binary"

// frameHeader is the header of a frame (RFC 6455, Section 5.2).
//
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//	+-+-+-+-+-------+-+-------------+
//	|F|R|R|R| opcode|M| length, 126 |  then 0, 2 or 8 octets of length, 0 or 4 of the mask's key
//	|I|S|S|S|       |A|  or 127     |
//	|N|1|2|3|       |S|             |
//	|N| | | |       |K|             |
//	+-+-+-+-+-------+-+-------------+
type frameHeader struct {
	fin, compressed, masked bool
	kind                    Kind
	key                     [4]byte
	length                  int64
	minimal                 bool // the length is encoded as shortly as it can be
}

func (h *frameHeader) control() bool { return h.kind >= CloseFrame }

// parseFrameHeader reads a header and returns its length: 0 if more octets are needed. It is not ok
// if the octets can be no header that any peer would accept: one with a reserved bit or opcode, or a
// length that is not allowed.
func parseFrameHeader(p []byte) (h frameHeader, n int, ok bool) {
	if len(p) == 0 {
		return h, 0, true
	}
	h.fin = p[0]&0x80 != 0
	h.compressed = p[0]&0x40 != 0
	h.kind = Kind(p[0] & 0x0F)
	switch h.kind {
	case Text, Binary:
	case Continuation:
		if h.compressed {
			return h, 0, false
		}
	case CloseFrame, Ping, Pong:
		if !h.fin || h.compressed {
			return h, 0, false
		}
	default:
		return h, 0, false
	}
	if p[0]&0x30 != 0 {
		return h, 0, false
	}
	if len(p) < 2 {
		return h, 0, true
	}
	h.masked = p[1]&0x80 != 0
	h.length, h.minimal = int64(p[1]&0x7F), true
	if h.control() && h.length > maxControl {
		return h, 0, false
	}
	n = 2
	switch h.length {
	case 126:
		if n = 4; len(p) >= n {
			h.length = int64(binary.BigEndian.Uint16(p[2:]))
			h.minimal = h.length > 125
		}
	case 127:
		if n = 10; len(p) >= n {
			h.length = int64(binary.BigEndian.Uint64(p[2:]))
			h.minimal = h.length > 0xFFFF
			if h.length < 0 {
				return h, 0, false
			}
		}
	}
	if h.masked {
		n += 4
	}
	if len(p) < n {
		return h, 0, true
	}
	if h.masked {
		copy(h.key[:], p[n-4:])
	}
	return h, n, true
}

// appendUnmasked appends p without its mask to dst. phase is how many octets of the frame came
// before (RFC 6455, Section 5.3).
func appendUnmasked(dst, p []byte, key [4]byte, phase int) []byte {
	start := len(dst)
	dst = append(dst, p...)
	d := dst[start:]
	var k [8]byte
	for i := range k {
		k[i] = key[(phase+i)&3]
	}
	wide := binary.LittleEndian.Uint64(k[:])
	for ; len(d) >= 8; d = d[8:] {
		binary.LittleEndian.PutUint64(d, binary.LittleEndian.Uint64(d)^wide)
	}
	for i := range d {
		d[i] ^= k[i]
	}
	return dst
}
