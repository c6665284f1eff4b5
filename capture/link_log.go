package capture

import "encoding/binary"

// ppi consumes the header of Per-Packet Information and returns the link type of what it is
// about.
func (d *Decoder) ppi(v *view) LinkType {
	at := v.at
	if len(v.data) < 8 {
		d.short(v, 8)
		return linkNone
	}
	n := int(binary.LittleEndian.Uint16(v.data[2:]))
	inner := binary.LittleEndian.Uint32(v.data[4:])
	if v.data[0] != 0 || n < 8 || n > v.wire {
		d.noteAt(at, &noteLinkHeader)
		return linkNone
	}
	if _, ok := d.take(v, n); !ok {
		return linkNone
	}
	if inner >= uint32(linkUnknown) {
		return linkUnknown
	}
	return LinkType(inner)
}

// nflog consumes the header of the Linux netfilter log and its attributes up to the payload.
// Their lengths are in the byte order of the capturing host; in the other order they are
// hardly ever possible.
func (d *Decoder) nflog(v *view) layer {
	const payload, typeMask = 9, 0x7fff
	at := v.at
	h, ok := d.take(v, 4)
	if !ok {
		return layerNone
	}
	if h[1] != 0 {
		d.noteAt(at, &noteLinkHeader)
		return layerNone
	}
	var order binary.ByteOrder = binary.LittleEndian
	if len(v.data) >= 4 && int(order.Uint16(v.data)) > v.wire {
		order = binary.BigEndian
	}
	for v.wire > 0 {
		at := v.at
		a, ok := d.take(v, 4)
		if !ok {
			return layerNone
		}
		n := int(order.Uint16(a)) - 4
		if n < 0 || n > v.wire {
			d.noteAt(at, &noteLinkHeader)
			return layerNone
		}
		if order.Uint16(a[2:])&typeMask == payload {
			v.limit(n)
			return familyLayer(uint32(h[0]))
		}
		v.drop((n + 3) &^ 3)
	}
	return layerNone
}
