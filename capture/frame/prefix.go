package frame

// prefixBuffer holds a payload and grows at its front, as encapsulation does, and with ESP at
// its end.
type prefixBuffer struct {
	buf   []byte
	start int
}

// headroom is enough for the headers of a usual packet; more tunnels make it grow.
const headroom = 256

// reset starts over with a copy of payload.
func (p *prefixBuffer) reset(payload []byte) {
	if need := headroom + len(payload); cap(p.buf) < need {
		p.buf = make([]byte, need)
	}
	p.buf = p.buf[:headroom+len(payload)]
	p.start = headroom
	copy(p.buf[p.start:], payload)
}

// prefix puts n zero octets before the contents and returns them; they are valid until the
// next call.
func (p *prefixBuffer) prefix(n int) []byte {
	if n > p.start {
		grown := make([]byte, headroom+n+len(p.buf))
		copy(grown[headroom+n:], p.buf)
		p.buf, p.start = grown, p.start+headroom+n
	}
	p.start -= n
	header := p.buf[p.start : p.start+n]
	clear(header)
	return header
}

func (p *prefixBuffer) bytes() []byte { return p.buf[p.start:] }

// suffix puts n zero octets behind the contents and returns them; they are valid until the
// next call.
func (p *prefixBuffer) suffix(n int) []byte {
	end := len(p.buf)
	p.buf = append(p.buf, make([]byte, n)...)
	return p.buf[end:]
}
