package capture

import "encoding/binary"

// radiotap consumes a radiotap header, and the padding that its flags tell of behind the
// header of the IEEE 802.11 frame.
func (d *Decoder) radiotap(v *view) layer {
	at := v.at
	if len(v.data) < 8 {
		d.short(v, 8)
		return layerNone
	}
	n := int(binary.LittleEndian.Uint16(v.data[2:]))
	if v.data[0] != 0 || n < 8 || n > v.wire {
		d.noteAt(at, &noteLinkHeader)
		return layerNone
	}
	h, ok := d.take(v, n)
	if !ok {
		return layerNone
	}
	const dataPad = 0x20
	return d.wlan(v, radiotapFlags(h)&dataPad != 0)
}

// radiotapFlags returns the field of flags, or 0 if there is none.
func radiotapFlags(h []byte) byte {
	const tsft, flags, more = 1 << 0, 1 << 1, 1 << 31
	present := binary.LittleEndian.Uint32(h[4:])
	if present&flags == 0 {
		return 0
	}
	at := 8
	for word := present; word&more != 0; at += 4 {
		if at+4 > len(h) {
			return 0
		}
		word = binary.LittleEndian.Uint32(h[at:])
	}
	if present&tsft != 0 {
		at = (at+7)&^7 + 8
	}
	if at >= len(h) {
		return 0
	}
	return h[at]
}

// wlan consumes the headers of an IEEE 802.11 data frame (Section 9.3.2.1) and of IEEE 802.2.
// Of an aggregate it is the first part that counts. Protected frames and fragments lead
// nowhere.
func (d *Decoder) wlan(v *view, padded bool) layer {
	const (
		typeMask, typeData          = 0x0c, 0x08
		noData, qos                 = 0x40, 0x80 // of the subtype
		toDS, fromDS, more, protect = 0x01, 0x02, 0x04, 0x40
		order                       = 0x80
		aggregate                   = 0x80 // in the QoS control field
	)
	if len(v.data) < 24 {
		d.short(v, 24)
		return layerNone
	}
	control, flags := v.data[0], v.data[1]
	fragment := v.data[22] & 0x0f
	if control&typeMask != typeData || control&noData != 0 || flags&protect != 0 {
		return layerNone
	}
	if flags&more != 0 || fragment != 0 {
		d.note(v, &noteWLANFragment)
		return layerNone
	}
	n := 24
	if flags&(toDS|fromDS) == toDS|fromDS {
		n += 6
	}
	if control&qos != 0 {
		n += 2
		if flags&order != 0 {
			n += 4
		}
	}
	if padded {
		n = (n + 3) &^ 3
	}
	at := v.at
	h, ok := d.take(v, n)
	if !ok {
		return layerNone
	}
	if control&qos != 0 {
		field := 24
		if flags&(toDS|fromDS) == toDS|fromDS {
			field = 30
		}
		if h[field]&aggregate != 0 {
			d.noteAt(at, &noteWLANAggregate)
			if _, ok := d.take(v, 14); !ok {
				return layerNone
			}
		}
	}
	return llc(v)
}
