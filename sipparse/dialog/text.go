package dialog

import "strings"

// text holds copies of strings that are let go of together.
type text struct{ room strings.Builder }

func (t *text) copy(s string) string {
	if s == "" {
		return ""
	}
	if t.room.Cap()-t.room.Len() < len(s) {
		t.room.Reset()
		t.room.Grow(max(callText, len(s)))
	}
	start := t.room.Len()
	t.room.WriteString(s)
	return t.room.String()[start:]
}
