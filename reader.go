package sipsecdump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sipsecdump/amount"
	"sipsecdump/capture"
	"sipsecdump/reassembly"
	"sipsecdump/report"
)

// reader reads the captures in their order, finds the connection of each packet and hands
// batches to the shards.
type reader struct {
	options *Options
	secrets *captureSecrets
	shards  []*shard
	free    chan *batch
	order   chan *batch
	abort   chan struct{}

	table   *reassembly.Table
	decoder *capture.Decoder // of all captures: their fragments go on in the next
	batch   *batch           // being filled; nil before the first and after abort
	count   int              // entries in batch
	tally   tally

	file   int
	packet uint64 // of the run: the order key
	last   time.Time
	notes  noteCounter
}

// run ends when the captures do, when the context is done, or when nobody takes events any
// more. In the first two cases the last batch ends what is still open.
func (r *reader) run(ctx context.Context, captures []Source) {
	defer func() {
		for _, s := range r.shards {
			close(s.in)
		}
		close(r.order)
	}()
	r.table = reassembly.NewTable(reassembly.Limits{})
	r.decoder = capture.NewDecoder()
	if r.options.Dedupe {
		r.decoder.Dedupe()
	}
	if !r.fresh() {
		return
	}
	for i, c := range captures {
		r.file = i + 1
		if r.options.Follow > 0 && i == len(captures)-1 {
			c.Reader = capture.Follow(ctx, c.Reader, r.options.Follow, r.idle)
		}
		if !r.readFile(ctx, c) {
			return
		}
		if ctx.Err() != nil {
			break
		}
	}
	r.tellIncomplete(r.decoder.Incomplete(), "packet", "packets", "RFC 791, Section 3.2")
	r.tellIncomplete(r.decoder.IncompleteFrames(), "frame", "frames", "IEEE 802.11, Section 9.2.4.4")
	r.endAll()
}

// endAll ends what is still open, at a packet of its own, behind the last. Each batch ends some
// connections, so that what is told of them all need not be kept at once.
func (r *reader) endAll() {
	r.packet++
	at := r.packet
	for before := uint64(endConnections); ; before += endConnections {
		r.batch.last = &end{place: at, file: r.file, time: r.last, before: before}
		if before > r.tally.Connections {
			r.packet++
			r.send()
			return
		}
		r.send()
		if !r.fresh() {
			return
		}
	}
}

// readFile reads one capture to its end. It returns false after abort.
func (r *reader) readFile(ctx context.Context, c Source) bool {
	in, err := capture.NewReader(c.Reader)
	if r.batch == nil {
		return false // abort, while the capture did not grow
	}
	start := &report.Capture{Name: c.Name}
	if err == nil {
		start.Format = in.Format()
	}
	r.emit(&report.Event{File: r.file, Body: start})
	if err != nil {
		r.unreadable(err)
		return true
	}
	r.notes.reset()
	r.decoder.NextFile()
	if !r.readPackets(ctx, in) {
		return false
	}
	r.tellTexts(in)
	r.tellNotes()
	return true
}

// readPackets reads the packets of one capture. It returns false after abort.
func (r *reader) readPackets(ctx context.Context, in *capture.Reader) bool {
	var (
		packet capture.Packet
		seg    capture.Segment
	)
	for ctx.Err() == nil {
		if err := in.Next(&packet); err != nil {
			if !errors.Is(err, io.EOF) && ctx.Err() == nil {
				r.unreadable(err)
			}
			break
		}
		if r.batch == nil {
			return false // abort, while the capture did not grow
		}
		r.packet++
		r.tally.Packets++
		r.last = packet.Time
		r.readSecrets(in, packet.Number)
		ok := r.decoder.Decode(&packet, &seg)
		for _, n := range r.decoder.Notes() {
			r.notes.add(n, packet.Number)
		}
		if ok {
			seg.Packet = packet.Number // what reassembly names packets by
			if !r.route(&seg, packet.Number) {
				return false
			}
		}
		r.tellTexts(in) // in the packet's batch, which begins with it at times
	}
	return r.batch != nil
}

// route puts a segment into the batch, for the shard that has its connection. It returns
// false after abort.
func (r *reader) route(seg *capture.Segment, number uint64) bool {
	if seg.Datagram() && !opensFlow(seg) && !r.table.Knows(seg) {
		// Datagrams are media, names, and much else: only SIP and DTLS open a flow.
		return true
	}
	if r.count >= batchPackets || !r.batch.fits(len(seg.Payload)) && r.count > 0 {
		r.send()
		if !r.fresh() {
			return false
		}
	}
	route, ok := r.table.Route(seg)
	if !ok {
		return true
	}
	if route.Replaced != 0 {
		r.end(route.Replaced, seg, number, reassembly.NewConnection)
	}
	if route.Evicted != 0 {
		r.end(route.Evicted, seg, number, reassembly.Evicted)
	}
	if route.New {
		r.tally.Connections++
	}
	e := r.give(route.Conn, number)
	e.dir, e.first, e.mid, e.reset = route.Dir, route.New, route.MidStream, route.Reset
	e.seg = *seg
	e.seg.Payload = r.batch.keep(seg.Payload)
	return true
}

// end tells a connection's shard that the connection is over.
func (r *reader) end(c reassembly.ConnID, seg *capture.Segment, number uint64, how reassembly.CloseReason) {
	e := r.give(c, number)
	e.end, e.how = true, how
	e.seg.Packet, e.seg.Time = number, seg.Time
}

// give adds an entry for a connection to the batch, to be filled.
func (r *reader) give(c reassembly.ConnID, number uint64) *entry {
	r.count++
	e := extend(&r.batch.work[shardOf(uint64(c), len(r.shards))])
	*e = entry{}
	e.place.packet, e.place.conn, e.file, e.number = r.packet, uint64(c), r.file, number
	return e
}

// shardOf spreads connections evenly over shards, whatever pattern there is in their order: if every
// other one is TLS, no shard gets all of these. The multiples of the golden ratio do that.
func shardOf(conn uint64, shards int) int {
	const ratio = 0x9e3779b9 // its fraction, times 2^32
	return int(uint64(uint32(conn)*ratio) * uint64(shards) >> 32)
}

// fresh takes an empty batch. It returns false after abort.
func (r *reader) fresh() bool {
	select {
	case r.batch = <-r.free:
		r.count = 0
		return true
	case <-r.abort:
		r.batch = nil
		return false
	}
}

// idle shows what was read of a capture that is still written. It is called from within Next,
// between packets.
func (r *reader) idle() {
	if r.batch != nil && (r.count > 0 || len(r.batch.reader().items) > 0) {
		r.packet++ // the batch ends before a packet that is not there yet
		r.send()
		r.fresh()
	}
}

// send hands the batch to the writer, which will wait for it, and to every shard.
func (r *reader) send() {
	b := r.batch
	b.next = r.packet
	b.done.Add(len(r.shards))
	r.order <- b
	for _, s := range r.shards {
		s.in <- b
	}
	stepAside()
}

// unreadable tells that a file could not be read, or not on.
func (r *reader) unreadable(err error) {
	r.tally.Truncated = true
	a := &report.Anomaly{Code: "capture-unreadable", Text: err.Error(), Offset: -1}
	var fe *capture.FormatError
	if errors.As(err, &fe) {
		a.Offset = fe.Offset
		if errors.Is(err, io.ErrUnexpectedEOF) {
			a.Code = "capture-cut-short"
		}
	}
	r.emit(&report.Event{File: r.file, Body: a})
}

// tellNotes says once for each kind what was odd about packets.
func (r *reader) tellNotes() {
	for _, n := range r.notes.kinds {
		r.emit(&report.Event{File: r.file, Packet: n.packet, Body: &report.Anomaly{
			Code: n.Code, Section: n.Section, Offset: -1, Count: n.count,
			Text: fmt.Sprintf("%s (%s, this is the first)", n.Text, amount.Of(n.count, "packet", "packets")),
		}})
	}
}

func (r *reader) tellIncomplete(n int, one, several, section string) {
	if n > 0 {
		r.emit(&report.Event{File: r.file, Body: &report.Anomaly{
			Code: "fragments-incomplete", Section: section, Offset: -1, Count: int64(n),
			Text: fmt.Sprintf("%s never came whole: fragments are missing", amount.Of(n, one, several)),
		}})
	}
}

// tellTexts tells what a file says about itself, comments and names, and where it is damaged.
// They stand where they were met.
func (r *reader) tellTexts(in *capture.Reader) {
	for _, d := range in.Damage() {
		text := d.Text
		if d.Skipped > 0 {
			text = fmt.Sprintf("%s; %s passed over", text, amount.Of(d.Skipped, "octet was", "octets were"))
		}
		if d.More > 0 {
			text = fmt.Sprintf("%s; there is more damage at %s behind it", text, amount.Of(d.More, "place", "places"))
		}
		r.emit(&report.Event{File: r.file, Packet: d.Packet, Body: &report.Anomaly{
			Code: "capture-damaged", Text: text, Offset: d.Offset, Count: d.Skipped,
		}})
	}
	for _, m := range in.Remarks() {
		r.emit(&report.Event{File: r.file, Packet: m.Packet, Body: &report.Comment{About: m.Kind.String(), Interface: m.Interface, Text: m.Text}})
	}
	for _, n := range in.Names() {
		r.emit(&report.Event{File: r.file, Body: &report.Comment{About: "name", Address: n.Addr.String(), Interface: -1, Text: n.Name}})
	}
}

// emit adds an event that belongs to no connection, behind all of the last packet.
func (r *reader) emit(e *report.Event) {
	r.tally.count(e)
	o := r.batch.reader()
	o.emit(place{packet: r.packet, conn: ^uint64(0)}, e)
}

// noteCounter counts notes by kind, in the order of their first.
type noteCounter struct {
	kinds []countedNote
	index map[capture.Note]int // by all but the offset: what a code says depends on the IP version
}

type countedNote struct {
	capture.Note
	packet uint64
	count  int64
}

func (c *noteCounter) reset() {
	c.kinds = nil
	c.index = make(map[capture.Note]int)
}

func (c *noteCounter) add(n capture.Note, packet uint64) {
	n.Offset = 0
	i, ok := c.index[n]
	if !ok {
		i = len(c.kinds)
		c.index[n] = i
		c.kinds = append(c.kinds, countedNote{Note: n, packet: packet})
	}
	c.kinds[i].count++
}
