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

// The universal tags (X.680, Section 8.4).
const (
	TagBoolean          = 1
	TagInteger          = 2
	TagBitString        = 3
	TagOctetString      = 4
	TagNull             = 5
	TagOID              = 6
	TagObjectDescriptor = 7
	TagExternal         = 8
	TagReal             = 9
	TagEnumerated       = 10
	TagEmbeddedPDV      = 11
	TagUTF8String       = 12
	TagRelativeOID      = 13
	TagSequence         = 16
	TagSet              = 17
	TagNumericString    = 18
	TagPrintableString  = 19
	TagTeletexString    = 20
	TagVideotexString   = 21
	TagIA5String        = 22
	TagUTCTime          = 23
	TagGeneralizedTime  = 24
	TagGraphicString    = 25
	TagVisibleString    = 26
	TagGeneralString    = 27
	TagUniversalString  = 28
	TagCharacterString  = 29
	TagBMPString        = 30
)

// Node is one element of an encoding. A walk yields nodes flat, in pre-order: Depth is all
// that a tree printer needs.
type Node struct {
	Offset int // of the identifier octet, in the octets walked
	Header int // octets of identifier and length
	// Length is the number of content octets as declared, math.MaxInt at most; -1 if the
	// length is indefinite. Content has fewer if so many are not there; Err is set then.
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

// Is tells whether the node has this universal tag.
func (n *Node) Is(tag uint32) bool { return n.Class == Universal && n.Tag == tag }
