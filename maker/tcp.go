package maker

import (
	"encoding/binary"

	"sipsecdump/capture"
)

// tcp cuts what is sent into segments (RFC 9293). It needs no state machine: nothing is
// lost but by design, and the conversation is half duplex.
type tcp struct {
	path
	next [2]uint32 // sequence number of each side's next octet

	// The flight that is being gathered.
	from    side
	octets  []byte
	ends    []int // where writes end in octets
	packets []packet
	changed []byte // octets of overlaps that differ
}

func (c *tcp) open() error {
	c.unseen = c.net.options.Start != "syn"
	mss := binary.BigEndian.AppendUint16([]byte{2, 4}, uint16(c.net.options.MSS)) // RFC 9293, Section 3.7.1
	for _, pk := range []packet{
		{from: client, flags: capture.SYN, options: mss},
		{from: server, flags: capture.SYN | capture.ACK, options: mss},
		{from: client, flags: capture.ACK},
	} {
		if err := c.control(pk); err != nil {
			return err
		}
	}
	c.unseen = c.net.options.Start == "mid"
	return nil
}

// control sends a packet without data, numbered as the next of its side.
func (c *tcp) control(pk packet) error {
	pk.seq = c.next[pk.from]
	if pk.flags.Has(capture.ACK) {
		pk.ack = c.next[pk.from.peer()]
	}
	if pk.flags&(capture.SYN|capture.FIN) != 0 {
		c.next[pk.from]++
	}
	return c.path.send(pk)
}

func (c *tcp) send(from side, data []byte) error {
	if c.from != from {
		if err := c.flush(); err != nil {
			return err
		}
	}
	c.from = from
	c.octets = append(c.octets, data...)
	c.ends = append(c.ends, len(c.octets))
	return nil
}

// flush sends the flight, then the receiver's acknowledgement.
func (c *tcp) flush() error {
	if len(c.octets) == 0 {
		return nil
	}
	c.cut()
	c.overlap()
	if err := c.flight(c.packets); err != nil {
		return err
	}
	c.next[c.from] += uint32(len(c.octets))
	clear(c.packets)
	c.octets, c.ends, c.packets = c.octets[:0], c.ends[:0], c.packets[:0]
	err := c.control(packet{from: c.from.peer(), flags: capture.ACK})
	c.net.now = c.net.now.Add(turnaround)
	return err
}

// cut makes segments of the flight's octets.
func (c *tcp) cut() {
	ends := c.ends
	if c.net.options.Coalesce {
		ends = ends[len(ends)-1:]
	}
	start := 0
	for _, end := range ends {
		for start < end {
			n := min(end-start, c.net.options.MSS)
			pk := packet{
				from:    c.from,
				seq:     c.next[c.from] + uint32(start),
				ack:     c.next[c.from.peer()],
				flags:   capture.ACK,
				payload: c.octets[start : start+n],
			}
			start += n
			if start == end {
				pk.flags |= capture.PSH
			}
			c.packets = append(c.packets, pk)
		}
	}
}

// overlap lets segments begin before the one before them ends.
func (c *tcp) overlap() {
	o := &c.net.options
	c.changed = c.changed[:0]
	for i := len(c.packets) - 1; i > 0; i-- {
		if !c.net.hit(o.Overlap) {
			continue
		}
		before, pk := c.packets[i-1], &c.packets[i]
		n := min(maxOverlap, len(before.payload))
		start := int(pk.seq-c.next[c.from]) - n
		pk.seq -= uint32(n)
		pk.payload = c.octets[start : start+n+len(pk.payload)]
		if o.OverlapDiffers {
			at := len(c.changed)
			c.changed = append(c.changed, pk.payload...)
			pk.payload = c.changed[at:]
			for j := range n {
				pk.payload[j] ^= 0xff
			}
		}
	}
}

func (c *tcp) close() error {
	if err := c.flush(); err != nil {
		return err
	}
	var last []packet
	switch c.net.options.End {
	case "fin":
		last = []packet{
			{from: client, flags: capture.FIN | capture.ACK},
			{from: server, flags: capture.FIN | capture.ACK},
			{from: client, flags: capture.ACK},
		}
	case "rst":
		last = []packet{{from: client, flags: capture.RST | capture.ACK}}
	}
	for _, pk := range last {
		if err := c.control(pk); err != nil {
			return err
		}
	}
	return nil
}
