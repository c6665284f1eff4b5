package maker_test

import (
	"io"
	"runtime"
	"testing"

	"sipsecdump/maker"
)

// counter counts what is written.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// BenchmarkCalls makes 50 MB of calls. Run it with -benchtime 1x.
func BenchmarkCalls(b *testing.B) {
	for name, o := range map[string]maker.Options{
		"udp":     {Transport: "udp", Calls: 19000},
		"tcp":     {Transport: "tcp", Calls: 15000},
		"tls":     {Transport: "tls", Calls: 12500},
		"wss":     {Transport: "wss", Calls: 12500},
		"hostile": {Transport: "tls", Calls: 9000, Connections: 100, Network: maker.Network{Reorder: 20, Loss: 5, Duplicate: 5, Overlap: 10}},
	} {
		b.Run(name, func(b *testing.B) {
			o.Scenario, o.Keys = "calls", keys.rsa()
			b.ReportAllocs()
			for b.Loop() {
				var c counter
				if _, err := maker.Make(b.Context(), &c, o); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(c.n)
			}
		})
	}
}

// BenchmarkTLS makes one connection with a full handshake.
func BenchmarkTLS(b *testing.B) {
	o := maker.Options{Scenario: "tls", Keys: keys.rsa()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := maker.Make(b.Context(), io.Discard, o); err != nil {
			b.Fatal(err)
		}
	}
}

// TestFlat: ten times the calls do not take more memory.
func TestFlat(t *testing.T) {
	heap := func(calls int) uint64 {
		var most uint64
		n := 0
		o := maker.Options{Scenario: "calls", Transport: "tls", Calls: calls, Connections: 4, Keys: keys.rsa()}
		o.OnMessage = func(maker.Message) {
			if n++; n%1000 == 0 {
				runtime.GC()
				var s runtime.MemStats
				runtime.ReadMemStats(&s)
				most = max(most, s.HeapAlloc)
			}
		}
		if _, err := maker.Make(t.Context(), io.Discard, o); err != nil {
			t.Fatal(err)
		}
		return most
	}
	few, many := heap(300), heap(3000)
	if many > few+512<<10 {
		t.Errorf("%d octets of heap for 300 calls, %d for 3000", few, many)
	}
}
