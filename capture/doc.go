// Package capture opens capture files and decodes their packets down to transport payloads.
//
// A [Reader] reads pcap and pcapng, compressed or not, and with [Follow] while they are
// written. What a pcapng file holds besides packets it hands on: decryption secrets, comments
// and names. What is damaged, a block of a pcapng file or records of a pcap file, it passes over
// and tells.
//
// A [Decoder] takes a packet apart: link layer with fragments of IEEE 802.11 put together,
// tunnels, IPv4 or IPv6 with theirs, then TCP, UDP or SCTP. Tunnels are told by their content;
// a port alone proves nothing. What comes out is a [Segment]; what was odd on the way is a list
// of [Note] values. Nothing in a file can make this package panic, allocate more than its limits
// say, or hand on a byte that was not captured.
//
// Checksums of TCP and UDP are not verified: captures made on the sending host hold them
// unfinished, and to sum each payload would cost as much as all other decoding together.
// Those of IPv4 headers and SCTP packets are verified, and wrong ones noted.
package capture
