package reassembly

import (
	"net/netip"
	"testing"

	"sipsecdump/capture"
)

// FuzzTableNetworks routes any segments through a small table, and demands that its lists hold
// together and that it says who goes.
func FuzzTableNetworks(f *testing.F) {
	f.Add([]byte("\x01\x00\x02\x00\x01\x01\x02\x00\x01\x02\x02\x00\x00\x00\x02\x00"))
	f.Add([]byte("\x41\x10\x07\x01\x42\x20\x07\x02\x43\x30\x07\x03\x44\x40\x07\x04\x45\x50\x07\x05"))
	f.Add([]byte("\x02\x00\x01\x09\x82\x00\x02\x08\x02\x06\x01\x09\x02\x00\x00\x09\x06\x01\x01\x07"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 5
		table := NewTable(Limits{MaxConnections: most})
		live := map[ConnID]bool{}
		var last ConnID
		for p := program(data); !p.done(); {
			how, kind, net, number := p.byte(), p.byte(), p.byte(), p.byte()
			s := capture.Segment{
				Proto: [...]capture.Proto{capture.TCP, capture.UDP, capture.SCTP, capture.TCP}[how&3],
				Whole: how&8 != 0, Net: uint32(net % 4), Seq: uint32(number),
				Src:   netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, how >> 4 & 1}), uint16(1+how>>5&1)),
				Dst:   netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, how >> 6 & 1}), uint16(1+how>>7)),
				Flags: capture.Flags(kind) & 0x3f,
			}
			if s.Proto == capture.SCTP {
				s.Payload = []byte{kind % 16, 0, 0, 20, 0, 0, 0, number, 0, 0, 0, 0}
			}
			r, ok := table.Route(&s)
			if !ok {
				if !isTCP(&s) {
					t.Fatalf("%+v has no route", s)
				}
				continue
			}
			for _, gone := range []ConnID{r.Replaced, r.Evicted} {
				if gone != 0 && !live[gone] {
					t.Fatalf("%v: %d was not there", r, gone)
				}
				delete(live, gone)
			}
			if r.New {
				if r.Conn != last+1 {
					t.Fatalf("%v follows %d", r, last)
				}
				last = r.Conn
				live[r.Conn] = true
			}
			if !live[r.Conn] || len(live) > most {
				t.Fatalf("%v: not among %v", r, live)
			}
			check(t, table, len(live))
		}
	})
}

// check holds a table's index, siblings and paths against its entries.
func check(t *testing.T, table *Table, live int) {
	t.Helper()
	reached := 0
	for key, at := range table.index {
		for ; at != 0; at = table.entries[at].sibling {
			if reached++; reached > live || table.entries[at].tuple != key {
				t.Fatalf("the index reaches %d entries of %d", reached, live)
			}
		}
	}
	if reached != live || len(table.entries)-int(listHeads) != live {
		t.Fatalf("the index reaches %d entries of %d, there are %d", reached, live, len(table.entries)-int(listHeads))
	}
	if len(table.paths) > 2*live {
		t.Fatalf("%d paths of %d associations", len(table.paths), live)
	}
	for p, at := range table.paths {
		e := &table.entries[at]
		if e.tuple.proto != capture.SCTP || e.isn[0] != p.tag && e.isn[1] != p.tag {
			t.Fatalf("path %v is not of %+v", p, e)
		}
	}
}
