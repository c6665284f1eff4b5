package capture

// view is the part of a packet that is still to decode. Every bounds check of the decoder is
// in its methods.
type view struct {
	data []byte // what was captured of it
	wire int    // octets on the wire; at least len(data)
	at   int    // of data in Packet.Data
	// joined says that data are fragments put together; at stays where the last one was.
	joined bool
}

// take consumes a header of n octets. It fails, and consumes nothing, if fewer were captured.
func (v *view) take(n int) ([]byte, bool) {
	if n < 0 || n > len(v.data) {
		return nil, false
	}
	header := v.data[:n:n]
	v.data = v.data[n:]
	v.wire -= n
	if !v.joined {
		v.at += n
	}
	return header, true
}

// drop consumes n octets, captured or not, as far as there are so many on the wire.
func (v *view) drop(n int) {
	n = min(n, v.wire)
	captured := min(n, len(v.data))
	v.data = v.data[captured:]
	v.wire -= n
	if !v.joined {
		v.at += captured
	}
}

// limit says that n octets follow on the wire, whatever else did.
func (v *view) limit(n int) {
	v.wire = n
	v.data = v.data[:min(n, len(v.data))]
}

// end is the place in Packet.Data behind what was captured.
func (v *view) end() int {
	if v.joined {
		return v.at
	}
	return v.at + len(v.data)
}
