package reassembly

import (
	"strconv"
	"testing"

	"sipsecdump/capture"
)

// BenchmarkInOrder: full segments one after the other.
func BenchmarkInOrder(b *testing.B) {
	benchmarkOrder(b, []uint32{0})
}

// BenchmarkReordered: of three full segments, the first comes last.
func BenchmarkReordered(b *testing.B) {
	benchmarkOrder(b, []uint32{1, 2, 0})
}

func benchmarkOrder(b *testing.B, order []uint32) {
	const size = 1460
	a := NewAssembler(Limits{}, chunkFunc(func(*Chunk) {}))
	s := capture.Segment{Proto: capture.TCP, Flags: capture.ACK, Payload: make([]byte, size)}
	s.Seq = ^uint32(0)
	s.Flags = capture.SYN
	s.Payload = s.Payload[:0]
	a.Segment(ClientToServer, &s)
	s.Payload = s.Payload[:size]
	s.Flags = capture.ACK
	first := uint32(0)
	b.SetBytes(int64(size * len(order)))
	b.ReportAllocs()
	for b.Loop() {
		for _, n := range order {
			s.Seq = first + n*size
			a.Segment(ClientToServer, &s)
		}
		first += uint32(len(order)) * size
	}
	if a.Buffered() > 0 {
		b.Fatal("something waits")
	}
}

// BenchmarkRoute: segments of 100,000 open connections in turn.
func BenchmarkRoute(b *testing.B) { routeInTurn(b, connections(100_000)) }

// BenchmarkRouteFew: segments of a few connections in turn, and their answers.
func BenchmarkRouteFew(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			segments := connections(n)
			for _, s := range segments {
				s.Src, s.Dst = s.Dst, s.Src
				segments = append(segments, s)
			}
			routeInTurn(b, segments)
		})
	}
}

// routeInTurn routes segments again and again, once each has opened its connection.
func routeInTurn(b *testing.B, segments []capture.Segment) {
	table := NewTable(Limits{})
	for i := range segments {
		table.Route(&segments[i])
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		table.Route(&segments[i])
		if i++; i == len(segments) {
			i = 0
		}
	}
}

// BenchmarkConnections: 100,000 connections are opened and left open, then each gets a
// segment; the figures are for one connection.
func BenchmarkConnections(b *testing.B) {
	const n = 100_000
	segments := connections(n)
	h := chunkFunc(func(*Chunk) {})
	b.ReportAllocs()
	for b.Loop() {
		table := NewTable(Limits{})
		assemblers := make([]Assembler, n+1)
		for range 2 {
			for i := range segments {
				s := &segments[i]
				r, _ := table.Route(s)
				a := &assemblers[r.Conn]
				if r.New {
					a.Init(Limits{}, h)
				}
				a.Segment(r.Dir, s)
				s.Seq += uint32(len(s.Payload))
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/conn")
}

// BenchmarkHostile: single octets, each with a hole before it, until the limit is hit.
func BenchmarkHostile(b *testing.B) {
	a := NewAssembler(Limits{}, chunkFunc(func(*Chunk) {}))
	s := capture.Segment{Proto: capture.TCP, Flags: capture.SYN, Seq: ^uint32(0)}
	a.Segment(ClientToServer, &s)
	s.Flags = capture.ACK
	s.Payload = []byte("x")
	b.ReportAllocs()
	for b.Loop() {
		s.Seq += 2
		a.Segment(ClientToServer, &s)
	}
}
