package reassembly

import (
	"fmt"

	"sipsecdump/amount"
)

// deliver hands on the next octets of a direction, which came with the packet.
func (a *Assembler) deliver(dir Dir, p []byte, packet uint64) {
	h := &a.halves[dir]
	a.chunk = Chunk{
		Dir: dir, Packet: a.packet, Time: a.time,
		Offset: h.offset, Lost: h.lost, Data: p,
	}
	if len(p) > 0 {
		if h.recent == nil {
			h.recent = histories.Get().(*history)
		}
		h.recent.add(h.offset, p, packet)
	}
	h.next += uint32(len(p))
	h.offset += int64(len(p))
	h.lost = 0
	a.handler.Data(&a.chunk)
	a.chunk.Data = nil
}

// drain hands on the pieces that nothing holds up any more.
func (a *Assembler) drain(dir Dir) {
	h := &a.halves[dir]
	n := 0
	for n < len(h.queue) && h.queue[n].offset == h.offset {
		q := &h.queue[n]
		h.buffered -= len(q.data)
		a.deliver(dir, q.data, q.packet)
		h.cut = max(h.cut, h.offset+q.missing)
		n++
	}
	if n > 0 {
		h.drop(n)
	}
}

// finish closes a direction whose octets up to the FIN were handed on.
func (a *Assembler) finish(dir Dir) {
	h := &a.halves[dir]
	if !h.finSeen || h.closed || h.offset != h.fin {
		return
	}
	h.closed = true
	if a.halves[dir.Reverse()].closed {
		a.shut(dir, FIN)
		return
	}
	a.tellClose(dir, FIN)
}

// shut tells the last Close and lets go of all memory.
func (a *Assembler) shut(dir Dir, how CloseReason) {
	a.closed = true
	for i := range a.halves {
		if h := a.halves[i].recent; h != nil {
			h.release()
		}
	}
	a.halves = [2]half{}
	a.tellClose(dir, how)
}

func (a *Assembler) tellClose(dir Dir, how CloseReason) {
	a.handler.Close(&Close{Dir: dir, Packet: a.packet, Time: a.time, How: how})
}

// tick gives up the holes of a direction that nothing will fill: at once what the capture cut
// off, as a retransmission would be cut as well, and what the peer acknowledged after some more
// segments of the connection, of which this is one.
func (a *Assembler) tick(dir Dir) {
	h := &a.halves[dir]
	end, ok := h.hole()
	for ok && end <= h.cut {
		a.giveUp(dir)
		end, ok = h.hole()
	}
	switch {
	case !ok:
		h.waited = 0
	case h.waited == 0:
		if end <= h.acked {
			h.waited, h.proof = 1, h.acked
		}
	case h.waited < a.limits.GapPatience:
		h.waited++
	default:
		h.waited = 0
		for ; ok && end <= h.proof; end, ok = h.hole() {
			a.giveUp(dir)
		}
	}
}

// overflow makes room at the cost of the first holes.
func (a *Assembler) overflow(dir Dir) {
	a.open()
	h := &a.halves[dir]
	if h.buffered <= a.limits.MaxBuffered && len(h.queue) <= a.limits.MaxPieces {
		return
	}
	a.anomaly(dir, CodeBufferLimit, h.offset, int64(h.buffered), fmt.Sprintf(
		"%s in %d pieces wait behind a hole, the limits are %d and %d",
		amount.Octets(int64(h.buffered)), len(h.queue), a.limits.MaxBuffered, a.limits.MaxPieces))
	for h.buffered > a.limits.MaxBuffered || len(h.queue) > a.limits.MaxPieces {
		a.giveUp(dir)
	}
}

// giveUp jumps the first hole and hands on what is behind it.
func (a *Assembler) giveUp(dir Dir) {
	h := &a.halves[dir]
	if end, ok := h.hole(); ok {
		a.lose(dir, end)
		a.drain(dir)
		if h.lost > 0 { // only the FIN is behind it
			a.deliver(dir, nil, a.packet)
		}
		a.finish(dir)
	}
}

// lose jumps to the offset and tells. The caller hands on a chunk that says so.
func (a *Assembler) lose(dir Dir, to int64) {
	h := &a.halves[dir]
	n := to - h.offset
	text := fmt.Sprintf("the capture lacks %s from octet %d on", amount.Octets(n), h.offset)
	switch {
	case to <= h.cut:
		text = fmt.Sprintf("the capture cut off %s from octet %d on", amount.Octets(n), h.offset)
	case to <= h.acked:
		text += ", which the peer acknowledged"
	}
	a.anomaly(dir, CodeGap, h.offset, n, text)
	h.next += uint32(n)
	h.offset = to
	h.lost = n
}

// flush hands on all that waits, and tells of octets that were cut off at the end.
func (a *Assembler) flush() {
	for _, d := range [...]Dir{ClientToServer, ServerToClient} {
		h := &a.halves[d]
		for _, ok := h.hole(); ok; _, ok = h.hole() {
			a.giveUp(d)
		}
		a.finish(d)
		if h.seen > h.offset {
			a.lose(d, h.seen)
			a.deliver(d, nil, a.packet)
		}
	}
}

// anomaly tells of something odd, on an open connection.
func (a *Assembler) anomaly(dir Dir, code string, offset, count int64, text string) {
	a.open()
	a.handler.Anomaly(&Anomaly{
		Dir: dir, Packet: a.packet, Time: a.time,
		Code: code, Text: text, Offset: offset, Count: count,
	})
}
