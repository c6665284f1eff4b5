package frame

import (
	"encoding/binary"
	"net/netip"

	"sipsecdump/capture"
)

// maxLinkHeader is the longest link header built, without tags and labels: radiotap with
// IEEE 802.11.
const maxLinkHeader = 48

// Address families as BSD numbers them; NULL and LOOP frames start with one.
const (
	afINET  = 2
	afINET6 = 30
)

// PPP protocol numbers (RFC 1332, RFC 5072) and the HDLC address and control octets.
const (
	pppIPv4 = 0x0021
	pppIPv6 = 0x0057
	hdlc    = 0xff03
)

// linkHeaders appends a link header for a packet of the given length between two addresses.
var linkHeaders = map[capture.LinkType]func(dst []byte, src, to netip.Addr, length int) []byte{
	capture.LinkNull: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		return binary.LittleEndian.AppendUint32(dst, family(src))
	},
	capture.LinkLoop: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		return binary.BigEndian.AppendUint32(dst, family(src))
	},
	capture.LinkEthernet: func(dst []byte, src, to netip.Addr, _ int) []byte {
		return appendMAC(appendMAC(dst, to), src)
	},
	capture.LinkPPP: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		return binary.BigEndian.AppendUint16(dst, pppProtocol(src))
	},
	capture.LinkPPPHDLC: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		dst = binary.BigEndian.AppendUint16(dst, hdlc)
		return binary.BigEndian.AppendUint16(dst, pppProtocol(src))
	},
	capture.LinkRaw12: raw,
	capture.LinkRaw14: raw,
	capture.LinkRaw:   raw,
	capture.LinkIPv4:  raw,
	capture.LinkIPv6:  raw,
	capture.LinkSLL: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		dst = append(dst, 0, 0, 0, 1, 0, 6) // to us; ARPHRD_ETHER; 6 octets of address
		dst = append(appendMAC(dst, src), 0, 0)
		return binary.BigEndian.AppendUint16(dst, etherType(src))
	},
	capture.LinkSLL2: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		dst = binary.BigEndian.AppendUint16(dst, etherType(src))
		dst = append(dst, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6) // interface 1; ARPHRD_ETHER; to us; 6 octets
		return append(appendMAC(dst, src), 0, 0)
	},
	capture.LinkCHDLC: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		return binary.BigEndian.AppendUint16(append(dst, 0x0f, 0), etherType(src)) // unicast
	},
	capture.LinkPPPoE: func(dst []byte, src, _ netip.Addr, length int) []byte {
		return appendPPPoE(dst, 1, src, length)
	},
	capture.Link80211: func(dst []byte, src, to netip.Addr, _ int) []byte {
		return append80211(dst, src, to)
	},
	capture.LinkRadiotap: func(dst []byte, src, to netip.Addr, _ int) []byte {
		const length, flags = 9, 1 << 1
		dst = append(dst, 0, 0, length, 0, flags, 0, 0, 0, 0)
		return append80211(dst, src, to)
	},
	capture.LinkPPI: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		return append(dst, 0, 0, 8, 0, byte(capture.LinkRaw), 0, 0, 0)
	},
	capture.LinkNFLOG: func(dst []byte, src, _ netip.Addr, length int) []byte {
		family := byte(2)
		if src.Is6() {
			family = 10
		}
		const prefix, payload = 10, 9
		dst = append(dst, family, 0, 0, 0)
		dst = append(dst, 7, 0, prefix, 0, 'l', 'o', 0, 0) // a text of 3 octets, padded
		dst = binary.LittleEndian.AppendUint16(dst, uint16(4+length))
		return append(dst, payload, 0)
	},
	capture.LinkExportedPDU: func(dst []byte, src, _ netip.Addr, _ int) []byte {
		name := "ip\x00\x00"
		if src.Is6() {
			name = "ipv6"
		}
		return appendTag(appendTag(dst, tagDissector, []byte(name)), tagEnd, nil)
	},
}

// append80211 appends the header of an IEEE 802.11 data frame from a station with quality of
// service, and those of IEEE 802.2 and SNAP.
func append80211(dst []byte, src, to netip.Addr) []byte {
	dst = append(dst, 0x88, 0x01, 0, 0)
	dst = appendMAC(appendMAC(appendMAC(dst, to), src), to)
	dst = append(dst, 0, 0, 0, 0, 0xaa, 0xaa, 0x03, 0, 0, 0)
	return binary.BigEndian.AppendUint16(dst, etherType(src))
}

// appendPPPoE appends the header of a session's packet (RFC 2516, Section 4) and the PPP
// protocol number.
func appendPPPoE(dst []byte, session uint16, src netip.Addr, length int) []byte {
	dst = append(dst, 0x11, 0)
	dst = binary.BigEndian.AppendUint16(dst, session)
	dst = binary.BigEndian.AppendUint16(dst, uint16(2+length))
	return binary.BigEndian.AppendUint16(dst, pppProtocol(src))
}

func raw(dst []byte, _, _ netip.Addr, _ int) []byte { return dst }

func family(a netip.Addr) uint32 {
	if a.Is4() {
		return afINET
	}
	return afINET6
}

func pppProtocol(a netip.Addr) uint16 {
	if a.Is4() {
		return pppIPv4
	}
	return pppIPv6
}

// appendMAC appends the locally administered MAC address that stands for an IP address:
// 02-00 and its last four octets.
func appendMAC(dst []byte, a netip.Addr) []byte {
	b := a.As16()
	return append(append(dst, 2, 0), b[12:]...)
}

func appendLink(dst []byte, l *Layers, src, to netip.Addr, length int) []byte {
	dst = linkHeaders[l.Link](dst, src, to, length)
	if l.Link != capture.LinkEthernet {
		return dst
	}
	for _, v := range l.VLAN {
		tpid := v.TPID
		if tpid == 0 {
			tpid = etherTypeVLAN
		}
		dst = binary.BigEndian.AppendUint16(dst, tpid)
		dst = binary.BigEndian.AppendUint16(dst, v.ID)
	}
	switch {
	case l.PPPoE != 0:
		dst = binary.BigEndian.AppendUint16(dst, etherTypePPPoE)
		return appendPPPoE(dst, l.PPPoE, src, length)
	case len(l.MPLS) > 0:
		dst = binary.BigEndian.AppendUint16(dst, etherTypeMPLS)
		for i, label := range l.MPLS { // RFC 3032, Section 2.1
			entry := label<<12 | hopLimit
			if i == len(l.MPLS)-1 {
				entry |= 1 << 8
			}
			dst = binary.BigEndian.AppendUint32(dst, entry)
		}
		return dst
	}
	return binary.BigEndian.AppendUint16(dst, etherType(src))
}
