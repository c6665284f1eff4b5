package reassembly

import (
	"fmt"
	"slices"
	"sort"

	"sipsecdump/amount"
)

// sctpHalf is one direction of an association. Chunks are counted by an index that does not
// wrap; next is the sequence number of the chunk at index.
//
// Between packets index < queue[0].index, and the queue is sorted without repetition.
type sctpHalf struct {
	tag, tag2 uint32 // verification tags of its packets: the last and the one before it
	tagKnown  bool
	tagOther  bool // tag2 is valid
	initiated bool // it sent the INIT

	next    uint32
	index   int64
	based   bool // next is valid
	started bool // a chunk came
	acked   int64
	lost    int64 // given up, to be told with the next message

	waited int   // as in half
	proof  int64 // as in half

	queue    []waiting
	partials []partial // messages of which some fragments have come
	buffered int       // octets in both
}

// waiting is a copy of a chunk that waits behind a hole.
type waiting struct {
	index int64
	fragment
}

// announce notes the tag that the peer's INIT or INIT ACK asks for. A repeated INIT ACK may
// ask for another, and either may be used.
func (h *sctpHalf) announce(tag uint32) {
	if h.tagKnown && h.tag != tag {
		h.tag2, h.tagOther = h.tag, true
	}
	h.tag, h.tagKnown = tag, true
}

// init notes the first sequence number.
func (h *sctpHalf) init(tsn uint32, first bool) {
	h.initiated = h.initiated || first
	if !h.started {
		h.next, h.based = tsn, true
	}
}

// acknowledge notes that the peer has all chunks up to the sequence number.
func (h *sctpHalf) acknowledge(tsn uint32) {
	if !h.based {
		return
	}
	if d := int64(int32(tsn + 1 - h.next)); d <= maxTSNs {
		h.acked = max(h.acked, h.index+d)
	}
}

// data takes a fragment and hands on what it completes.
func (a *SCTP) data(dir Dir, f *fragment) {
	h := &a.halves[dir]
	d := int64(int32(f.tsn - h.next))
	if far := d > maxTSNs || d < -maxTSNs; !h.based || far && !h.started {
		// The first one seen takes the place of the one that was not captured, or that
		// another INIT ACK told.
		h.next, h.based, d = f.tsn, true, 0
	} else if far {
		a.anomaly(dir, CodeSCTPOutside, 1, fmt.Sprintf(
			"the chunk %d is outside every window, as %d is next", f.tsn, h.next))
		return
	}
	h.started = true
	switch {
	case d < 0: // repeated
	case d == 0:
		a.take(dir, f)
		a.drain(dir)
	default:
		a.wait(dir, h.index+d, f)
	}
}

// wait keeps a copy of a fragment, unless there is one.
func (a *SCTP) wait(dir Dir, index int64, f *fragment) {
	h := &a.halves[dir]
	i := sort.Search(len(h.queue), func(i int) bool { return h.queue[i].index >= index })
	if i < len(h.queue) && h.queue[i].index == index {
		return
	}
	w := waiting{index, *f}
	w.data = slices.Clone(f.data)
	h.queue = slices.Insert(h.queue, i, w)
	h.buffered += len(w.data)
	if h.full(a.limits.MaxBuffered) || len(h.queue) > a.limits.MaxPieces {
		a.anomaly(dir, CodeSCTPBufferLimit, int64(h.buffered), fmt.Sprintf(
			"%s in %d chunks wait, the limits are %d and %d",
			amount.Octets(int64(h.buffered)), len(h.queue), a.limits.MaxBuffered, a.limits.MaxPieces))
		for len(h.queue) > 0 && (h.full(a.limits.MaxBuffered) || len(h.queue) > a.limits.MaxPieces) {
			a.giveUp(dir)
		}
	}
}

func (h *sctpHalf) full(limit int) bool { return h.buffered > limit }

// take takes the fragment at index.
func (a *SCTP) take(dir Dir, f *fragment) {
	h := &a.halves[dir]
	h.next++
	h.index++
	a.fragment(dir, f)
}

// drain takes the chunks that nothing holds up any more.
func (a *SCTP) drain(dir Dir) {
	h := &a.halves[dir]
	n := 0
	for n < len(h.queue) && h.queue[n].index == h.index {
		w := &h.queue[n]
		h.buffered -= len(w.data)
		a.take(dir, &w.fragment)
		n++
	}
	switch {
	case n == 0:
	case n == len(h.queue):
		h.queue = nil
	default:
		h.queue = slices.Delete(h.queue, 0, n)
	}
}

// tick gives up holes that the peer acknowledged, as [Assembler] does.
func (a *SCTP) tick(dir Dir) {
	h := &a.halves[dir]
	switch {
	case len(h.queue) == 0:
		h.waited = 0
	case h.waited == 0:
		if h.queue[0].index <= h.acked {
			h.waited, h.proof = 1, h.acked
		}
	case h.waited < a.limits.GapPatience:
		h.waited++
	default:
		h.waited = 0
		for len(h.queue) > 0 && h.queue[0].index <= h.proof {
			a.giveUp(dir)
		}
	}
}

// giveUp jumps the first hole and takes what is behind it.
func (a *SCTP) giveUp(dir Dir) {
	h := &a.halves[dir]
	if len(h.queue) == 0 {
		return
	}
	to := h.queue[0].index
	text := fmt.Sprintf("the capture lacks %s from %d on", chunkCount(to-h.index), h.next)
	if to <= h.acked {
		text += ", which the peer acknowledged"
	}
	a.lose(dir, to, CodeSCTPGap, text)
	a.drain(dir)
}

// forward gives up the chunks up to the sequence number, which the sender abandoned (RFC
// 3758, Section 3.2).
func (a *SCTP) forward(dir Dir, tsn uint32) {
	h := &a.halves[dir]
	if !h.based {
		return
	}
	d := int64(int32(tsn + 1 - h.next))
	if d > maxTSNs {
		return
	}
	for target := h.index + d; h.index < target; a.drain(dir) {
		to := target
		if len(h.queue) > 0 {
			to = min(to, h.queue[0].index)
		}
		a.lose(dir, to, CodeSCTPAbandoned, fmt.Sprintf(
			"the sender abandoned %s from %d on, or the capture lacks them", chunkCount(to-h.index), h.next))
	}
}

// lose jumps to the index and tells. Messages whose next fragment was to be jumped end there.
func (a *SCTP) lose(dir Dir, to int64, code, text string) {
	h := &a.halves[dir]
	n := to - h.index
	a.anomaly(dir, code, n, text)
	a.cutSequential(dir)
	h.next += uint32(n)
	h.index = to
	h.lost += n
}

func chunkCount(n int64) string {
	if n == 1 {
		return "1 chunk"
	}
	return fmt.Sprintf("%d chunks", n)
}
