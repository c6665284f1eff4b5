package sipparse

import (
	"strings"
	"testing"
)

// TestFieldNames: a known name is found in any case and in its compact form, and nothing else is.
func TestFieldNames(t *testing.T) {
	for _, n := range fieldNames {
		names := []string{n.long, strings.ToLower(n.long), strings.ToUpper(n.long)}
		if n.compact != 0 {
			names = append(names, string(n.compact), strings.ToUpper(string(n.compact)))
		}
		for _, name := range names {
			known := knownName(name)
			if known == nil || known.kind != strings.ToLower(n.long) || known.field != n.field {
				t.Errorf("%q is known as %+v", name, known)
			}
			if f := fieldOf([]byte(name)); f != n.field {
				t.Errorf("%q is field %d, want %d", name, f, n.field)
			}
		}
	}
	for _, name := range []string{"", "q", "\x16", "[", "vi", "via ", "viaa", "\x56\x49\x61\x00", "Call\rID", "Call_ID", "CallMID", "Contact-Length"} {
		if known := knownName(name); known != nil {
			t.Errorf("%q is known as %+v", name, known)
		}
	}
}
