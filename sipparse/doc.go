// Package sipparse finds SIP messages in datagrams and streams and takes them apart without losing
// an octet (RFC 3261).
//
//	Sniff, SniffStream   is this SIP at all?
//	FindStart            does a message begin further on?
//	Framer               the octets of one direction of a stream → messages, keep-alives, garbage
//	Parse, ParseInto     one message → start line, headers in wire order, MIME parts, issues
//	ParseFragment        a part of one, of media type message/sipfrag (RFC 3420)
//
// Nothing is refused. What RFC 3261 forbids becomes an [Issue] with a stable code, an offset and
// the section it offends, and the message is kept as it came: names and methods as written,
// duplicates, folds, compact forms, line ends. For every message
//
//	Raw = Leading + StartLine + Raw of each header + Separator + Body + Trailing
//
// URIs are handed to package sip of github.com/emiago/sipgo by [ParseURI]. The other values are
// read by this package's own scanners: sipgo's whole-message parser upper-cases methods and forgets
// how things were written; its name-addr parser splits quoted parameters at their semicolons; its
// Via parser reports what it cannot read as if it were absent, and needs the exact white space that
// RFC 4475 varies. They also run over every message of a capture, where they must not allocate.
package sipparse
