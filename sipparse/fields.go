package sipparse

import (
	"bytes"
	"math"
	"slices"
	"time"
)

// fieldSet is a set of header fields.
type fieldSet uint32

func (s fieldSet) has(f field) bool { return s>>f&1 != 0 }

// once are the header fields whose value is no list, so that they may occur only once (RFC 3261,
// Section 7.3.1).
const once fieldSet = 1<<fieldFrom | 1<<fieldTo | 1<<fieldCallID | 1<<fieldCSeq | 1<<fieldMaxForwards |
	1<<fieldContentLength | 1<<fieldContentType | 1<<fieldDate | 1<<fieldExpires

// single are the header fields of which only the first counts.
const single = once&^(1<<fieldContentLength) | 1<<fieldContentDisposition | 1<<fieldContentTransferEncoding |
	1<<fieldContentEncoding | 1<<fieldContentID | 1<<fieldContentLanguage

// reading is what a header field says by itself. With the octets that say it, it fills two cache lines.
type reading struct {
	name, kind, value string // as in Header
	// parts of the value: no field has more than three that count.
	parts  [3]string
	number int64 // of CSeq and Content-Length; -1 if it is none
	field  field
}

// The parts of a reading.
const (
	partDisplay, partURI, partTag = 0, 1, 2 // of From and To; of Contact the URI of the first alone
	partBranch, partSentBy        = 0, 1    // of the first Via value
	partMethod                    = 0       // of CSeq
)

func (a *Address) take(r *reading) {
	a.Value, a.Display, a.URI, a.Tag = r.value, r.parts[partDisplay], r.parts[partURI], r.parts[partTag]
}

// header takes a header field, which is read unless it is remembered.
func (m *Message) header(raw []byte, offset int, known *memo[reading]) {
	s, ok := known.at(raw)
	if ok {
		m.take(&s.says, raw, offset)
		return
	}
	said := m.said()
	m.lookForLoneLF(raw, offset)
	line := m.text.copy(raw)
	s.octets, s.says = "", reading{}
	r := &s.says
	m.readName(r, line, offset)
	if !m.seen.has(r.field) || !single.has(r.field) {
		m.readValue(r, raw, offset)
		if m.said() == said {
			s.octets = line
		}
	}
	m.take(r, raw, offset)
}

// readName reads a header field up to its value.
func (m *Message) readName(r *reading, s string, offset int) {
	name, value := nameLen(s)
	r.name, r.value = s[:name], m.text.unfold(trim(s[value:]))
	if value == 0 {
		m.issue(headerNoColon, offset, "a header line without a colon")
		return
	}
	if known := knownName(r.name); known != nil {
		r.kind, r.field = known.kind, known.field
		return
	}
	if name == 0 || tokenLen(r.name) != name {
		m.issue(headerName, offset, "the header name %q is not a token", r.name)
	}
	r.kind = m.text.lower(r.name)
}

// readValue reads the values that every message has, and checks some more.
func (m *Message) readValue(r *reading, raw []byte, offset int) {
	h := &Header{r.name, r.kind, r.value, raw}
	switch r.field {
	case fieldVia:
		top := m.vias(h, offset)
		r.parts[partBranch], r.parts[partSentBy] = top.Branch, top.SentBy
	case fieldFrom, fieldTo:
		a := m.address(h, offset)
		r.parts[partDisplay], r.parts[partURI], r.parts[partTag] = a.Display, a.URI, a.Tag
	case fieldCallID:
		if space := indexEither(h.Value, ' ', '\t'); h.Value == "" || space >= 0 {
			m.issue(callIDMalformed, place(h, offset, max(space, 0)), "the Call-ID %q is empty or more than one word", h.Value)
		}
	case fieldCSeq:
		r.number, r.parts[partMethod] = m.cseq(h, offset)
	case fieldMaxForwards:
		if n, ok := decimal(h.Value); !ok || n > 255 {
			m.issue(maxForwards, place(h, offset, 0), "Max-Forwards is %q; 0 to 255 are allowed", h.Value)
		}
	case fieldContentLength:
		n, ok := decimal(h.Value)
		if !ok {
			n = -1
		}
		r.number = n
	case fieldDate:
		if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", h.Value); err != nil {
			m.issue(dateMalformed, place(h, offset, 0), "the Date %q is not of the form %q", h.Value, "Sat, 13 Nov 2010 23:29:00 GMT")
		}
	case fieldExpires, fieldMinExpires:
		m.seconds(h, h.Value, offset, 0)
	case fieldRetryAfter:
		m.seconds(h, h.Value[:digitsLen(h.Value)], offset, 0)
	case fieldWarning:
		if digitsLen(h.Value) != 3 {
			m.issue(warningMalformed, place(h, offset, 0), "the Warning %q does not begin with a code of three digits", h.Value)
		}
	case fieldContact:
		if r.parts[partURI] = h.Value; h.Value != "*" {
			r.parts[partURI] = m.addresses(h, offset)
		}
	case fieldAddresses:
		m.addresses(h, offset)
	}
}

// take takes what a header field says.
func (m *Message) take(r *reading, raw []byte, offset int) {
	n := len(m.Headers)
	m.Headers = slices.Grow(m.Headers, 1)[:n+1]
	h := &m.Headers[n]
	// One by one: a Header put together first would be copied in pieces that are larger than it was
	// written in, for which a processor has to wait until all of it is in its cache.
	h.Name, h.Kind, h.Value, h.Raw = r.name, r.kind, r.value, raw
	first := !m.seen.has(r.field)
	m.seen |= 1 << r.field
	if first || !single.has(r.field) {
		m.takeValue(r, h, offset, first)
	}
	if !first && once.has(r.field) && !m.repeated.has(r.field) {
		m.repeated |= 1 << r.field
		m.issue(headerRepeated, offset, "%s occurs more than once", h.Name)
	}
}

// takeValue takes what a header field says that counts. first tells that it is the first of its kind.
func (m *Message) takeValue(r *reading, h *Header, offset int, first bool) {
	switch r.field {
	case fieldVia:
		if first {
			m.ViaBranch, m.ViaSentBy = r.parts[partBranch], r.parts[partSentBy]
			if m.ViaBranch == "" || m.ViaBranch == "z9hG4bK" {
				m.issue(viaBranchMissing, place(h, offset, 0), "the topmost Via has no branch, or nothing but the magic cookie")
			}
		}
	case fieldFrom:
		m.From.take(r)
		if m.From.Tag == "" {
			m.issue(fromTagMissing, place(h, offset, 0), "From has no tag")
		}
	case fieldTo:
		m.To.take(r)
	case fieldCallID:
		m.CallID = r.value
	case fieldCSeq:
		m.CSeqMethod = r.parts[partMethod]
		if r.number <= math.MaxUint32 {
			m.CSeq = uint32(r.number)
		}
		if m.Request && m.CSeqMethod != "" && m.CSeqMethod != m.Method {
			m.issue(cseqMethod, place(h, offset, len(r.value)-len(m.CSeqMethod)), "the method is %s, but that of CSeq is %s", m.Method, m.CSeqMethod)
		}
	case fieldContact:
		if m.ContactURI == "" {
			m.ContactURI = r.parts[partURI]
		}
	case fieldContentLength:
		m.contentLength(r.number, h, offset, first)
	case fieldContentType:
		m.ContentType, m.entity.Type = r.value, r.value
	case fieldContentDisposition:
		m.entity.Disposition = r.value
	case fieldContentTransferEncoding:
		m.entity.TransferEncoding = r.value
	case fieldContentEncoding:
		m.entity.ContentEncoding = r.value
	case fieldContentID:
		m.entity.ID = r.value
	case fieldContentLanguage:
		m.entity.Language = r.value
	}
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
func (m *Message) address(h *Header, offset int) (a Address) {
	s := scanner{v: h.Value}
	s.tagged(&a)
	a.Value = h.Value
	m.fault(h, s.first, offset)
	return a
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
func (m *Message) cseq(h *Header, offset int) (n int64, method string) {
	v := h.Value
	digits := digitsLen(v)
	n, ok := decimal(v[:digits])
	method = trim(v[digits:])
	if !ok || method == "" || len(method) == len(v)-digits || tokenLen(method) != len(method) {
		m.issue(cseqMalformed, place(h, offset, digits), "the CSeq %q is not a number and a method", v)
	}
	if n >= 1<<31 {
		m.issue(cseqOutOfRange, place(h, offset, 0), "the sequence number %s is not less than 2**31", v[:digits])
	}
	return n, method
}

// contentLength takes a Content-Length (RFC 3261, Section 20.14), which is negative if it is no
// number. The first one counts, here as in declaredLength.
func (m *Message) contentLength(n int64, h *Header, offset int, first bool) {
	switch {
	case !first && (n < 0 || clampInt(n) != m.ContentLength):
		m.issue(contentLengthConflict, place(h, offset, 0), "one Content-Length is %s, another one %q", lengthText(int64(m.ContentLength)), h.Value)
	case first && n < 0:
		m.issue(contentLengthMalformed, place(h, offset, 0), "the Content-Length %q is not a number", h.Value)
	case first:
		m.ContentLength = clampInt(n)
	}
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
