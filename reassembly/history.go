package reassembly

import (
	"bytes"
	"hash/maphash"
	"slices"
	"sync"
)

// history remembers the last chunks of a direction, to check retransmissions against. Hashes
// keep it small; they can miss a difference, but not invent one.
type history struct {
	chunks []remembered // at most recentChunks, a ring from at
	at     int
	lent   *lent // nil if all chunks are hashed
}

// lent has the octets of chunks that are not hashed, at their places in history.chunks. Most of them
// never are: there are newer ones before anybody asks.
type lent [recentChunks][]byte

// Histories that no direction needs any more, and what was lent: their memory is used again.
var (
	histories = sync.Pool{New: func() any { return new(history) }}
	lents     = sync.Pool{New: func() any { return new(lent) }}
)

// release forgets everything, for another direction to begin with.
func (h *history) release() {
	h.giveBack()
	h.chunks, h.at = h.chunks[:0], 0
	histories.Put(h)
}

// giveBack lets go of the octets of chunks.
func (h *history) giveBack() {
	if h.lent != nil {
		*h.lent = lent{}
		lents.Put(h.lent)
		h.lent = nil
	}
}

// hash hashes the chunks whose octets are lent, and gives them back.
func (h *history) hash() {
	if h.lent == nil {
		return
	}
	for i, p := range h.lent {
		if p != nil {
			h.chunks[i].hash(p)
		}
	}
	h.giveBack()
}

// remembered is a chunk by the hashes of its blocks. Each misses a difference once in 2^32.
type remembered struct {
	offset int64
	packet uint64
	length int64
	blocks []uint32
}

// blockLength is how many octets a block has; the last has what is left.
func (m *remembered) blockLength() int64 {
	return max(leastBlock, (m.length+maxBlocks-1)/maxBlocks)
}

// hashSeed is random, so that nobody can make up octets that hash alike.
var hashSeed = maphash.MakeSeed()

func sum(p []byte) uint32 { return uint32(maphash.Bytes(hashSeed, p)) }

// add remembers that p was handed on at the offset. p is lent.
func (h *history) add(offset int64, p []byte, packet uint64) {
	i := len(h.chunks)
	switch {
	case i == recentChunks:
		i = h.at
		h.at = (h.at + 1) % recentChunks
	case i < cap(h.chunks): // used before: it may have blocks
		h.chunks = h.chunks[:i+1]
	default:
		h.chunks = append(h.chunks, remembered{})
	}
	m := &h.chunks[i]
	m.offset, m.packet, m.length = offset, packet, int64(len(p))
	if h.lent == nil {
		h.lent = lents.Get().(*lent)
	}
	h.lent[i] = p
}

// hash makes the blocks of a chunk from its octets.
func (m *remembered) hash(p []byte) {
	n := int(m.blockLength())
	m.blocks = slices.Grow(m.blocks[:0], (len(p)+n-1)/n)
	for block := range slices.Chunk(p, n) {
		m.blocks = append(m.blocks, sum(block))
	}
}

// compare tells d of each remembered block that p, at the offset, covers with other octets. A
// block that is covered in part cannot be compared.
func (h *history) compare(offset int64, p []byte, d *difference) {
	h.hash()
	for i := range h.chunks {
		m := &h.chunks[(h.at+i)%len(h.chunks)] // oldest first
		if from := m.offset - offset; from < int64(len(p)) && from+m.length > 0 {
			m.compare(from, p, d)
		}
	}
}

// compare compares the blocks of a chunk that begins at p[from], or before p.
func (m *remembered) compare(from int64, p []byte, d *difference) {
	n := m.blockLength()
	for i, want := range m.blocks {
		at := int64(i) * n
		end := min(at+n, m.length)
		if from+at >= 0 && from+end <= int64(len(p)) && sum(p[from+at:from+end]) != want {
			d.add(m.offset+at, m.offset+end, m.packet)
		}
	}
}

// difference is the range of octets that one segment repeats with other values. Octets within
// it may be the same.
type difference struct {
	from, to int64  // offsets; to is 0 if nothing differs
	packet   uint64 // that brought the octet at from
}

// compare notes where two copies of the octets at the offset differ, the first of which came
// with the packet. They are of the same length.
func (d *difference) compare(offset int64, first, second []byte, packet uint64) {
	if bytes.Equal(first, second) {
		return
	}
	from, to := 0, len(first)
	for first[from] == second[from] {
		from++
	}
	for first[to-1] == second[to-1] {
		to--
	}
	d.add(offset+int64(from), offset+int64(to), packet)
}

// add extends the range.
func (d *difference) add(from, to int64, packet uint64) {
	if d.to == 0 || from < d.from {
		d.from, d.packet = from, packet
	}
	d.to = max(d.to, to)
}
