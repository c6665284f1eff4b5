package capture

import (
	"hash/maphash"
	"net/netip"
	"time"
)

// sighting is what the copies of one IP packet have in common, however they were captured:
// not the link layer, the tunnels, the TTL and the checksums.
type sighting struct {
	src, dst netip.AddrPort
	seq, ack uint32 // of a fragment: its place
	id       uint32 // IP identification, or 0
	length   int
	proto    uint8
	flags    Flags
}

// deduper remembers the last packets. The zero value remembers none.
type deduper struct {
	seed  maphash.Seed
	sums  [DedupePackets]uint64 // of payloads
	seen  [DedupePackets]sighting
	times [DedupePackets]time.Time
	next  int
}

// duplicate reports whether the packet was seen within the window, and else remembers it.
func (f *deduper) duplicate(now time.Time, p *sighting, payload []byte) bool {
	if p.id == 0 && len(payload) == 0 {
		return false // nothing tells a copy from a repetition
	}
	sum := maphash.Bytes(f.seed, payload)
	for i, other := range &f.sums {
		if other != sum || f.seen[i] != *p {
			continue
		}
		if age := now.Sub(f.times[i]); age <= DedupeAge && age >= -DedupeAge {
			return true
		}
	}
	f.sums[f.next], f.seen[f.next], f.times[f.next] = sum, *p, now
	f.next = (f.next + 1) % DedupePackets
	return false
}

// Dedupe makes d leave out packets that were captured more than once, as on all interfaces
// of a host or on both sides of a router: those that repeat one of the last [DedupePackets]
// within [DedupeAge] in addresses, ports, identification, numbers and payload. TTL,
// checksums, link layer and tunnels may differ. Notes tells of each.
//
// IPv6 packets have no identification: a sender's own repetition within [DedupeAge] is left
// out, too, if it has payload.
func (d *Decoder) Dedupe() {
	d.dedupe = &deduper{seed: maphash.MakeSeed()}
}

// copied reports whether s is in a copy of an earlier packet, and notes it.
func (d *Decoder) copied(v *view, s *Segment, id uint32) bool {
	if d.dedupe == nil || v.joined {
		return false // the copies of fragments do not get so far
	}
	p := sighting{s.Src, s.Dst, s.Seq, s.Ack, id, len(s.Payload) + s.Missing, uint8(s.Proto), s.Flags}
	if !d.dedupe.duplicate(d.now, &p, s.Payload) {
		return false
	}
	d.noteAt(v.at, &noteDuplicate)
	return true
}

// copiedFragment is copied for a fragment.
func (d *Decoder) copiedFragment(v *view, c *carrier) bool {
	if d.dedupe == nil {
		return false
	}
	p := sighting{
		src: netip.AddrPortFrom(c.src, 0), dst: netip.AddrPortFrom(c.dst, 0),
		seq: uint32(c.offset), id: c.id, length: v.wire, proto: c.proto,
	}
	if c.more {
		p.seq |= 1
	}
	if !d.dedupe.duplicate(d.now, &p, v.data) {
		return false
	}
	d.note(v, &noteDuplicate)
	return true
}
