package mime

// Field is a header field of a part, as written and in wire order.
type Field struct {
	Name  string
	Value string // unfolded, without surrounding white space
	Raw   []byte // as on the wire, with line ends
}

// Part is a leaf or a multipart of a MIME tree (RFC 2045, RFC 2046). All slices alias the
// body that was parsed, except Content if an encoding had to be undone.
type Part struct {
	// Path is the part's place: "1", "1.2"; the continuation into decrypted content is the
	// caller's ("1/1").
	Path  string
	Depth int
	// Multipart is set if this part only holds others, which follow it.
	Multipart bool

	Fields []Field
	// MediaType is type/subtype in lower case; "text/plain" if absent (RFC 2045, Section 5.2).
	MediaType string
	// Params are the Content-Type's parameters, names in lower case, in wire order.
	Params      []Param
	Disposition string // Content-Disposition as written
	Encoding    string // Content-Transfer-Encoding in lower case; "" if absent

	// Raw is the part from its first header octet to its last body octet, without the line
	// end that belongs to the boundary (RFC 2046, Section 5.1.1): what a signature covers.
	Raw []byte
	// Boundary is the line end behind Raw that belongs to the boundary: CRLF, LF or nothing.
	Boundary []byte
	// Body is the part behind its header, still encoded; Content is decoded.
	Body    []byte
	Content []byte
	// Offset is the place of Raw in the body that was parsed.
	Offset int

	Issues []Issue
}

// Param is a parameter of a header field.
type Param struct{ Name, Value string }

// Issue is something a body should not have. Codes are stable.
type Issue struct {
	Code    string // "boundary-not-closed", "encoding-damaged", ...
	Offset  int    // in the body that was parsed
	Section string
	Text    string
}
