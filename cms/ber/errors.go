package ber

import "fmt"

// Error tells what is damaged, and where.
type Error struct {
	Code    string // stable: "length-beyond-end", "tag-cut", "depth-limit", ...
	Offset  int    // in the octets walked
	Section string // "X.690, Section 8.1.3"
	Text    string // one sentence, lower case, without a full stop
}

func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Text, e.Offset) }

// damage is a kind of Error; at gives it its place.
type damage struct{ code, section, text string }

func (d *damage) at(offset int) *Error {
	return &Error{Code: d.code, Offset: offset, Section: d.section, Text: d.text}
}

// What can be wrong with the elements themselves.
var (
	errEmpty               = &damage{"empty", "X.690, Section 8.1.1", "there are no octets"}
	errTagCut              = &damage{"tag-cut", "X.690, Section 8.1.2", "the identifier octets are cut off"}
	errTagReserved         = &damage{"tag-reserved", "X.690, Section 8.1.5", "universal tag 0 marks the end of contents and nothing else"}
	errTagTooLarge         = &damage{"tag-too-large", "X.690, Section 8.1.2.4", "the tag number exceeds 32 bits"}
	errLengthCut           = &damage{"length-cut", "X.690, Section 8.1.3", "the length octets are cut off"}
	errLengthReserved      = &damage{"length-reserved", "X.690, Section 8.1.3.5", "the length octet FF is reserved"}
	errLengthBeyondEnd     = &damage{"length-beyond-end", "X.690, Section 8.1.3", "the length exceeds what the enclosing element holds"}
	errIndefinitePrimitive = &damage{"indefinite-primitive", "X.690, Section 8.1.3.2", "a primitive element has indefinite length"}
	errEOCMissing          = &damage{"eoc-missing", "X.690, Section 8.1.5", "the end-of-contents octets of an indefinite length are missing"}
	errEOCUnexpected       = &damage{"eoc-unexpected", "X.690, Section 8.1.5", "end-of-contents octets stand where no indefinite length is open"}
	errTrailingOctets      = &damage{"trailing-octets", "X.690, Section 8.1.1", "octets follow the outermost element"}
	errDepthLimit          = &damage{"depth-limit", "", "the nesting is too deep to go on"}
	errNodeLimit           = &damage{"node-limit", "", "there are too many elements to go on"}
)

// What a decoder can find wrong with an element that is whole.
var (
	errUnexpectedTag     = &damage{"unexpected-tag", "X.690, Section 8.1.2", "the element has another tag than the type demands"}
	errMissing           = &damage{"element-missing", "X.690, Section 8.9", "an element that the type demands is missing"}
	errTrailingElements  = &damage{"trailing-elements", "X.690, Section 8.9", "elements follow that the type does not have"}
	errNotPrimitive      = &damage{"not-primitive", "X.690, Section 8.1.2.5", "the encoding of this type must be primitive"}
	errNotConstructed    = &damage{"not-constructed", "X.690, Section 8.1.2.5", "the encoding of this type must be constructed"}
	errSegment           = &damage{"bad-segment", "X.690, Section 8.7.3", "a segment of the string is not a string"}
	errIntegerEmpty      = &damage{"integer-empty", "X.690, Section 8.3.1", "the INTEGER has no content"}
	errIntegerRange      = &damage{"integer-too-large", "X.690, Section 8.3", "the INTEGER exceeds what its field can hold"}
	errBooleanLength     = &damage{"boolean-length", "X.690, Section 8.2.1", "the BOOLEAN does not have one octet"}
	errBitStringUnused   = &damage{"bit-string-unused", "X.690, Section 8.6.2", "the BIT STRING's count of unused bits is missing or impossible"}
	errObjectIdentifier  = &damage{"bad-object-identifier", "X.690, Section 8.19", "the OBJECT IDENTIFIER's content is not well-formed"}
	errTime              = &damage{"bad-time", "X.690, Section 11.7", "the time cannot be read"}
	errTimeOfAnotherType = &damage{"not-a-time", "X.690, Section 11.7", "the element is neither UTCTime nor GeneralizedTime"}
)
