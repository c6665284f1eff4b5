// Package listing writes flows, TLS records and what they carry as lines, in the grammar that
// ssldump's listings made known: a line for a new connection, a numbered line for each record
// with its columns, indented below it what it holds, and a line for each end.
//
//	New TCP connection #1: 127.0.0.1(55768) <-> 127.0.0.1(5061)
//	1 1  0.0060 (0.0060)  C>SV3.1(49)  Handshake
//	      ClientHello
//	        Version 3.1
//	...
//	1    9.2491 (8.9166)  C>S  TCP FIN
//
// The columns are the number of the connection, the number of the record in it, seconds since
// the connection began, seconds since its line before, direction, version and length of the
// record, and its type. There are three styles:
//
//   - [Full] has the columns of ssldump 0.9b3, the registries' names, and everything that
//     could be decoded, what is wrong included.
//   - [RFC6216] is what ssldump 0.9b3 printed, which RFC 6216 and its drafts quote: without
//     extensions, and with blanks at no line's end.
//   - [Ssldump] is ssldump 1.5's, blanks included, but without its defects: docs/tls-matrix.md has
//     the list. A value that it does not know appears with the registry's name.
//
// Beyond that grammar go the lines for flows that are not TLS, in its spirit: "New UDP flow",
// and a numbered line for each message.
//
// All methods append to a slice and return it. They keep nothing of their arguments. What
// comes from the capture passes through package escape; only [Options.RawCR] lets a carriage
// return through.
package listing
