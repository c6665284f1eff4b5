package capture

import (
	"bytes"
	"net/netip"
	"time"
)

// fragmentUnit is what fragment offsets count, in octets.
const fragmentUnit = 8

// maxDatagram is the longest payload that fragments can make up.
const maxDatagram = 1 << 16

// datagramKey is what the fragments of one packet have in common (RFC 791, Section 2.3;
// RFC 8200, Section 4.5, where the protocol does not count), and what they travel in:
// networks beside one another use the same addresses.
type datagramKey struct {
	src, dst netip.Addr
	path     uint64
	id       uint32
	proto    uint8
}

// datagram is a packet of which some fragments have come. A unit of 8 octets is there or it
// is not: whatever was there first stays.
type datagram struct {
	key    datagramKey
	since  time.Time
	age    uint64 // grows with each datagram that is begun
	proto  uint8  // what follows, from the first fragment
	end    int    // length of the whole, -1 while the last fragment is missing
	reach  int    // where the farthest fragment ends
	have   int    // units that are there
	again  bool   // a packet with this key was whole just before: these are its copies
	filled [maxDatagram / fragmentUnit / 64]uint64
	buf    [maxDatagram]byte
}

// defragmenter puts fragments of IP packets together, in any order.
type defragmenter struct {
	waiting map[datagramKey]*datagram
	free    []*datagram
	joined  []*datagram // handed out since the last release
	begun   uint64
	count   int // of all datagrams there are
	whole   [DedupePackets]wholeDatagram
	next    int // place in whole
}

// wholeDatagram is one that was put together.
type wholeDatagram struct {
	key datagramKey
	at  time.Time
}

// release takes back the buffers handed out for the last packet.
func (f *defragmenter) release() {
	f.free = append(f.free, f.joined...)
	f.joined = f.joined[:0]
}

// join adds the fragment in v. If that makes its packet whole, v becomes its payload, c its
// carrier, and join returns true.
func (f *defragmenter) join(d *Decoder, v *view, c *carrier, now time.Time) bool {
	end := c.offset + v.wire
	if v.wire == 0 || c.more && v.wire%fragmentUnit != 0 || end > maxDatagram-1 {
		d.fragmentNote(v, c, &noteFragmentLength)
		return false
	}
	if v.wire != len(v.data) {
		d.fragmentNote(v, c, &noteFragmentCut)
		return false
	}
	if d.copiedFragment(v, c) {
		return false
	}
	g := f.find(d, v, c, now)
	if !g.fits(c, end) {
		d.fragmentNote(v, c, &noteFragmentEnd)
		return false
	}
	if !c.more {
		g.end = end
	}
	g.reach = max(g.reach, end)
	if c.offset == 0 && !g.has(0) {
		g.proto = c.proto
	}
	if g.fill(c.offset, v.data) {
		d.fragmentNote(v, c, &noteFragmentOverlap)
	}
	if g.end < 0 || g.have < units(g.end) {
		return false
	}
	delete(f.waiting, g.key)
	f.joined = append(f.joined, g)
	f.whole[f.next] = wholeDatagram{g.key, now}
	f.next = (f.next + 1) % len(f.whole)
	c.proto, c.fragment, c.more, c.offset = g.proto, false, false, 0
	*v = view{data: g.buf[:g.end:g.end], wire: g.end, at: v.at, joined: true}
	return true
}

// find returns the datagram of a fragment, begun if need be.
func (f *defragmenter) find(d *Decoder, v *view, c *carrier, now time.Time) *datagram {
	key := datagramKey{src: c.src, dst: c.dst, path: d.path, id: c.id}
	if !c.v6 {
		key.proto = c.proto
	}
	g := f.waiting[key]
	if g != nil {
		if age := now.Sub(g.since); age <= MaxFragmentAge && age >= -MaxFragmentAge {
			return g
		}
		if !g.again {
			d.fragmentNote(v, c, &noteFragmentOld)
		}
	} else {
		g = f.take(d, v, c)
	}
	f.begun++
	g.key, g.since, g.age, g.again = key, now, f.begun, f.wasWhole(&key, now)
	g.end, g.reach, g.have = -1, 0, 0
	clear(g.filled[:])
	f.waiting[key] = g
	return g
}

// take returns a datagram to use: a free one, a new one, or the one that was begun first.
func (f *defragmenter) take(d *Decoder, v *view, c *carrier) *datagram {
	if n := len(f.free); n > 0 {
		g := f.free[n-1]
		f.free = f.free[:n-1]
		return g
	}
	if f.count < MaxDatagrams {
		if f.waiting == nil {
			f.waiting = make(map[datagramKey]*datagram)
		}
		f.count++
		return new(datagram)
	}
	// One waits: fewer than MaxDatagrams are joined at a time, since each takes a header.
	var oldest *datagram
	for _, g := range f.waiting {
		if oldest == nil || g.age < oldest.age {
			oldest = g
		}
	}
	if !oldest.again {
		d.fragmentNote(v, c, &noteFragmentEvicted)
	}
	delete(f.waiting, oldest.key)
	return oldest
}

// wasWhole reports whether fragments with the key are copies of those of a packet that was put
// together just before. Of these copies some may be missing: they came before it was whole.
func (f *defragmenter) wasWhole(key *datagramKey, now time.Time) bool {
	for i := range f.whole {
		if w := &f.whole[i]; w.key.id == key.id && w.key == *key {
			if age := now.Sub(w.at); age <= FragmentCopyAge && age >= -FragmentCopyAge {
				return true
			}
		}
	}
	return false
}

// incomplete counts the packets that never were whole.
func (f *defragmenter) incomplete() (n int) {
	for _, g := range f.waiting {
		if !g.again {
			n++
		}
	}
	return n
}

// fits reports whether a fragment agrees with what is known of the packet's end.
func (g *datagram) fits(c *carrier, end int) bool {
	switch {
	case g.end < 0 && c.more:
		return true
	case g.end < 0:
		return end >= g.reach
	case c.more:
		return end <= g.end
	}
	return end == g.end
}

// fragmentNote records n with the section on fragments of the packet's IP version.
func (d *Decoder) fragmentNote(v *view, c *carrier, n *Note) {
	section := "RFC 791, Section 3.2"
	if c.v6 {
		section = "RFC 8200, Section 4.5"
	}
	d.noteUnder(section, v, n)
}

// noteUnder records n with another section than its own.
func (d *Decoder) noteUnder(section string, v *view, n *Note) {
	d.note(v, n)
	d.notes[len(d.notes)-1].Section = section
}

func (g *datagram) has(unit int) bool { return g.filled[unit/64]&(1<<(unit%64)) != 0 }

// fill copies b to offset, where nothing is yet, and reports whether something else was.
func (g *datagram) fill(offset int, b []byte) (differs bool) {
	for len(b) > 0 {
		piece := b[:min(fragmentUnit, len(b))]
		unit := offset / fragmentUnit
		place := g.buf[offset : offset+len(piece)]
		if g.has(unit) {
			differs = differs || !bytes.Equal(place, piece)
		} else {
			copy(place, piece)
			g.filled[unit/64] |= 1 << (unit % 64)
			g.have++
		}
		offset += len(piece)
		b = b[len(piece):]
	}
	return differs
}

// units is the number of units that n octets take.
func units(n int) int { return (n + fragmentUnit - 1) / fragmentUnit }
