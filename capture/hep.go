package capture

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// hepMagic begins a packet of the Homer Encapsulation Protocol, version 3.
const hepMagic = "HEP3"

// Chunks of vendor 0 in a HEP3 packet.
const (
	hepProto        = 2
	hepIPv4Src      = 3
	hepIPv4Dst      = 4
	hepIPv6Src      = 5
	hepIPv6Dst      = 6
	hepSrcPort      = 7
	hepDstPort      = 8
	hepSeconds      = 9
	hepMicroseconds = 10
	hepPayload      = 15
)

// hep takes the message out of a HEP3 packet, with the addresses, ports, protocol and time
// that it was seen with. Without all of these, or with a message that is compressed, the
// packet stays the datagram that it is.
func (d *Decoder) hep(v *view, s *Segment) layer {
	var (
		src, dst              netip.Addr
		srcPort, dstPort      uint16
		seconds, microseconds uint32
		proto                 Proto
		at, length            int // of the payload
	)
	b := v.data
	end := int(binary.BigEndian.Uint16(b[4:]))
	if end > v.wire {
		return layerNone
	}
	b = b[:min(end, len(b))]
	for i := 6; i+6 <= len(b); {
		vendor, kind := binary.BigEndian.Uint16(b[i:]), binary.BigEndian.Uint16(b[i+2:])
		n := int(binary.BigEndian.Uint16(b[i+4:]))
		if n < 6 || i+n > end {
			return layerNone
		}
		value := b[i+6 : min(i+n, len(b))]
		whole := len(value) == n-6
		switch {
		case vendor != 0:
		case kind == hepPayload:
			at, length = i+6, n-6
		case !whole:
			return layerNone
		case kind == hepProto && len(value) == 1:
			proto = hepTransport(value[0])
		case kind == hepIPv4Src && len(value) == 4, kind == hepIPv6Src && len(value) == 16:
			src, _ = netip.AddrFromSlice(value)
		case kind == hepIPv4Dst && len(value) == 4, kind == hepIPv6Dst && len(value) == 16:
			dst, _ = netip.AddrFromSlice(value)
		case kind == hepSrcPort && len(value) == 2:
			srcPort = binary.BigEndian.Uint16(value)
		case kind == hepDstPort && len(value) == 2:
			dstPort = binary.BigEndian.Uint16(value)
		case kind == hepSeconds && len(value) == 4:
			seconds = binary.BigEndian.Uint32(value)
		case kind == hepMicroseconds && len(value) == 4:
			microseconds = binary.BigEndian.Uint32(value)
		}
		i += n
	}
	if at == 0 || proto == 0 || !src.IsValid() || !dst.IsValid() || src.Is4() != dst.Is4() {
		return layerNone
	}
	v.take(at)
	v.limit(length)
	if seconds != 0 {
		s.Time = time.Unix(int64(seconds), int64(microseconds)*1000).UTC()
	}
	s.Proto, s.Whole = proto, true
	s.Src, s.Dst = netip.AddrPortFrom(src, srcPort), netip.AddrPortFrom(dst, dstPort)
	d.payload(v, s)
	return layerSegment
}

// hepTransport returns the transport that a protocol number stands for, or 0. For TLS and
// WebSocket, which have no number, agents put 22 and 50; both run over TCP.
func hepTransport(number uint8) Proto {
	switch p := Proto(number); p {
	case TCP, UDP, SCTP:
		return p
	case 22, 50:
		return TCP
	}
	return 0
}
