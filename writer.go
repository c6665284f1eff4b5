package sipsecdump

import (
	"io"
	"strconv"

	"sipsecdump/report"
)

// sink takes the events of a batch in their final order: event i of the output o, and the
// number of the last message so far.
type sink interface {
	take(o *output, i int, message uint64) error
	// flush is called behind each batch.
	flush() error
}

// merge hands what was made of a batch to the ordered stage, in order of places. The outputs
// are sorted, and no place occurs in two of them, so there is one result whatever their number.
func (b *batch) merge(g *stage) error {
	next := make([]int, len(b.out))
	notes := make([]int, len(b.out))
	exports := make([]int, len(b.out))
	for {
		low := -1
		for k, o := range b.out {
			if next[k] < len(o.items) &&
				(low < 0 || o.items[next[k]].place.before(b.out[low].items[next[low]].place)) {
				low = k
			}
		}
		if low < 0 {
			return g.sink.flush()
		}
		o := b.out[low]
		var n *note
		if o.items[next[low]].message {
			n = &o.notes[notes[low]]
			notes[low]++
			if err := g.note(n); err != nil {
				return err
			}
		}
		if i := exports[low]; i < len(o.exports) && o.exports[i].item == next[low] {
			if _, err := g.export.Write(o.exports[i].lines); err != nil {
				return err
			}
			exports[low]++
		}
		if err := g.sink.take(o, next[low], g.message); err != nil {
			return err
		}
		next[low]++
		if n != nil {
			if err := g.tellFound(n); err != nil {
				return err
			}
		}
	}
}

// octetSink writes rendered events and fills their slots.
type octetSink struct {
	w   io.Writer
	buf []byte
}

func (s *octetSink) take(o *output, i int, message uint64) error {
	r := o.collector.(*rendered)
	var from mark
	if i > 0 {
		from = r.ends[i-1]
	}
	to := r.ends[i]
	at := from.octets
	for _, slot := range r.buf.Slots[from.slots:to.slots] {
		s.buf = append(s.buf, r.buf.B[at:slot.At]...)
		s.buf = strconv.AppendUint(s.buf, message, 10)
		at = slot.At
	}
	s.buf = append(s.buf, r.buf.B[at:to.octets]...)
	if len(s.buf) >= 1<<16 {
		return s.flush()
	}
	return nil
}

func (s *octetSink) flush() error {
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}

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
