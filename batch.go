package sipsecdump

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"sipsecdump/capture"
	"sipsecdump/reassembly"
	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/sipparse/dialog"
)

// entry is one thing for a shard to do: take a segment, or end a connection.
type entry struct {
	place  place
	file   int
	number uint64 // of the packet in its file; 0 at the end of the capture
	dir    reassembly.Dir
	first  bool // of its connection
	mid    bool // the connection's first segment is no SYN
	reset  bool // a RST came before
	end    bool // the connection ends here, because of how; seg has only a time
	how    reassembly.CloseReason
	seg    capture.Segment // Payload lies in the batch's arena
}

// batch is the unit that travels: filled by the reader, worked on by every shard in its own
// lists, written by the writer, and used again.
type batch struct {
	arena []byte    // payloads; never grows beyond its capacity, so entries may point into it
	work  [][]entry // for each shard, in the order of packets
	// delivered are the messages that each shard found, for its contents; their octets lie in raw, and
	// where their lines end in ends.
	delivered [][]delivery
	raw       []store[byte]
	ends      []store[int32]
	out       []*output // of the contents of each shard, then of their streams, then of the reader
	next      uint64    // the first packet that is not in this batch
	last      *end      // the capture ends here, and shards end some of what is still open; else nil
	done      sync.WaitGroup
}

// end is where the last capture ended.
type end struct {
	place  uint64 // a packet number of its own, behind the last
	file   int
	time   time.Time // of the last packet
	before uint64    // the connections with lower numbers end
}

func newBatch(shards, size int, newCollector func() collector) *batch {
	b := &batch{
		arena: make([]byte, 0, size), work: make([][]entry, shards),
		delivered: make([][]delivery, shards), raw: make([]store[byte], shards), ends: make([]store[int32], shards),
		out: make([]*output, 2*shards+1),
	}
	for i := range b.out {
		b.out[i] = &output{collector: newCollector()}
	}
	return b
}

func (b *batch) contents(k int) *output { return b.out[k] }
func (b *batch) streams(k int) *output  { return b.out[len(b.work)+k] }
func (b *batch) reader() *output        { return b.out[len(b.out)-1] }

func (b *batch) reset() {
	b.arena = b.arena[:0]
	for k := range b.work {
		b.work[k] = b.work[k][:0]
		clear(b.delivered[k]) // they hold on to connections
		b.delivered[k] = b.delivered[k][:0]
		b.raw[k].reset()
		b.ends[k].reset()
	}
	for _, o := range b.out {
		o.reset()
	}
	b.next, b.last = 0, nil
}

// fits tells whether a payload of n octets still has room. An empty batch takes any payload.
func (b *batch) fits(n int) bool {
	return len(b.arena)+n <= cap(b.arena)
}

// keep copies a payload into the arena.
func (b *batch) keep(p []byte) []byte {
	n := len(b.arena)
	b.arena = append(b.arena, p...)
	return b.arena[n:len(b.arena):len(b.arena)]
}

// deliver adds a message of shard k, which is valid until the next.
func (b *batch) deliver(k int, raw []byte, ends []int32) *delivery {
	d := extend(&b.delivered[k])
	d.raw, d.ends = b.raw[k].keep(raw), b.ends[k].keep(ends)
	return d
}

// stepAside is called by whoever has handed a batch on: who got it runs next, on the processor that has the
// batch in its cache. Contents do not: the writer has more of its own there, the calls, than a batch is.
func stepAside() { runtime.Gosched() }

// store is memory for octets or numbers that are used no more when their batch is used again.
type store[T any] struct{ chunk []T }

// keep copies p. What it returned earlier stays where it is.
func (s *store[T]) keep(p []T) []T {
	if len(s.chunk)+len(p) > cap(s.chunk) {
		s.chunk = make([]T, 0, max(2*cap(s.chunk), len(p), minStore))
	}
	n := len(s.chunk)
	s.chunk = append(s.chunk, p...)
	return s.chunk[n:len(s.chunk):len(s.chunk)]
}

func (s *store[T]) reset() {
	s.chunk = s.chunk[:0]
	if cap(s.chunk) > keepRendered {
		s.chunk = nil
	}
}

// extend lengthens a list by one element, and returns that: zero, in a list that was cleared.
func extend[T any](list *[]T) *T {
	*list = slices.Grow(*list, 1)[:len(*list)+1]
	return &(*list)[len(*list)-1]
}

// output is what one goroutine made of one batch, in order of places.
type output struct {
	items []item
	// notes are what the ordered stage gets to know of the messages among the items, in their
	// order.
	notes []note
	facts []interop.Facts // of the same messages; empty if no rules were asked for
	// exports are the secrets to export that came with items.
	exports []export
	// delivered counts the messages that the streams of the shard have delivered, or that its contents
	// have been at.
	delivered int
	collector
}

// item is one event in an output.
type item struct {
	place place
	// delivered is how many messages were delivered before an event of the streams, and which of them
	// an event of the contents is about, counted from 1: so it tells whose comes first of one place.
	delivered int
	kind      itemKind
}

// itemKind tells what the ordered stage has to do with an event.
type itemKind uint8

const (
	plainItem   itemKind = iota
	arrivalItem          // an Arrival: it belongs to the message that follows
	messageItem          // a SIP message: it takes the next number
)

// before orders items. Contents have places in common only with the streams of their shard, and of
// two items that are neither before the other the contents' is first.
func (i *item) before(j *item) bool {
	if i.place != j.place {
		return i.place.before(j.place)
	}
	return i.delivered < j.delivered
}

// note is what the ordered stage gets to know of a message.
type note struct {
	dialog.Note
	file   int
	packet uint64
}

// export are lines of a key log that came with an item.
type export struct {
	item  int
	lines []byte
}

func (o *output) reset() {
	o.items = o.items[:0]
	clear(o.exports)
	o.exports = o.exports[:0]
	clear(o.notes) // they hold on to text
	o.notes = o.notes[:0]
	clear(o.facts)
	o.facts = o.facts[:0]
	o.delivered = 0
	o.collector.reset()
}

func (o *output) emit(at place, e *report.Event) {
	kind := plainItem
	switch body := e.Body.(type) {
	case *report.Arrival:
		kind = arrivalItem
	case *report.SIP:
		kind = messageItem
	case *report.Verdict:
		if !body.Export.Empty() {
			o.exports = append(o.exports, export{len(o.items), body.Export.AppendTo(nil)})
		}
	}
	o.items = append(o.items, item{at, o.delivered, kind})
	o.collect(e)
}

// collector keeps events until the writer comes for them, one by one and in order.
type collector interface {
	collect(*report.Event)
	reset()
}

// rendered keeps events as what a renderer made of them.
type rendered struct {
	report.Renderer
	buf  report.Buffer
	ends []mark // of each event
}

type mark struct{ octets, slots int }

func (r *rendered) collect(e *report.Event) {
	r.Render(&r.buf, e)
	r.ends = append(r.ends, mark{len(r.buf.B), len(r.buf.Slots)})
}

func (r *rendered) reset() {
	r.buf.Reset()
	r.ends = r.ends[:0]
	if cap(r.buf.B) > keepRendered {
		r.buf.B = nil
	}
}

// kept keeps events as they are, copied: they outlive what they were made of. It has nil for
// those that nobody wants.
type kept struct {
	want   func(*report.Event) bool // nil: all are
	events []*report.Event
}

func (k *kept) collect(e *report.Event) {
	if k.want != nil && !k.want(e) {
		k.events = append(k.events, nil)
		return
	}
	k.events = append(k.events, e.Clone())
}

func (k *kept) reset() {
	clear(k.events)
	k.events = k.events[:0]
}
