// Package mime takes the bodies of SIP messages apart: the MIME tree of RFC 2045 and RFC 2046 as
// RFC 5621 uses it in SIP, with every octet accounted for.
//
// The tree comes as a flat list in reading order: a multipart is followed by its children. Paths
// are those of IMAP (RFC 3501, Section 6.4.5). A body that is no multipart is part "1". The
// children of a multipart body are "1", "2", ...; those of a multipart that is part 2 are "2.1",
// "2.2", .... The multipart body itself, which has no number in IMAP, is part "0".
//
// What a signature covers must survive to the octet, so parts are ranges of the body and nothing
// is canonicalised: for every multipart
//
//	Body = Preamble + (Delimiter + Raw + Boundary of each child) + CloseDelimiter + Epilogue
//
// A delimiter counts only at the start of a line and only if nothing but white space follows it
// on its line, so binary parts may hold any octets. Lines end in CRLF or in LF alone.
//
// Nothing fails: damage becomes an [Issue] of the part that has it.
package mime
