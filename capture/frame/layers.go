package frame

import (
	"fmt"
	"net/netip"

	"sipsecdump/capture"
)

// Layers says what a [Builder] puts around a segment. The zero value is not of use: Link
// zero is [capture.LinkNull].
type Layers struct {
	// Link is the outermost layer. All types that capture names are built.
	Link capture.LinkType
	// VLAN lists IEEE 802.1Q tags, outermost first; on Ethernet only.
	VLAN []VLAN
	// PPPoE is the number of the PPPoE session behind the tags, or 0 for none; on Ethernet
	// only.
	PPPoE uint16
	// MPLS lists labels (20 bits), outermost first; on Ethernet and without PPPoE only.
	MPLS []uint32
	// Tunnels lists what the IP packet travels in, outermost first.
	Tunnels []Tunnel
	// MTU is the most octets that the outermost IP packet may have; it is fragmented if
	// it has more. 0 sets no bound but the 65535 octets of IP itself.
	MTU int
	// WrongIPChecksum and WrongTransportChecksum invert the checksum, as a capture before
	// offloading hardware would have it wrong.
	WrongIPChecksum        bool
	WrongTransportChecksum bool
}

// VLAN is one IEEE 802.1Q tag.
type VLAN struct {
	TPID uint16 // 0x8100 (or 0), 0x88a8 for 802.1ad, 0x9100 for old QinQ
	ID   uint16 // 12 bits
}

// Tunnel is one encapsulation: an IP packet from Src to Dst that carries the next.
type Tunnel struct {
	Kind TunnelKind
	Src  netip.Addr
	Dst  netip.Addr
	// ID is the GRE key (left out if 0), the VXLAN or Geneve network identifier (24 bits),
	// the GTP tunnel endpoint identifier, the ERSPAN session (10 bits), or the ESP security
	// parameters index. ERSPAN1 and TZSP have none.
	ID uint32
}

// TunnelKind is the protocol of a tunnel.
type TunnelKind uint8

// The tunnels that are built.
const (
	IPinIP  TunnelKind = iota + 1 // RFC 2003, RFC 2473, RFC 4213
	GRE                           // RFC 2784, with the key of RFC 2890
	VXLAN                         // RFC 7348, UDP port 4789, Ethernet inside
	Geneve                        // RFC 8926, UDP port 6081, Ethernet inside
	GTPU                          // 3GPP TS 29.281, UDP port 2152, G-PDU
	ERSPAN1                       // GRE without sequence number, Ethernet inside
	ERSPAN2                       // draft-foschiano-erspan-03, Section 4.2, Ethernet inside
	ERSPAN3                       // draft-foschiano-erspan-03, Section 4.3, Ethernet inside
	ESPNull                       // RFC 4303 without encryption, with a check value of 12 octets, all zero
	TZSP                          // TaZmen Sniffer Protocol, UDP port 37008, Ethernet inside
)

// String returns the name in lower case: "ipip", "gre", "vxlan", "geneve", "gtpu",
// "erspan1", "erspan2", "erspan3", "esp-null", "tzsp".
func (k TunnelKind) String() string {
	switch k {
	case IPinIP:
		return "ipip"
	case GRE:
		return "gre"
	case VXLAN:
		return "vxlan"
	case Geneve:
		return "geneve"
	case GTPU:
		return "gtpu"
	case ERSPAN1:
		return "erspan1"
	case ERSPAN2:
		return "erspan2"
	case ERSPAN3:
		return "erspan3"
	case ESPNull:
		return "esp-null"
	case TZSP:
		return "tzsp"
	}
	return fmt.Sprintf("tunnel %d", uint8(k))
}

// TCPSegment is a segment to build (RFC 9293, Section 3.1).
type TCPSegment struct {
	Src, Dst netip.AddrPort
	Seq, Ack uint32
	Flags    capture.Flags
	Window   uint16 // 0 is written as 65535
	Options  []byte // padded with zeros to a multiple of 4; at most 40 octets
	Payload  []byte
}

// UDPDatagram is a datagram to build (RFC 768).
type UDPDatagram struct {
	Src, Dst netip.AddrPort
	Payload  []byte
}

// SCTPPacket is a packet to build (RFC 9260, Section 3).
type SCTPPacket struct {
	Src, Dst netip.AddrPort
	Tag      uint32 // verification tag
	Chunks   []byte // of AppendChunk and AppendData
}
