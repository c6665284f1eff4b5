package sipsecdump

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A place is where in the run something was learned: the packet, and within it the
// connection. It orders facts as the capture does.
type place struct {
	packet uint64
	conn   uint64
}

func (p place) before(q place) bool {
	return p.packet < q.packet || p.packet == q.packet && p.conn < q.conn
}

// progress tells how far each shard has got. A shard that has published packet n will never
// again learn anything at a packet before n.
type progress struct {
	marks   []mileage
	waiting atomic.Int32
	mu      sync.Mutex
	moved   *sync.Cond
	stopped atomic.Bool
}

// mileage is how far one shard has got. It has a cache line for itself, with the one that processors
// fetch beside it: it is written for each packet and message.
type mileage struct {
	atomic.Uint64
	_ [120]byte
}

func newProgress(shards int) *progress {
	p := &progress{marks: make([]mileage, shards)}
	p.moved = sync.NewCond(&p.mu)
	return p
}

// advance publishes that shard k is at the packet.
func (p *progress) advance(k int, packet uint64) {
	p.marks[k].Store(packet)
	if p.waiting.Load() > 0 {
		p.mu.Lock()
		p.moved.Broadcast()
		p.mu.Unlock()
	}
}

// stop releases everyone who waits: the run is over.
func (p *progress) stop() {
	p.stopped.Store(true)
	p.mu.Lock()
	p.moved.Broadcast()
	p.mu.Unlock()
}

// await returns when every shard but k is at the packet or beyond. There is no deadlock: the
// shard at the lowest packet never waits, and the batch that holds the packet has been handed
// to every shard.
func (p *progress) await(k int, packet uint64) {
	reached := func() bool {
		for i := range p.marks {
			if i != k && p.marks[i].Load() < packet {
				return false
			}
		}
		return true
	}
	if reached() {
		return
	}
	p.waiting.Add(1)
	p.mu.Lock()
	for !reached() && !p.stopped.Load() {
		p.moved.Wait()
	}
	p.mu.Unlock()
	p.waiting.Add(-1)
}

// A ledger keeps what connections learn from each other, under string keys, each fact with
// the place where it was learned first. It holds the first limit facts of the capture: a fact
// that is not among them now never will be, whatever order the shards find them in, so what is
// visible at a packet depends on the capture alone.
type ledger[V any] struct {
	limit int
	equal func(a, b V) bool
	mu    sync.Mutex
	facts map[string][]fact[V] // in the order of places
	order []factKey            // of all facts, ascending
}

type fact[V any] struct {
	at    place
	value V
}

type factKey struct {
	at  place
	key string
}

func newLedger[V any](limit int, equal func(a, b V) bool) *ledger[V] {
	return &ledger[V]{limit: limit, equal: equal, facts: make(map[string][]fact[V])}
}

// add keeps a fact, learned at the place.
func (l *ledger[V]) add(at place, key string, v V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fs := l.facts[key]
	if i := slices.IndexFunc(fs, func(f fact[V]) bool { return l.equal(f.value, v) }); i >= 0 {
		if !at.before(fs[i].at) {
			return // it was learned earlier
		}
		l.remove(fs[i].at, key)
		fs = slices.Delete(fs, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(l.order, at, func(k factKey, at place) int {
		if !at.before(k.at) { // behind those of the same place
			return -1
		}
		return 1
	})
	l.order = slices.Insert(l.order, i, factKey{at, key})
	j := len(fs)
	for j > 0 && at.before(fs[j-1].at) {
		j--
	}
	l.facts[key] = slices.Insert(fs, j, fact[V]{at, v})
	if len(l.order) > l.limit {
		l.dropLast()
	}
}

// remove takes a fact out of the order.
func (l *ledger[V]) remove(at place, key string) {
	i := slices.Index(l.order, factKey{at, key})
	l.order = slices.Delete(l.order, i, i+1)
}

func (l *ledger[V]) dropLast() {
	last := l.order[len(l.order)-1]
	l.order = l.order[:len(l.order)-1]
	fs := l.facts[last.key]
	fs = fs[:len(fs)-1]
	if len(fs) == 0 {
		delete(l.facts, last.key)
		return
	}
	l.facts[last.key] = fs
}

// before returns the facts under the key that were learned at packets before the given one,
// oldest first. The caller has awaited that packet.
func (l *ledger[V]) before(packet uint64, key string) []V {
	l.mu.Lock()
	defer l.mu.Unlock()
	var vs []V
	for _, f := range l.facts[key] {
		if f.at.packet < packet {
			vs = append(vs, f.value)
		}
	}
	return vs
}

// full tells whether facts may have been turned away. The shards have ended.
func (l *ledger[V]) full() bool { return len(l.order) >= l.limit }
