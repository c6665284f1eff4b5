package ws

import (
	"slices"
	"strings"
	"testing"
)

// FuzzConn: what is yielded does not depend on how the stream was cut; it is bounded by the limit;
// its parts lie in the stream, in order, and what was skipped does not overlap; what is incomplete
// says why.
func FuzzConn(f *testing.F) {
	for _, tt := range connTests {
		stream, _ := pieces(tt.stream, nil)
		if len(stream) < 2000 {
			f.Add([]byte(stream), uint8(tt.dir), uint16(7), uint16(0), uint16(0))
			f.Add([]byte(stream), uint8(tt.dir), uint16(90), uint16(30), uint16(20))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, dir uint8, size, gapAt, gapLen uint16) {
		d := Dir(dir & 1)
		const limit = 300
		run := func(size int) (got []string) {
			c := NewConn(Limits{Message: limit})
			end := int64(0)
			yield := func(m *Message) {
				got = append(got, show(m))
				if m.Incomplete && len(m.Issues) == 0 || len(m.Issues) > maxIssues {
					t.Errorf("%s", show(m))
				}
				switch m.Kind {
				case Skipped:
					if m.Length <= 0 || m.Offset < end || m.Data != nil {
						t.Errorf("%s behind %d", show(m), end)
					}
					end = m.Offset + m.Length
				case HTTP:
					if m.Offset < end || len(m.Data) > maxHead {
						t.Errorf("%s behind %d", show(m), end)
					}
					end = m.Offset + int64(len(m.Data))
				default:
					if len(m.Data) > limit {
						t.Errorf("%d octets", len(m.Data))
					}
				}
				if m.Offset < 0 || end > int64(len(stream)) {
					t.Errorf("%s", show(m))
				}
			}
			feed := func(p []byte) {
				for ; len(p) > 0; p = p[min(size, len(p)):] {
					piece := slices.Clone(p[:min(size, len(p))])
					c.Feed(d, piece, yield)
					for i := range piece {
						piece[i] = 0xDB // not retained
					}
				}
			}
			at := min(int(gapAt), len(stream))
			n := min(int(gapLen), len(stream)-at)
			feed(stream[:at])
			if n > 0 {
				c.Gap(d, int64(n), yield)
			}
			feed(stream[at+n:])
			c.Close(d, yield)
			if held := cap(c.dirs[d].buf) + cap(c.dirs[d].message.Data) + cap(c.dirs[d].control.Data) + cap(c.dirs[d].out); held > 2*len(stream)+8*(limit+maxHead) {
				t.Errorf("%d octets are held", held)
			}
			return got
		}
		want := run(len(stream) + 1)
		for _, n := range []int{1, 1 + int(size)} {
			if got := run(n); !slices.Equal(got, want) {
				t.Fatalf("in pieces of %d octets:\n%s\nwhole:\n%s", n, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

// FuzzRoundTrip: a message comes out as it went in, masked or not, compressed or not, in fragments
// with pings between them, and so does the next one.
func FuzzRoundTrip(f *testing.F) {
	f.Add(options, uint16(10), uint16(50), false, true)
	f.Add(okay+options, uint16(0), uint16(0), true, false)
	f.Add(strings.Repeat("x", 70000), uint16(200), uint16(3), true, true)
	f.Fuzz(func(t *testing.T, content string, a, b uint16, mask, compress bool) {
		frame, d, head := plain, ServerToClient, deflateResponse
		if mask {
			frame, d = masked, ClientToServer
		}
		both := new(deflater)
		stream := ""
		for range 2 {
			p, bits := content, byte(0)
			if compress {
				p, bits = both.message(content), rsv1
			}
			i := min(int(a), len(p))
			j := min(i+int(b), len(p))
			stream += frame(byte(Binary)|bits, p[:i]) + frame(fin|byte(Ping), "?") + frame(more, p[i:j]) + frame(last, p[j:])
		}
		c := NewConn(Limits{})
		c.Feed(ServerToClient, []byte(strings.ReplaceAll(head, "%s", "")), func(*Message) {})
		n := 0
		yield := func(m *Message) {
			if m.Kind == Ping && string(m.Data) == "?" && len(m.Issues) == 0 {
				return
			}
			n++
			if m.Kind != Binary || string(m.Data) != content || m.Incomplete || len(m.Issues) > 0 || m.Compressed != compress {
				t.Errorf("%s", show(m))
			}
		}
		c.Feed(d, []byte(stream), yield)
		c.Close(d, yield)
		if n != 2 {
			t.Errorf("%d messages", n)
		}
	})
}

// FuzzSniff: a longer start of the stream never changes an answer that was sure, and what is found
// at the start of a stream is decoded there.
func FuzzSniff(f *testing.F) {
	for _, s := range []string{request, response, plain(text, options), masked(text, okay), masked(text|rsv1, deflated(options)), masked(first, options[:20]),
		plain(text, strings.Repeat("A", maxMethod+1)+" "), plain(text, strings.Repeat("A", maxMethod)+" sips:")} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		for _, sniff := range []func([]byte) (bool, bool){SniffUpgrade, SniffFrames} {
			want, sure := false, false
			for i := 0; i <= min(len(p), 600); i++ {
				is, enough := sniff(p[:i])
				if is && !enough || sure && (is != want || !enough) {
					t.Fatalf("%q: %v, %v; it was %v", p[:i], is, enough, want)
				}
				want, sure = is, enough
			}
		}
		if is, _ := SniffFrames(p); is {
			first := true
			NewConn(Limits{}).Feed(ClientToServer, p, func(m *Message) {
				if first && m.Kind != Ping && m.Kind != Pong && m.Kind != CloseFrame && (m.Offset != 0 || m.Kind != Text && m.Kind != Binary) {
					t.Errorf("%s", show(m))
				}
				first = first && m.Kind >= CloseFrame && m.Kind <= Pong
			})
		}
	})
}
