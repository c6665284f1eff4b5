package interop

import "time"

// aging holds what was met lately and forgets what has been quiet for longest, by time or, once it
// is full, early. The zero value, with its limit set, holds nothing.
type aging[V any] struct {
	limit  int
	early  int // how many were forgotten because it was full
	values map[key]*aged[V]
	// oldest and newest are the ends of a list in the order of touch.
	oldest, newest *aged[V]
	unused         *aged[V]
}

// aged is a value in an aging.
type aged[V any] struct {
	value        V
	key          key
	touched      time.Duration // on the clock of the capture
	older, newer *aged[V]
}

// get returns what is held of k, or nil. It is valid until the next touch.
func (a *aging[V]) get(k key) *V {
	if e := a.values[k]; e != nil {
		return &e.value
	}
	return nil
}

// touch returns what is held of k, and makes it the newest. fresh tells that it is zero, as nothing
// was held.
func (a *aging[V]) touch(k key, now time.Duration) (v *V, fresh bool) {
	e := a.values[k]
	if fresh = e == nil; fresh {
		if a.values == nil {
			a.values = make(map[key]*aged[V])
		}
		if len(a.values) >= a.limit {
			a.early++
			a.forget(a.oldest)
		}
		if e = a.unused; e != nil {
			a.unused = e.newer
			*e = aged[V]{}
		} else {
			e = new(aged[V])
		}
		e.key = k
		a.values[k] = e
	} else {
		a.unlist(e)
	}
	e.touched = now
	e.older, e.newer = a.newest, nil
	if a.newest != nil {
		a.newest.newer = e
	} else {
		a.oldest = e
	}
	a.newest = e
	return &e.value, fresh
}

// forget forgets a value. Its memory is used again.
func (a *aging[V]) forget(e *aged[V]) {
	a.unlist(e)
	delete(a.values, e.key)
	*e = aged[V]{newer: a.unused}
	a.unused = e
}

// clear forgets everything.
func (a *aging[V]) clear() {
	for a.oldest != nil {
		a.forget(a.oldest)
	}
}

func (a *aging[V]) unlist(e *aged[V]) {
	if e.older != nil {
		e.older.newer = e.newer
	} else {
		a.oldest = e.newer
	}
	if e.newer != nil {
		e.newer.older = e.older
	} else {
		a.newest = e.older
	}
}
