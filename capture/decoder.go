package capture

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// IP protocol numbers that lead on.
const (
	protoHopByHop    = 0
	protoIPv4        = 4
	protoIPv6        = 41
	protoRouting     = 43
	protoFragment    = 44
	protoGRE         = 47
	protoESP         = 50
	protoAH          = 51
	protoDestination = 60
	protoMobility    = 135
)

// Decoder takes packets apart, one at a time and in the order of their file, or of their files if
// several are one capture. It is for one goroutine.
type Decoder struct {
	notes  []Note
	defrag defragmenter
	frames frameDefragmenter
	dedupe *deduper // nil if copies are not left out
	now    time.Time
	last   time.Time // of the packet before

	// Of the packet at hand, as far as it is decoded.
	network uint32 // Segment.Net
	path    uint64 // what it travels in, summed up
}

// NewDecoder returns a decoder that has seen no fragments.
func NewDecoder() *Decoder { return &Decoder{} }

// NextFile says that the packets to come are of another file, where fragments of those before may
// be. Its first packet may be older than the last one.
func (d *Decoder) NextFile() { d.last = time.Time{} }

// Notes returns what was odd about the last packet. It is valid until the next call to
// [Decoder.Decode].
func (d *Decoder) Notes() []Note { return d.notes }

// Incomplete returns the number of packets of which only some fragments have come, but for copies
// of what was put together just before. At the end of a capture they are what was not put together.
func (d *Decoder) Incomplete() int { return d.defrag.incomplete() }

// IncompleteFrames is Incomplete for the fragments of IEEE 802.11 frames.
func (d *Decoder) IncompleteFrames() int { return d.frames.waiting() }

// Decode finds the TCP segment, UDP datagram or SCTP packet in p and fills s with it, but for
// s.Packet. It returns false if there is none: another protocol, a fragment whose packet or frame
// is not whole yet, a copy that [Decoder.Dedupe] leaves out, or a packet that cannot be decoded,
// which Notes explains. s is then unspecified.
//
// Of IP in IP, GRE, ERSPAN, VXLAN, Geneve, GTP-U, TZSP and ESP without encryption it is the
// inner packet that counts, of HEP3 and of exported PDUs the message. s.Payload is valid
// until the next call, or until p.Data changes if that is sooner.
func (d *Decoder) Decode(p *Packet, s *Segment) bool {
	d.begin(p)
	*s = Segment{Packet: s.Packet, Time: p.Time}
	v := view{data: p.Data, wire: max(p.Length, len(p.Data))}
	next := d.link(p.Link, &v, s)
	var c carrier // the last IP header
	for headers := 0; ; headers++ {
		if headers == MaxHeaders {
			d.note(&v, &noteHeaders)
			return false
		}
		ok := false
		switch next {
		case layerSegment:
			s.Net = d.network
			return !d.copied(&v, s, c.id)
		case etherVLAN, etherQinQ, etherOldQ:
			next = d.vlan(&v)
			continue
		case etherMPLS, etherMPLSUp:
			next = d.mpls(&v)
			continue
		case etherSession:
			next = d.pppoe(&v)
			continue
		case etherBytes:
			next = d.ethernet(&v)
			continue
		case layer80211:
			next = d.wlan(&v, 0)
			continue
		case layerIP:
			next = d.version(&v)
			continue
		case etherIPv4:
			ok = d.ipv4(&v, &c)
		case etherIPv6:
			ok = d.ipv6(&v, &c)
		}
		if !ok || !d.extensions(&v, &c, p.Time, &headers) {
			return false
		}
		next = d.carried(&v, &c, s)
	}
}

// begin makes ready for a packet.
func (d *Decoder) begin(p *Packet) {
	d.notes = d.notes[:0]
	d.defrag.release()
	d.network, d.path = 0, 0
	d.now = p.Time
	if p.Time.IsZero() {
		return
	}
	if p.Time.Before(d.last) {
		d.noteAt(0, &noteBackwards)
	}
	d.last = p.Time
}

// within notes that the packet travels in a network or tunnel with the number.
func (d *Decoder) within(number uint32) {
	const odd = 0x9e3779b97f4a7c15 // spreads the bits of what came before
	d.path = (d.path+1)*odd ^ uint64(number)
}

// overlay notes that the packet travels in an overlay network.
func (d *Decoder) overlay(number uint32) {
	d.within(number)
	d.network = 1<<24 | number
}

// carried takes what an IP packet carries.
func (d *Decoder) carried(v *view, c *carrier, s *Segment) layer {
	for range MaxHeaders {
		if c.proto == protoESP && !d.esp(v, c) {
			return layerNone
		}
		switch c.proto {
		case uint8(TCP):
			if d.tcp(v, c, s) {
				return layerSegment
			}
			return layerNone
		case uint8(SCTP):
			if d.sctp(v, c, s) {
				return layerSegment
			}
			return layerNone
		case uint8(UDP):
			if !d.udp(v, c, s) {
				return layerNone
			}
			if (s.Dst.Port() == portESP || s.Src.Port() == portESP) && d.esp(v, c) {
				continue
			}
			if next := d.tunnelInUDP(v, s); next != layerNone {
				return next
			}
			d.payload(v, s)
			return layerSegment
		case protoIPv4:
			return etherIPv4
		case protoIPv6:
			return etherIPv6
		case protoGRE:
			return d.gre(v)
		default:
			return layerNone
		}
	}
	d.note(v, &noteHeaders)
	return layerNone
}

// carrier is what an IP header tells the layers above it.
type carrier struct {
	src, dst netip.Addr
	proto    uint8 // of what comes next
	v6       bool
	id       uint32 // identification, or 0
	// Of the fragment, if it is one.
	fragment bool
	more     bool
	offset   int
}

// note records n at the place where v is.
func (d *Decoder) note(v *view, n *Note) {
	d.noteAt(v.at, n)
}

func (d *Decoder) noteAt(at int, n *Note) {
	d.notes = append(d.notes, *n)
	d.notes[len(d.notes)-1].Offset = at
}

// short notes that v ends inside a header of n octets: on the wire, or only in the file.
func (d *Decoder) short(v *view, n int) {
	if v.wire >= n {
		d.note(v, &noteCut)
	} else {
		d.note(v, &noteShort)
	}
}

// take is v.take with a note if it fails.
func (d *Decoder) take(v *view, n int) ([]byte, bool) {
	h, ok := v.take(n)
	if !ok {
		d.short(v, n)
	}
	return h, ok
}

// tcp decodes a TCP header (RFC 9293, Section 3.1).
func (d *Decoder) tcp(v *view, c *carrier, s *Segment) bool {
	at := v.at
	h, ok := d.take(v, 20)
	if !ok {
		return false
	}
	options := int(h[12]>>4)*4 - 20
	if options < 0 || options > v.wire {
		d.noteAt(at, &noteTCPHeader)
		return false
	}
	v.drop(options)
	s.Proto = TCP
	s.Src = netip.AddrPortFrom(c.src, binary.BigEndian.Uint16(h))
	s.Dst = netip.AddrPortFrom(c.dst, binary.BigEndian.Uint16(h[2:]))
	s.Seq = binary.BigEndian.Uint32(h[4:])
	s.Ack = binary.BigEndian.Uint32(h[8:])
	s.Flags = Flags(h[13]) & (FIN | SYN | RST | PSH | ACK | URG)
	d.payload(v, s)
	return true
}

// udp decodes a UDP header (RFC 768) and leaves the payload in v.
func (d *Decoder) udp(v *view, c *carrier, s *Segment) bool {
	at := v.at
	h, ok := d.take(v, 8)
	if !ok {
		return false
	}
	// A length of 0 is that of a jumbogram (RFC 2675, Section 4) or of a datagram that the
	// hardware is still to cut.
	if n := int(binary.BigEndian.Uint16(h[4:])); n != 0 {
		if n != v.wire+8 {
			d.noteAt(at, &noteUDPLength)
		}
		if n < 8 {
			return false
		}
		v.limit(n - 8)
	}
	s.Proto = UDP
	s.Src = netip.AddrPortFrom(c.src, binary.BigEndian.Uint16(h))
	s.Dst = netip.AddrPortFrom(c.dst, binary.BigEndian.Uint16(h[2:]))
	return true
}

// payload makes what is left in v the payload of s.
func (d *Decoder) payload(v *view, s *Segment) {
	s.Payload = v.data
	s.Missing = v.wire - len(v.data)
	if s.Missing > 0 {
		d.noteAt(v.end(), &noteCut)
	}
}
