package maker

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// What passes between packets and around them.
const (
	packetGap  = 200 * time.Microsecond // between packets of a flight
	turnaround = 5 * time.Millisecond   // until the other side answers
	retransmit = 500 * time.Millisecond // until what was lost is sent again: T1 (RFC 3261, Section 17.1.1.1)
)

// network writes packets into the capture: it times, disturbs and frames them.
type network struct {
	options  Network
	builders [2]*frame.Builder
	out      *frame.Writer
	now      time.Time
	fate     *rand.Rand // draws which packets a condition hits
	packets  int
	// Scratch of disturb.
	order, late []packet
}

// packet is a TCP segment or a UDP datagram on its way.
type packet struct {
	from     side
	seq, ack uint32        // TCP
	flags    capture.Flags // TCP
	options  []byte        // TCP
	payload  []byte        // valid until the packet is sent
	lost     bool          // sent a second time: it comes late
}

// path is where a connection's packets go: the state that TCP and UDP share.
type path struct {
	net    *network
	ends   [2]netip.AddrPort
	udp    bool
	unseen bool // the capture does not see the packets
}

// hit draws whether a condition of that rate holds.
func (n *network) hit(percent int) bool {
	return percent > 0 && n.fate.IntN(100) < percent
}

// flight sends packets that follow each other without waiting for the other side, in the
// order that the conditions leave.
func (p *path) flight(packets []packet) error {
	for _, pk := range p.net.disturb(packets) {
		if pk.lost {
			p.net.now = p.net.now.Add(retransmit)
		}
		if err := p.send(pk); err != nil {
			return err
		}
	}
	return nil
}

// disturb returns the packets as the capture sees them. The result is valid until the next
// call.
func (n *network) disturb(packets []packet) []packet {
	o := &n.options
	n.order, n.late = n.order[:0], n.late[:0]
	for _, pk := range packets {
		switch {
		case n.hit(o.Drop):
		case n.hit(o.Loss):
			pk.lost = true
			n.late = append(n.late, pk)
		case n.hit(o.Duplicate):
			n.order = append(n.order, pk, pk)
		default:
			n.order = append(n.order, pk)
		}
	}
	for i := 1; i < len(n.order); i++ {
		if n.hit(o.Reorder) {
			n.order[i-1], n.order[i] = n.order[i], n.order[i-1]
			i++
		}
	}
	n.order = append(n.order, n.late...)
	return n.order
}

// send writes one packet, which may be several frames.
func (p *path) send(pk packet) error {
	n := p.net
	if p.unseen {
		n.now = n.now.Add(packetGap)
		return nil
	}
	var frames [][]byte
	var err error
	src, dst := p.ends[pk.from], p.ends[pk.from.peer()]
	if p.udp {
		frames, err = n.builders[pk.from].UDP(frame.UDPDatagram{Src: src, Dst: dst, Payload: pk.payload})
	} else {
		frames, err = n.builders[pk.from].TCP(frame.TCPSegment{
			Src: src, Dst: dst, Seq: pk.seq, Ack: pk.ack, Flags: pk.flags, Options: pk.options, Payload: pk.payload,
		})
	}
	if err != nil {
		return err
	}
	for i := 1; i < len(frames); i++ {
		if n.hit(n.options.Reorder) {
			frames[i-1], frames[i] = frames[i], frames[i-1]
		}
	}
	for _, f := range frames {
		if err := n.out.WritePacket(n.now, f); err != nil {
			return err
		}
		n.packets++
		n.now = n.now.Add(packetGap)
	}
	return nil
}
