package reassembly

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"sipsecdump/capture"
)

// hosts are the ends that table tests speak of: A and B differ in the port, c in the family.
var hosts = map[string]netip.AddrPort{
	"A": netip.MustParseAddrPort("192.0.2.1:5000"),
	"B": netip.MustParseAddrPort("192.0.2.1:5001"),
	"S": netip.MustParseAddrPort("198.51.100.9:5061"),
	"a": netip.MustParseAddrPort("[2001:db8::1]:5000"),
	"s": netip.MustParseAddrPort("[2001:db8::9]:5061"),
	"m": netip.MustParseAddrPort("[::ffff:192.0.2.1]:5000"),
	"n": netip.MustParseAddrPort("[::ffff:198.51.100.9]:5061"),
}

// parseTableLine reads "A>S SYN seq=1 ...", or "A>S udp".
func parseTableLine(t *testing.T, line string) *capture.Segment {
	t.Helper()
	words := word.FindAllString(line, -1)
	s := &capture.Segment{
		Proto: capture.TCP, Src: hosts[words[0][:1]], Dst: hosts[words[0][2:]],
	}
	for _, w := range words[1:] {
		if w == "udp" {
			s.Proto = capture.UDP
			continue
		}
		if err := parseWord(s, w); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return s
}

func (r Route) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", r.Conn, letter(r.Dir))
	if r.New {
		b.WriteString(" new")
	}
	if r.MidStream {
		b.WriteString(" mid-stream")
	}
	if r.Replaced != 0 {
		fmt.Fprintf(&b, " replaces %d", r.Replaced)
	}
	if r.Reset {
		b.WriteString(" reset")
	}
	if r.Evicted != 0 {
		fmt.Fprintf(&b, " evicts %d", r.Evicted)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	tests := []struct {
		name  string
		max   int
		lines []string // segment, " = ", route
	}{
		{"complete", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`A>S ACK seq=101 ack=301 = 1 C`,
			`S>A ACK seq=301 ack=101 "hi" = 1 S`,
			`A>S FIN+ACK seq=101 ack=303 = 1 C`,
			`S>A FIN+ACK seq=303 ack=102 = 1 S`,
			`A>S ACK seq=102 ack=304 = 1 C`,
		}},
		{"numbers in order of first segments", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`B>S SYN seq=100 = 2 C new`,
			`a>s SYN seq=100 = 3 C new`,
			`S>B SYN+ACK seq=300 ack=101 = 2 S`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
		}},
		{"the client is the higher end", 0, []string{
			`S>A SYN seq=100 = 1 C new`,
			`A>S SYN+ACK seq=300 ack=101 = 1 S`,
		}},
		{"SYN/ACK first", 0, []string{
			`S>A SYN+ACK seq=300 ack=101 = 1 S new`,
			`A>S SYN seq=100 = 1 C`,
			`A>S ACK seq=101 ack=301 = 1 C`,
		}},
		{"data first", 0, []string{
			`S>A ACK seq=301 ack=101 "hi" = 1 C new mid-stream`,
			`A>S ACK seq=101 ack=303 = 1 S`,
		}},
		{"data first, then the SYNs", 0, []string{
			`A>S ACK seq=101 ack=301 "hi" = 1 C new mid-stream`,
			`A>S SYN seq=100 = 1 C`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
		}},
		{"data first, then a new connection", 0, []string{
			`A>S ACK seq=101 ack=301 "hi" = 1 C new mid-stream`,
			`A>S SYN seq=900 = 2 C new replaces 1`,
		}},
		{"what opens nothing", 0, []string{
			`A>S RST seq=1 = none`,
			`A>S RST+ACK seq=1 ack=1 "text" = none`,
			`A>S SYN+RST seq=1 = none`,
			`A>S ACK seq=1 ack=1 = none`,
			`A>S FIN+ACK seq=1 ack=1 = none`,
			`A>S ACK seq=1 ack=1 "\x00" = none`,
			`A>S ACK seq=1 ack=1 "\r\n" = 1 C new mid-stream`,
		}},
		{"payload that was cut off opens", 0, []string{
			`A>S ACK seq=1 ack=1 missing=9 = 1 C new mid-stream`,
		}},
		{"SYN repeated", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`A>S SYN seq=100 = 1 C`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`A>S SYN seq=100 = 1 C`,
		}},
		{"SYN repeated with another number", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`A>S SYN seq=777 = 2 C new replaces 1`,
			`S>A SYN+ACK seq=300 ack=778 = 2 S`,
		}},
		{"Fast Open", 0, []string{
			`A>S SYN seq=100 "hello" = 1 C new`,
			`S>A SYN+ACK seq=300 ack=106 = 1 S`,
		}},
		{"simultaneous open", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`S>A SYN seq=300 = 1 S`,
			`A>S SYN+ACK seq=100 ack=301 = 1 C`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
		}},
		{"ports used again after FINs", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`A>S FIN+ACK seq=101 ack=301 = 1 C`,
			`S>A FIN+ACK seq=301 ack=102 = 1 S`,
			`A>S SYN seq=100 = 1 C`,
			`A>S SYN seq=900 = 2 C new replaces 1`,
			`S>A SYN+ACK seq=700 ack=901 = 2 S`,
		}},
		{"ports used again without FIN, SYN not captured", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`S>A SYN+ACK seq=700 ack=901 = 2 S new replaces 1`,
			`A>S ACK seq=901 ack=701 = 2 C`,
		}},
		{"ports used again from the other end", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`S>A SYN seq=999 = 2 C new replaces 1`,
			`A>S SYN+ACK seq=555 ack=1000 = 2 S`,
		}},
		{"refused, tried again with the same number, and answered", 0, []string{
			`A>S SYN seq=100 = 1 C new`,
			`S>A RST+ACK seq=0 ack=101 = 1 S`,
			`A>S SYN seq=100 = 1 C reset`,
			`S>A RST+ACK seq=0 ack=101 = 1 S reset`,
			`A>S SYN seq=100 = 1 C reset`,
			`S>A SYN+ACK seq=300 ack=101 = 2 S new replaces 1`,
		}},
		{"ports used again, and a late RST of the connection before", 0, []string{
			`A>S SYN seq=5100 = 1 C new`,
			`A>S RST seq=101 = 1 C`,
			`S>A SYN+ACK seq=9300 ack=5101 = 1 S`,
			`S>A RST seq=301 = 1 S`,
			`A>S ACK seq=5101 ack=9301 "hi" = 1 C`,
			`A>S RST seq=5103 = 1 C`,
			`A>S ACK seq=5101 ack=9301 "hi" = 1 C reset`,
		}},
		{"ports used again, and a late segment of the connection before", 0, []string{
			`A>S SYN seq=5100 = 1 C new`,
			`S>A ACK seq=301 ack=101 "late" = 1 S`,
			`S>A FIN+ACK seq=305 ack=101 = 1 S`,
			`A>S RST seq=101 = 1 C`,
			`A>S SYN seq=5100 = 1 C`,
			`S>A SYN+ACK seq=9300 ack=5101 = 1 S`,
			`A>S ACK seq=5101 ack=9301 "hi" = 1 C`,
		}},
		{"ports used again after a while, and late segments of the connection before", 0, []string{
			`A>S SYN seq=9000000 = 1 C new`,
			`S>A ACK seq=301 ack=101 = 1 S`,
			`A>S RST seq=101 = 1 C`,
			`A>S SYN seq=9000000 = 1 C`,
			`S>A SYN+ACK seq=7000000 ack=9000001 = 1 S`,
		}},
		{"UDP beside TCP", 0, []string{
			`A>S udp = 1 C new`,
			`A>S SYN seq=1 = 2 C new`,
			`S>A udp = 1 S`,
			`S>A SYN+ACK seq=1 ack=2 = 2 S`,
		}},
		{"IPv4 beside IPv6 that maps it", 0, []string{
			`A>S udp = 1 C new`,
			`m>n udp = 2 C new`,
		}},
		{"both ends the same", 0, []string{
			`A>A SYN seq=1 = 1 C new`,
			`A>A ACK seq=2 ack=2 = 1 C`,
		}},
		{"the least recently active makes room", 2, []string{
			`A>S SYN seq=100 = 1 C new`,
			`B>S SYN seq=100 = 2 C new`,
			`S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`a>s SYN seq=100 = 3 C new evicts 2`,
			`B>S ACK seq=101 ack=1 = none`,
			`B>S ACK seq=101 ack=1 "hi" = 4 C new mid-stream evicts 1`,
			`a>s udp = 5 C new evicts 3`,
		}},
		{"what is over makes room first", 2, []string{
			`A>S SYN seq=100 = 1 C new`,
			`B>S SYN seq=100 = 2 C new`,
			`S>B RST+ACK seq=0 ack=101 = 2 S`,
			`a>s SYN seq=100 = 3 C new evicts 2`,
			`s>a SYN+ACK seq=300 ack=101 = 3 S`,
			`s>a FIN+ACK seq=301 ack=101 = 3 S`,
			`a>s FIN+ACK seq=101 ack=302 = 3 C`,
			`B>S SYN seq=900 = 4 C new evicts 3`,
			`A>S SYN seq=900 = 5 C new replaces 1`,
			`a>s SYN seq=900 = 6 C new evicts 4`,
		}},
		{"room for one", 1, []string{
			`A>S SYN seq=100 = 1 C new`,
			`B>S SYN seq=100 = 2 C new evicts 1`,
			`B>S SYN seq=200 = 3 C new replaces 2`,
			`A>S SYN seq=100 = 4 C new evicts 3`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := NewTable(Limits{MaxConnections: tt.max})
			for i, line := range tt.lines {
				input, want, _ := strings.Cut(line, " = ")
				got := "none"
				if r, ok := table.Route(parseTableLine(t, input)); ok {
					got = r.String()
				}
				if got != want {
					t.Errorf("line %d: %s = %s, want %s", i+1, input, got, want)
				}
			}
		})
	}
}

func TestRouteAllocs(t *testing.T) {
	table := NewTable(Limits{})
	segments := connections(100)
	for i := range segments {
		table.Route(&segments[i])
	}
	i := 0
	if n := testing.AllocsPerRun(1000, func() {
		s := &segments[i%len(segments)]
		if r, ok := table.Route(s); !ok || r.New {
			t.Fatal("not known")
		}
		s.Src, s.Dst = s.Dst, s.Src
		i++
	}); n != 0 {
		t.Errorf("%v allocations for a segment of a known connection, want none", n)
	}
}

// TestTableOfClosed: connections that are over are remembered for their last segments, but not all of a
// long capture.
func TestTableOfClosed(t *testing.T) {
	table := NewTable(Limits{})
	segments := connections(maxOver + 100)
	for i := range segments {
		s := segments[i]
		opened, _ := table.Route(&s)
		s.Flags = capture.RST
		if r, ok := table.Route(&s); !ok || r.Conn != opened.Conn {
			t.Fatalf("connection %d is not known", i)
		}
		s = segments[max(0, i-100)]
		if r, ok := table.Route(&s); !ok || r.New {
			t.Fatalf("connection %d is forgotten", max(0, i-100))
		}
	}
	if n := len(table.entries) - int(listHeads); n != maxOver || table.over != maxOver || len(table.index) != maxOver {
		t.Errorf("%d entries, %d that are over, %d in the index; want %d", n, table.over, len(table.index), maxOver)
	}
	s := segments[0]
	if r, ok := table.Route(&s); !ok || !r.New || r.Evicted == 0 {
		t.Errorf("the first connection: %v, want a new one in place of another", r)
	}
}

// connections returns the first segments of n connections.
func connections(n int) []capture.Segment {
	all := make([]capture.Segment, n)
	for i := range all {
		src := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		all[i] = capture.Segment{
			Proto: capture.TCP, Flags: capture.ACK, Payload: []byte("hello"),
			Src: netip.AddrPortFrom(src, uint16(i)), Dst: hosts["S"],
		}
	}
	return all
}

// FuzzTable routes segments between a few ends and holds the routes against a model that
// knows only which connections are there, how recently they were active and how they ended.
func FuzzTable(f *testing.F) {
	f.Add([]byte{3, 0, 2, 100, 0, 1, 2, 100, 0, 8, 18, 44, 101, 16, 16, 9, 9})
	f.Add([]byte{0, 0, 2, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 2, 4, 4})
	f.Add([]byte{1, 0, 2, 1, 0, 0, 2, 2, 0, 0, 1, 2, 0, 8, 1, 2, 0, 0, 2, 3, 0})
	ends := []netip.AddrPort{hosts["A"], hosts["B"], hosts["S"], hosts["a"]}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := program(data)
		limit := 1 + int(p.byte()%4)
		table := NewTable(Limits{MaxConnections: limit})
		var last ConnID
		var live []*modelConn // least recently active first
		for !p.done() {
			pair := p.byte()
			s := capture.Segment{
				Proto: capture.TCP, Src: ends[pair&3], Dst: ends[pair>>2&3],
				Flags: capture.Flags(p.byte() & 0x3f), Seq: uint32(p.byte()), Ack: uint32(p.byte()),
			}
			if pair&16 != 0 {
				s.Payload = []byte("data")
			}
			if pair&32 != 0 {
				s.Proto = capture.UDP
			}
			at := slices.IndexFunc(live, func(c *modelConn) bool { return c.is(&s) })
			r, ok := table.Route(&s)
			if !ok {
				if at >= 0 || opens(&s) {
					t.Fatalf("%+v: none, but the model has one", s)
				}
				continue
			}
			if r.New != (r.Conn == last+1) || r.Conn > last+1 {
				t.Fatalf("route %v after connection %d", r, last)
			}
			var c *modelConn
			if r.New {
				last = r.Conn
				c = &modelConn{id: r.Conn, proto: s.Proto, client: s.Src, server: s.Dst}
				if r.Dir == ServerToClient {
					c.client, c.server = s.Dst, s.Src
				}
				var replaced, evicted ConnID
				if at >= 0 {
					replaced = live[at].id
					if s.Proto != capture.TCP || !s.Flags.Has(capture.SYN) {
						t.Fatalf("%+v: replaces %d", s, replaced)
					}
					live = slices.Delete(live, at, at+1)
				} else if len(live) == limit {
					victim := max(slices.IndexFunc(live, (*modelConn).over), 0)
					evicted = live[victim].id
					live = slices.Delete(live, victim, victim+1)
				}
				if r.Replaced != replaced || r.Evicted != evicted {
					t.Fatalf("%+v: route %v, want replaced %d, evicted %d", s, r, replaced, evicted)
				}
			} else {
				if at < 0 || live[at].id != r.Conn || r.Replaced|r.Evicted != 0 || r.MidStream {
					t.Fatalf("%+v: route %v, the model differs", s, r)
				}
				c = live[at]
				live = slices.Delete(live, at, at+1)
			}
			want := ClientToServer
			if c.client != c.server && s.Src == c.server {
				want = ServerToClient
			}
			if c.client != c.server && r.Dir != want {
				t.Fatalf("%+v: direction %d, want %d", s, r.Dir, want)
			}
			c.see(&s, r.Dir)
			live = append(live, c)
			if len(live) > limit || len(table.index) != len(live) {
				t.Fatalf("%d connections, %d in the table, limit %d", len(live), len(table.index), limit)
			}
		}
	})
}

type modelConn struct {
	id             ConnID
	proto          capture.Proto
	client, server netip.AddrPort
	fins           [2]bool
	reset          bool
}

func (c *modelConn) is(s *capture.Segment) bool {
	return c.proto == s.Proto && (c.client == s.Src && c.server == s.Dst || c.client == s.Dst && c.server == s.Src)
}

func (c *modelConn) over() bool { return c.reset || c.fins == [2]bool{true, true} }

func (c *modelConn) see(s *capture.Segment, d Dir) {
	if s.Proto != capture.TCP {
		return
	}
	if s.Flags.Has(capture.RST) {
		c.reset = true
	} else if s.Flags.Has(capture.FIN) {
		c.fins[d] = true
	}
}
