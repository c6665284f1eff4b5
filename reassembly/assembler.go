package reassembly

import (
	"fmt"
	"time"

	"sipsecdump/amount"
	"sipsecdump/capture"
)

// Assembler puts the segments of one TCP connection into order. The connection is opened for
// the Handler when the client's first segment after SYN and SYN/ACK comes; if one of these was
// not captured, with the first segment that carries payload, FIN or RST; at the latest when
// it ends.
//
// Use [NewAssembler], or [Assembler.Init] for a value. An Assembler is not safe for concurrent
// use, and its Handler must not call it.
type Assembler struct {
	limits  Limits
	handler Handler
	halves  [2]half

	packet uint64    // of the segment at work
	time   time.Time // of the segment at work
	start  time.Time

	began, opened, closed bool

	chunk Chunk // lent to the Handler; here so that handing on does not allocate
}

// NewAssembler returns an Assembler that hands its stream to h.
func NewAssembler(l Limits, h Handler) *Assembler {
	a := new(Assembler)
	a.Init(l, h)
	return a
}

// Init makes a ready for a new connection.
func (a *Assembler) Init(l Limits, h Handler) {
	*a = Assembler{limits: l.withDefaults(), handler: h}
}

// Closed reports whether the last Close was told. Later segments are ignored.
func (a *Assembler) Closed() bool { return a.closed }

// Buffered returns the number of octets that wait behind holes, of both directions.
func (a *Assembler) Buffered() int { return a.halves[0].buffered + a.halves[1].buffered }

// Segment takes the connection's next segment in capture order. Payload in order is handed on
// as it lies in s; what must wait is copied. So s may be used again after the return, but its Payload
// stays as it is until Detach.
func (a *Assembler) Segment(dir Dir, s *capture.Segment) {
	if a.closed {
		return
	}
	a.packet, a.time = s.Packet, s.Time
	if !a.began {
		a.began, a.start = true, s.Time
	}
	switch {
	case s.Flags.Has(capture.RST):
		a.reset(dir, s)
		return
	case s.Flags.Has(capture.SYN):
		a.synchronize(dir, s)
	case !a.opened && a.opens(dir, s):
		a.open()
	}
	peer := dir.Reverse()
	if s.Flags.Has(capture.ACK) {
		a.halves[peer].acknowledge(s.Ack)
	}
	// What the peer sent before goes before what answers it.
	if a.opened {
		a.tick(peer)
	}
	if a.closed {
		return
	}
	a.receive(dir, s)
	if a.opened {
		a.finish(dir)
		a.finish(peer)
		a.tick(dir)
	}
}

// Detach lets go of the payloads of segments. The less often it is called, the fewer of them have to be
// hashed, for retransmissions to be compared with.
func (a *Assembler) Detach() {
	for i := range a.halves {
		if h := a.halves[i].recent; h != nil {
			h.hash()
		}
	}
}

// End tells that the connection gets no more segments: what waits is handed on, with the holes
// between, and the directions that are still open are closed. The packet and the time are
// those of what ended it, how is EndOfCapture, NewConnection or Evicted. End does nothing if
// the connection is closed, or if there never was a segment.
func (a *Assembler) End(packet uint64, t time.Time, how CloseReason) {
	if a.closed {
		return
	}
	if !a.began {
		a.closed = true
		return
	}
	a.packet, a.time = packet, t
	a.open()
	a.flush()
	if a.closed {
		return
	}
	dir := ClientToServer
	if a.halves[dir].closed {
		dir = ServerToClient
	}
	if how == Evicted {
		a.anomaly(dir, CodeConnectionLimit, a.halves[dir].offset, 0,
			"the connection had to make room in the full table of connections")
	}
	a.shut(dir, how)
}

// opens reports whether a segment without SYN opens the connection.
func (a *Assembler) opens(dir Dir, s *capture.Segment) bool {
	return len(s.Payload) > 0 || s.Missing > 0 || s.Flags.Has(capture.FIN) ||
		dir == ClientToServer && a.halves[ClientToServer].syn && a.halves[ServerToClient].syn
}

// open tells that the connection is there, and hands on what came with the SYNs.
func (a *Assembler) open() {
	if a.opened {
		return
	}
	a.opened = true
	a.handler.Open(&Open{
		Packet: a.packet, Time: a.time, Start: a.start,
		MidStream: !a.halves[ClientToServer].syn,
	})
	a.drain(ClientToServer)
	a.drain(ServerToClient)
}

// synchronize takes the numbers of a SYN or SYN/ACK. They change nothing for a direction that
// has its own already.
func (a *Assembler) synchronize(dir Dir, s *capture.Segment) {
	h, peer := &a.halves[dir], &a.halves[dir.Reverse()]
	if dir == ClientToServer && !h.syn && !a.opened {
		a.start = s.Time // even if the SYN/ACK was captured before
	}
	h.syn = true
	if !h.based {
		h.base(s.Seq + 1)
		h.sure = true
	}
	if s.Flags.Has(capture.ACK) && !peer.based {
		peer.base(s.Ack)
	}
}

// reset takes a RST. Its payload, if any, is a diagnostic text and no part of the stream
// (RFC 9293, Section 3.5.3).
func (a *Assembler) reset(dir Dir, s *capture.Segment) {
	h := &a.halves[dir]
	if h.based {
		d := h.distance(s.Seq)
		if ahead := max(h.seen, h.acked) - h.offset; d < -nearWindow || d > ahead+nearWindow || h.before(s.Seq) {
			a.anomaly(dir, CodeBadReset, h.offset+d, 0,
				fmt.Sprintf("the RST at octet %d is outside every window", h.offset+d))
			return
		}
	}
	a.open()
	a.flush()
	if !a.closed {
		a.shut(dir, RST)
	}
}

// receive takes payload and FIN.
func (a *Assembler) receive(dir Dir, s *capture.Segment) {
	h := &a.halves[dir]
	p, missing := s.Payload, int64(max(s.Missing, 0))
	fin := s.Flags.Has(capture.FIN)
	if len(p) == 0 && missing == 0 && !fin {
		return
	}
	seq := s.Seq
	if s.Flags.Has(capture.SYN) {
		seq++
	}
	if !h.based {
		if s.Flags.Has(capture.ACK) && a.halves[dir.Reverse()].before(s.Ack) {
			a.anomaly(dir, CodeOutsideWindow, 0, int64(len(p))+missing,
				fmt.Sprintf("the segment of %s acknowledges what is before this connection", amount.Octets(int64(len(p))+missing)))
			return
		}
		a.baseMidStream(dir, seq)
	}
	size := int64(len(p)) + missing
	d := h.distance(seq)
	offset := h.offset + d
	switch {
	case d > maxWindow || d < -maxWindow:
		a.anomaly(dir, CodeOutsideWindow, offset, size,
			fmt.Sprintf("the segment of %s at octet %d is outside every window", amount.Octets(size), offset))
		return
	case size == 1 && !fin && (d == -1 || h.finSeen && offset == h.fin):
		return // a keep-alive probe; its octet means nothing (RFC 9293, Section 3.8.4)
	}
	if fin {
		a.noteFIN(dir, offset+size)
	}
	if h.finSeen && offset+size > h.fin {
		beyond := min(size, offset+size-h.fin)
		a.anomaly(dir, CodeAfterFIN, max(offset, h.fin), beyond,
			fmt.Sprintf("the segment carries %s beyond the FIN at octet %d", amount.Octets(beyond), h.fin))
		size -= beyond
		p = p[:min(int64(len(p)), size)]
		missing = size - int64(len(p))
	}
	if size == 0 {
		return
	}
	h.seen = max(h.seen, offset+size)
	a.data(dir, offset, p, missing)
}

// baseMidStream finds the place of offset 0 for a direction whose SYN is not in the capture:
// its first octet seen. If the handshake was captured but for the SYN/ACK, the client's first
// acknowledgement tells if something before that octet was lost.
func (a *Assembler) baseMidStream(dir Dir, seq uint32) {
	h := &a.halves[dir]
	if h.hasAck && a.halves[dir.Reverse()].syn && seq-h.firstAck <= nearWindow {
		seq = h.firstAck
	}
	h.base(seq)
}

// noteFIN takes a FIN at the offset.
func (a *Assembler) noteFIN(dir Dir, offset int64) {
	h := &a.halves[dir]
	switch {
	case h.finSeen && offset == h.fin:
	case h.finSeen:
		a.anomaly(dir, CodeFINDiffers, offset, 0,
			fmt.Sprintf("a second FIN is at octet %d, the first at octet %d", offset, h.fin))
	case offset < h.offset:
		a.anomaly(dir, CodeAfterFIN, offset, h.offset-offset,
			fmt.Sprintf("the FIN at octet %d comes %s before the end of what was handed on", offset, amount.Octets(h.offset-offset)))
	default:
		h.finSeen, h.fin = true, offset
		if n := h.truncate(offset); n > 0 {
			a.anomaly(dir, CodeAfterFIN, offset, n,
				fmt.Sprintf("the FIN at octet %d comes before %s that waited", offset, amount.Octets(n)))
		}
		h.seen = min(h.seen, offset)
	}
}

// data takes octets at an offset of the stream, with as many missing behind them, and hands on
// what has become contiguous. It looks at each octet once: those handed on before and those
// that wait are compared, the others are handed on or copied.
func (a *Assembler) data(dir Dir, offset int64, p []byte, missing int64) {
	h := &a.halves[dir]
	empty := len(p) == 0
	var diff difference
	if old := min(h.offset-offset, int64(len(p))); old > 0 {
		if h.recent != nil {
			h.recent.compare(offset, p[:old], &diff)
		}
		p, offset = p[old:], offset+old
	}
	for len(p) > 0 {
		i, n, first := 0, int64(len(p)), (*piece)(nil)
		if len(h.queue) > 0 {
			i = h.find(offset)
		}
		if i < len(h.queue) {
			if q := &h.queue[i]; q.offset <= offset {
				first = q
				n = min(n, q.end()-offset)
			} else {
				n = min(n, q.offset-offset)
			}
		}
		part := p[:n:n]
		switch {
		case first != nil:
			diff.compare(offset, first.data[offset-first.offset:][:n], part, first.packet)
		case a.opened && offset == h.offset:
			a.deliver(dir, part, a.packet)
		default:
			q := piece{offset: offset, data: part, packet: a.packet}
			if n == int64(len(p)) {
				q.missing = missing
			}
			h.insert(i, q)
		}
		p, offset = p[n:], offset+n
	}
	if offset == h.offset || empty && offset <= h.cut {
		h.cut = max(h.cut, offset+missing)
	}
	if a.opened {
		a.drain(dir)
		if end := min(h.cut, h.seen); len(h.queue) == 0 && end-h.offset > nearWindow {
			a.lose(dir, end) // as where only headers were captured
			a.deliver(dir, nil, a.packet)
		}
	}
	if diff.to > 0 {
		a.anomaly(dir, CodeOverlap, diff.from, diff.to-diff.from, fmt.Sprintf(
			"packet %d repeats %s from octet %d on with other values than packet %d, which stand",
			a.packet, amount.Octets(diff.to-diff.from), diff.from, diff.packet))
	}
	if h.buffered > a.limits.MaxBuffered || len(h.queue) > a.limits.MaxPieces {
		a.overflow(dir)
	}
}
