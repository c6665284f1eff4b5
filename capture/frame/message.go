package frame

import (
	"encoding/binary"
	"net/netip"
	"time"

	"sipsecdump/capture"
)

// Message is a message with what is known of the packets that it came in.
type Message struct {
	Src, Dst netip.AddrPort
	Proto    capture.Proto
	Time     time.Time // left out of an exported PDU
	Payload  []byte
}

// AppendHEP3 appends a packet of the Homer Encapsulation Protocol, version 3, that says of
// the message that it is SIP. It is the payload of a datagram.
func AppendHEP3(dst []byte, m Message) []byte {
	start := len(dst)
	dst = append(dst, "HEP3\x00\x00"...)
	be := binary.BigEndian
	chunk := func(kind uint16, value ...byte) {
		dst = be.AppendUint16(dst, 0)
		dst = be.AppendUint16(dst, kind)
		dst = be.AppendUint16(dst, uint16(6+len(value)))
		dst = append(dst, value...)
	}
	src, to := m.Src.Addr().AsSlice(), m.Dst.Addr().AsSlice()
	if len(src) == 4 {
		chunk(1, 2)
		chunk(3, src...)
		chunk(4, to...)
	} else {
		chunk(1, 10)
		chunk(5, src...)
		chunk(6, to...)
	}
	chunk(2, byte(m.Proto))
	chunk(7, be.AppendUint16(nil, m.Src.Port())...)
	chunk(8, be.AppendUint16(nil, m.Dst.Port())...)
	chunk(9, be.AppendUint32(nil, uint32(m.Time.Unix()))...)
	chunk(10, be.AppendUint32(nil, uint32(m.Time.Nanosecond()/1000))...)
	chunk(11, 1)
	chunk(12, 0, 0, 0, 1)
	chunk(15, m.Payload...)
	be.PutUint16(dst[start+4:], uint16(len(dst)-start))
	return dst
}

// Tags of an exported PDU.
const (
	tagEnd       = 0
	tagDissector = 12
	tagIPv4Src   = 20
	tagIPv6Src   = 22
	tagPortType  = 24
	tagSrcPort   = 25
	tagDstPort   = 26
)

// AppendExportedPDU appends a frame of [capture.LinkExportedPDU] with the message, as
// Wireshark exports what its dissector of the given name gets.
func AppendExportedPDU(dst []byte, dissector string, m Message) []byte {
	dst = appendTag(dst, tagDissector, append([]byte(dissector), make([]byte, -len(dissector)&3)...))
	src := uint16(tagIPv4Src)
	if m.Src.Addr().Is6() {
		src = tagIPv6Src
	}
	dst = appendTag(dst, src, m.Src.Addr().AsSlice())
	dst = appendTag(dst, src+1, m.Dst.Addr().AsSlice())
	be := binary.BigEndian
	ports := map[capture.Proto]uint32{capture.SCTP: 1, capture.TCP: 2, capture.UDP: 3}
	dst = appendTag(dst, tagPortType, be.AppendUint32(nil, ports[m.Proto]))
	dst = appendTag(dst, tagSrcPort, be.AppendUint32(nil, uint32(m.Src.Port())))
	dst = appendTag(dst, tagDstPort, be.AppendUint32(nil, uint32(m.Dst.Port())))
	return append(appendTag(dst, tagEnd, nil), m.Payload...)
}

func appendTag(dst []byte, tag uint16, value []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, tag)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(value)))
	return append(dst, value...)
}
