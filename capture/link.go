package capture

import "encoding/binary"

// link consumes the link-layer header. The EtherType that it returns, of its own or
// translated, may be one that leads nowhere.
func (d *Decoder) link(t LinkType, v *view) (etherType uint16, ok bool) {
	switch t {
	case LinkEthernet:
		return d.ethernet(v)
	case LinkNull, LinkLoop:
		return d.loopback(v)
	case LinkRaw, LinkRaw12, LinkRaw14:
		return d.raw(v)
	case LinkIPv4:
		return etherIPv4, true
	case LinkIPv6:
		return etherIPv6, true
	case LinkSLL:
		h, ok := d.take(v, 16)
		if !ok {
			return 0, false
		}
		return binary.BigEndian.Uint16(h[14:]), true
	case LinkSLL2:
		h, ok := d.take(v, 20)
		if !ok {
			return 0, false
		}
		return binary.BigEndian.Uint16(h), true
	case LinkPPP, LinkPPPHDLC:
		return d.ppp(v)
	}
	d.note(v, &noteLinkType)
	return 0, false
}

// ethernet consumes the addresses and the EtherType.
func (d *Decoder) ethernet(v *view) (uint16, bool) {
	h, ok := d.take(v, 14)
	if !ok {
		return 0, false
	}
	return binary.BigEndian.Uint16(h[12:]), true
}

// vlan consumes the rest of a tag: its control information and the next EtherType.
func (d *Decoder) vlan(v *view) (uint16, bool) {
	h, ok := d.take(v, 4)
	if !ok {
		return 0, false
	}
	return binary.BigEndian.Uint16(h[2:]), true
}

// raw tells the IP version by its place in both headers.
func (d *Decoder) raw(v *view) (uint16, bool) {
	if len(v.data) == 0 {
		d.short(v, 1)
		return 0, false
	}
	switch v.data[0] >> 4 {
	case 4:
		return etherIPv4, true
	case 6:
		return etherIPv6, true
	}
	d.note(v, &noteLinkHeader)
	return 0, false
}

// loopback consumes the address family of a NULL or LOOP frame. NULL has it in the byte
// order of the capturing host, which need not be that of the file; LOOP should not but
// does. Either order is told by where the small number stands.
func (d *Decoder) loopback(v *view) (uint16, bool) {
	at := v.at
	h, ok := d.take(v, 4)
	if !ok {
		return 0, false
	}
	family := binary.BigEndian.Uint32(h)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(h)
	}
	switch family {
	case 2: // everywhere
		return etherIPv4, true
	case 10, 24, 28, 30: // Linux, NetBSD and OpenBSD, FreeBSD, Darwin
		return etherIPv6, true
	}
	if family > 0xffff {
		d.noteAt(at, &noteLinkHeader)
	}
	return 0, false
}

// ppp consumes the protocol number, with the HDLC address and control octets if they are
// there, and the number in one or two octets (RFC 1661, Sections 2 and 6.5).
func (d *Decoder) ppp(v *view) (uint16, bool) {
	if len(v.data) >= 2 && v.data[0] == 0xff && v.data[1] == 0x03 {
		v.take(2)
	}
	h, ok := d.take(v, 1)
	if !ok {
		return 0, false
	}
	protocol := uint16(h[0])
	if protocol&1 == 0 { // the last octet of a number is odd
		if h, ok = d.take(v, 1); !ok {
			return 0, false
		}
		protocol = protocol<<8 | uint16(h[0])
	}
	switch protocol {
	case 0x0021:
		return etherIPv4, true
	case 0x0057:
		return etherIPv6, true
	}
	return 0, false
}
