package mime

import (
	"bytes"
	"slices"
)

// Field is a header field of a part, as written and in wire order.
type Field struct {
	Name  string // "" if the line has no colon
	Value string // unfolded, without surrounding white space
	Raw   []byte // as on the wire, with line ends
}

// Part is a leaf or a multipart of a MIME tree (RFC 2045, RFC 2046). All slices alias the
// body that was parsed, except Content if an encoding had to be undone; then it is the part's own.
type Part struct {
	// Path is the part's place: "1", "2.1", or "0" for the outermost multipart; the
	// continuation into decrypted content is the caller's ("1/1").
	Path string
	// Depth is the number of multiparts around the part.
	Depth int
	// Multipart is set if this part only holds others, which follow it.
	Multipart bool

	Fields []Field
	// MediaType is type/subtype in lower case; "text/plain" if absent (RFC 2045, Section 5.2).
	MediaType string
	// Params are the Content-Type's parameters, names in lower case, in wire order.
	Params      []Param
	Disposition string // Content-Disposition as written; see ContentDisposition
	Encoding    string // Content-Transfer-Encoding in lower case; "" if absent
	// ContentEncoding is the Content-Encoding in lower case (RFC 3261, Section 20.12): the
	// compressions, in the order they were applied. Content has them undone, as far as its
	// issues do not say otherwise.
	ContentEncoding string
	ID              string // Content-ID without its angle brackets (RFC 2392)
	Language        string // Content-Language as written

	// Raw is the part from its first header octet to its last body octet, without the line
	// end that belongs to the boundary (RFC 2046, Section 5.1.1): what a signature covers.
	Raw []byte
	// Delimiter is the delimiter line in front of Raw with its line end; nil if the part is
	// no child of a multipart.
	Delimiter []byte
	// Boundary is the line end behind Raw that belongs to the boundary: CRLF, LF or nothing.
	Boundary []byte
	// Separator is the empty line between the part's header and Body; nil if it is missing.
	Separator []byte
	// Body is the part behind its header, still encoded; Content is decoded, and nil for a
	// multipart that lies open. One in a Content-Encoding has Content; see Unpack.
	Body    []byte
	Content []byte
	// Preamble and Epilogue are what a multipart's Body holds in front of the first
	// delimiter line and behind CloseDelimiter, the line that ends the last part.
	Preamble       []byte
	CloseDelimiter []byte
	Epilogue       []byte
	// Offset is the place of Raw in the body that was parsed, in octets.
	Offset int

	Issues []Issue

	disposition Disposition
}

// Clone returns a copy of p that shares no memory with it or with what was parsed.
func (p *Part) Clone() *Part {
	c := *p
	for _, octets := range []*[]byte{
		&c.Raw, &c.Delimiter, &c.Boundary, &c.Separator, &c.Body, &c.Content,
		&c.Preamble, &c.CloseDelimiter, &c.Epilogue,
	} {
		*octets = bytes.Clone(*octets)
	}
	c.Fields = slices.Clone(c.Fields)
	for i := range c.Fields {
		c.Fields[i].Raw = bytes.Clone(c.Fields[i].Raw)
	}
	c.Params = slices.Clone(c.Params)
	c.disposition.Params = slices.Clone(c.disposition.Params)
	c.Issues = slices.Clone(c.Issues)
	return &c
}

// Param returns the first parameter of the Content-Type with that name, which is in lower case.
func (p *Part) Param(name string) (string, bool) {
	for _, q := range p.Params {
		if q.Name == name {
			return q.Value, true
		}
	}
	return "", false
}

// Field returns the value of the first header field with that name, in any case.
func (p *Part) Field(name string) (string, bool) {
	for _, f := range p.Fields {
		if equalFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// bodyOffset is the place of Body in the body that was parsed.
func (p *Part) bodyOffset() int { return p.Offset + len(p.Raw) - len(p.Body) }

// Param is a parameter of a header field.
type Param struct{ Name, Value string }
