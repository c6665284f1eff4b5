package ws

import (
	"fmt"
	"strings"
	"testing"
)

var benchStreams = []struct {
	name   string
	dir    Dir
	stream string
}{
	{"plain", ServerToClient, strings.Repeat(plain(text, okay+strings.Repeat("x", 800)), 100)},
	{"masked", ClientToServer, strings.Repeat(masked(text, options+strings.Repeat("x", 800)), 100)},
	{"deflate", ServerToClient, strings.Repeat(plain(text|rsv1, deflated(okay+strings.Repeat("x", 800))), 100)},
	{"search", ServerToClient, "\xff" + strings.Repeat("\x81\x7e\x01\x00REGISTER ", 8000)},
	{"search-deflated", ServerToClient, "\xff" + strings.Repeat("\xc1\x7e\x01\x00REGISTER ", 8000)},
}

func BenchmarkConn(b *testing.B) {
	for _, bb := range benchStreams {
		for _, size := range []int{1460, 1} {
			b.Run(fmt.Sprintf("%s/%d", bb.name, size), func(b *testing.B) {
				stream := []byte(bb.stream)
				c := NewConn(Limits{})
				b.SetBytes(int64(len(stream)))
				b.ReportAllocs()
				for b.Loop() {
					for p := stream; len(p) > 0; p = p[min(size, len(p)):] {
						c.Feed(bb.dir, p[:min(size, len(p))], func(*Message) {})
					}
				}
			})
		}
	}
}

// TestNoAllocations: uncompressed messages cost no memory, whole, masked, cut or in fragments.
func TestNoAllocations(t *testing.T) {
	for name, stream := range map[string]string{
		"plain":     plain(text, okay),
		"masked":    masked(text, okay),
		"fragments": plain(first, okay[:9]) + plain(fin|9, "") + plain(last, okay[9:]),
	} {
		p := []byte(stream)
		c := NewConn(Limits{})
		yield := func(m *Message) {}
		for _, size := range []int{1, 20, 1000} {
			n := testing.AllocsPerRun(100, func() {
				c.dirs[0].maskTold = true
				for p := p; len(p) > 0; p = p[min(size, len(p)):] {
					c.Feed(ClientToServer, p[:min(size, len(p))], yield)
				}
			})
			if n > 0 {
				t.Errorf("%s in pieces of %d: %v allocations", name, size, n)
			}
		}
	}
}
