package dialog

import (
	"cmp"
	"container/heap"
	"iter"
	"slices"
	"strconv"
	"time"
)

// Table puts notes together into calls. It is one goroutine's. Its answers depend on the notes
// and their order alone.
type Table struct {
	// Memory bounds what is held of calls that are not over, in octets; 0 stands for
	// DefaultMemory.
	Memory int

	calls  map[string]*call
	links  links
	clock  time.Duration // runs with the notes' time, and never backwards
	last   time.Time     // the latest time on the clock at hand
	queues [4]queue      // all calls
	later  deadlines     // those in queues[lasting]
	due    []*call       // those whose time is up
	octets int
	spare  []*call // zero

	totals  Totals
	evicted int
	told    []*call // by the last call of a method
	done    []*Call // the same, as the caller gets them
}

// NewTable returns an empty table.
func NewTable() *Table {
	return &Table{
		calls: make(map[string]*call),
		links: links{byUUID: make(map[string]*link), byCallID: make(map[string]*link)},
	}
}

// Totals counts the calls told until now.
func (t *Table) Totals() Totals { return t.totals }

// Evicted is how many calls were told early because of the bound of memory.
func (t *Table) Evicted() int { return t.evicted }

// Add takes the next message. It returns the calls to be told before it, in the order in which
// their time was up: they are valid until the next call of a method. The note is the caller's again
// when Add returns.
func (t *Table) Add(n *Note) []*Call {
	t.recycle()
	t.tick(n.Time)
	t.expire()

	id := n.CallID
	if id == "" {
		// "\x00" is in no Call-ID that was read from a header.
		id = "\x00" + strconv.FormatUint(n.Flow, 10)
	}
	c := t.calls[id]
	if c != nil && c.again(n) {
		t.tell(c)
		c = nil
	}
	if c == nil {
		c = t.call()
		c.begin(n, id)
		t.calls[c.key] = c
		t.octets += c.octets
		t.named(c)
	}
	before := c.octets
	c.add(n)
	t.octets += c.octets - before
	t.join(c, n)
	t.schedule(c)

	limit := cmp.Or(t.Memory, DefaultMemory)
	for t.octets > limit {
		o := t.oldest()
		if o == c {
			break
		}
		o.Evicted = true
		t.evicted++
		t.tell(o)
	}
	return t.done
}

// expire tells the calls whose time is up.
func (t *Table) expire() {
	t.due = t.due[:0]
	for _, wait := range [...]waiting{briefly, usual} {
		for c := t.queues[wait].oldest; c != nil && c.deadline <= t.clock; c = c.newer {
			t.due = append(t.due, c)
		}
	}
	for len(t.later) > 0 && t.later[0].deadline <= t.clock {
		t.due = append(t.due, heap.Pop(&t.later).(*call))
	}
	if len(t.due) > 1 {
		slices.SortFunc(t.due, byDeadline)
	}
	for _, c := range t.due {
		switch c.State {
		case Registered, Active, Pending:
			c.State = Expired
		}
		t.tell(c)
	}
	clear(t.due)
}

// Close returns the calls that are not over, in the order of their first messages, some at a time: those
// are valid until the next. Nothing may be added behind it.
func (t *Table) Close() iter.Seq[[]*Call] {
	return func(yield func([]*Call) bool) {
		open := make([]*call, 0, len(t.calls))
		for i := range t.queues {
			for c := t.queues[i].oldest; c != nil; c = c.newer {
				open = append(open, c)
			}
		}
		slices.SortFunc(open, func(a, b *call) int { return cmp.Compare(a.First, b.First) })
		for some := range slices.Chunk(open, closedAtOnce) {
			t.recycle()
			for _, c := range some {
				t.tell(c)
			}
			if !yield(t.done) {
				return
			}
		}
	}
}

// again reports whether a message uses the Call-ID of a session that is over for a new one: it
// should not (RFC 3261, Section 8.1.1.4), but makers of load do.
func (c *call) again(n *Note) bool {
	if c.State != Completed || c.kind != session || n.Method != "INVITE" || !n.Request || n.ToTag != "" {
		return false
	}
	if c.lead != nil && c.lead.cseq == n.CSeq && c.lead.fromTag == n.FromTag {
		return false
	}
	return c.find(n) == nil
}

// tick moves the clock.
func (t *Table) tick(now time.Time) {
	switch step := now.Sub(t.last); {
	case t.last.IsZero(), step < -clockJump:
		t.last = now
	case step > 0:
		t.clock += step
		t.last = now
	}
	if t.clock < 0 {
		t.clock = 1<<63 - 1 // three centuries
	}
}

// tell gives a call out and forgets it.
func (t *Table) tell(c *call) {
	c.settle()
	t.legs(c)
	c.in.remove(c)
	if c.place >= 0 {
		heap.Remove(&t.later, c.place)
	}
	delete(t.calls, c.key)
	t.octets -= c.octets
	t.totals.add(&c.counts)
	t.told = append(t.told, c)
	t.done = append(t.done, &c.Call)
}

// recycle takes back the calls that were told last.
func (t *Table) recycle() {
	for _, c := range t.told {
		if len(t.spare) < maxSpare {
			*c = call{}
			t.spare = append(t.spare, c)
		}
	}
	clear(t.told)
	clear(t.done)
	t.told, t.done = t.told[:0], t.done[:0]
}

// call returns memory for a call.
func (t *Table) call() *call {
	last := len(t.spare) - 1
	if last < 0 {
		return new(call)
	}
	c := t.spare[last]
	t.spare = t.spare[:last]
	return c
}

// schedule puts the call that the latest message is of where it has to wait, as things stand.
func (t *Table) schedule(c *call) {
	if c.in != nil {
		c.in.remove(c)
	}
	wait, over := c.over()
	in := going
	if over {
		in = waitingFor(wait)
		if c.deadline = t.clock + wait; c.deadline < 0 {
			c.deadline = 1<<63 - 1
		}
	}
	c.in = &t.queues[in]
	c.in.add(c)
	switch listed := c.place >= 0; {
	case in == lasting && listed:
		heap.Fix(&t.later, c.place)
	case in == lasting:
		heap.Push(&t.later, c)
	case listed:
		heap.Remove(&t.later, c.place)
	}
}

// oldest returns the call that has been quiet for longest.
func (t *Table) oldest() *call {
	var o *call
	for i := range t.queues {
		if c := t.queues[i].oldest; c != nil && (o == nil || c.LastMessage < o.LastMessage) {
			o = c
		}
	}
	return o
}
