// Package capture opens capture files and decodes their packets down to transport payloads.
//
// A [Reader] reads pcap and pcapng, gzip of either included. A [Decoder] takes a packet apart:
// link layer, IPv4 or IPv6 with fragments put together, then TCP or UDP. What comes out
// is a [Segment]; what was odd on the way is a list of [Note] values. Nothing in a file
// can make this package panic, allocate more than its limits say, or hand on a byte that was
// not captured.
//
// Transport checksums are not verified: captures made on the sending host hold them
// unfinished, and to sum each payload would cost as much as all other decoding together.
// IPv4 header checksums are verified, and wrong ones noted.
package capture
