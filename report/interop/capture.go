package interop

import (
	"sipsecdump/report"
	"sipsecdump/sipparse/dialog"
)

// Capture looks at all messages, in the order of the captures. It is one goroutine's, and its
// findings depend on the messages and their order alone.
type Capture struct {
	set *Set
	finder
}

// NewCapture returns a Capture that has seen nothing. yield takes its findings, as that of
// NewConnection.
func (s *Set) NewCapture(yield func(*report.Finding)) *Capture {
	return &Capture{set: s, finder: finder{yield: yield}}
}

// exchange is a request and a final response to it.
type exchange struct {
	*finder
	Request, Response *seen
}

// seen is what is kept of a message.
type seen struct {
	dialog.Note
	Facts
}

// history is what all messages together show.
type history struct {
	*finder
}

// Message looks at the next message.
func (c *Capture) Message(n *dialog.Note, f *Facts) {
}

// Close looks at what all messages together show.
func (c *Capture) Close() {
}
