package capture

import (
	"encoding/binary"
	"net/netip"
)

// Tags of an exported PDU, as Wireshark numbers them.
const (
	tagEnd       = 0
	tagLinkType  = 11
	tagDissector = 12
	tagIPv4Src   = 20
	tagIPv4Dst   = 21
	tagIPv6Src   = 22
	tagIPv6Dst   = 23
	tagPortType  = 24
	tagSrcPort   = 25
	tagDstPort   = 26
	tagTCPInfo   = 34
)

// portTypes are what the tag of that name can say, where 0 says nothing.
var portTypes = map[uint32]Proto{0: UDP, 1: SCTP, 2: TCP, 3: UDP}

// tcpInfoLen is the length of the tag that has a segment's numbers.
const tcpInfoLen = 19

// exported consumes the tags before an exported PDU. It is a frame of the link type that is
// returned, if next is layerNone; or a packet of the layer next; or a message, which with the
// addresses in the tags makes up s. It is taken for a datagram if the tags do not tell. A
// message is whole, so that only what was taken from TCP with sequence numbers and not put
// together is a piece of a stream.
func (d *Decoder) exported(v *view, s *Segment) (link LinkType, next layer) {
	link, next = linkNone, layerNone
	var (
		src, dst         netip.Addr
		srcPort, dstPort uint16
		dissector        []byte
		info             []byte
	)
	proto := UDP
	for {
		at := v.at
		h, ok := d.take(v, 4)
		if !ok {
			return linkNone, layerNone
		}
		tag, n := binary.BigEndian.Uint16(h), int(binary.BigEndian.Uint16(h[2:]))
		if n > v.wire {
			d.noteAt(at, &noteLinkHeader)
			return linkNone, layerNone
		}
		value, ok := d.take(v, n)
		if !ok {
			return linkNone, layerNone
		}
		if tag == tagEnd {
			break
		}
		switch {
		case tag == tagLinkType && n >= 4:
			if t := binary.BigEndian.Uint32(value); t < uint32(linkNone) && LinkType(t) != LinkExportedPDU && LinkType(t) != LinkPPI {
				link = LinkType(t)
			}
		case tag == tagDissector:
			dissector = value
		case tag == tagIPv4Src && n == 4, tag == tagIPv6Src && n == 16:
			src, _ = netip.AddrFromSlice(value)
		case tag == tagIPv4Dst && n == 4, tag == tagIPv6Dst && n == 16:
			dst, _ = netip.AddrFromSlice(value)
		case tag == tagPortType && n == 4:
			proto = portTypes[binary.BigEndian.Uint32(value)]
		case tag == tagSrcPort && n == 4:
			srcPort = uint16(binary.BigEndian.Uint32(value))
		case tag == tagDstPort && n == 4:
			dstPort = uint16(binary.BigEndian.Uint32(value))
		case tag == tagTCPInfo && n >= tcpInfoLen:
			info = value
		}
	}
	for len(dissector) > 0 && dissector[len(dissector)-1] == 0 {
		dissector = dissector[:len(dissector)-1] // names are padded
	}
	switch string(dissector) {
	case "":
		return link, layerNone
	case "ip", "ipv4", "ipv6":
		return linkNone, layerIP
	case "eth", "eth_maybefcs", "eth_withfcs", "eth_withoutfcs":
		return LinkEthernet, layerNone
	case "tcp", "udp", "sctp":
		return linkNone, layerNone // with a header of their own
	}
	if proto == 0 || src.IsValid() && dst.IsValid() && src.Is4() != dst.Is4() {
		return linkNone, layerNone
	}
	s.Proto, s.Whole = proto, true
	s.Src, s.Dst = netip.AddrPortFrom(known(src, dst), srcPort), netip.AddrPortFrom(known(dst, src), dstPort)
	if reassembled := len(info) > 0 && info[14] != 0; proto == TCP && len(info) > 0 && !reassembled {
		s.Whole = false
		s.Seq, s.Ack, s.Flags = binary.BigEndian.Uint32(info[2:]), binary.BigEndian.Uint32(info[10:]), PSH|ACK
	}
	d.payload(v, s)
	return linkNone, layerSegment
}

// known returns a, or the unspecified address of the other's version if there is none.
func known(a, other netip.Addr) netip.Addr {
	switch {
	case a.IsValid():
		return a
	case other.Is6():
		return netip.IPv6Unspecified()
	}
	return netip.IPv4Unspecified()
}
