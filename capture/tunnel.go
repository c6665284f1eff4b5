package capture

import "encoding/binary"

// UDP ports of tunnels, by IANA if not said otherwise. A port proves nothing: each has a
// header to check.
const (
	portGTPU       = 2152
	portESP        = 4500 // RFC 3948
	portVXLAN      = 4789
	portGeneve     = 6081
	portLinuxVXLAN = 8472  // the Linux kernel's default from before IANA's
	portTZSP       = 37008 // by custom
)

// gre consumes a GRE header of version 0 (RFC 2784, Section 2, and RFC 2890), and an ERSPAN
// header behind it.
func (d *Decoder) gre(v *view) layer {
	at := v.at
	h, ok := d.take(v, 4)
	if !ok {
		return layerNone
	}
	const checksum, routing, key, sequence, version = 0x80, 0x40, 0x20, 0x10, 0x07
	if h[0]&routing != 0 || h[1]&version != 0 {
		d.noteAt(at, &noteTunnelHeader)
		return layerNone
	}
	if h[0]&checksum != 0 {
		if _, ok := d.take(v, 4); !ok {
			return layerNone
		}
	}
	if h[0]&key != 0 {
		k, ok := d.take(v, 4)
		if !ok {
			return layerNone
		}
		d.within(binary.BigEndian.Uint32(k))
	}
	numbered := h[0]&sequence != 0
	if numbered {
		if _, ok := d.take(v, 4); !ok {
			return layerNone
		}
	}
	const erspan, erspanIII = 0x88be, 0x22eb
	switch next := etherType(h[2:]); {
	case next == erspan && !numbered: // type I has no header of its own
		return etherBytes
	case next == erspan:
		return d.erspan(v, 1, 8)
	case next == erspanIII:
		return d.erspan(v, 2, 12)
	default:
		return next
	}
}

// erspan consumes an ERSPAN header of n octets (draft-foschiano-erspan-03, Sections 4.2 and
// 4.3; version 1 is type II, 2 is type III).
func (d *Decoder) erspan(v *view, version byte, n int) layer {
	at := v.at
	h, ok := d.take(v, n)
	if !ok {
		return layerNone
	}
	if h[0]>>4 != version {
		d.noteAt(at, &noteERSPAN)
		return layerNone
	}
	if version == 1 {
		return etherBytes
	}
	const frameEthernet, frameIP = 0, 2
	if subheader := h[11]&1 != 0; subheader {
		if _, ok := d.take(v, 8); !ok {
			return layerNone
		}
	}
	switch h[10] >> 2 & 0x1f {
	case frameEthernet:
		return etherBytes
	case frameIP:
		return layerIP
	}
	return layerNone
}

// tunnelInUDP consumes a tunnel's header if the payload of the datagram s begins with a
// whole one. If not it leaves v alone and returns layerNone: then the datagram is what it
// says.
func (d *Decoder) tunnelInUDP(v *view, s *Segment) layer {
	if len(v.data) < 8 {
		return layerNone
	}
	h := v.data
	switch s.Dst.Port() {
	case portVXLAN, portLinuxVXLAN: // RFC 7348, Section 5
		const valid = 0x08 // the network identifier is
		zero := h[0] == valid && h[1] == 0 && h[2] == 0 && h[3] == 0 && h[7] == 0
		if h[0]&valid != 0 && (zero || bridges(h[8:])) {
			v.take(8)
			d.overlay(binary.BigEndian.Uint32(h[4:]) >> 8)
			return etherBytes
		}
	case portGeneve: // RFC 8926, Section 3.4
		options := int(h[0]&0x3f) * 4
		next := etherType(h[2:])
		if h[0]>>6 == 0 && h[1]&0x80 == 0 && len(h) >= 8+options &&
			(h[7] == 0 || leads(next) || next == etherBytes && bridges(h[8+options:])) {
			v.take(8 + options)
			d.overlay(binary.BigEndian.Uint32(h[4:]) >> 8)
			return next
		}
	case portGTPU:
		return d.gtp(v)
	case portTZSP:
		return tzsp(v)
	}
	if string(h[:4]) == hepMagic {
		return d.hep(v, s)
	}
	return layerNone
}

// bridges reports whether b begins with an Ethernet header that leads on. It makes up for reserved
// fields of a tunnel's header that are not zero: receivers ignore these, as what extends the
// protocol sets them (as draft-smith-vxlan-group-policy does).
func bridges(b []byte) bool { return len(b) >= 14 && leads(etherType(b[12:])) }

// gtp consumes a GTP-U header (3GPP TS 29.281, Section 5.1: version 1, GTP, G-PDU).
func (d *Decoder) gtp(v *view) layer {
	const gpdu = 0xff
	h := v.data
	if h[0]>>4 != 3 || h[1] != gpdu || int(binary.BigEndian.Uint16(h[2:])) > v.wire-8 {
		return layerNone
	}
	n := gtpHeaderLen(h)
	if n == 0 || n >= len(h) {
		return layerNone
	}
	next := layerNone
	switch h[n] >> 4 {
	case 4:
		next = etherIPv4
	case 6:
		next = etherIPv6
	default:
		return layerNone
	}
	v.take(n)
	d.within(binary.BigEndian.Uint32(h[4:]))
	return next
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

// tzsp consumes a header of the TaZmen Sniffer Protocol, version 1, with its tagged fields.
func tzsp(v *view) layer {
	const received, transmit = 0, 1
	const padding, end = 0, 1
	h := v.data
	if h[0] != 1 || h[1] != received && h[1] != transmit {
		return layerNone
	}
	next := layerNone
	switch binary.BigEndian.Uint16(h[2:]) {
	case 1:
		next = etherBytes
	case 18:
		next = layer80211
	default:
		return layerNone
	}
	for at := 4; at < len(h); {
		switch tag := h[at]; {
		case tag == end:
			v.take(at + 1)
			return next
		case tag == padding:
			at++
		case at+1 < len(h):
			at += 2 + int(h[at+1])
		default:
			return layerNone
		}
	}
	return layerNone
}
