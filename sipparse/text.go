package sipparse

import "strings"

// text gives out strings that stay valid for ever without allocating each: they are cut from
// chunks that are only ever appended to.
type text struct {
	// chunk is a pointer so that a Message may be copied.
	chunk *strings.Builder
}

// room makes sure that the next n octets go into one chunk without copying it. Each chunk is twice
// as large as the one before, within bounds.
func (t *text) room(n int) {
	size := minTextChunk
	if t.chunk != nil {
		if t.chunk.Cap()-t.chunk.Len() >= n {
			return
		}
		size = min(2*t.chunk.Cap(), maxTextChunk)
	}
	t.chunk = new(strings.Builder)
	t.chunk.Grow(max(n, size))
}

func (t *text) copy(b []byte) string {
	t.room(len(b))
	start := t.chunk.Len()
	t.chunk.Write(b)
	return t.chunk.String()[start:]
}

// lower returns s in lower case; only ASCII letters have one.
func (t *text) lower(s string) string {
	i := 0
	for i < len(s) && (s[i] < 'A' || 'Z' < s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	t.room(len(s))
	start := t.chunk.Len()
	t.chunk.WriteString(s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		t.chunk.WriteByte(c)
	}
	return t.chunk.String()[start:]
}

// unfold joins the lines of a header's trimmed value with one space each (RFC 3261, Section 7.3.1).
func (t *text) unfold(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	t.room(len(s))
	start := t.chunk.Len()
	for line := range strings.Lines(s) {
		if line = trim(line); line == "" {
			continue
		}
		if t.chunk.Len() > start {
			t.chunk.WriteByte(' ')
		}
		t.chunk.WriteString(line)
	}
	return t.chunk.String()[start:]
}
