package dialog

import "strings"

// text holds copies of strings that are let go of together.
type text struct{ room strings.Builder }

// reserve makes room for as many octets.
func (t *text) reserve(octets int) {
	t.room.Reset()
	t.room.Grow(octets)
}

func (t *text) copy(s string) string {
	if s == "" {
		return ""
	}
	if t.room.Cap()-t.room.Len() < len(s) {
		t.reserve(max(moreText, len(s)))
	}
	start := t.room.Len()
	t.room.WriteString(s)
	return t.room.String()[start:]
}
