package sdp

import (
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two descriptions of the same side.
type Change struct {
	Media int // number of the m-line, from 1; they never move (RFC 3264, Section 8)
	Field string
	// Old and New are the values; "" if the m-line, or the value, was not there.
	Old, New string
}

// Diff tells what changed from one description of a side to its next, m-line by m-line. A change
// of the version alone is none.
func Diff(from, to *Session) []Change {
	var changes []Change
	for i := range max(len(from.Media), len(to.Media)) {
		note := func(field, a, b string) {
			if a != b {
				changes = append(changes, Change{Media: i + 1, Field: field, Old: a, New: b})
			}
		}
		switch {
		case i >= len(from.Media):
			note("media", "", to.Media[i].String())
			continue
		case i >= len(to.Media):
			note("media", from.Media[i].String(), "")
			continue
		}
		a, b := &from.Media[i], &to.Media[i]
		note("media", a.Type, b.Type)
		note("address", a.Address, b.Address)
		note("port", strconv.Itoa(a.Port), strconv.Itoa(b.Port))
		note("proto", a.Proto, b.Proto)
		note("codecs", strings.Join(a.Codecs, " "), strings.Join(b.Codecs, " "))
		note("direction", a.Direction, b.Direction)
		note("keying", strings.Join(a.Keying, ", "), strings.Join(b.Keying, ", "))
		if a.keys != b.keys && slices.Equal(a.Keying, b.Keying) {
			// What the keys are is not told, only that they are others.
			changes = append(changes, Change{Media: i + 1, Field: "keys", Old: "other keys", New: "new keys"})
		}
	}
	return changes
}

// String is a media description in one line.
func (m *Media) String() string { return string(m.AppendTo(nil)) }

// AppendTo appends what String returns.
func (m *Media) AppendTo(dst []byte) []byte {
	dst = append(append(dst, m.Type...), ' ')
	dst = append(append(dst, m.Address...), ':')
	dst = append(strconv.AppendInt(dst, int64(m.Port), 10), ' ')
	dst = append(append(dst, m.Proto...), ' ')
	return append(dst, m.Direction...)
}
