package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// The collector leaves the headroom, and no more where much is in use.
func TestPace(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for _, c := range []struct {
		inUse uint64
		want  int
	}{{0, 300}, {minHeap, 300}, {16 << 20, 150}, {800 << 20, 101}} {
		if got := percent(c.inUse); got != c.want {
			t.Errorf("with %d octets in use: GOGC=%d, want %d", c.inUse, got, c.want)
		}
	}

	t.Setenv("GOGC", "")
	pace()
	inUse := make([]byte, 64<<20)
	for range 2 { // also behind a collection that it was told of
		runtime.GC()
		goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}, {Name: "/gc/heap/live:bytes"}}
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			metrics.Read(goal)
			room, live := goal[0].Value.Uint64(), goal[1].Value.Uint64()
			if room < 2*live+2*headroom && room > 2*live {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("a goal of %d octets with %d in use", room, live)
			}
		}
	}
	runtime.KeepAlive(inUse)
}
