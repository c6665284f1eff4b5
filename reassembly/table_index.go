package reassembly

import (
	"cmp"
	"encoding/binary"
	"net/netip"

	"sipsecdump/capture"
)

// tuple identifies the two ends of a connection, the lower one first. It holds no pointers,
// so that the garbage collector need not look into the index.
type tuple struct {
	low, high         address
	lowPort, highPort uint16
	proto             capture.Proto
	v4, whole         bool
}

// address is one of IPv6, or of IPv4 mapped to it.
type address struct{ network, host uint64 }

func addressOf(a netip.Addr) address {
	b := a.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (a address) compare(b address) int {
	return cmp.Or(cmp.Compare(a.network, b.network), cmp.Compare(a.host, b.host))
}

// of makes k the key of a segment and tells whether its sender is the higher end. Where both
// ends are the same, every segment is the lower one's.
func (k *tuple) of(s *capture.Segment) (srcHigh bool) {
	k.low, k.lowPort = addressOf(s.Src.Addr()), s.Src.Port()
	k.high, k.highPort = addressOf(s.Dst.Addr()), s.Dst.Port()
	k.proto, k.whole = s.Proto, s.Whole
	k.v4 = s.Src.Addr().Is4() && s.Dst.Addr().Is4()
	if order := k.low.compare(k.high); order > 0 || order == 0 && k.lowPort > k.highPort {
		k.low, k.lowPort, k.high, k.highPort = k.high, k.highPort, k.low, k.lowPort
		return true
	}
	return false
}

// So many tuples are found without the index, if no two want the same place.
const (
	recentBits   = 8
	recentTuples = 1 << recentBits
)

// place is the one of a tuple in Table.recent. Whoever makes many want the same one gains that
// they are looked up in the index.
func (k *tuple) place() int {
	const odd = 0x9e3779b1 // spreads the low bits over the high ones
	sum := uint32(k.low.host)*odd ^ uint32(k.high.host)
	sum = sum*odd ^ uint32(k.lowPort)<<16 ^ uint32(k.highPort)
	return int(sum * odd >> (32 - recentBits))
}

// find returns the first entry with a tuple. Packets come in bursts and are answered, so most
// tuples are not hashed.
func (t *Table) find(k *tuple) (at uint32, ok bool) {
	recent := &t.recent[k.place()]
	if at = *recent; at != 0 && t.entries[at].tuple == *k {
		return at, true
	}
	if at, ok = t.index[*k]; ok {
		*recent = at
	}
	return at, ok
}

// enter makes an entry the first with a tuple.
func (t *Table) enter(k *tuple, at uint32) {
	t.index[*k] = at
	t.recent[k.place()] = at
}

// forget is for the last entry with a tuple.
func (t *Table) forget(k *tuple) {
	delete(t.index, *k)
	t.recent[k.place()] = 0
}
