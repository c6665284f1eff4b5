package maker

// conn carries octets between the two sides. The transports lie upon each other: WebSocket
// on TLS on TCP.
type conn interface {
	// open sets the connection up, from the bottom.
	open() error
	// send hands data from one side to the other: a datagram, or octets of a stream. It keeps
	// nothing of data.
	send(from side, data []byte) error
	// flush ends a flight: whoever sent waits now. A change of direction ends it too.
	flush() error
	// close ends the connection, from the top.
	close() error
}

// udp sends each message as a datagram.
type udp struct {
	path
	waiting []packet
}

func (c *udp) open() error { return nil }

func (c *udp) send(from side, data []byte) error {
	if len(c.waiting) > 0 && c.waiting[0].from != from {
		if err := c.flush(); err != nil {
			return err
		}
	}
	c.waiting = append(c.waiting, packet{from: from, payload: append([]byte(nil), data...)})
	return nil
}

func (c *udp) flush() error {
	if len(c.waiting) == 0 {
		return nil
	}
	err := c.flight(c.waiting)
	clear(c.waiting)
	c.waiting = c.waiting[:0]
	c.net.now = c.net.now.Add(turnaround)
	return err
}

func (c *udp) close() error { return c.flush() }
