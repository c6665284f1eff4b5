package sipparse

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// memory is what a Message that is used again remembers of the lines it read: the messages of a call
// have most of their start lines and header fields in common, octet by octet, with each other and
// with other calls. It saves time and text, and changes nothing else: only what says the same in
// every message is remembered, and only if nothing is wrong with it.
type memory struct {
	startLines *memo[startLine]
	fields     *memo[reading]
	// of is the chunk of text that all of it lies in. When another one is begun all is forgotten, so
	// that no more text is held on to.
	of *strings.Builder
}

func newMemory() *memory {
	return &memory{startLines: newMemo[startLine](memoStartLines), fields: newMemo[reading](memoFields)}
}

// in makes sure that nothing is remembered that lies in another chunk.
func (m *memory) in(chunk *strings.Builder) {
	if m.of != chunk {
		m.startLines.forget()
		m.fields.forget()
		m.of = chunk
	}
}

// memo is a table of what octets say. By their hash they have one pair of places, of which what says
// something new takes the one that was asked for less recently: so two that come again and again do
// not drive each other out. Its size is a power of two.
type memo[T any] struct {
	pairs [][2]saying[T]
	// marks are those of the pairs. They are apart, so that a saying is some whole cache lines, and is
	// only looked at if it is nearly certain to be the one.
	marks []mark
}

// mark tells of a pair of places what hashes are there, in part, and which was asked for last.
type mark struct {
	hashes [2]uint32
	last   uint32
}

// saying is what octets say.
type saying[T any] struct {
	octets string // "" if nothing is remembered
	says   T
}

func newMemo[T any](pairs int) *memo[T] {
	return &memo[T]{make([][2]saying[T], pairs), make([]mark, pairs)}
}

// at returns what is remembered of some octets, or the place for it. What no octets say is not
// remembered.
func (m *memo[T]) at(octets []byte) (s *saying[T], known bool) {
	hash := sample(octets)
	i := hash & uint64(len(m.pairs)-1)
	p, k := &m.pairs[i], &m.marks[i]
	part := uint32(hash >> 32)
	for n := range p {
		if k.hashes[n] == part {
			if s = &p[n]; s.octets == string(octets) {
				k.last = uint32(n)
				return s, len(octets) > 0
			}
		}
	}
	k.last ^= 1
	k.hashes[k.last&1] = part
	return &p[k.last&1], false
}

func (m *memo[T]) forget() {
	clear(m.pairs)
	clear(m.marks)
}

// sample returns a hash of the length of a line, its first sixteen octets, eight in the middle and the
// last eight: somewhere there all lines differ but those that are made not to. Those drive each other out,
// which costs no more than lines that never come again.
func sample(line []byte) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	n := len(line)
	if n < 16 {
		h := uint64(n)
		for _, c := range line {
			h = (h ^ uint64(c)) * odd
		}
		return bits.ReverseBytes64(h)
	}
	word := func(at int) uint64 { return binary.LittleEndian.Uint64(line[at : at+8]) }
	h, l := bits.Mul64(word(8)^uint64(n), word(n/2-4)^odd)
	h2, l2 := bits.Mul64(word(0)^odd, word(n-8)^h^l)
	return h2 ^ l2
}
