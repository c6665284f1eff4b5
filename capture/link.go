package capture

import "encoding/binary"

// layer is what comes next in a packet: an EtherType, or one of those that have none.
type layer uint32

// EtherTypes that lead on; what the other link types have is translated into them.
const (
	etherIPv4    layer = 0x0800
	etherIPv6    layer = 0x86dd
	etherVLAN    layer = 0x8100 // IEEE 802.1Q
	etherQinQ    layer = 0x88a8 // IEEE 802.1ad
	etherOldQ    layer = 0x9100 // QinQ before 802.1ad
	etherBytes   layer = 0x6558 // transparent Ethernet bridging, in GRE and Geneve
	etherMPLS    layer = 0x8847
	etherMPLSUp  layer = 0x8848 // upstream-assigned, once multicast
	etherSession layer = 0x8864 // PPPoE session
	ether802     layer = 0x0600 // lower values are lengths (IEEE 802.3)
)

// Beyond the EtherTypes.
const (
	layerNone    layer = 1<<16 + iota // nothing that is decoded
	layerSegment                      // the segment is complete
	layerIP                           // IP of the version that it says
	layer80211
)

// etherType reads one.
func etherType(b []byte) layer { return layer(binary.BigEndian.Uint16(b)) }

// link consumes the link-layer header. What it returns may be an EtherType that leads
// nowhere.
func (d *Decoder) link(t LinkType, v *view, s *Segment) layer {
	switch t {
	case LinkPPI:
		t = d.ppi(v)
	case LinkExportedPDU:
		var next layer
		if t, next = d.exported(v, s); next != layerNone {
			return next
		}
	}
	switch t {
	case LinkEthernet:
		return d.ethernet(v)
	case LinkNull, LinkLoop:
		return d.loopback(v)
	case LinkRaw, LinkRaw12, LinkRaw14:
		return layerIP
	case LinkIPv4:
		return etherIPv4
	case LinkIPv6:
		return etherIPv6
	case LinkSLL:
		h, ok := d.take(v, 16)
		if !ok {
			return layerNone
		}
		return cooked(h[14:], v)
	case LinkSLL2:
		h, ok := d.take(v, 20)
		if !ok {
			return layerNone
		}
		return cooked(h, v)
	case LinkPPP, LinkPPPHDLC:
		return d.ppp(v)
	case LinkPPPoE:
		return etherSession
	case LinkCHDLC:
		h, ok := d.take(v, 4)
		if !ok {
			return layerNone
		}
		return etherType(h[2:])
	case LinkNFLOG:
		return d.nflog(v)
	case Link80211:
		return layer80211
	case LinkRadiotap:
		return d.radiotap(v)
	case linkNone:
		return layerNone
	}
	d.note(v, &noteLinkType)
	return layerNone
}

// ethernet consumes the addresses and the EtherType, or the length and what IEEE 802.2 has
// in its place.
func (d *Decoder) ethernet(v *view) layer {
	h, ok := d.take(v, 14)
	if !ok {
		return layerNone
	}
	if t := etherType(h[12:]); t >= ether802 {
		return t
	}
	return llc(v)
}

// llc consumes an IEEE 802.2 header that leads to IP: SNAP's (RFC 1042), or with the
// protocol's own service access point.
func llc(v *view) layer {
	switch b := v.data; {
	case len(b) >= 8 && b[0] == 0xaa && b[1] == 0xaa && b[2] == 0x03 && b[3] == 0 && b[4] == 0 && (b[5] == 0 || b[5] == 0xf8):
		h, _ := v.take(8)
		return etherType(h[6:])
	case len(b) >= 3 && b[0] == 0x06 && b[1] == 0x06 && b[2] == 0x03:
		v.take(3)
		return etherIPv4
	}
	return layerNone
}

// cooked reads the protocol of a Linux "cooked" header.
func cooked(protocol []byte, v *view) layer {
	const protocolLLC = 0x0004
	if t := etherType(protocol); t != protocolLLC {
		return t
	}
	return llc(v)
}

// vlan consumes the rest of a tag: its control information and the next EtherType.
func (d *Decoder) vlan(v *view) layer {
	h, ok := d.take(v, 4)
	if !ok {
		return layerNone
	}
	d.within(uint32(binary.BigEndian.Uint16(h) & 0x0fff))
	if t := etherType(h[2:]); t >= ether802 {
		return t
	}
	return llc(v)
}

// mpls consumes one entry of a label stack (RFC 3032, Section 2.1). What lies below the last
// one is told by its first octets, as routers tell it (RFC 4928, Section 2).
func (d *Decoder) mpls(v *view) layer {
	h, ok := d.take(v, 4)
	if !ok {
		return layerNone
	}
	d.within(binary.BigEndian.Uint32(h) >> 12)
	if bottom := h[2]&1 != 0; !bottom {
		return etherMPLS
	}
	if len(v.data) == 0 {
		d.short(v, 1)
		return layerNone
	}
	switch v.data[0] >> 4 {
	case 4:
		return etherIPv4
	case 6:
		return etherIPv6
	case 0: // an Ethernet pseudowire, perhaps with a control word (RFC 4448, Section 4.6)
		if len(v.data) >= 18 && leads(etherType(v.data[16:])) {
			v.take(4)
		}
	}
	return etherBytes
}

// leads reports whether decoding goes on behind an EtherType.
func leads(t layer) bool {
	switch t {
	case etherIPv4, etherIPv6, etherVLAN, etherQinQ, etherOldQ, etherMPLS, etherMPLSUp, etherSession:
		return true
	}
	return false
}

// version tells the IP version by its place in both headers.
func (d *Decoder) version(v *view) layer {
	if len(v.data) == 0 {
		d.short(v, 1)
		return layerNone
	}
	switch v.data[0] >> 4 {
	case 4:
		return etherIPv4
	case 6:
		return etherIPv6
	}
	d.note(v, &noteLinkHeader)
	return layerNone
}

// loopback consumes the address family of a NULL or LOOP frame. NULL has it in the byte
// order of the capturing host, which need not be that of the file; LOOP should not but
// does. Either order is told by where the small number stands.
func (d *Decoder) loopback(v *view) layer {
	at := v.at
	h, ok := d.take(v, 4)
	if !ok {
		return layerNone
	}
	family := binary.BigEndian.Uint32(h)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(h)
	}
	if family > 0xffff {
		d.noteAt(at, &noteLinkHeader)
	}
	return familyLayer(family)
}

// familyLayer translates an address family.
func familyLayer(family uint32) layer {
	switch family {
	case 2: // everywhere
		return etherIPv4
	case 10, 24, 28, 30: // Linux, NetBSD and OpenBSD, FreeBSD, Darwin
		return etherIPv6
	}
	return layerNone
}

// ppp consumes the protocol number, with the HDLC address and control octets if they are
// there, and the number in one or two octets (RFC 1661, Sections 2 and 6.5).
func (d *Decoder) ppp(v *view) layer {
	if len(v.data) >= 2 && v.data[0] == 0xff && v.data[1] == 0x03 {
		v.take(2)
	}
	h, ok := d.take(v, 1)
	if !ok {
		return layerNone
	}
	protocol := uint16(h[0])
	if protocol&1 == 0 { // the last octet of a number is odd
		if h, ok = d.take(v, 1); !ok {
			return layerNone
		}
		protocol = protocol<<8 | uint16(h[0])
	}
	switch protocol {
	case 0x0021:
		return etherIPv4
	case 0x0057:
		return etherIPv6
	case 0x0281:
		return etherMPLS
	}
	return layerNone
}

// pppoe consumes the header of a PPPoE session's packet and the PPP protocol number
// (RFC 2516, Section 4).
func (d *Decoder) pppoe(v *view) layer {
	at := v.at
	h, ok := d.take(v, 6)
	if !ok {
		return layerNone
	}
	if h[0] != 0x11 || h[1] != 0 {
		d.noteAt(at, &noteLinkHeader)
		return layerNone
	}
	d.within(uint32(binary.BigEndian.Uint16(h[2:])))
	if n := int(binary.BigEndian.Uint16(h[4:])); n < v.wire {
		v.limit(n) // the rest is Ethernet's padding
	}
	return d.ppp(v)
}
