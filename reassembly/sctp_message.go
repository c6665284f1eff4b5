package reassembly

import (
	"fmt"

	"sipsecdump/amount"
)

// partial is a message of which the first fragments have come.
type partial struct {
	key      messageKey
	tsn      uint32 // of the first
	protocol uint32
	number   uint32 // of the fragment that comes next
	cut      bool   // an octet is missing: what follows is left out
	data     []byte
}

// fragment takes the next fragment of a direction and hands on the message that it makes
// whole.
func (a *SCTP) fragment(dir Dir, f *fragment) {
	h := &a.halves[dir]
	if f.begin {
		if !f.key.interleav {
			a.cutSequential(dir)
		} else if i := h.find(f.key); i >= 0 {
			a.handCut(dir, i)
		}
		if f.end {
			a.hand(dir, f.key, f.tsn, f.protocol, f.cut, f.data)
			return
		}
		if len(h.partials) == maxPartials {
			a.handCut(dir, 0)
		}
		h.partials = append(h.partials, partial{key: f.key, tsn: f.tsn, protocol: f.protocol, number: f.number})
	}
	i := h.find(f.key)
	if i >= 0 && h.partials[i].number != f.number {
		a.handCut(dir, i)
		i = -1
	}
	if i < 0 {
		a.anomaly(dir, CodeSCTPFragment, int64(len(f.data)), fmt.Sprintf(
			"the fragment in chunk %d continues no message: its beginning was lost", f.tsn))
		return
	}
	p := &h.partials[i]
	p.number = f.number + 1
	if !p.cut && h.buffered+len(f.data) > a.limits.MaxBuffered {
		p.cut = true
		a.anomaly(dir, CodeSCTPBufferLimit, int64(len(p.data)), fmt.Sprintf(
			"a message of more than %s is cut, the limit is %d", amount.Octets(int64(len(p.data))), a.limits.MaxBuffered))
	}
	if !p.cut {
		p.data = append(p.data, f.data...)
		h.buffered += len(f.data)
		p.cut = f.cut
	}
	if f.end {
		a.handPartial(dir, i, p.cut)
	}
}

// find returns the place of a message among the partials, or -1.
func (h *sctpHalf) find(key messageKey) int {
	for i := range h.partials {
		if h.partials[i].key == key {
			return i
		}
	}
	return -1
}

// cutSequential ends the message whose fragments must follow one another, if there is one.
func (a *SCTP) cutSequential(dir Dir) {
	h := &a.halves[dir]
	for i := range h.partials {
		if !h.partials[i].key.interleav {
			a.handCut(dir, i)
			return
		}
	}
}

// cutAll ends all messages that are not whole.
func (a *SCTP) cutAll(dir Dir) {
	for len(a.halves[dir].partials) > 0 {
		a.handCut(dir, 0)
	}
}

// handCut hands on a message that will not be whole.
func (a *SCTP) handCut(dir Dir, i int) {
	p := &a.halves[dir].partials[i]
	a.anomaly(dir, CodeSCTPFragment, int64(len(p.data)), fmt.Sprintf(
		"the message that begins in chunk %d lacks its end", p.tsn))
	a.handPartial(dir, i, true)
}

func (a *SCTP) handPartial(dir Dir, i int, cut bool) {
	h := &a.halves[dir]
	p := h.partials[i]
	h.buffered -= len(p.data)
	last := len(h.partials) - 1
	copy(h.partials[i:], h.partials[i+1:])
	h.partials[last] = partial{}
	h.partials = h.partials[:last]
	a.hand(dir, p.key, p.tsn, p.protocol, cut, p.data)
}

// hand hands on a message.
func (a *SCTP) hand(dir Dir, key messageKey, tsn, protocol uint32, cut bool, data []byte) {
	h := &a.halves[dir]
	a.message = Message{
		Dir: dir, Packet: a.packet, Time: a.time,
		Stream: key.stream, Sequence: key.sequence, Unordered: key.unordered,
		TSN: tsn, Protocol: protocol, Lost: h.lost, Cut: cut, Data: data,
	}
	h.lost = 0
	a.handler.Message(&a.message)
	a.message.Data = nil
}
