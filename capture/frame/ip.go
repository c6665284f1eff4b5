package frame

import (
	"encoding/binary"
	"net/netip"
)

// fragment is where a piece of a packet lies in it.
type fragment struct {
	is     bool
	offset int // in octets, a multiple of 8
	more   bool
}

func ipHeaderLen(a netip.Addr) int {
	if a.Is4() {
		return ipv4HeaderLen
	}
	return ipv6HeaderLen
}

// prefixIP puts a header without fragmentation before what the buffer holds.
func (b *Builder) prefixIP(src, dst netip.Addr, proto uint8) error {
	length := len(b.buf.bytes())
	if ipHeaderLen(src)+length > maxIPLength {
		return ErrTooLong
	}
	b.id++
	header := b.buf.prefix(ipHeaderLen(src))
	b.appendIP(header[:0], src, dst, proto, length, fragment{})
	return nil
}

// appendIP appends the IP header of a payload of the given length, for IPv6 with the
// fragment header if it is a fragment.
func (b *Builder) appendIP(dst []byte, from, to netip.Addr, proto uint8, length int, f fragment) []byte {
	if from.Is4() {
		return b.appendIPv4(dst, from, to, proto, length, f)
	}
	return b.appendIPv6(dst, from, to, proto, length, f)
}

// appendIPv4 appends a header without options (RFC 791, Section 3.1).
func (b *Builder) appendIPv4(dst []byte, from, to netip.Addr, proto uint8, length int, f fragment) []byte {
	var h [ipv4HeaderLen]byte
	h[0] = 4<<4 | ipv4HeaderLen/4
	binary.BigEndian.PutUint16(h[2:], uint16(ipv4HeaderLen+length))
	binary.BigEndian.PutUint16(h[4:], uint16(b.id))
	word := uint16(f.offset / 8)
	if f.more {
		word |= 1 << 13
	}
	binary.BigEndian.PutUint16(h[6:], word)
	h[8] = hopLimit
	h[9] = proto
	a, z := from.As4(), to.As4()
	copy(h[12:], a[:])
	copy(h[16:], z[:])
	s := fold(sum(0, h[:]))
	if b.layers.WrongIPChecksum {
		s = ^s
	}
	binary.BigEndian.PutUint16(h[10:], s)
	return append(dst, h[:]...)
}

// appendIPv6 appends a header (RFC 8200, Section 3) and, for a fragment, its fragment
// header (Section 4.5).
func (b *Builder) appendIPv6(dst []byte, from, to netip.Addr, proto uint8, length int, f fragment) []byte {
	var h [ipv6HeaderLen + fragHeaderLen]byte
	header := h[:ipv6HeaderLen]
	h[0] = 6 << 4
	h[6] = proto
	if f.is {
		header = h[:]
		length += fragHeaderLen
		h[6] = protoFragment
		h[40] = proto
		word := uint16(f.offset)
		if f.more {
			word |= 1
		}
		binary.BigEndian.PutUint16(h[42:], word)
		binary.BigEndian.PutUint32(h[44:], b.id)
	}
	binary.BigEndian.PutUint16(h[4:], uint16(length))
	h[7] = hopLimit
	a, z := from.As16(), to.As16()
	copy(h[8:], a[:])
	copy(h[24:], z[:])
	return append(dst, header...)
}

func etherType(a netip.Addr) uint16 {
	if a.Is4() {
		return etherTypeIPv4
	}
	return etherTypeIPv6
}
