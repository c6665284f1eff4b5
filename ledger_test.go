package sipsecdump

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestLedgerForgetsTheSame: what a ledger shows depends on what was learned and where, not on
// the order in which it hears of it.
func TestLedgerForgetsTheSame(t *testing.T) {
	type lesson struct {
		at    place
		key   string
		value []byte
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 50 {
		var lessons []lesson
		for range 60 {
			lessons = append(lessons, lesson{
				place{rng.Uint64N(40), rng.Uint64N(5)},
				fmt.Sprintf("key %d", rng.IntN(12)), []byte{byte(rng.IntN(3))},
			})
		}
		slices.SortStableFunc(lessons, func(a, b lesson) int {
			switch {
			case a.at.before(b.at):
				return -1
			case b.at.before(a.at):
				return 1
			}
			return bytes.Compare([]byte(a.key+string(a.value)), []byte(b.key+string(b.value)))
		})
		// One place learns one thing.
		lessons = slices.CompactFunc(lessons, func(a, b lesson) bool { return a.at == b.at })
		show := func(limit int, order []lesson) string {
			l := newLedger(limit, bytes.Equal)
			for _, x := range order {
				l.add(x.at, x.key, x.value)
			}
			var out []byte
			for packet := range uint64(41) {
				for k := range 12 {
					out = fmt.Appendf(out, "%d %d %v\n", packet, k, l.before(packet, fmt.Sprintf("key %d", k)))
				}
			}
			return string(out)
		}
		for _, limit := range []int{1, 5, 1000} {
			want := show(limit, lessons)
			for range 5 {
				shuffled := slices.Clone(lessons)
				rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				if got := show(limit, shuffled); got != want {
					t.Fatalf("round %d, limit %d: another order shows other facts", round, limit)
				}
			}
		}
	}
}

// TestAwait: who asks waits for the others, and stop releases everyone.
func TestAwait(t *testing.T) {
	p := newProgress(3)
	done := make(chan bool, 1)
	go func() { p.await(0, 10); done <- true }()
	p.advance(1, 10)
	select {
	case <-done:
		t.Fatal("did not wait for shard 2")
	case <-time.After(20 * time.Millisecond):
	}
	p.advance(2, 11)
	<-done
	go func() { p.await(0, 99); done <- true }()
	p.stop()
	<-done
}
