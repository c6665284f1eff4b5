// Package reassembly turns the segments of a capture into ordered streams of octets.
//
// It has two halves, made for two sides of a queue. A [Table] is the reader's: it tells which
// connection a segment belongs to, which way it went, and which connection ended because its
// addresses were used again or because the table was full. An [Assembler] is a worker's: one
// for each TCP connection, it puts the segments of both directions into order and hands each
// octet on once, to a [Handler], with the packet that made it contiguous.
//
//	segment ─► Table.Route ─► ConnID, Dir ─┬─► Assembler 1 ─► Handler
//	                                       └─► Assembler 2 ─► Handler
//
// An [SCTP] is to an association what an Assembler is to a connection: it hands whole messages to
// a [MessageHandler].
//
// An observer is not an endpoint. It sees packets that the receiver never got, misses packets
// that the receiver did get, and sees acknowledgements before what they acknowledge. The
// rules that follow from this:
//
//   - The first copy of an octet stands; a later copy that differs is told, not used.
//   - Octets behind a hole wait. A hole is given up when nothing can be expected to fill it:
//     the capture cut its octets off; or the peer acknowledged them, and [Limits].GapPatience
//     more segments of the connection did not bring them; or too much waits behind it; or the
//     connection ends. The stream goes on behind it with [Chunk].Lost set, and the anomaly
//     [CodeGap] tells.
//   - What cannot belong to the stream by its sequence number is told and ignored.
//
// Everything here depends on the order of the segments alone, not on their times, on a map's
// order or on the number of workers, and every amount that a capture's author controls is
// bounded by [Limits]. TCP is that of RFC 9293; Fast Open (RFC 7413) needs nothing special.
package reassembly
