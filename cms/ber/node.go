package ber

// Class is the class of a tag (X.690, Section 8.1.2.2).
type Class uint8

// The classes, at their places in the identifier octet.
const (
	Universal Class = iota
	Application
	ContextSpecific
	Private
)

// Node is one element of an encoding. A walk yields nodes flat, in pre-order: Depth is all
// that a tree printer needs.
type Node struct {
	Offset int // of the identifier octet, in the octets walked
	Header int // octets of identifier and length
	// Length is the number of content octets; -1 if the length is indefinite.
	Length      int
	Depth       int // 0 for the outermost
	Class       Class
	Tag         uint32
	Constructed bool
	// NonMinimal is set if tag or length took more octets than needed: BER, not DER.
	NonMinimal bool
	// End is the offset after the element, its end-of-contents octets included.
	End int
	// Content aliases the input: the content octets, without end-of-contents octets.
	Content []byte
	// Encapsulated is set if this is a primitive BIT STRING or OCTET STRING whose content was
	// walked as well; its children follow.
	Encapsulated bool
	// Err is what is damaged here; nil or *Error. The walk goes on behind it where it can.
	Err error
}
