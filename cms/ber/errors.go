package ber

import "fmt"

// Error tells what is damaged, and where.
type Error struct {
	Code    string // stable: "length-beyond-end", "tag-cut", "depth-limit", ...
	Offset  int    // in the octets walked
	Section string // "X.690, Section 8.1.3"
	Text    string // one sentence, lower case, without a full stop
}

func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Text, e.Offset) }
