package reassembly

import (
	"fmt"
	"strings"
	"testing"

	"sipsecdump/capture"
)

// TestTableNetworks has the same addresses in several overlay networks. A line is a segment
// of TestTable behind its network's number.
func TestTableNetworks(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
	}{
		{"two networks", []string{
			`1 A>S SYN seq=100 = 1 C new`,
			`2 A>S SYN seq=500 = 2 C new`,
			`2 S>A SYN+ACK seq=900 ack=501 = 2 S`,
			`1 S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`1 A>S ACK seq=101 ack=301 "hi" = 1 C`,
			`2 A>S ACK seq=501 ack=901 "hi" = 2 C`,
			`2 A>S SYN seq=700 = 3 C new replaces 2`,
			`1 A>S FIN+ACK seq=103 ack=301 = 1 C`,
		}},
		{"a network for each direction", []string{
			`1 A>S SYN seq=100 = 1 C new`,
			`2 S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`1 A>S ACK seq=101 ack=301 "hi" = 1 C`,
			`2 S>A ACK seq=301 ack=103 "hi" = 1 S`,
		}},
		{"an answer to another SYN", []string{
			`1 A>S SYN seq=100 = 1 C new`,
			`2 S>A SYN+ACK seq=300 ack=70101 = 2 S new`,
		}},
		{"inside of the overlay and without", []string{
			`0 A>S SYN seq=100 = 1 C new`,
			`1 A>S SYN seq=100 = 1 C`,
			`1 S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`0 S>A SYN+ACK seq=300 ack=101 = 1 S`,
			`0 A>S SYN seq=700 = 2 C new replaces 1`,
		}},
		{"flows", []string{
			`1 A>S udp = 1 C new`,
			`2 A>S udp = 2 C new`,
			`2 S>A udp = 2 S`,
			`1 S>A udp = 1 S`,
			`0 A>S udp = 2 C`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := NewTable(Limits{})
			for i, line := range tt.lines {
				text, want, _ := strings.Cut(line, " = ")
				var net uint32
				fmt.Sscan(text[:1], &net)
				s := parseTableLine(t, text[2:])
				s.Net = net
				r, ok := table.Route(s)
				if !ok || r.String() != want {
					t.Fatalf("segment %d: %q: got %v, want %s", i+1, text, r, want)
				}
			}
		})
	}
}

// TestTableManyNetworks has more networks than are told apart, and less room than networks.
func TestTableManyNetworks(t *testing.T) {
	table := NewTable(Limits{MaxConnections: maxSiblings - 4})
	for round := range 3 {
		for net := range uint32(3 * maxSiblings) {
			s := parseTableLine(t, "A>S udp")
			s.Net = net + 1
			if _, ok := table.Route(s); !ok {
				t.Fatalf("round %d: network %d has no connection", round, net)
			}
		}
	}
	if n := len(table.index); n != 1 {
		t.Errorf("%d tuples", n)
	}
	table = NewTable(Limits{})
	for net := range uint32(3 * maxSiblings) {
		s := parseTableLine(t, "A>S udp")
		s.Net = net + 1
		table.Route(s)
	}
	if n := len(table.entries) - int(listHeads); n != maxSiblings {
		t.Errorf("%d connections, want %d", n, maxSiblings)
	}
}

// TestTableWhole keeps messages apart from the stream of the same ends.
func TestTableWhole(t *testing.T) {
	table := NewTable(Limits{})
	for i, want := range []ConnID{1, 2, 2, 1} {
		s := parseTableLine(t, `A>S ACK seq=1 "hi"`)
		s.Whole = i == 1 || i == 2
		if r, ok := table.Route(s); !ok || r.Conn != want || s.Whole && r.MidStream {
			t.Errorf("segment %d: %v", i, r)
		}
	}
}

// TestTableSCTP uses the same addresses for one association after another.
func TestTableSCTP(t *testing.T) {
	init := func(kind uint8, tag byte) []byte {
		return []byte{kind, 0, 0, 20, 0, 0, 0, tag, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0}
	}
	plain := func(kind uint8) []byte { return []byte{kind, 0, 0, 8, 0, 0, 0, 0} }
	tests := []struct {
		name  string
		steps []string
		data  [][]byte
	}{
		{"association after association",
			[]string{"A>S = 1 C new", "S>A = 1 S", "A>S = 1 C", "A>S = 1 C", "S>A = 1 S", "A>S = 2 C new replaces 1"},
			[][]byte{init(chunkInit, 1), init(chunkInitAck, 2), init(chunkInit, 1), plain(chunkData), plain(chunkAbort), init(chunkInit, 3)}},
		{"restart by the server", []string{"A>S = 1 C new", "S>A = 1 S", "S>A = 2 C new replaces 1"},
			[][]byte{init(chunkInit, 1), init(chunkInitAck, 2), init(chunkInit, 3)}},
		{"INIT of both", []string{"A>S = 1 C new", "S>A = 1 S"}, [][]byte{init(chunkInit, 1), init(chunkInit, 2)}},
		{"INIT ACK first", []string{"S>A = 1 S new", "A>S = 1 C"}, [][]byte{init(chunkInitAck, 1), plain(chunkData)}},
		{"mid-stream", []string{"A>S = 1 C new mid-stream", "A>S = 2 C new replaces 1"}, [][]byte{plain(chunkData), init(chunkInit, 1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := NewTable(Limits{})
			for i, step := range tt.steps {
				text, want, _ := strings.Cut(step, " = ")
				s := parseTableLine(t, text+" udp")
				s.Proto, s.Payload = capture.SCTP, tt.data[i]
				if r, ok := table.Route(s); !ok || r.String() != want {
					t.Fatalf("packet %d: got %v, want %s", i+1, r, want)
				}
			}
		})
	}
}

// TestTableMultiHomed has packets of one association between other addresses.
func TestTableMultiHomed(t *testing.T) {
	table := NewTable(Limits{MaxConnections: 1})
	send := func(ends string, tag uint32, kind uint8, want string) {
		t.Helper()
		s := parseTableLine(t, ends+" udp")
		s.Proto, s.Seq = capture.SCTP, tag
		s.Payload = []byte{kind, 0, 0, 20, 0, 0, 0, byte(7 + kind), 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0}
		if r, ok := table.Route(s); !ok || r.String() != want {
			t.Errorf("%s with tag %d: got %v, want %s", ends, tag, r, want)
		}
	}
	send("A>S", 0, chunkInit, "1 C new") // asks for tag 8
	send("S>A", 8, chunkInitAck, "1 S")  // asks for tag 9
	send("A>S", 9, chunkData, "1 C")
	send("m>n", 9, chunkData, "1 C") // the same ports
	send("n>m", 8, chunkData, "1 S")
	send("a>s", 8, chunkData, "2 C new mid-stream evicts 1")
	if len(table.paths) != 1 {
		t.Errorf("%d paths", len(table.paths))
	}
	send("n>m", 9, chunkData, "3 C new mid-stream evicts 2")
	send("A>S", 0, chunkInit, "4 C new evicts 3")
	if len(table.paths) != 1 {
		t.Errorf("%d paths", len(table.paths))
	}
}
