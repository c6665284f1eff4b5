package sipparse

import (
	"bytes"
	"math"
	"time"
)

// fieldSet is a set of the header fields that Parse reads.
type fieldSet uint32

const (
	fieldVia fieldSet = 1 << iota
	fieldFrom
	fieldTo
	fieldCallID
	fieldCSeq
	fieldMaxForwards
	fieldContact
	fieldContentLength
	fieldContentType
	fieldDate
	fieldExpires
)

func (s fieldSet) has(f fieldSet) bool { return s&f != 0 }

// once are the header fields whose value is no list, so that they may occur only once (RFC 3261,
// Section 7.3.1).
const once = fieldFrom | fieldTo | fieldCallID | fieldCSeq | fieldMaxForwards | fieldContentLength |
	fieldContentType | fieldDate | fieldExpires

// field reads the header fields that every message has, and checks some more.
func (m *Message) field(h *Header, offset int) {
	switch h.Kind {
	case "via":
		branch := m.vias(h, offset)
		if m.first(fieldVia, h, offset) {
			m.ViaBranch = branch
			if branch == "" || branch == "z9hG4bK" {
				m.issue(viaBranchMissing, place(h, offset, 0), "the topmost Via has no branch, or nothing but the magic cookie")
			}
		}
	case "from":
		if m.first(fieldFrom, h, offset) {
			m.From = m.address(h, offset)
			if m.From.Tag == "" {
				m.issue(fromTagMissing, place(h, offset, 0), "From has no tag")
			}
		}
	case "to":
		if m.first(fieldTo, h, offset) {
			m.To = m.address(h, offset)
		}
	case "call-id":
		if m.first(fieldCallID, h, offset) {
			m.CallID = h.Value
			if space := indexEither(h.Value, ' ', '\t'); h.Value == "" || space >= 0 {
				m.issue(callIDMalformed, place(h, offset, max(space, 0)), "the Call-ID %q is empty or more than one word", h.Value)
			}
		}
	case "cseq":
		if m.first(fieldCSeq, h, offset) {
			m.cseq(h, offset)
		}
	case "max-forwards":
		if m.first(fieldMaxForwards, h, offset) {
			if n, ok := decimal(h.Value); !ok || n > 255 {
				m.issue(maxForwards, place(h, offset, 0), "Max-Forwards is %q; 0 to 255 are allowed", h.Value)
			}
		}
	case "content-length":
		m.contentLength(h, offset)
	case "content-type":
		if m.first(fieldContentType, h, offset) {
			m.ContentType = h.Value
		}
	case "date":
		if m.first(fieldDate, h, offset) {
			if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", h.Value); err != nil {
				m.issue(dateMalformed, place(h, offset, 0), "the Date %q is not of the form %q", h.Value, "Sat, 13 Nov 2010 23:29:00 GMT")
			}
		}
	case "expires", "min-expires":
		if h.Kind == "min-expires" || m.first(fieldExpires, h, offset) {
			m.seconds(h, h.Value, offset, 0)
		}
	case "retry-after":
		m.seconds(h, h.Value[:digitsLen(h.Value)], offset, 0)
	case "warning":
		if digitsLen(h.Value) != 3 {
			m.issue(warningMalformed, place(h, offset, 0), "the Warning %q does not begin with a code of three digits", h.Value)
		}
	case "contact":
		m.seen |= fieldContact
		if h.Value != "*" {
			m.addresses(h, offset)
		}
	case "route", "record-route", "path", "service-route", "refer-to", "referred-by", "reply-to":
		m.addresses(h, offset)
	}
}

// first reports whether h is the first of its kind, which counts.
func (m *Message) first(f fieldSet, h *Header, offset int) bool {
	if !m.seen.has(f) {
		m.seen |= f
		return true
	}
	if once.has(f) && !m.repeated.has(f) {
		m.repeated |= f
		m.issue(headerRepeated, offset, "%s occurs more than once", h.Name)
	}
	return false
}

// fault tells of a fault in h's value. offset is, here and below, the place of the header field.
func (m *Message) fault(h *Header, f fault, offset int) {
	if f.code != nil {
		m.issue(*f.code, place(h, offset, f.at), "the value of %s is %q", h.Name, h.Value)
	}
}

// place returns the place in the message of the octet of h's value that is at. The value is that
// without its folds.
func place(h *Header, offset, at int) int {
	_, start := nameLen(h.Raw)
	end := start // of the last line's text
	for n := start; n < len(h.Raw); {
		line := h.Raw[n : n+lineLen(h.Raw[n:])]
		n += len(line)
		text := trim(line)
		if len(text) == 0 {
			continue
		}
		from := n - len(bytes.TrimLeft(line, " \t\r\n"))
		if end > start {
			at-- // the space that stands for the fold
		}
		if at < len(text) {
			return offset + max(from+at, end)
		}
		at -= len(text)
		end = from + len(text)
	}
	return offset + end
}

// address reads a header that holds one address.
func (m *Message) address(h *Header, offset int) Address {
	a, _, f := scanAddress(h.Value)
	m.fault(h, f, offset)
	a.Value = h.Value
	return a.Address
}

// addresses checks a header that holds a list of addresses, up to the first fault.
func (m *Message) addresses(h *Header, offset int) {
	for rest := h.Value; ; {
		at := len(h.Value) - len(rest)
		a, n, f := scanAddress(rest)
		if f.code != nil {
			m.fault(h, f.behind(at), offset)
			return
		}
		if a.expires != "" {
			m.seconds(h, a.expires, offset, at+a.expiresAt)
		}
		if n >= len(rest) {
			return
		}
		rest = rest[n+1:]
	}
}

// cseq reads a sequence number and a method (RFC 3261, Section 20.16).
func (m *Message) cseq(h *Header, offset int) {
	v := h.Value
	digits := digitsLen(v)
	n, ok := decimal(v[:digits])
	method := trim(v[digits:])
	m.CSeqMethod = method
	if !ok || method == "" || len(method) == len(v)-digits || tokenLen(method) != len(method) {
		m.issue(cseqMalformed, place(h, offset, digits), "the CSeq %q is not a number and a method", v)
	}
	if n <= math.MaxUint32 {
		m.CSeq = uint32(n)
	}
	if n >= 1<<31 {
		m.issue(cseqOutOfRange, place(h, offset, 0), "the sequence number %s is not less than 2**31", v[:digits])
	}
	if m.Request && method != "" && method != m.Method {
		m.issue(cseqMethod, place(h, offset, len(v)-len(method)), "the method is %s, but that of CSeq is %s", m.Method, method)
	}
}

// contentLength reads a Content-Length (RFC 3261, Section 20.14). The first one counts, here as in
// declaredLength.
func (m *Message) contentLength(h *Header, offset int) {
	n, ok := decimal(h.Value)
	if m.seen.has(fieldContentLength) {
		if !ok || clampInt(n) != m.ContentLength {
			m.issue(contentLengthConflict, place(h, offset, 0), "one Content-Length is %d, another one %q", m.ContentLength, h.Value)
		}
		m.first(fieldContentLength, h, offset)
		return
	}
	m.seen |= fieldContentLength
	if !ok {
		m.issue(contentLengthMalformed, place(h, offset, 0), "the Content-Length %q is not a number", h.Value)
		return
	}
	m.ContentLength = clampInt(n)
}

// seconds checks a delta-seconds (RFC 3261, Section 20.19) that is at a place in h's value.
func (m *Message) seconds(h *Header, v string, offset, at int) {
	if n, ok := decimal(v); !ok || n > math.MaxUint32 {
		m.issue(numberOutOfRange, place(h, offset, at), "%s has %q seconds; 0 to 2**32-1 are allowed", h.Name, v)
	}
}

// mandatory tells of missing header fields (RFC 3261, Sections 8.1.1 and 8.2.6.2).
func (m *Message) mandatory(offset int) {
	if m.Version == "" {
		return // not SIP: what it lacks says nothing
	}
	need := fieldVia | fieldFrom | fieldTo | fieldCallID | fieldCSeq
	if m.Request {
		need |= fieldMaxForwards
		if m.Method == "INVITE" {
			need |= fieldContact
		}
	}
	for i, name := range [...]string{"Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards", "Contact"} {
		if f := fieldSet(1) << i; need.has(f) && !m.seen.has(f) {
			m.issue(headerMissing, offset, "%s is missing", name)
		}
	}
}
