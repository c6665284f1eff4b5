package dialog

import (
	"cmp"
	"time"
)

// waiting is what calls have in common that stand in one queue.
type waiting uint8

const (
	going   waiting = iota // there is no end to wait for
	briefly                // for hungUp
	usual                  // for grace
	lasting                // for what was granted
)

func waitingFor(wait time.Duration) waiting {
	switch wait {
	case hungUp:
		return briefly
	case grace:
		return usual
	}
	return lasting
}

// queue holds calls in the order of their last messages. Where all wait equally long, this is the
// order of deadlines too.
type queue struct{ oldest, newest *call }

func (q *queue) add(c *call) {
	c.older, c.newer = q.newest, nil
	if q.newest != nil {
		q.newest.newer = c
	} else {
		q.oldest = c
	}
	q.newest = c
}

func (q *queue) remove(c *call) {
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		q.oldest = c.newer
	}
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		q.newest = c.older
	}
}

// byDeadline is the order in which calls are told.
func byDeadline(a, b *call) int {
	return cmp.Or(cmp.Compare(a.deadline, b.deadline), cmp.Compare(a.First, b.First))
}

// deadlines is a heap of calls.
type deadlines []*call

func (h deadlines) Len() int           { return len(h) }
func (h deadlines) Less(i, j int) bool { return byDeadline(h[i], h[j]) < 0 }

func (h deadlines) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *deadlines) Push(x any) {
	c := x.(*call)
	c.place = len(*h)
	*h = append(*h, c)
}

// Pop implements heap.Interface.
func (h *deadlines) Pop() any {
	n := len(*h) - 1
	c := (*h)[n]
	(*h)[n] = nil
	*h = (*h)[:n]
	c.place = -1
	return c
}
