package sipparse

import "sipsecdump/sipparse/mime"

// Issue is something a message should not have. The message is kept all the same.
type Issue struct {
	Code    string // stable: "content-length-short", "header-no-colon", ...
	Offset  int    // in Message.Raw
	Section string // "RFC 3261, Section 20.14"
	Text    string // one sentence, lower case, without a full stop
}

// Message is a SIP request or response, kept losslessly: StartLine, the Raw of every header,
// Separator, Body and Trailing, joined, are the octets of Raw. All slices alias Raw.
type Message struct {
	Raw       []byte
	StartLine []byte // with its line end
	Headers   []Header
	Separator []byte // the empty line between headers and body; nil if it is missing
	// Body is what Content-Length gives, or all that is there if it is absent or lies.
	Body []byte
	// Trailing is what a datagram holds behind the body.
	Trailing []byte

	Request bool
	Method  string // as written; requests only
	URI     string // as written; requests only
	Status  int    // responses only
	Reason  string // responses only
	Version string // as written: "SIP/2.0"

	// From the headers; zero if absent or unreadable.
	CallID        string
	CSeq          uint32
	CSeqMethod    string
	From, To      Address
	ViaBranch     string // of the topmost Via
	ContentType   string // the value as written
	ContentLength int    // -1 if absent or not a number

	// Parts is the body's MIME tree, in reading order; empty if there is no body.
	Parts []*mime.Part

	Issues []Issue
}

// Header is one header field (RFC 3261, Section 7.3), in wire order, duplicates kept.
type Header struct {
	Name  string // as written
	Kind  string // canonical long form in lower case: "content-length" for "l"
	Value string // unfolded, without surrounding white space
	Raw   []byte // as on the wire, with folded lines and line ends
}

// Address is the value of From or To.
type Address struct {
	Value   string // the whole header value
	Display string
	URI     string
	Tag     string
}
