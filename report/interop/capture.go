package interop

import (
	"time"

	"sipsecdump/report"
	"sipsecdump/sipparse/dialog"
)

// Capture looks at all messages, in the order of the captures. It is one goroutine's, and its
// findings depend on the messages and their order alone.
type Capture struct {
	set *Set
	finder
	keys keyring

	clock time.Duration // runs with the messages' time, and never backwards
	last  time.Time     // the latest time on the clock at hand
	file  bool          // the next message begins another file

	transactions aging[transaction]
	answers      aging[answer]
	sequences    aging[sequence]
	clients      aging[client]
	servers      aging[struct{}] // that answered something
	signers      aging[signers]
	lossy        aging[struct{}] // connections of which something was not captured
}

// NewCapture returns a Capture that has seen nothing. yield takes its findings, as that of
// NewConnection.
func (s *Set) NewCapture(yield func(*report.Finding)) *Capture {
	return &Capture{
		set: s, finder: finder{yield: yield}, keys: newKeyring(),
		transactions: aging[transaction]{limit: maxTransactions},
		answers:      aging[answer]{limit: maxTransactions},
		sequences:    aging[sequence]{limit: maxSequences},
		clients:      aging[client]{limit: maxClients},
		servers:      aging[struct{}]{limit: maxServers},
		signers:      aging[signers]{limit: maxSigners},
		lossy:        aging[struct{}]{limit: maxClients},
	}
}

// exchange is a request and the first final response to it.
type exchange struct {
	*finder
	request  *seen
	response *dialog.Note
	facts    *Facts // of the response
}

// found tells what was seen. Its habits are the server's, whoever it answers for.
func (x *exchange) found(format string, args ...any) {
	x.sender = x.response.Src.String()
	x.finder.found(format, args...)
}

// history is something that several messages show together: one of its pointers is set.
type history struct {
	*finder
	clock time.Duration

	repeated     *transaction // its request came again
	confused     *transaction // its branch came with another request or response: message
	over         *transaction // its time is up, or the capture is at its end
	settled      *answer      // the same
	sequence     *sequence    // of a dialog, before its next request: message
	client       *client      // at the end of the capture
	certificates *signers     // before another signer: message

	message  *dialog.Note
	signer   [32]byte // of message
	answered bool     // the server of over answered something
}

// NextFile tells that the next message is in another file than the last one. What lies between two
// files that do not follow each other closely was not captured.
func (c *Capture) NextFile() { c.file = true }

// Early is how many transactions were forgotten before their time was up because there were too
// many at once: the rules were silent about what became of them.
func (c *Capture) Early() int { return c.transactions.early + c.answers.early }

// Message looks at the next message.
func (c *Capture) Message(n *dialog.Note, f *Facts) {
	if len(c.set.exchange)+len(c.set.history) == 0 {
		return
	}
	c.tick(n.Time)
	c.expire()
	c.about = report.Finding{InMessage: true, SIP: n.Message, Call: n.CallID}
	if f.Lossy {
		c.lossy.touch(c.connection(n.Flow), c.clock)
	}
	if n.Request {
		c.request(n, f)
	} else {
		c.response(n, f)
	}
	c.signed(n, f)
}

// Close looks at what all messages together show.
func (c *Capture) Close() {
	for e := c.transactions.oldest; e != nil; e = e.newer {
		c.over(&e.value)
	}
	for e := c.answers.oldest; e != nil; e = e.newer {
		c.settled(&e.value)
	}
	for e := c.clients.oldest; e != nil; e = e.newer {
		c.back(e.value.most.message)
		c.happened(history{client: &e.value})
	}
}

// connection is the key of a connection.
func (c *Capture) connection(flow uint64) key { return c.keys.begin().number(flow).end() }

// tick moves the clock. Time that runs backwards is another clock's, and between two files there
// may be anything: what is waited for then may have come when nobody looked.
func (c *Capture) tick(now time.Time) {
	step := now.Sub(c.last)
	switch {
	case c.last.IsZero():
		c.last = now
	case step < -clockJump, c.file && step > clockJump:
		c.last = now
		c.transactions.clear()
		c.answers.clear()
	case step > 0:
		c.clock += step
		c.last = now
	}
	c.file = false
	if c.clock < 0 {
		c.clock = 1<<63 - 1 // three centuries
	}
}

// expire takes leave of the transactions whose time is up.
func (c *Capture) expire() {
	for e := c.transactions.oldest; e != nil && c.clock-e.touched >= timeout; e = c.transactions.oldest {
		if t := &e.value; t.rings() && c.clock-t.first < maxRinging {
			c.transactions.touch(e.key, c.clock)
			continue
		}
		c.over(&e.value)
		c.transactions.forget(e)
	}
	for e := c.answers.oldest; e != nil && c.clock-e.touched >= timeout; e = c.answers.oldest {
		c.settled(&e.value)
		c.answers.forget(e)
	}
}

// happened lets the rules look at something that several messages show.
func (c *Capture) happened(h history) {
	h.finder, h.clock = &c.finder, c.clock
	for _, c.rule = range c.set.history {
		c.rule.history(&h)
	}
}

// back makes an earlier message what findings are about.
func (c *Capture) back(message uint64) {
	c.about = report.Finding{InMessage: true, SIP: message}
}
