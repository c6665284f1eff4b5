package reassembly

import (
	"slices"
	"sort"
)

// half is one direction of a connection: where its stream stands, and what waits.
//
// Between segments, once the connection was opened:
//
//	offset < queue[0].offset, and pieces are sorted, not empty and do not overlap
//	queue[len(queue)-1].end() <= fin, if a FIN was seen
type half struct {
	next   uint32 // sequence number of the octet at offset
	offset int64  // of the next octet to hand on
	based  bool   // next is valid
	syn    bool   // a SYN of this direction was seen
	sure   bool   // offset 0 is behind a SYN's number: what is before it is of another connection

	finSeen bool
	fin     int64 // offset of the FIN, that is of the end
	closed  bool

	seen  int64 // end of what the segments claim to carry
	acked int64 // end of what the peer acknowledged
	cut   int64 // octets before it that are missing at offset were cut off by the capture
	lost  int64 // given up, to be told with the next chunk

	waited int   // segments since the hole became hopeless, from 1; 0 if it is not
	proof  int64 // holes up to here were hopeless then

	// firstAck is what the peer acknowledged first, if hasAck, while based was not set.
	firstAck uint32
	hasAck   bool

	queue    []piece
	buffered int      // octets in queue
	recent   *history // nil before the first chunk
}

// piece is a copy of octets that wait behind a hole.
type piece struct {
	offset  int64
	data    []byte
	missing int64 // octets behind data that the capture cut off
	packet  uint64
}

func (p *piece) end() int64 { return p.offset + int64(len(p.data)) }

// base makes seq the place of offset 0.
func (h *half) base(seq uint32) {
	h.based, h.next = true, seq
}

// distance returns how far seq is from the next octet. Sequence numbers are compared by the
// sign of their difference (RFC 9293, Section 3.4).
func (h *half) distance(seq uint32) int64 { return int64(int32(seq - h.next)) }

// before reports whether seq is before the SYN of this direction, if that is known: the segment that
// has it is of a connection that used the same ports before.
func (h *half) before(seq uint32) bool { return h.sure && h.offset+h.distance(seq) < -1 }

// acknowledge notes the peer's acknowledgement number.
func (h *half) acknowledge(ack uint32) {
	if !h.based {
		if !h.hasAck {
			h.firstAck, h.hasAck = ack, true
		}
		return
	}
	if d := h.distance(ack); d <= maxWindow {
		h.acked = max(h.acked, h.offset+d)
	}
}

// hole returns the end of the first hole, if something waits behind one.
func (h *half) hole() (end int64, ok bool) {
	switch {
	case len(h.queue) > 0:
		return h.queue[0].offset, true
	case h.finSeen && h.offset < h.fin:
		return h.fin, true
	}
	return 0, false
}

// find returns the index of the first piece that ends behind the offset.
func (h *half) find(offset int64) int {
	return sort.Search(len(h.queue), func(i int) bool { return h.queue[i].end() > offset })
}

// insert makes a copy of data a piece at index i.
func (h *half) insert(i int, p piece) {
	p.data = slices.Clone(p.data)
	h.queue = slices.Insert(h.queue, i, p)
	h.buffered += len(p.data)
}

// drop removes the first n pieces, which were handed on. An empty queue gives its memory back:
// most connections need it once, if ever.
func (h *half) drop(n int) {
	if n == len(h.queue) {
		h.queue = nil
		return
	}
	h.queue = slices.Delete(h.queue, 0, n)
}

// truncate drops what waits beyond the offset and returns the number of octets dropped.
func (h *half) truncate(offset int64) int64 {
	before := h.buffered
	i := h.find(offset)
	for j := i; j < len(h.queue); j++ {
		h.buffered -= len(h.queue[j].data)
	}
	if i < len(h.queue) && h.queue[i].offset < offset {
		p := &h.queue[i]
		p.data, p.missing = p.data[:offset-p.offset], 0
		h.buffered += len(p.data)
		i++
	}
	h.queue = slices.Delete(h.queue, i, len(h.queue))
	return int64(before - h.buffered)
}
