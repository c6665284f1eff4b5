package sipparse

import "sipsecdump/sipparse/mime"

// Message is a SIP request or response, kept losslessly: Leading, StartLine, the Raw of every
// header, Separator, Body and Trailing, joined, are the octets of Raw. All slices alias Raw and are
// valid as long as it is, except Parts' decoded Content. The strings are copies and stay valid; one
// that is kept for long should be cloned (strings.Clone), as it holds on to the text around it.
type Message struct {
	Raw []byte
	// Leading is the line ends in front of the start line (RFC 3261, Section 7.5).
	Leading   []byte
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
	Status  int    // responses only; 0 if it is not of three digits
	Reason  string // responses only
	Version string // as written: "SIP/2.0"; "" if the start line is neither a request's nor a response's

	// From the headers; zero if absent or unreadable.
	CallID        string
	CSeq          uint32
	CSeqMethod    string
	From, To      Address
	ViaBranch     string // of the topmost Via
	ViaSentBy     string // of the topmost Via, as written; "" if what stands before it is malformed
	ContactURI    string // of the first Contact that has one; "*" stands for all
	ContentType   string // the value as written
	ContentLength int    // -1 if absent or not a number

	// Parts is the body's MIME tree, in reading order; empty if there is no body.
	Parts []*mime.Part

	Issues []Issue

	fragment    bool        // parsed by ParseFragment
	seen        fieldSet    // the header fields there are
	repeated    fieldSet    // the header fields that may occur once and occurred again
	unsaid      int         // issues beyond maxIssues
	loneLF      int         // lines that end in LF alone, in front of the body
	firstLoneLF int         // the place of the first such LF
	entity      mime.Header // what the header fields say of the body
	text        text
	memory      *memory // nil unless parsed by ParseInto
	body        mime.Parser
}

// Header is one header field (RFC 3261, Section 7.3), in wire order, duplicates kept.
type Header struct {
	Name  string // as written; "" if the line has no colon
	Kind  string // canonical long form in lower case: "content-length" for "l"
	Value string // unfolded, without surrounding white space
	Raw   []byte // as on the wire, with folded lines and line ends
}

// Clone returns a message that shares nothing with m.
func (m *Message) Clone() *Message {
	raw := append([]byte(nil), m.Raw...)
	if m.fragment {
		return ParseFragment(raw)
	}
	return Parse(raw)
}

// Section returns the header fields as they are on the wire: the Raw of all Headers, joined.
func (m *Message) Section() []byte {
	from := len(m.Leading) + len(m.StartLine)
	to := len(m.Raw) - len(m.Separator) - len(m.Body) - len(m.Trailing)
	return m.Raw[from:to]
}

// Get returns the value of the first header of a kind: "call-id", "via".
func (m *Message) Get(kind string) (string, bool) {
	for i := range m.Headers {
		if m.Headers[i].Kind == kind {
			return m.Headers[i].Value, true
		}
	}
	return "", false
}
