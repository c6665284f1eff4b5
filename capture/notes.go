package capture

// The codes of notes, which are stable, and what they say. A Note is filled from one of
// these, so that a repeated one costs nothing. Those about fragments get their section by
// the IP version.
var (
	noteLinkType = Note{
		Code: "unknown-link-type",
		Text: "link type is not among those that are decoded",
	}
	noteLinkHeader = Note{
		Code: "wrong-link-header",
		Text: "link-layer header is not one of its type",
	}
	noteBackwards = Note{
		Code: "time-backwards",
		Text: "packet is older than the one before it in the file",
	}
	noteDuplicate = Note{
		Code: "duplicate-packet",
		Text: "packet was captured before, at another place; it is left out",
	}
	noteWLANAggregate = Note{
		Code:    "wlan-aggregate",
		Text:    "frame may have more than one packet; the first is decoded",
		Section: "IEEE 802.11, Section 9.3.2.2",
	}
	noteCut = Note{
		Code: "packet-cut",
		Text: "packet was captured without its end",
	}
	noteShort = Note{
		Code: "packet-too-short",
		Text: "packet ends inside a header",
	}
	noteHeaders = Note{
		Code: "too-many-headers",
		Text: "packet has more headers than are followed",
	}
	noteIPv4Header = Note{
		Code:    "wrong-ip-header",
		Text:    "version or header length is impossible",
		Section: "RFC 791, Section 3.1",
	}
	noteIPv4Length = Note{
		Code:    "wrong-ip-length",
		Text:    "total length is more than the packet has on the wire, or less than its header",
		Section: "RFC 791, Section 3.1",
	}
	noteIPv4NoLength = Note{
		Code:    "no-ip-length",
		Text:    "total length is 0, as before segmentation by hardware; all of the packet is taken",
		Section: "RFC 791, Section 3.1",
	}
	noteIPv4Checksum = Note{
		Code:    "wrong-ip-checksum",
		Text:    "IPv4 header checksum is wrong, as it is before the sender's hardware fills it in",
		Section: "RFC 791, Section 3.1",
	}
	noteIPv6Header = Note{
		Code:    "wrong-ip-header",
		Text:    "version is not 6",
		Section: "RFC 8200, Section 3",
	}
	noteIPv6Length = Note{
		Code:    "wrong-ip-length",
		Text:    "payload length is more than the packet has on the wire",
		Section: "RFC 8200, Section 3",
	}
	noteIPv6NoLength = Note{
		Code:    "no-ip-length",
		Text:    "payload length is 0, as before segmentation by hardware; all of the packet is taken",
		Section: "RFC 8200, Section 3",
	}
	noteExtension = Note{
		Code:    "wrong-extension-header",
		Text:    "extension header is longer than the packet",
		Section: "RFC 8200, Section 4",
	}
	noteFragmentLength = Note{
		Code: "wrong-fragment",
		Text: "fragment is empty, not a multiple of 8 octets, or ends beyond 65535; it is left out",
	}
	noteFragmentEnd = Note{
		Code: "wrong-fragment",
		Text: "fragment does not agree with another about the packet's end; it is left out",
	}
	noteFragmentCut = Note{
		Code: "fragment-cut",
		Text: "fragment was captured without its end, so its packet cannot be put together",
	}
	noteFragmentOverlap = Note{
		Code: "fragment-overlap",
		Text: "fragment has other octets for a place that is already filled; the first are kept",
	}
	noteFragmentOld = Note{
		Code: "fragments-incomplete",
		Text: "fragments of a packet were given up: the rest did not come in time",
	}
	noteFragmentEvicted = Note{
		Code: "fragments-incomplete",
		Text: "fragments of a packet were given up: too many other packets are in fragments",
	}
	noteFrameFragmentLength = Note{
		Code: "wrong-fragment",
		Text: "fragment is empty, or makes its frame longer than any can be; it is left out",
	}
	noteFrameFragmentDamaged = Note{
		Code: "wrong-fragment",
		Text: "fragment has a wrong frame check sequence; it is left out",
	}
	noteTCPHeader = Note{
		Code:    "wrong-tcp-header",
		Text:    "data offset is impossible",
		Section: "RFC 9293, Section 3.1",
	}
	noteUDPLength = Note{
		Code:    "wrong-udp-length",
		Text:    "length is not what the IP packet has",
		Section: "RFC 768",
	}
	noteTunnelHeader = Note{
		Code:    "wrong-tunnel-header",
		Text:    "GRE header has a version or fields that are not decoded",
		Section: "RFC 2784, Section 2",
	}
	noteERSPAN = Note{
		Code:    "wrong-tunnel-header",
		Text:    "ERSPAN header has another version than its type",
		Section: "draft-foschiano-erspan-03, Section 4",
	}
	noteSCTPChecksum = Note{
		Code:    "wrong-sctp-checksum",
		Text:    "CRC32c is wrong, as it is before the sender's hardware fills it in",
		Section: "RFC 9260, Section 6.8",
	}
)
