package reassembly

import (
	"bytes"
	"hash/maphash"
)

// history remembers the last chunks of a direction, to check retransmissions against. Hashes
// keep it small; they can miss a difference, once in 2^64, but not invent one.
type history struct {
	chunks []remembered // at most recentChunks, a ring from at
	at     int
}

type remembered struct {
	offset int64
	packet uint64
	length int64
	sum    uint64
}

// hashSeed is random, so that nobody can make up octets that hash alike.
var hashSeed = maphash.MakeSeed()

func sum(p []byte) uint64 { return maphash.Bytes(hashSeed, p) }

// add remembers that p was handed on at the offset.
func (h *history) add(offset int64, p []byte, packet uint64) {
	m := remembered{offset, packet, int64(len(p)), sum(p)}
	if len(h.chunks) < recentChunks {
		h.chunks = append(h.chunks, m)
		return
	}
	h.chunks[h.at] = m
	h.at = (h.at + 1) % recentChunks
}

// compare tells d of each remembered chunk that p, at the offset, covers with other octets.
// A chunk that is covered in part cannot be compared.
func (h *history) compare(offset int64, p []byte, d *difference) {
	for i := range h.chunks {
		m := &h.chunks[(h.at+i)%len(h.chunks)] // oldest first
		from := m.offset - offset
		to := from + m.length
		if from >= 0 && to <= int64(len(p)) && sum(p[from:to]) != m.sum {
			d.add(m.offset, m.offset+m.length, m.packet)
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
