// Package ber reads ASN.1's Basic Encoding Rules (X.690) without knowing the type.
//
// It offers two ways in. [Walk] takes an encoding apart into a flat list of [Node]s in
// pre-order, with every offset, for those that print it. [Cursor] steps over one level after
// the other, for decoders of a known type; it holds all bounds checks, so that they need none.
// Both take what DER forbids: indefinite lengths, strings in segments, lengths and tags longer
// than needed. Both bear damage: an element that cannot be right comes with its *[Error], and
// what lies behind it is read where that is possible.
//
// Object identifiers are handled in dotted form. Their names differ from tool to tool, so there
// are three tables: [DumpName] (dumpasn1's), [LongName] and [ShortName] (OpenSSL's).
//
// Nothing here copies what it reads, but where a string in segments has to be joined: slices
// alias the input and are valid as long as that is.
package ber
