package reassembly

import "sipsecdump/capture"

// Table knows the connections of a run. TCP connections are told apart by addresses, ports and
// initial sequence numbers, SCTP associations by addresses, ports and initiate tags, the flows
// of every other protocol by addresses and ports alone. Messages that were put together before
// they were captured (capture.Segment.Whole) are flows, whatever they came over.
// There is no idle time after which a connection is forgotten: SIP keeps them for days.
//
// Overlay networks (capture.Segment.Net) with the same addresses are told apart only where
// that is certain: the directions of a connection may travel in different networks, as with
// asymmetric routing between them, and on a host each packet is seen inside of the overlay and
// without it. A segment belongs to another connection if its end was heard in another
// network before, and neither of the two is 0.
//
// The paths of a multi-homed SCTP association are told by ports and verification tags, once the
// first path's packets have shown the tags.
//
// A Table is not safe for concurrent use.
type Table struct {
	max     int
	last    ConnID
	index   map[tuple]uint32 // into entries
	recent  [recentTuples]uint32
	paths   map[path]uint32 // into entries, of SCTP associations
	entries []entry         // the first two head the lists
	over    int             // entries in the list of those that are over
}

// Route tells where a segment goes.
type Route struct {
	Conn ConnID
	Dir  Dir
	// New is set if the segment is the connection's first.
	New bool
	// MidStream is set with New if neither SYN nor SYN/ACK tells who the client is: then
	// it is the sender of this segment, for want of better. It is never set for flows.
	MidStream bool
	// Reset is set if a RST, or an ABORT of SCTP, was seen before: whoever took it ignores the segment.
	Reset bool
	// Replaced is the connection that used the same addresses and ended with this
	// segment, or 0: it wants Assembler.End with NewConnection. It may have ended before,
	// by FIN or RST.
	Replaced ConnID
	// Evicted is the connection or flow that had to make room, or 0: it wants
	// Assembler.End with Evicted. It may have ended before, by FIN or RST. Further
	// segments of its ends open a new one.
	Evicted ConnID
}

// entry is one connection, and a link in the list of the open ones or of those that are over.
type entry struct {
	tuple      tuple
	clientHigh bool // the client is the higher end
	over       bool // both FINs or a RST were seen
	reset      bool // a RST was seen
	counted    bool // in Table.over
	fins       [2]bool
	known      [2]bool   // isn is valid
	sure       [2]bool   // isn is a SYN's: what is before it is of another connection
	isn        [2]uint32 // initial sequence numbers by Dir
	prev, next uint32    // less and more recently active
	id         ConnID
	nets       [2]uint32 // where the lower and the higher end were heard; 0 if in no overlay
	sibling    uint32    // with the same tuple in another network, or 0
}

// The entries that head the lists: next is the least recently active one, prev the most.
const (
	openList uint32 = iota
	overList
	listHeads
)

// NewTable returns a Table that holds at most l.MaxConnections connections.
func NewTable(l Limits) *Table {
	t := &Table{
		max:     l.withDefaults().MaxConnections,
		index:   make(map[tuple]uint32),
		paths:   make(map[path]uint32),
		entries: make([]entry, listHeads),
	}
	for head := range listHeads {
		t.entries[head].prev, t.entries[head].next = head, head
	}
	return t
}

// Route returns the connection of s, which is a new one if s opens one: a SYN, a SYN/ACK or
// payload of an unknown TCP connection, any segment of an unknown flow of another protocol.
// Route returns false if there is no connection and s is none of these, but a bare ACK, FIN or
// RST, or a keep-alive probe.
//
// A SYN whose initial sequence number is not the connection's opens a new one, whether or not
// the old one was closed. A connection that is over stays for its late segments until then,
// or until room is needed: what is over goes first, then what was least recently active.
func (t *Table) Route(s *capture.Segment) (Route, bool) {
	var key tuple
	srcHigh := key.of(s)
	first, found := t.find(&key)
	at := first
	if found {
		at, found = t.choose(first, srcHigh, s)
	}
	if !found {
		if r, ok := t.otherPath(s); ok {
			return r, true
		}
		if !opens(s) {
			return Route{}, false
		}
		r := Route{}
		at, r.Evicted = t.place(&key)
		t.open(at, s, srcHigh, &r)
		return r, true
	}

	e := &t.entries[at]
	d := e.dir(srcHigh)
	if !e.owns(d, s) {
		r := Route{Replaced: e.id}
		t.open(at, s, srcHigh, &r)
		return r, true
	}
	if s.Net != 0 {
		e.nets[end(srcHigh)] = s.Net
	}
	before, reset := e.isn, e.reset
	if e.learn(d, s); e.isn != before {
		t.learnPaths(at, d, s)
	}
	t.touch(at)
	return Route{Conn: e.id, Dir: d, Reset: reset}, true
}

// Knows reports whether s belongs to a connection that Route has opened.
func (t *Table) Knows(s *capture.Segment) bool {
	var key tuple
	srcHigh := key.of(s)
	at, found := t.find(&key)
	if found {
		_, found = t.choose(at, srcHigh, s)
	}
	return found
}

// end is the index of an end in entry.nets.
func end(high bool) int {
	if high {
		return 1
	}
	return 0
}

// choose returns the entry among siblings that a segment belongs to: the one whose end was
// heard in the same network; else one that it can be of; else one that it can replace. If all
// are of other networks choose returns false, or the first if there are too many.
func (t *Table) choose(first uint32, srcHigh bool, s *capture.Segment) (at uint32, ok bool) {
	nowhere := [2]uint32{}
	if e := &t.entries[first]; s.Net == 0 && e.sibling == 0 && e.nets == nowhere {
		return first, true
	}
	var own, old uint32
	count := 0
	for i := first; i != 0; i = t.entries[i].sibling {
		count++
		e := &t.entries[i]
		switch heard := e.nets[end(srcHigh)]; {
		case heard != 0 && heard == s.Net:
			return i, true
		case heard != 0 && s.Net != 0:
		case own == 0 && e.owns(e.dir(srcHigh), s):
			own = i
		case old == 0 && (s.Net == 0 || e.nets == nowhere):
			old = i
		}
	}
	switch {
	case own != 0:
		return own, true
	case old != 0:
		return old, true
	}
	return first, count >= maxSiblings
}

// isTCP reports whether s is a segment of a TCP stream.
func isTCP(s *capture.Segment) bool { return s.Proto == capture.TCP && !s.Whole }

// opens reports whether s is the kind of segment that opens an unknown connection.
func opens(s *capture.Segment) bool {
	switch {
	case !isTCP(s):
		return true
	case s.Flags.Has(capture.RST):
		return false
	case s.Flags.Has(capture.SYN):
		return true
	}
	// The garbage octet of a keep-alive probe (RFC 9293, Section 3.8.4) would become the
	// first octet of the stream.
	probe := len(s.Payload) == 1 && s.Payload[0] == 0 && !s.Flags.Has(capture.PSH)
	return len(s.Payload)+s.Missing > 0 && !probe
}

// open makes the entry a new connection with s as its first segment.
func (t *Table) open(at uint32, s *capture.Segment, srcHigh bool, r *Route) {
	t.last++
	t.forgetPaths(at)
	e := &t.entries[at]
	if e.counted {
		t.over--
	}
	answer := isTCP(s) && s.Flags.Has(capture.SYN|capture.ACK)
	mid := isTCP(s) && !s.Flags.Has(capture.SYN)
	kind, _, sctp := chunkOf(s)
	if sctp {
		answer = kind == chunkInitAck || kind == chunkCookieAck
		mid = kind != chunkInit && !answer
	}
	*e = entry{
		tuple: e.tuple, prev: e.prev, next: e.next, sibling: e.sibling,
		id: t.last, clientHigh: srcHigh != answer,
	}
	e.nets[end(srcHigh)] = s.Net
	if sctp && kind != chunkInit && kind != chunkInitAck {
		e.known = [2]bool{true, true} // an INIT from here on is another association's
	}
	r.Conn, r.Dir, r.New = e.id, e.dir(srcHigh), true
	r.MidStream = mid
	e.learn(r.Dir, s)
	t.learnPaths(at, r.Dir, s)
	t.touch(at)
}

// dir returns the direction of a segment by which end sent it.
func (e *entry) dir(srcHigh bool) Dir {
	if srcHigh == e.clientHigh {
		return ClientToServer
	}
	return ServerToClient
}

// owns reports whether a segment can be the connection's. Of those that open one, a SYN or an
// INIT must be the first of its sender, or a repetition; when the connection is over, only a
// repetition can.
func (e *entry) owns(d Dir, s *capture.Segment) bool {
	number := s.Seq
	if kind, tag, ok := chunkOf(s); ok && kind == chunkInit {
		number = tag
	} else if !isTCP(s) || s.Flags&(capture.SYN|capture.RST) != capture.SYN {
		return true
	}
	if e.known[d] && e.isn[d] != number || e.over && !e.known[d] {
		return false
	}
	if r := d.Reverse(); isTCP(s) && s.Flags.Has(capture.ACK) && e.known[r] {
		return s.Ack-1-e.isn[r] <= maxSYNData
	}
	return true
}

// learn notes what a segment tells about the connection's numbers and its end. Where no
// SYN was seen, the first numbers seen take the place of the initial ones: they match a SYN
// that was captured late, and no other.
func (e *entry) learn(d Dir, s *capture.Segment) {
	if isSCTP(s) {
		e.learnSCTP(d, s)
		return
	}
	if !isTCP(s) {
		return
	}
	r := d.Reverse()
	if s.Flags.Has(capture.RST) {
		if !e.precedes(d, s.Seq) {
			e.over, e.reset = true, true // its numbers may be made up
		}
		return
	}
	if s.Flags&(capture.SYN|capture.ACK) == capture.ACK && !e.known[d] && e.precedes(r, s.Ack-1) {
		return // of an earlier connection
	}
	if !e.known[d] {
		e.known[d], e.isn[d] = true, s.Seq
		if e.sure[d] = s.Flags.Has(capture.SYN); !e.sure[d] {
			e.isn[d]--
		}
	}
	if s.Flags.Has(capture.ACK) && !e.known[r] {
		e.known[r], e.isn[r] = true, s.Ack-1
	}
	if s.Flags.Has(capture.FIN) {
		e.fins[d] = true
		e.over = e.over || e.fins[r]
	}
}

// precedes reports whether a sequence number of a direction is before its SYN's, as those are of the
// connection that used the same ports before. As numbers come round it has to be near, unless only
// one end was heard.
func (e *entry) precedes(d Dir, number uint32) bool {
	before := e.isn[d] - number
	return e.sure[d] && before-1 < maxWindow && (before <= nearWindow || !e.known[d.Reverse()])
}

// place returns an entry for key, at the price of another connection if the table is full, or if it
// remembers enough that are over.
func (t *Table) place(key *tuple) (at uint32, evicted ConnID) {
	if len(t.entries)-int(listHeads) < t.max && t.over < maxOver {
		at = uint32(len(t.entries))
		t.entries = append(t.entries, entry{prev: at, next: at})
	} else {
		at = t.entries[overList].next
		if at == overList {
			at = t.entries[openList].next
		}
		evicted = t.entries[at].id
		t.unlink(at)
	}
	t.entries[at].tuple = *key
	t.entries[at].sibling = t.index[*key]
	t.enter(key, at)
	return at, evicted
}

// unlink takes an entry from its siblings.
func (t *Table) unlink(at uint32) {
	t.forgetPaths(at)
	e := &t.entries[at]
	i := t.index[e.tuple]
	switch {
	case i != at:
		for t.entries[i].sibling != at {
			i = t.entries[i].sibling
		}
		t.entries[i].sibling = e.sibling
	case e.sibling != 0:
		t.enter(&e.tuple, e.sibling)
	default:
		t.forget(&e.tuple)
	}
}

// touch makes the entry the most recently active one of its list.
func (t *Table) touch(at uint32) {
	e := &t.entries[at]
	head := openList
	if e.over {
		head = overList
		if !e.counted {
			e.counted = true
			t.over++
		}
	}
	if t.entries[head].prev == at {
		return
	}
	t.entries[e.prev].next, t.entries[e.next].prev = e.next, e.prev
	e.prev, e.next = t.entries[head].prev, head
	t.entries[e.prev].next, t.entries[head].prev = at, at
}
