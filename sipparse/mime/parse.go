package mime

import (
	"bytes"
	"strconv"
	"strings"
)

// Parse takes the body of a message apart, given what the message's header says of it. It never
// returns an empty list. The parts alias body.
func Parse(h Header, body []byte, l Limits) []*Part {
	return new(Parser).Parse(h, body, l)
}

// ParseEntity takes a MIME entity with its own header apart, such as decrypted or signed content
// (RFC 8551, Section 3.1). It never returns an empty list. The parts alias entity.
func ParseEntity(entity []byte, l Limits) []*Part {
	p := &Parser{limits: l.orDefaults()}
	root := p.add()
	root.Raw = entity
	p.header(root)
	return p.tree(root)
}

// Unpack takes the multipart apart that was inside a Content-Encoding. It returns nil if p is none.
// Offsets count from p.Content, which the parts alias.
func (p *Part) Unpack(l Limits) []*Part {
	if p.Multipart || p.ContentEncoding == "" || !strings.HasPrefix(p.MediaType, "multipart/") {
		return nil
	}
	parser := &Parser{limits: l.orDefaults()}
	root := parser.add()
	root.Raw, root.Body = p.Content, p.Content
	root.MediaType, root.Params, root.Multipart = p.MediaType, p.Params, true
	return parser.tree(root)
}

// Parser is Parse for many bodies: it uses the memory of its parts again.
type Parser struct {
	limits   Limits
	parts    []*Part
	pool     []*Part // all parts ever made; pool[:len(parts)] are in use
	inflated int     // octets that decompression has made of this body
}

// Parse is as the function Parse, but the parts are valid only until the next call.
func (p *Parser) Parse(h Header, body []byte, l Limits) []*Part {
	p.limits = l.orDefaults()
	p.parts = p.parts[:0]
	p.inflated = 0
	root := p.add()
	root.Raw, root.Body = body, body
	root.take(&h)
	return p.tree(root)
}

func (p *Parser) add() *Part {
	n := len(p.parts)
	if n == len(p.pool) {
		p.pool = append(p.pool, new(Part))
	}
	part := p.pool[n]
	*part = Part{
		Params: part.Params[:0], Fields: part.Fields[:0],
		disposition: Disposition{Params: part.disposition.Params[:0]},
	}
	p.parts = append(p.parts, part)
	return part
}

// tree decodes root, or splits it.
func (p *Parser) tree(root *Part) []*Part {
	root.Path = "1"
	if p.leaf(root) {
		return p.parts
	}
	root.Path = "0"
	p.multipart(root, "")
	return p.parts
}

// leaf decodes a part unless it is a multipart that lies open: one in a Content-Encoding has its
// delimiters inside of that.
func (p *Parser) leaf(part *Part) bool {
	packed := part.ContentEncoding != "" && part.ContentEncoding != "identity"
	if part.Multipart && !packed {
		return false
	}
	part.Multipart = false
	part.decode()
	if packed {
		p.uncompress(part)
	}
	return true
}

// multipart splits a multipart's body into its children (RFC 2046, Section 5.1) and these in turn.
// The recursion is bounded by Limits.Depth.
func (p *Parser) multipart(m *Part, prefix string) {
	if e := m.Encoding; e != "" && e != "7bit" && e != "8bit" && e != "binary" {
		m.issue(encodingOnMultipart, m.Offset, "a multipart is encoded in %q", e)
	}
	boundary := m.boundary()
	if boundary == "" {
		m.Preamble = m.Body
		return
	}
	d := delimiterLines{body: m.Body, mark: []byte("--" + boundary)}
	line, ok := d.next()
	if !ok {
		other := otherBoundary(m.Body)
		if other == "" {
			m.Preamble = m.Body
			m.issue(boundaryNotFound, m.bodyOffset(), "no line of the body is the boundary %q", boundary)
			return
		}
		m.issue(boundaryNotFound, m.bodyOffset(), "no line of the body is the boundary %q, but some are %q", boundary, other)
		d = delimiterLines{body: m.Body, mark: []byte("--" + other)}
		line, _ = d.next()
	}
	m.Preamble = m.Body[:line.start]
	for n := 1; !line.closing; n++ {
		if len(p.parts) == p.limits.Parts {
			m.issue(partsLimit, m.bodyOffset()+line.start, "more than %d parts", p.limits.Parts)
			m.Epilogue = m.Body[line.start:]
			return
		}
		next, ok := d.next()
		child := p.add()
		child.Path = prefix + strconv.Itoa(n)
		child.Depth = m.Depth + 1
		child.Offset = m.bodyOffset() + line.end
		child.Delimiter = m.Body[line.start:line.end]
		if ok {
			end := max(next.start-lineEnd(m.Body[:next.start]), line.end)
			child.Raw = m.Body[line.end:end]
			child.Boundary = m.Body[end:next.start]
		} else {
			child.Raw = m.Body[line.end:]
		}
		p.header(child)
		if child.Multipart && child.Depth >= p.limits.Depth {
			child.Multipart = false
			child.issue(depthLimit, child.Offset, "multiparts nest deeper than %d", p.limits.Depth)
		}
		if !p.leaf(child) {
			p.multipart(child, child.Path+".")
		}
		if !ok {
			m.issue(boundaryNotClosed, m.bodyOffset()+len(m.Body), "the body ends without a closing boundary %q", boundary)
			return
		}
		line = next
	}
	m.CloseDelimiter = m.Body[line.start:line.end]
	m.Epilogue = m.Body[line.end:]
}

// boundary returns the parameter, or a guess from the first line that looks like a delimiter.
func (p *Part) boundary() string {
	b, _ := p.Param("boundary")
	if b == "" {
		b = guessBoundary(p.Body)
		if b == "" {
			p.issue(boundaryMissing, p.Offset, "a multipart without a boundary parameter")
		} else {
			p.issue(boundaryMissing, p.Offset, "a multipart without a boundary parameter; the body's first such line gives %q", b)
		}
	}
	if len(b) > maxBoundary {
		p.issue(boundaryTooLong, p.Offset, "a boundary of %d octets; at most %d are allowed", len(b), maxBoundary)
	}
	return b
}

// otherBoundary returns the boundary that a body has in place of the one that its header gives, or
// "". Of prose it takes none: there must be two delimiter lines, the last of which closes.
func otherBoundary(body []byte) string {
	b := guessBoundary(body)
	if b == "" {
		return ""
	}
	d := delimiterLines{body: body, mark: []byte("--" + b)}
	first, _ := d.next()
	for !first.closing {
		line, ok := d.next()
		if !ok {
			return ""
		}
		if line.closing {
			return b
		}
	}
	return ""
}

func guessBoundary(body []byte) string {
	for len(body) > 0 {
		line, rest, _ := bytes.Cut(body, []byte{'\n'})
		if b, ok := bytes.CutPrefix(line, []byte("--")); ok {
			if b = bytes.TrimRight(b, " \t\r"); len(b) > 0 && len(b) <= maxBoundary {
				return string(b)
			}
		}
		body = rest
	}
	return ""
}

// delimiterLine is a place in the body: start is at its hyphens, end behind its line end.
type delimiterLine struct {
	start, end int
	closing    bool
}

// delimiterLines finds the lines that consist of mark, "--" if the multipart ends, and white space.
type delimiterLines struct {
	body []byte
	mark []byte
	pos  int // the lines before it have been seen
}

func (d *delimiterLines) next() (delimiterLine, bool) {
	for {
		i := bytes.Index(d.body[d.pos:], d.mark)
		if i < 0 {
			d.pos = len(d.body)
			return delimiterLine{}, false
		}
		start := d.pos + i
		d.pos = start + 1
		if start > 0 && d.body[start-1] != '\n' {
			continue
		}
		tail, found := d.body[start+len(d.mark):], false
		l := delimiterLine{start: start}
		tail, l.closing = bytes.CutPrefix(tail, []byte("--"))
		tail = bytes.TrimLeft(tail, " \t")
		if tail, found = bytes.CutPrefix(tail, []byte("\r\n")); !found {
			if tail, found = bytes.CutPrefix(tail, []byte("\n")); !found && len(tail) > 0 {
				continue // another boundary that begins with this one, or plain text
			}
		}
		l.end = len(d.body) - len(tail)
		d.pos = l.end
		return l, true
	}
}

// lineEnd returns the length of the line end that b ends in: 2, 1 or 0.
func lineEnd(b []byte) int {
	switch {
	case bytes.HasSuffix(b, []byte("\r\n")):
		return 2
	case bytes.HasSuffix(b, []byte("\n")):
		return 1
	}
	return 0
}
