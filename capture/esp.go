package capture

import "encoding/binary"

// espHeaderLen is the length of an ESP header, and the trailer's least.
const (
	espHeaderLen  = 8
	espTrailerLen = 2
)

// espChecks are the lengths of integrity check values that are tried: the usual one of 96
// bits, that of longer hashes and of GMAC, and none.
var espChecks = [...]int{12, 16, 0}

// esp consumes an ESP header (RFC 4303, Section 2) if the payload behind it is not encrypted,
// and takes the trailer off. Nothing in the packet says so: the monotonic padding, the next
// header and the lengths or the checksum in that header must agree. If they do not, the
// packet is encrypted, or was cut, and esp leaves v alone.
func (d *Decoder) esp(v *view, c *carrier) bool {
	if v.wire != len(v.data) || len(v.data) < espHeaderLen+espTrailerLen {
		return false
	}
	for _, check := range espChecks {
		if len(v.data) < espHeaderLen+espTrailerLen+check {
			continue
		}
		body := v.data[espHeaderLen : len(v.data)-check]
		pad, next := int(body[len(body)-2]), body[len(body)-1]
		if len(body)%4 != 0 || pad > len(body)-espTrailerLen {
			continue
		}
		padding := body[len(body)-espTrailerLen-pad : len(body)-espTrailerLen]
		body = body[:len(body)-espTrailerLen-pad]
		if monotonic(padding) && agrees(next, body, c) {
			v.take(espHeaderLen)
			v.limit(len(body))
			c.proto = next
			return true
		}
	}
	return false
}

// monotonic reports whether padding is that of RFC 4303, Section 2.4: 1, 2, 3, ...
func monotonic(padding []byte) bool {
	for i, b := range padding {
		if b != byte(i+1) {
			return false
		}
	}
	return true
}

// agrees reports whether b can be a whole packet of the protocol.
func agrees(proto uint8, b []byte, c *carrier) bool {
	switch proto {
	case protoIPv4:
		return len(b) >= 20 && b[0]>>4 == 4 && int(binary.BigEndian.Uint16(b[2:])) == len(b)
	case protoIPv6:
		return len(b) >= 40 && b[0]>>4 == 6 && int(binary.BigEndian.Uint16(b[4:])) == len(b)-40
	case uint8(UDP):
		return len(b) >= 8 && int(binary.BigEndian.Uint16(b[4:])) == len(b)
	case uint8(TCP):
		return len(b) >= 20 && b[12]>>4 >= 5 && transportSumOK(c, proto, b)
	case uint8(SCTP):
		return len(b) >= sctpHeaderLen && sctpSumOK(b)
	}
	return false
}

// transportSumOK sums a TCP segment with its pseudo-header (RFC 9293, Section 3.1). Inside
// of ESP a checksum is not left to hardware.
func transportSumOK(c *carrier, proto uint8, b []byte) bool {
	src, dst := c.src.As16(), c.dst.As16()
	var sum uint64
	if c.v6 {
		sum = words(0, src[:]) + words(0, dst[:])
	} else {
		sum = words(0, src[12:]) + words(0, dst[12:])
	}
	sum = words(sum+uint64(proto)+uint64(len(b)), b)
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return sum == 0xffff
}

// words adds b to sum, 16 bits at a time.
func words(sum uint64, b []byte) uint64 {
	for ; len(b) >= 2; b = b[2:] {
		sum += uint64(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint64(b[0]) << 8
	}
	return sum
}
