package pki

// OID is an object identifier in dotted form: "1.2.840.113549.1.7.2".
type OID string

// Attribute is one attribute of a relative distinguished name.
type Attribute struct {
	Type  OID
	Tag   uint32 // universal tag of the value's string type
	Value string // decoded to UTF-8; undecodable octets become U+FFFD
	Raw   []byte // content octets as encoded
}

// Name is a distinguished name (RFC 5280, Section 4.1.2.4), in wire order.
type Name struct {
	RDNs [][]Attribute
	Raw  []byte // DER, as encoded: what identity is decided by
}
