package capture

import (
	"encoding/binary"
	"net/netip"
)

// EtherTypes that lead on; the other link types are translated into them.
const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherVLAN  = 0x8100 // IEEE 802.1Q
	etherQinQ  = 0x88a8 // IEEE 802.1ad
	etherOldQ  = 0x9100 // QinQ before 802.1ad
	etherBytes = 0x6558 // transparent Ethernet bridging, in GRE and Geneve
)

// IP protocol numbers that lead on.
const (
	protoHopByHop    = 0
	protoIPv4        = 4
	protoIPv6        = 41
	protoRouting     = 43
	protoFragment    = 44
	protoGRE         = 47
	protoAH          = 51
	protoDestination = 60
	protoMobility    = 135
)

// Decoder takes packets apart, one at a time and in the order of their file. It is for one
// goroutine.
type Decoder struct {
	notes  []Note
	defrag defragmenter
}

// NewDecoder returns a decoder that has seen no fragments.
func NewDecoder() *Decoder { return &Decoder{} }

// Notes returns what was odd about the last packet. It is valid until the next call to
// [Decoder.Decode].
func (d *Decoder) Notes() []Note { return d.notes }

// Incomplete returns the number of packets of which only some fragments have come. At the
// end of a capture they are what was not put together.
func (d *Decoder) Incomplete() int { return len(d.defrag.waiting) }

// Decode finds the TCP segment or UDP datagram in p and fills s with it, but for s.Packet.
// It returns false if there is none: another protocol, a fragment whose packet is not whole
// yet, or a packet that cannot be decoded, which Notes explains. s is then unspecified.
//
// Of IP in IP, GRE, VXLAN, Geneve and GTP-U it is the inner packet that counts. s.Payload
// is valid until the next call, or until p.Data changes if that is sooner.
func (d *Decoder) Decode(p *Packet, s *Segment) bool {
	d.notes = d.notes[:0]
	d.defrag.release()
	s.Time = p.Time
	v := view{data: p.Data, wire: max(p.Length, len(p.Data))}
	etherType, ok := d.link(p.Link, &v)
	for headers := 0; ok; headers++ {
		if headers == MaxHeaders {
			d.note(&v, &noteHeaders)
			return false
		}
		var c carrier
		switch etherType {
		case etherVLAN, etherQinQ, etherOldQ:
			etherType, ok = d.vlan(&v)
			continue
		case etherBytes:
			etherType, ok = d.ethernet(&v)
			continue
		case etherIPv4:
			c, ok = d.ipv4(&v)
		case etherIPv6:
			c, ok = d.ipv6(&v)
		default:
			return false
		}
		if !ok {
			return false
		}
		if !d.extensions(&v, &c, p.Time, &headers) {
			return false
		}
		switch c.proto {
		case uint8(TCP):
			return d.tcp(&v, &c, s)
		case uint8(UDP):
			if !d.udp(&v, &c, s) {
				return false
			}
			if etherType, ok = tunnelInUDP(s.Dst.Port(), &v); !ok {
				d.payload(&v, s)
				return true
			}
		case protoIPv4:
			etherType = etherIPv4
		case protoIPv6:
			etherType = etherIPv6
		case protoGRE:
			etherType, ok = d.gre(&v)
		default:
			return false
		}
	}
	return false
}

// carrier is what an IP header tells the layers above it.
type carrier struct {
	src, dst netip.Addr
	proto    uint8 // of what comes next
	v6       bool
	// Of the fragment, if it is one.
	fragment bool
	more     bool
	offset   int
	id       uint32
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
	s.Seq, s.Ack, s.Flags = 0, 0, 0
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
