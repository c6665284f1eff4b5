package sipparse

import (
	"bytes"
	"math"
	"time"
)

// fieldSet is a set of header fields.
type fieldSet uint32

func (s fieldSet) has(f field) bool { return s>>f&1 != 0 }

// once are the header fields whose value is no list, so that they may occur only once (RFC 3261,
// Section 7.3.1).
const once fieldSet = 1<<fieldFrom | 1<<fieldTo | 1<<fieldCallID | 1<<fieldCSeq | 1<<fieldMaxForwards |
	1<<fieldContentLength | 1<<fieldContentType | 1<<fieldDate | 1<<fieldExpires

// field reads the header fields that every message has, and checks some more.
func (m *Message) field(h *Header, f field, offset int) {
	switch f {
	case fieldVia:
		top := m.vias(h, offset)
		if m.first(f, h, offset) {
			m.ViaBranch, m.ViaSentBy = top.Branch, top.SentBy
			if m.ViaBranch == "" || m.ViaBranch == "z9hG4bK" {
				m.issue(viaBranchMissing, place(h, offset, 0), "the topmost Via has no branch, or nothing but the magic cookie")
			}
		}
	case fieldFrom:
		if m.first(f, h, offset) {
			m.address(&m.From, h, offset)
			if m.From.Tag == "" {
				m.issue(fromTagMissing, place(h, offset, 0), "From has no tag")
			}
		}
	case fieldTo:
		if m.first(f, h, offset) {
			m.address(&m.To, h, offset)
		}
	case fieldCallID:
		if m.first(f, h, offset) {
			m.CallID = h.Value
			if space := indexEither(h.Value, ' ', '\t'); h.Value == "" || space >= 0 {
				m.issue(callIDMalformed, place(h, offset, max(space, 0)), "the Call-ID %q is empty or more than one word", h.Value)
			}
		}
	case fieldCSeq:
		if m.first(f, h, offset) {
			m.cseq(h, offset)
		}
	case fieldMaxForwards:
		if m.first(f, h, offset) {
			if n, ok := decimal(h.Value); !ok || n > 255 {
				m.issue(maxForwards, place(h, offset, 0), "Max-Forwards is %q; 0 to 255 are allowed", h.Value)
			}
		}
	case fieldContentLength:
		m.contentLength(h, offset)
	case fieldContentType:
		if m.first(f, h, offset) {
			m.ContentType, m.entity.Type = h.Value, h.Value
		}
	case fieldContentDisposition:
		if m.first(f, h, offset) {
			m.entity.Disposition = h.Value
		}
	case fieldContentTransferEncoding:
		if m.first(f, h, offset) {
			m.entity.TransferEncoding = h.Value
		}
	case fieldContentEncoding:
		if m.first(f, h, offset) {
			m.entity.ContentEncoding = h.Value
		}
	case fieldContentID:
		if m.first(f, h, offset) {
			m.entity.ID = h.Value
		}
	case fieldContentLanguage:
		if m.first(f, h, offset) {
			m.entity.Language = h.Value
		}
	case fieldDate:
		if m.first(f, h, offset) {
			if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", h.Value); err != nil {
				m.issue(dateMalformed, place(h, offset, 0), "the Date %q is not of the form %q", h.Value, "Sat, 13 Nov 2010 23:29:00 GMT")
			}
		}
	case fieldExpires:
		if m.first(f, h, offset) {
			m.seconds(h, h.Value, offset, 0)
		}
	case fieldMinExpires:
		m.seconds(h, h.Value, offset, 0)
	case fieldRetryAfter:
		m.seconds(h, h.Value[:digitsLen(h.Value)], offset, 0)
	case fieldWarning:
		if digitsLen(h.Value) != 3 {
			m.issue(warningMalformed, place(h, offset, 0), "the Warning %q does not begin with a code of three digits", h.Value)
		}
	case fieldContact:
		m.seen |= 1 << f
		uri := h.Value
		if uri != "*" {
			uri = m.addresses(h, offset)
		}
		if m.ContactURI == "" {
			m.ContactURI = uri
		}
	case fieldAddresses:
		m.addresses(h, offset)
	}
}

// first reports whether h is the first of its kind, which counts.
func (m *Message) first(f field, h *Header, offset int) bool {
	if !m.seen.has(f) {
		m.seen |= 1 << f
		return true
	}
	if once.has(f) && !m.repeated.has(f) {
		m.repeated |= 1 << f
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
func (m *Message) address(a *Address, h *Header, offset int) {
	s := scanner{v: h.Value}
	s.tagged(a)
	a.Value = h.Value
	m.fault(h, s.first, offset)
}

// addresses checks a header that holds a list of addresses, up to the first fault, and returns the
// first one's URI.
func (m *Message) addresses(h *Header, offset int) (uri string) {
	for s, begun := (scanner{v: h.Value}), false; ; begun = true {
		var a Address
		expires, at := s.tagged(&a)
		if !begun {
			uri = a.URI
		}
		if s.first.code != nil {
			m.fault(h, s.first, offset)
			return uri
		}
		if expires != "" {
			m.seconds(h, expires, offset, at)
		}
		if !s.more() {
			return uri
		}
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
	m.seen |= 1 << fieldContentLength
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

// mandatory are the header fields that no message may lack.
const mandatory fieldSet = 1<<fieldVia | 1<<fieldFrom | 1<<fieldTo | 1<<fieldCallID | 1<<fieldCSeq

// missing tells of missing header fields (RFC 3261, Sections 8.1.1 and 8.2.6.2).
func (m *Message) missing(offset int) {
	if m.Version == "" {
		return // not SIP: what it lacks says nothing
	}
	need := mandatory
	if m.Request {
		need |= 1 << fieldMaxForwards
		if m.Method == "INVITE" {
			need |= 1 << fieldContact
		}
	}
	if need &^= m.seen; need == 0 {
		return
	}
	for f, name := range [...]string{fieldVia: "Via", fieldFrom: "From", fieldTo: "To", fieldCallID: "Call-ID",
		fieldCSeq: "CSeq", fieldMaxForwards: "Max-Forwards", fieldContact: "Contact"} {
		if need.has(field(f)) {
			m.issue(headerMissing, offset, "%s is missing", name)
		}
	}
}
