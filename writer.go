package sipsecdump

import (
	"bufio"
	"io"
	"slices"
	"strconv"

	"sipsecdump/report"
	"sipsecdump/report/interop"
)

// sink takes the events of a batch in their final order: event i of the output o, and the
// number of the last message so far.
type sink interface {
	take(o *output, i int, message uint64) error
	// flush is called when nothing more is to come soon.
	flush() error
}

// merge hands what was made of a batch to the ordered stage, in order of places. The outputs
// are sorted, and no place occurs in those of two shards, so there is one result whatever their
// number.
func (b *batch) merge(g *stage) error {
	heads := make([]head, 0, len(b.out))
	for _, o := range b.out {
		if len(o.items) > 0 {
			heads = append(heads, head{output: o})
		}
	}
	var arrival head
	for len(heads) > 0 {
		low := 0
		for k := 1; k < len(heads); k++ {
			if heads[k].item().before(heads[low].item()) {
				low = k
			}
		}
		switch h := &heads[low]; h.item().kind {
		case arrivalItem:
			arrival = *h // nothing comes between it and the message
			h.next++
		case messageItem:
			if err := h.takeMessage(g, &arrival); err != nil {
				return err
			}
		default:
			if err := h.take(g); err != nil {
				return err
			}
		}
		if heads[low].next == len(heads[low].items) {
			heads = slices.Delete(heads, low, low+1)
		}
	}
	return nil
}

// head is how far one output has been merged.
type head struct {
	*output
	next, note, export int // of its items, notes and exports
}

func (h *head) item() *item { return &h.items[h.next] }

// take hands the next item to the sink.
func (h *head) take(g *stage) error {
	i := h.next
	h.next++
	if h.export < len(h.exports) && h.exports[h.export].item == i {
		if _, err := g.export.Write(h.exports[h.export].lines); err != nil {
			return err
		}
		h.export++
	}
	return g.sink.take(h.output, i, g.message)
}

// takeMessage hands a message to the ordered stage and then, behind its arrival if it has one, to the
// sink: what the stage has to tell before a message stands before both.
func (h *head) takeMessage(g *stage, arrival *head) error {
	n := &h.notes[h.note]
	var f *interop.Facts
	if len(h.facts) > 0 {
		f = &h.facts[h.note]
	}
	h.note++
	if err := g.note(n, f); err != nil {
		return err
	}
	if arrival.output != nil {
		if err := arrival.take(g); err != nil {
			return err
		}
		*arrival = head{}
	}
	if err := h.take(g); err != nil {
		return err
	}
	return g.tellFound(n)
}

// octetSink writes rendered events and fills their slots.
type octetSink struct{ *bufio.Writer }

// writeOctets is how many octets are written at a time. A file that grows by multiples of its pages
// takes half the time that another takes.
const writeOctets = 64 << 10

func newOctetSink(w io.Writer) octetSink { return octetSink{bufio.NewWriterSize(w, writeOctets)} }

func (s octetSink) take(o *output, i int, message uint64) error {
	r := o.collector.(*rendered)
	var from mark
	if i > 0 {
		from = r.ends[i-1]
	}
	to := r.ends[i]
	at := from.octets
	for _, slot := range r.buf.Slots[from.slots:to.slots] {
		s.Write(r.buf.B[at:slot.At])
		s.Write(strconv.AppendUint(s.AvailableBuffer(), message, 10))
		at = slot.At
	}
	_, err := s.Write(r.buf.B[at:to.octets]) // or what an earlier one met
	return err
}

func (s octetSink) flush() error { return s.Flush() }

// eventSink yields kept events.
type eventSink struct {
	yield func(*report.Event) bool
}

func (s *eventSink) take(o *output, i int, message uint64) error {
	e := o.collector.(*kept).events[i]
	if e == nil {
		return nil
	}
	switch body := e.Body.(type) {
	case *report.SIP:
		body.N = message
	case *report.Identity:
		body.SIP = message
	case *report.CMS:
		body.SIP = message
	case *report.Finding:
		if body.InMessage && body.SIP == 0 {
			body.SIP = message
		}
	}
	if !s.yield(e) {
		return errStopped
	}
	return nil
}

func (s *eventSink) flush() error { return nil }
