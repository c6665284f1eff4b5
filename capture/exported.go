package capture

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// Tags of an exported PDU, as Wireshark numbers them.
const (
	tagEnd       = 0
	tagLinkType  = 11
	tagDissector = 12
	tagHeuristic = 13 // the name of a dissector that was found by trying
	tagTable     = 14 // the name of the table by which a transport finds the next dissector
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
// message is whole, so that only what was taken from TCP with sequence numbers is a piece of a
// stream, if it was not put together or is what TCP carried: that has been exported before it was
// put together, too, and lies at its number.
func (d *Decoder) exported(v *view, s *Segment) (link LinkType, next layer) {
	link, next = linkNone, layerNone
	var (
		src, dst         netip.Addr
		srcPort, dstPort uint16
		dissector        []byte
		info             []byte
		stream           bool // it is what TCP carried, if it came over TCP
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
		case tag == tagDissector, tag == tagHeuristic, tag == tagTable && isPorts(value):
			dissector, stream = value, tag == tagTable
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
	switch string(bytes.TrimRight(dissector, "\x00")) { // names are padded
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
	if reassembled := len(info) > 0 && info[14] != 0; proto == TCP && len(info) > 0 && (stream || !reassembled) {
		s.Whole = false
		s.Seq, s.Ack, s.Flags = binary.BigEndian.Uint32(info[2:]), binary.BigEndian.Uint32(info[10:]), PSH|ACK
	}
	d.payload(v, s)
	return linkNone, layerSegment
}

// isPorts reports whether a table is that of a transport's ports, as Wireshark's export of "OSI
// layer 4" has it: then the PDU is what the transport carried. In other tables there are headers
// of lower layers.
func isPorts(table []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(table, "\x00"), []byte(".port"))
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
