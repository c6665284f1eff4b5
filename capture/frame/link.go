package frame

import (
	"encoding/binary"
	"net/netip"

	"sipsecdump/capture"
)

// maxLinkHeader is the longest link header built, without VLAN tags: LINUX_SLL2.
const maxLinkHeader = 20

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

// linkHeaders appends a link header for a packet between two addresses.
var linkHeaders = map[capture.LinkType]func(dst []byte, src, to netip.Addr) []byte{
	capture.LinkNull: func(dst []byte, src, _ netip.Addr) []byte {
		return binary.LittleEndian.AppendUint32(dst, family(src))
	},
	capture.LinkLoop: func(dst []byte, src, _ netip.Addr) []byte {
		return binary.BigEndian.AppendUint32(dst, family(src))
	},
	capture.LinkEthernet: func(dst []byte, src, to netip.Addr) []byte {
		return appendMAC(appendMAC(dst, to), src)
	},
	capture.LinkPPP: func(dst []byte, src, _ netip.Addr) []byte {
		return binary.BigEndian.AppendUint16(dst, pppProtocol(src))
	},
	capture.LinkPPPHDLC: func(dst []byte, src, _ netip.Addr) []byte {
		dst = binary.BigEndian.AppendUint16(dst, hdlc)
		return binary.BigEndian.AppendUint16(dst, pppProtocol(src))
	},
	capture.LinkRaw12: raw,
	capture.LinkRaw14: raw,
	capture.LinkRaw:   raw,
	capture.LinkIPv4:  raw,
	capture.LinkIPv6:  raw,
	capture.LinkSLL: func(dst []byte, src, _ netip.Addr) []byte {
		dst = append(dst, 0, 0, 0, 1, 0, 6) // to us; ARPHRD_ETHER; 6 octets of address
		dst = append(appendMAC(dst, src), 0, 0)
		return binary.BigEndian.AppendUint16(dst, etherType(src))
	},
	capture.LinkSLL2: func(dst []byte, src, _ netip.Addr) []byte {
		dst = binary.BigEndian.AppendUint16(dst, etherType(src))
		dst = append(dst, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6) // interface 1; ARPHRD_ETHER; to us; 6 octets
		return append(appendMAC(dst, src), 0, 0)
	},
}

func raw(dst []byte, _, _ netip.Addr) []byte { return dst }

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

func appendLink(dst []byte, l *Layers, src, to netip.Addr) []byte {
	dst = linkHeaders[l.Link](dst, src, to)
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
	return binary.BigEndian.AppendUint16(dst, etherType(src))
}
