package capture

import "strconv"

// The link types whose frames [Decoder] reads, by their numbers at
// https://www.tcpdump.org/linktypes.html.
const (
	LinkNull     LinkType = 0   // address family in the capturing host's byte order, then IP
	LinkEthernet LinkType = 1   // IEEE 802.3, without preamble and FCS
	LinkPPP      LinkType = 9   // PPP, with or without HDLC framing (RFC 1661, RFC 1662)
	LinkRaw12    LinkType = 12  // raw IP, as most systems number DLT_RAW
	LinkRaw14    LinkType = 14  // raw IP, as OpenBSD numbers DLT_RAW
	LinkPPPHDLC  LinkType = 50  // PPP in HDLC-like framing (RFC 1662, Section 3.1)
	LinkRaw      LinkType = 101 // raw IP, either version
	LinkPPPoE    LinkType = 51  // PPPoE session, then PPP (RFC 2516)
	LinkCHDLC    LinkType = 104 // Cisco HDLC
	Link80211    LinkType = 105 // IEEE 802.11
	LinkLoop     LinkType = 108 // address family in network byte order, then IP
	LinkSLL      LinkType = 113 // Linux "cooked" capture, version 1
	LinkRadiotap LinkType = 127 // radiotap, then IEEE 802.11
	LinkPPI      LinkType = 192 // Per-Packet Information, then another link type
	LinkIPv4     LinkType = 228 // raw IPv4
	LinkIPv6     LinkType = 229 // raw IPv6
	LinkNFLOG    LinkType = 239 // Linux netfilter log, then IP
	LinkSLL2     LinkType = 276 // Linux "cooked" capture, version 2
	// LinkExportedPDU has messages that Wireshark took out of their packets.
	LinkExportedPDU LinkType = 252
)

// These are no registered numbers.
const (
	linkUnknown LinkType = 0xffff // not told
	linkNone    LinkType = 0xfffe // nothing to decode
)

var linkNames = map[LinkType]string{
	LinkNull:        "NULL",
	LinkEthernet:    "ETHERNET",
	LinkPPP:         "PPP",
	LinkRaw12:       "RAW",
	LinkRaw14:       "RAW",
	LinkPPPHDLC:     "PPP_HDLC",
	LinkRaw:         "RAW",
	LinkLoop:        "LOOP",
	LinkPPPoE:       "PPP_ETHER",
	LinkCHDLC:       "C_HDLC",
	Link80211:       "IEEE802_11",
	LinkRadiotap:    "IEEE802_11_RADIOTAP",
	LinkPPI:         "PPI",
	LinkNFLOG:       "NFLOG",
	LinkExportedPDU: "WIRESHARK_UPPER_PDU",
	LinkSLL:         "LINUX_SLL",
	LinkIPv4:        "IPV4",
	LinkIPv6:        "IPV6",
	LinkSLL2:        "LINUX_SLL2",
}

// String returns the registry's name without its prefix LINKTYPE_, or the number if this
// package does not read the type.
func (t LinkType) String() string {
	if s, ok := linkNames[t]; ok {
		return s
	}
	return "link type " + strconv.Itoa(int(t))
}
