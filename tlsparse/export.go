package tlsparse

import (
	"fmt"
	"io"
)

// Export are the secrets of one connection that opened records, as lines of a key log. They
// are for nothing but a file that the user asks for: no format of fmt or encoding shows them.
type Export struct{ lines string }

func (e *Export) add(kind SecretKind, clientRandom, secret []byte) {
	if len(e.lines) < maxExport {
		e.lines += fmt.Sprintf("%s %x %x\n", kind.label(), clientRandom, secret)
	}
}

// Empty tells whether there is none.
func (e Export) Empty() bool { return e.lines == "" }

// AppendTo appends the lines (RFC 9850, Section 2).
func (e Export) AppendTo(dst []byte) []byte { return append(dst, e.lines...) }

// Equal tells whether two have the same lines.
func (e Export) Equal(o Export) bool { return e == o }

// String implements fmt.Stringer.
func (e Export) String() string { return "secrets" }

// Format implements fmt.Formatter.
func (e Export) Format(f fmt.State, _ rune) { io.WriteString(f, e.String()) }
