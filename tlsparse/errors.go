package tlsparse

import "fmt"

// Error tells what is wrong with a record or a message, where, and which section it offends.
type Error struct {
	Code    string // stable: "record-too-long", "bad-mac", "hello-short", ...
	Offset  int64  // from the start of the record or message that carries the error
	Field   string // "ClientHello.cipher_suites"
	Section string // "RFC 5246, Section 7.4.1.2"
	Text    string // one sentence, lower case, without a full stop
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s (%s)", e.Field, e.Text, e.Section) }
