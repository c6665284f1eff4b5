package capture

import "encoding/binary"

// UDP ports of tunnels, by IANA. A port proves nothing: each has a header to check.
const (
	portGTPU   = 2152
	portVXLAN  = 4789
	portGeneve = 6081
)

// gre consumes a GRE header of version 0 (RFC 2784, Section 2, and RFC 2890).
func (d *Decoder) gre(v *view) (etherType uint16, ok bool) {
	at := v.at
	h, ok := d.take(v, 4)
	if !ok {
		return 0, false
	}
	const checksum, routing, key, sequence, version = 0x80, 0x40, 0x20, 0x10, 0x07
	if h[0]&routing != 0 || h[1]&version != 0 {
		d.noteAt(at, &noteTunnelHeader)
		return 0, false
	}
	n := 0
	for _, present := range [...]byte{checksum, key, sequence} {
		if h[0]&present != 0 {
			n += 4
		}
	}
	if _, ok := d.take(v, n); !ok {
		return 0, false
	}
	return binary.BigEndian.Uint16(h[2:]), true
}

// tunnelInUDP consumes a tunnel's header if the payload of a datagram to the port begins
// with a whole one, and leaves v alone if not: then the datagram is what it says.
func tunnelInUDP(port uint16, v *view) (etherType uint16, ok bool) {
	if len(v.data) < 8 {
		return 0, false
	}
	h := v.data
	switch port {
	case portVXLAN: // RFC 7348, Section 5
		if h[0] == 0x08 && h[1] == 0 && h[2] == 0 && h[3] == 0 && h[7] == 0 {
			v.take(8)
			return etherBytes, true
		}
	case portGeneve: // RFC 8926, Section 3.4
		options := int(h[0]&0x3f) * 4
		if h[0]>>6 == 0 && h[1]&0x80 == 0 && h[7] == 0 && len(v.data) >= 8+options {
			etherType = binary.BigEndian.Uint16(h[2:])
			v.take(8 + options)
			return etherType, true
		}
	case portGTPU: // 3GPP TS 29.281, Section 5.1: version 1, GTP, G-PDU
		const gpdu = 0xff
		if h[0]>>4 != 3 || h[1] != gpdu || int(binary.BigEndian.Uint16(h[2:])) > v.wire-8 {
			return 0, false
		}
		n := gtpHeaderLen(v.data)
		if n == 0 || n >= len(v.data) {
			return 0, false
		}
		switch v.data[n] >> 4 {
		case 4:
			etherType = etherIPv4
		case 6:
			etherType = etherIPv6
		default:
			return 0, false
		}
		v.take(n)
		return etherType, true
	}
	return 0, false
}

// gtpHeaderLen returns the length of a GTP-U header with its optional fields and extension
// headers (3GPP TS 29.281, Section 5.2), or 0 if it does not fit in b.
func gtpHeaderLen(b []byte) int {
	const extension, optional = 0x04, 0x07
	if b[0]&optional == 0 {
		return 8
	}
	n := 12
	if len(b) < n {
		return 0
	}
	if b[0]&extension == 0 {
		return n
	}
	for next := b[n-1]; next != 0; next = b[n-1] {
		if n >= len(b) || b[n] == 0 {
			return 0
		}
		n += int(b[n]) * 4
		if n > len(b) {
			return 0
		}
	}
	return n
}
