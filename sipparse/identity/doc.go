// Package identity judges the Identity header fields of SIP requests: who vouches for the sender,
// over what, and with which certificate.
//
//	Check   a message and the certificates at hand → one Result for each Identity header field
//
// Three forms are in captures:
//
//	rfc8224       a PASSporT (RFC 8225), whole or in compact form; extensions shaken (RFC 8588),
//	              div (RFC 8946) and rph (RFC 8443)
//	rfc4474       RSA over a digest-string of header fields and body, separated by "|"
//	pre-rfc4474   the same of the drafts before it, separated by ":"
//
// Senders did not always build the digest-string as the documents say. An RSA signature tells the
// digest that was signed, so the known ways of building the string are tried and the one that was
// used is named: Result.Variant. In the same way "signed with this key, but other octets" is told
// from "not signed with this key".
//
// Nothing is fetched: the certificate must be among those at hand, whatever Identity-Info, info or
// x5u name. Strings of a Result may hold anything that the message held; who shows them escapes
// them.
package identity
