package mime

import (
	"bytes"
	"iter"
	"sort"
)

// Mending is a way in which octets may have looked before a text-mode conversion made CRLF of every
// LF in them.
type Mending struct {
	// Drop are the places of the CRs that the conversion added, ascending.
	Drop []int
	// Kept is how many CRLF pairs are taken for genuine.
	Kept int
	// Length is that of the object as its outermost length gives it, in octets, with its tag and
	// length; if that is indefinite (X.690, Section 8.1.3.6), what is left without Drop.
	Length int
}

// Mend returns a copy of b without the octets at the ascending places drop.
func Mend(b []byte, drop []int) []byte {
	out := make([]byte, 0, len(b))
	from := 0
	for _, i := range drop {
		out = append(out, b[from:i]...)
		from = i + 1
	}
	return append(out, b[from:]...)
}

// Mendings yields the ways to mend an ASN.1 object, such as those of CMS, whose LFs became CRLFs.
// There are none unless all of this holds: every LF has a CR in front of it; the object does not
// fit its own lengths as it is; and it does, at every level (X.690, Section 8.1.3), when some of
// the CRs are left out. So an object that is whole is never mended, whatever pairs it holds, also
// if line ends follow it.
//
// A conversion leaves a genuine CRLF alone, and so it cannot be told from one that was made. The
// lengths of the elements tell how many of each element's pairs were made, and if not all, only a
// signature or a decryption can tell which. There may be very many ways: take only the first
// few. The work for each is bounded, and all together stop after maxMendSteps.
func Mendings(b []byte) iter.Seq[Mending] {
	return func(yield func(Mending) bool) {
		pairs, ok := crlfPairs(b)
		if !ok || len(pairs) == 0 {
			return
		}
		w := walker{b: b, pairs: pairs}
		if n, whole := w.whole(); whole && onlyLineEnds(b, n) {
			return
		}
		for end := len(b); ; end -= 2 {
			if !w.search(b[:end], yield) {
				return
			}
			// The octets of a file often go on with a line end behind the body.
			if len(b)-end == 2*maxTailLines || end < 2 || string(b[end-2:end]) != "\r\n" {
				return
			}
			w.pairs = w.pairs[:len(w.pairs)-1]
		}
	}
}

// crlfPairs returns the places of all CRs that a LF follows. ok is false if there is a LF without
// one.
func crlfPairs(b []byte) (pairs []int, ok bool) {
	for i := 0; ; i++ {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return pairs, true
		}
		if i += n; i == 0 || b[i-1] != '\r' {
			return nil, false
		}
		pairs = append(pairs, i-1)
	}
}

// onlyLineEnds reports whether b[n:] is nothing but CRLFs, none of which begins before.
func onlyLineEnds(b []byte, n int) bool {
	for len(b)-n >= 2 && string(b[n:n+2]) == "\r\n" {
		n += 2
	}
	return n == len(b)
}

// walker steps over the elements of one damaged object. Where a CRLF pair leaves more than one way
// to go on, it takes that which choices say, and the first where they say nothing yet. Another
// walk then takes the next: a search without recursion.
type walker struct {
	b       []byte
	pairs   []int // the CRs of all pairs
	choices []choice
	steps   int

	// Of the current walk:
	pos     int // in b
	at      int // the same in the mended octets
	pair    int // pairs[:pair] are before pos
	chosen  int // choices[:chosen] are made
	dropped int
	spans   []span
	ends    []int // of the elements around, in the mended octets; -1 if indefinite
}

// choice is one of n ways to go on.
type choice struct{ pick, n int }

// span is a run of pairs within one primitive content, of which some were made; which ones, the
// lengths do not tell.
type span struct {
	pairs []int
	made  int
}

// whole walks without mending anything and returns the length of the element that b begins with.
func (w *walker) whole() (n int, ok bool) {
	plain := walker{b: w.b}
	ok = plain.walk()
	return plain.pos, ok
}

// search yields the ways in which object, a beginning of w.b, can be mended. It returns false if
// yield did, or the work gets too much.
func (w *walker) search(object []byte, yield func(Mending) bool) bool {
	w.b = object
	w.choices = w.choices[:0]
	for {
		if w.walk() && w.pos == len(w.b) && w.dropped > 0 {
			m := Mending{Kept: len(w.pairs) - w.dropped, Length: w.at}
			for drop := range dropSets(w.spans) {
				m.Drop = drop
				if !yield(m) {
					return false
				}
			}
		}
		if w.steps > maxMendSteps {
			return false
		}
		// The last choice that has another way left takes it; those behind it are made anew.
		w.choices = w.choices[:w.chosen]
		for n := len(w.choices); ; n-- {
			if n == 0 {
				return true
			}
			if c := &w.choices[n-1]; c.pick+1 < c.n {
				c.pick++
				w.choices = w.choices[:n]
				break
			}
		}
	}
}

// choose returns which of n ways to go.
func (w *walker) choose(n int) int {
	if w.chosen == len(w.choices) {
		w.choices = append(w.choices, choice{0, n})
	}
	w.chosen++
	return w.choices[w.chosen-1].pick
}

// walk reads one element with all that is in it. It returns false if a length does not fit.
func (w *walker) walk() bool {
	w.pos, w.at, w.pair, w.chosen, w.dropped = 0, 0, 0, 0, 0
	w.spans, w.ends = w.spans[:0], w.ends[:0]
	for {
		tag, ok := w.octet()
		if !ok {
			return false
		}
		length, ok := w.length()
		if !ok {
			return false
		}
		switch {
		case tag == 0 && length == 0 && len(w.ends) > 0 && w.ends[len(w.ends)-1] < 0:
			w.ends = w.ends[:len(w.ends)-1]
		case tag&0x1F == 0x1F || tag == 0 || len(w.ends) == maxMendDepth:
			return false
		case tag&0x20 != 0 && length < 0:
			w.ends = append(w.ends, -1)
		case tag&0x20 != 0:
			if !w.fits(length) {
				return false
			}
			w.ends = append(w.ends, w.at+length)
		case length < 0 || !w.fits(length) || !w.content(length):
			return false
		}
		for len(w.ends) > 0 && w.ends[len(w.ends)-1] == w.at {
			w.ends = w.ends[:len(w.ends)-1]
		}
		if len(w.ends) == 0 {
			return true
		}
		if end := w.ends[len(w.ends)-1]; end >= 0 && w.at > end {
			return false
		}
	}
}

// fits reports whether a content of that length ends within the element around it, and within the
// octets there are.
func (w *walker) fits(length int) bool {
	if length > len(w.b)-w.pos {
		return false
	}
	for i := len(w.ends) - 1; i >= 0; i-- {
		if end := w.ends[i]; end >= 0 {
			return w.at+length <= end
		}
	}
	return true
}

// octet reads one octet of a tag or a length.
func (w *walker) octet() (byte, bool) {
	w.steps++
	if w.pos == len(w.b) {
		return 0, false
	}
	if w.pair < len(w.pairs) && w.pairs[w.pair] == w.pos {
		if w.choose(2) == 0 {
			w.spans = append(w.spans, span{w.pairs[w.pair : w.pair+1], 1})
			w.dropped++
			w.pos++
		}
		w.pair++
	}
	c := w.b[w.pos]
	w.pos++
	w.at++
	return c, true
}

// length reads the length octets (X.690, Section 8.1.3); it is -1 if indefinite.
func (w *walker) length() (n int, ok bool) {
	c, ok := w.octet()
	if !ok || c < 0x80 {
		return int(c), ok
	}
	if c == 0x80 {
		return -1, true
	}
	if c > 0x83 {
		return 0, false // more than any body has
	}
	for ; c > 0x80; c-- {
		b, ok := w.octet()
		if !ok {
			return 0, false
		}
		n = n<<8 | int(b)
	}
	return n, true
}

// content steps over a primitive content of so many octets.
func (w *walker) content(length int) bool {
	// The more pairs were made, the further the content reaches, and the more pairs are in it.
	most := 0
	for w.pair+most < len(w.pairs) && w.pairs[w.pair+most]+1 <= w.pos+length+most {
		most++
	}
	w.steps += 1 + most
	made := most
	if most > 0 {
		made -= w.choose(most + 1)
	}
	end := w.pos + length + made
	if end > len(w.b) {
		return false
	}
	rest := w.pairs[w.pair:]
	inside := sort.SearchInts(rest, end-1) // pairs that lie in the content with both octets
	if inside < made {
		return false
	}
	if made > 0 {
		w.spans = append(w.spans, span{rest[:inside], made})
		w.dropped += made
	}
	w.pair += sort.SearchInts(rest, end)
	w.pos = end
	w.at += length
	return true
}

// dropSets yields each way to pick the made pairs of every span, ascending. What is yielded is the
// caller's.
func dropSets(spans []span) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		picks := make([][]int, len(spans)) // of each span, which pairs are dropped
		total := 0
		for i, s := range spans {
			picks[i] = make([]int, s.made)
			for j := range picks[i] {
				picks[i][j] = j
			}
			total += s.made
		}
		for {
			drop := make([]int, 0, total)
			for i, s := range spans {
				for _, j := range picks[i] {
					drop = append(drop, s.pairs[j])
				}
			}
			if !yield(drop) {
				return
			}
			i := 0
			for i < len(spans) && !nextCombination(picks[i], len(spans[i].pairs)) {
				i++
			}
			if i == len(spans) {
				return
			}
		}
	}
}

// nextCombination makes c, ascending numbers below n, the next one. Behind the last it makes it the
// first again and returns false.
func nextCombination(c []int, n int) bool {
	for i := len(c) - 1; i >= 0; i-- {
		if c[i] < n-len(c)+i {
			c[i]++
			for j := i + 1; j < len(c); j++ {
				c[j] = c[j-1] + 1
			}
			return true
		}
	}
	for i := range c {
		c[i] = i
	}
	return false
}

// ObjectEnds reports whether the ASN.1 object that b begins with ends with b or in front of nothing
// but line ends, as it is or mended.
func ObjectEnds(b []byte) bool {
	w := walker{b: b}
	if n, whole := w.whole(); whole {
		for len(b) > n && (b[len(b)-1] == '\r' || b[len(b)-1] == '\n') {
			b = b[:len(b)-1]
		}
		if len(b) == n {
			return true
		}
	}
	for range Mendings(b) {
		return true
	}
	return false
}
