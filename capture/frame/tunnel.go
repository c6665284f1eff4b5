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
	portSource = 49152
)

// prefixTunnel puts the tunnel's own header before the IP packet in the buffer, which is
// between the inner addresses, and returns the IP protocol that carries it.
func (b *Builder) prefixTunnel(t *Tunnel, innerSrc, innerDst netip.Addr) (proto uint8, err error) {
	switch t.Kind {
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
	if innerSrc.Is4() {
		return protoIPv4, nil
	}
	return protoIPv6, nil
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
