package ws

// Conn decodes both directions of a WebSocket connection. The messages do not depend on how the
// streams were cut into pieces.
type Conn struct {
	dirs [2]direction
	// From the heads, if they are there.
	key        string
	answered   bool // a 101 was seen
	deflate    bool // it chose permessage-deflate
	noTakeover [2]bool
}

// NewConn returns a Conn at the start of a connection, or anywhere in it.
func NewConn(l Limits) *Conn {
	c := new(Conn)
	for i := range c.dirs {
		c.dirs[i] = direction{conn: c, dir: Dir(i), limit: l.orDefaults().Message}
	}
	return c
}

// Feed takes the next octets of a direction, in any pieces, and yields what they complete. p is not
// retained, and an unmasked, unfragmented message that lies in it whole is not copied.
func (c *Conn) Feed(d Dir, p []byte, yield func(*Message)) { c.dirs[d].feed(p, yield) }

// Gap tells that the next n octets of a direction are lost. If they all belong to one frame, the
// next one is found behind it.
func (c *Conn) Gap(d Dir, n int64, yield func(*Message)) { c.dirs[d].gap(n, yield) }

// Close tells that a direction has ended, and yields what is held of it.
func (c *Conn) Close(d Dir, yield func(*Message)) { c.dirs[d].close(yield) }

// head takes what the heads say about both directions.
func (c *Conn) head(h *Head) {
	switch {
	case h.Request:
		c.key = h.key
	case h.Upgrade:
		c.answered = true
		c.deflate = h.Deflate
		c.noTakeover = [2]bool{h.ClientNoTakeover, h.ServerNoTakeover}
	}
}
