package capture

import (
	"net/netip"
	"time"
)

// Proto is an IP protocol number, as far as this package hands segments of it on.
type Proto uint8

// The transports this package knows.
const (
	TCP  Proto = 6
	UDP  Proto = 17
	SCTP Proto = 132
)

// Flags are the TCP control bits (RFC 9293, Section 3.1).
type Flags uint8

// The control bits, at their places in the header.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// Has reports whether every bit of g is set in f.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Segment is the transport payload of one packet: a TCP segment, a UDP datagram or the chunks
// of an SCTP packet; or a message that was put together before it was captured.
type Segment struct {
	// Packet is the order key that the caller gave the packet; this package leaves it alone.
	Packet uint64
	Time   time.Time
	Proto  Proto
	Src    netip.AddrPort
	Dst    netip.AddrPort
	// Seq, Ack and Flags are valid if Proto is TCP. If it is SCTP, Seq is the verification
	// tag.
	Seq, Ack uint32
	Flags    Flags
	// Whole is set if Payload is one whole message of the application, whatever Proto it
	// came over: from HEP3 or an exported PDU. Seq, Ack and Flags are then 0.
	Whole bool
	// Net tells overlay networks apart whose addresses may be the same: the identifier of
	// the innermost VXLAN or Geneve header plus 1<<24, or 0 if there is none. VLAN tags, MPLS
	// labels and GTP tunnels do not count: they differ by direction or change while a
	// connection lasts.
	Net uint32
	// Missing counts payload octets that were on the wire but not captured (snaplen);
	// they follow Payload.
	Missing int
	// Payload aliases Packet.Data, or the decoder's own buffer if fragments were put
	// together. It is valid until the next call to Decoder.Decode.
	Payload []byte
}

// Datagram reports whether Payload is a message by itself, and not a piece of a stream or
// chunks.
func (s *Segment) Datagram() bool { return s.Proto == UDP || s.Whole }
