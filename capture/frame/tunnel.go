package frame

import (
	"encoding/binary"
	"net/netip"

	"sipsecdump/capture"
)

// The UDP ports that IANA gave the tunnels, and the source port used with all of them.
const (
	portVXLAN  = 4789
	portGeneve = 6081
	portGTPU   = 2152
	portTZSP   = 37008
	portSource = 49152
)

// GRE protocol types of ERSPAN.
const (
	protocolERSPAN  = 0x88be
	protocolERSPAN3 = 0x22eb
)

// prefixTunnel puts the tunnel's own header before the IP packet in the buffer, which is
// between the inner addresses, and returns the IP protocol that carries it.
func (b *Builder) prefixTunnel(t *Tunnel, innerSrc, innerDst netip.Addr) (proto uint8, err error) {
	switch t.Kind {
	case ERSPAN1:
		b.prefixEthernet(innerSrc, innerDst)
		b.prefixGRE(0, protocolERSPAN)
		return protoGRE, nil
	case ERSPAN2:
		b.prefixEthernet(innerSrc, innerDst)
		header := b.buf.prefix(8)
		header[0] = 1 << 4 // version 1 is type II
		binary.BigEndian.PutUint16(header[2:], uint16(t.ID))
		b.prefixNumberedGRE(protocolERSPAN)
		return protoGRE, nil
	case ERSPAN3:
		b.prefixEthernet(innerSrc, innerDst)
		header := b.buf.prefix(12)
		header[0] = 2 << 4 // version 2 is type III
		binary.BigEndian.PutUint16(header[2:], uint16(t.ID))
		b.prefixNumberedGRE(protocolERSPAN3)
		return protoGRE, nil
	case ESPNull:
		b.suffixESP(ipProtocol(innerSrc))
		binary.BigEndian.PutUint32(b.buf.prefix(8), t.ID)
		return protoESP, nil
	case TZSP:
		b.prefixEthernet(innerSrc, innerDst)
		header := b.buf.prefix(5) // version 1, a received packet, Ethernet, no fields
		header[0], header[3], header[4] = 1, 1, 1
		return b.overUDP(t, portTZSP)
	case GRE:
		b.prefixGRE(t.ID, etherType(innerSrc))
		return protoGRE, nil
	case VXLAN:
		b.prefixEthernet(innerSrc, innerDst)
		header := b.buf.prefix(8) // RFC 7348, Section 5
		header[0] = 0x08          // the network identifier is valid
		binary.BigEndian.PutUint32(header[4:], t.ID<<8)
		return b.overUDP(t, portVXLAN)
	case Geneve:
		b.prefixEthernet(innerSrc, innerDst)
		header := b.buf.prefix(8) // RFC 8926, Section 3.4, without options
		binary.BigEndian.PutUint16(header[2:], etherTypeTrans)
		binary.BigEndian.PutUint32(header[4:], t.ID<<8)
		return b.overUDP(t, portGeneve)
	case GTPU:
		length := len(b.buf.bytes())
		header := b.buf.prefix(8) // TS 29.281, Section 5.1, without optional fields
		header[0] = 1<<5 | 1<<4   // version 1, protocol type GTP
		header[1] = 0xff          // G-PDU
		binary.BigEndian.PutUint16(header[2:], uint16(length))
		binary.BigEndian.PutUint32(header[4:], t.ID)
		return b.overUDP(t, portGTPU)
	}
	return ipProtocol(innerSrc), nil
}

// ipProtocol is the protocol number of an IP packet inside another.
func ipProtocol(a netip.Addr) uint8 {
	if a.Is4() {
		return protoIPv4
	}
	return protoIPv6
}

// suffixESP appends the padding, its length, the next header and a check value (RFC 4303,
// Section 2).
func (b *Builder) suffixESP(next uint8) {
	const check = 12
	padding := -(len(b.buf.bytes()) + 2) & 3
	trailer := b.buf.suffix(padding + 2 + check)
	for i := range padding {
		trailer[i] = byte(i + 1)
	}
	trailer[padding], trailer[padding+1] = byte(padding), next
}

func (b *Builder) prefixNumberedGRE(protocol uint16) {
	header := b.buf.prefix(8)
	header[0] = 1 << 4 // RFC 2890, Section 2: sequence number present
	binary.BigEndian.PutUint16(header[2:], protocol)
}

func (b *Builder) overUDP(t *Tunnel, port uint16) (uint8, error) {
	err := b.prefixUDP(t.Src.Unmap(), t.Dst.Unmap(), portSource, port, false)
	return uint8(capture.UDP), err
}

func (b *Builder) prefixGRE(key uint32, protocol uint16) {
	if key == 0 {
		binary.BigEndian.PutUint16(b.buf.prefix(4)[2:], protocol)
		return
	}
	header := b.buf.prefix(8)
	header[0] = 1 << 5 // RFC 2890, Section 2: key present
	binary.BigEndian.PutUint16(header[2:], protocol)
	binary.BigEndian.PutUint32(header[4:], key)
}

func (b *Builder) prefixEthernet(src, dst netip.Addr) {
	header := b.buf.prefix(ethernetLen)
	appendMAC(appendMAC(header[:0], dst), src)
	binary.BigEndian.PutUint16(header[12:], etherType(src))
}
