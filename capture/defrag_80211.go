package capture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"time"
)

// maxFrameBody is the most that the fragments of a frame can make up: an aggregate of the very high
// throughput (IEEE 802.11, Section 9.2.4.7). A frame of one unit has at most 2304 octets.
const maxFrameBody = 11454

// maxFrameFragments is how many there can be: the fragment number has 4 bits.
const maxFrameFragments = 16

// frameKey is what the fragments of one frame have in common. Each station counts its frames for
// each receiver and traffic identifier (IEEE 802.11, Section 9.2.4.4).
type frameKey struct {
	receiver, transmitter [6]byte
	path                  uint64
	sequence              uint16 // number
	traffic               uint8  // identifier, or noTraffic
}

// noTraffic stands for the identifier that frames without quality of service lack; it has 4 bits.
const noTraffic = 0xff

// frameFragment is what the header of a fragment says of it.
type frameFragment struct {
	key    frameKey
	number int
	more   bool // others follow
	retry  bool // it is sent again
}

// partialFrame is a frame of which some fragments have come. Where a fragment belongs shows only when
// all before it are there, so they are kept as they came, the first copy of each.
type partialFrame struct {
	key   frameKey
	since time.Time
	age   uint64                                    // grows with each frame that is begun
	parts [maxFrameFragments]struct{ from, to int } // in buf; empty if not there
	count int                                       // of parts; 0 if no frame waits here
	last  int                                       // number of the last part, -1 while it is missing
	top   int                                       // the highest number that is there
	buf   []byte
}

// frameDefragmenter puts fragments of IEEE 802.11 frames together, in any order.
type frameDefragmenter struct {
	partial []*partialFrame // at most MaxFrames
	begun   uint64
	body    []byte // of the frame put together last
}

// waiting is the number of frames of which only some fragments have come.
func (f *frameDefragmenter) waiting() (n int) {
	for _, g := range f.partial {
		if g.count > 0 {
			n++
		}
	}
	return n
}

// join adds the fragment in v, behind its header. If that makes its frame whole, v becomes its
// body, and join returns true.
func (f *frameDefragmenter) join(d *Decoder, v *view, r *frameFragment) bool {
	g := f.find(d, v, r)
	part := &g.parts[r.number]
	switch {
	case part.to > 0 && bytes.Equal(g.buf[part.from:part.to], v.data):
		return false
	case part.to > 0 && r.retry:
		d.frameNote(v, &noteFragmentOverlap)
		return false
	case part.to > 0: // the sequence number came back
		d.frameNote(v, &noteFragmentOld)
		f.begin(d, g, r)
	}
	switch {
	case len(v.data) == 0 || len(g.buf)+len(v.data) > maxFrameBody:
		d.frameNote(v, &noteFrameFragmentLength)
		return false
	case g.last >= 0 && (!r.more || r.number > g.last), !r.more && r.number < g.top:
		d.frameNote(v, &noteFragmentEnd)
		return false
	}
	part.from = len(g.buf)
	g.buf = append(g.buf, v.data...)
	part.to = len(g.buf)
	g.count++
	g.top = max(g.top, r.number)
	if !r.more {
		g.last = r.number
	}
	if g.count != g.last+1 {
		return false
	}
	f.body = f.body[:0]
	for _, p := range g.parts[:g.count] {
		f.body = append(f.body, g.buf[p.from:p.to]...)
	}
	g.count = 0
	*v = view{data: f.body, wire: len(f.body), at: v.at, joined: true}
	return true
}

// find returns the frame of a fragment, begun if need be: in the place of none, of a new one, or of
// the one that was begun first.
func (f *frameDefragmenter) find(d *Decoder, v *view, r *frameFragment) *partialFrame {
	var free, oldest *partialFrame
	for _, g := range f.partial {
		switch {
		case g.count == 0:
			free = g
		case g.key == r.key:
			if age := d.now.Sub(g.since); age > MaxFrameAge || age < -MaxFrameAge {
				d.frameNote(v, &noteFragmentOld)
				f.begin(d, g, r)
			}
			return g
		case oldest == nil || g.age < oldest.age:
			oldest = g
		}
	}
	switch {
	case free != nil:
	case len(f.partial) < MaxFrames:
		free = &partialFrame{buf: make([]byte, 0, maxFrameBody)}
		f.partial = append(f.partial, free)
	default:
		d.frameNote(v, &noteFragmentEvicted)
		free = oldest
	}
	f.begin(d, free, r)
	return free
}

// begin makes g a frame of which nothing has come.
func (f *frameDefragmenter) begin(d *Decoder, g *partialFrame, r *frameFragment) {
	f.begun++
	*g = partialFrame{key: r.key, since: d.now, age: f.begun, last: -1, buf: g.buf[:0]}
}

// frameNote records n with the section on the numbers of fragments.
func (d *Decoder) frameNote(v *view, n *Note) {
	d.noteUnder("IEEE 802.11, Section 9.2.4.4", v, n)
}

// checkSequence takes the frame check sequence from the end of a fragment's body (IEEE 802.11,
// Section 9.2.4.8), where it would become data. Whether it was captured need not be told: then it is
// known by its value. It returns false if it is wrong, as the station will send the fragment again.
func checkSequence(header []byte, v *view, told bool) bool {
	n := len(v.data) - 4
	if n >= 0 && binary.LittleEndian.Uint32(v.data[n:]) == crc32.Update(crc32.ChecksumIEEE(header), crc32.IEEETable, v.data[:n]) {
		v.limit(n)
		return true
	}
	return !told
}
