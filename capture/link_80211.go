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
	return d.wlan(v, radiotapFlags(h))
}

// Flags of radiotap.
const (
	radiotapFCS     = 0x10 // the frame check sequence is at the end
	radiotapDataPad = 0x20 // the header is padded to a multiple of 4 octets
)

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
// Fragments are put together. Of an aggregate it is the first part that counts. Protected frames
// lead nowhere.
func (d *Decoder) wlan(v *view, radiotap byte) layer {
	const (
		typeMask, typeData           = 0x0c, 0x08
		noData, qos                  = 0x40, 0x80 // of the subtype
		toDS, fromDS, more, retry    = 0x01, 0x02, 0x04, 0x08
		protect, order               = 0x40, 0x80
		trafficIdentifier, aggregate = 0x0f, 0x80 // in the QoS control field
	)
	if len(v.data) < 24 {
		d.short(v, 24)
		return layerNone
	}
	control, flags := v.data[0], v.data[1]
	if control&typeMask != typeData || control&noData != 0 || flags&protect != 0 {
		return layerNone
	}
	n := 24
	if flags&(toDS|fromDS) == toDS|fromDS {
		n += 6
	}
	qosField := n
	if control&qos != 0 {
		n += 2
		if flags&order != 0 {
			n += 4
		}
	}
	padded := n
	if radiotap&radiotapDataPad != 0 {
		padded = (n + 3) &^ 3
	}
	at := v.at
	h, ok := d.take(v, padded)
	if !ok {
		return layerNone
	}
	traffic, aggregated := byte(noTraffic), false
	if control&qos != 0 {
		traffic, aggregated = h[qosField]&trafficIdentifier, h[qosField]&aggregate != 0
	}
	sequence := binary.LittleEndian.Uint16(h[22:])
	if number := int(sequence & 0x0f); flags&more != 0 || number != 0 {
		switch {
		case v.wire != len(v.data):
			d.frameNote(v, &noteFragmentCut)
			return layerNone
		case !checkSequence(h[:n], v, radiotap&radiotapFCS != 0):
			d.frameNote(v, &noteFrameFragmentDamaged)
			return layerNone
		}
		key := frameKey{[6]byte(h[4:10]), [6]byte(h[10:16]), d.path, sequence >> 4, traffic}
		if !d.frames.join(d, v, &frameFragment{key, number, flags&more != 0, flags&retry != 0}) {
			return layerNone
		}
	}
	if aggregated {
		d.noteAt(at, &noteWLANAggregate)
		if _, ok := d.take(v, 14); !ok {
			return layerNone
		}
	}
	return llc(v)
}
