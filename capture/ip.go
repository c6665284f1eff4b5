package capture

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// ipv4 consumes an IPv4 header (RFC 791, Section 3.1), fills c from it and limits v to its packet.
func (d *Decoder) ipv4(v *view, c *carrier) bool {
	at, whole, wire := v.at, v.data, v.wire
	h, ok := d.take(v, 20)
	if !ok {
		return false
	}
	headerLen := int(h[0]&0x0f) * 4
	if h[0]>>4 != 4 || headerLen < 20 {
		d.noteAt(at, &noteIPv4Header)
		return false
	}
	if _, ok := d.take(v, headerLen-20); !ok {
		return false
	}
	total := int(binary.BigEndian.Uint16(h[2:]))
	switch {
	case total == 0:
		d.noteAt(at, &noteIPv4NoLength)
		total = wire
	case total < headerLen:
		d.noteAt(at, &noteIPv4Length)
		return false
	case total > wire:
		d.noteAt(at, &noteIPv4Length)
	}
	v.limit(total - headerLen)
	if !checksumOK(whole[:headerLen]) {
		d.noteAt(at, &noteIPv4Checksum)
	}
	word := binary.BigEndian.Uint16(h[6:])
	c.src, c.dst = netip.AddrFrom4([4]byte(h[12:16])), netip.AddrFrom4([4]byte(h[16:20]))
	c.proto, c.v6 = h[9], false
	c.id = uint32(binary.BigEndian.Uint16(h[4:]))
	c.fragment, c.more, c.offset = word&0x3fff != 0, word&0x2000 != 0, int(word&0x1fff)*8
	return true
}

// checksumOK sums an IPv4 header, its checksum included (RFC 1071): two words of 16 bits at a time
// (Section 2 (B)).
func checksumOK(h []byte) bool {
	var sum uint64
	for ; len(h) >= 4; h = h[4:] {
		sum += uint64(binary.BigEndian.Uint32(h))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return sum == 0xffff
}

// ipv6 consumes an IPv6 header (RFC 8200, Section 3), fills c from it and limits v to its packet.
func (d *Decoder) ipv6(v *view, c *carrier) bool {
	at := v.at
	h, ok := d.take(v, 40)
	if !ok {
		return false
	}
	if h[0]>>4 != 6 {
		d.noteAt(at, &noteIPv6Header)
		return false
	}
	switch n := int(binary.BigEndian.Uint16(h[4:])); {
	case n == 0 && v.wire > 0:
		d.noteAt(at, &noteIPv6NoLength)
	case n > v.wire:
		d.noteAt(at, &noteIPv6Length)
		v.limit(n)
	default:
		v.limit(n)
	}
	c.src, c.dst = netip.AddrFrom16([16]byte(h[8:24])), netip.AddrFrom16([16]byte(h[24:40]))
	c.proto, c.v6, c.id = h[6], true, 0
	c.fragment, c.more, c.offset = false, false, 0
	return true
}

// extensions consumes what lies between an IP header and the next protocol: IPv6 extension
// headers (RFC 8200, Section 4), the authentication header (RFC 4302, Section 2), and the
// borders of fragments.
func (d *Decoder) extensions(v *view, c *carrier, now time.Time, headers *int) bool {
	for {
		if c.fragment && !d.defrag.join(d, v, c, now) {
			return false
		}
		if *headers >= MaxHeaders-1 {
			d.note(v, &noteHeaders)
			return false
		}
		var ok bool
		switch {
		case c.proto == protoAH:
			ok = d.extension(v, c, 2, 4)
		case !c.v6:
			return true
		case c.proto == protoFragment:
			ok = d.fragmentHeader(v, c)
		case c.proto == protoHopByHop, c.proto == protoRouting, c.proto == protoDestination, c.proto == protoMobility:
			ok = d.extension(v, c, 1, 8)
		default:
			return true
		}
		if !ok {
			return false
		}
		*headers++
	}
}

// extension consumes a header whose second octet counts its units, less the given number.
func (d *Decoder) extension(v *view, c *carrier, less, unit int) bool {
	if len(v.data) < 2 {
		d.short(v, 2)
		return false
	}
	next, n := v.data[0], (int(v.data[1])+less)*unit
	if n > v.wire {
		d.note(v, &noteExtension)
		return false
	}
	if _, ok := d.take(v, n); !ok {
		return false
	}
	c.proto = next
	return true
}

// fragmentHeader consumes an IPv6 fragment header (RFC 8200, Section 4.5). A packet that is
// its own only fragment needs no other (RFC 6946).
func (d *Decoder) fragmentHeader(v *view, c *carrier) bool {
	h, ok := d.take(v, 8)
	if !ok {
		return false
	}
	word := binary.BigEndian.Uint16(h[2:])
	c.proto = h[0]
	c.more = word&1 != 0
	c.offset = int(word &^ 7)
	c.fragment = c.more || c.offset != 0
	c.id = binary.BigEndian.Uint32(h[4:])
	return true
}
