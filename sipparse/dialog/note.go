package dialog

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
	"sipsecdump/sipparse/sdp"
)

// Note is what one message means to the calls. It is bounded, and nothing in it aliases the message's
// octets; its strings are the message's, and hold on to its text.
type Note struct {
	// Message is the message's number in the capture, from 1.
	Message uint64
	Time    time.Time // of the packet; UTC
	*Path

	Method string // a request's own, a response's from its CSeq
	Status int    // responses only
	Phrase string // the reason phrase

	CallID         string
	From, To       string // the URIs
	FromTag, ToTag string
	Branch, SentBy string // of the topmost Via
	Contact        string // the first one's URI
	// Expires is what Expires or Subscription-State gives, in seconds, and of REGISTER the longest of its
	// Contacts, of which each may give its own (RFC 3261, Section 10.2.1.1); -1 if none does.
	Expires int64
	CSeq    uint32
	Request bool

	// SDP is the first session description in the body; nil if there is none, or it is
	// unreadable, which SDPUnreadable tells. It may be shared, and is never changed.
	SDPUnreadable bool
	SDP           *sdp.Session

	Details *Details // nil for most
}

// Path is the way that messages come: one direction of a connection, or of the datagrams between two
// endpoints. The notes of these messages share it, and so do calls; it never changes.
type Path struct {
	Flow      uint64 // the connection
	Src, Dst  netip.AddrPort
	Transport string // "udp", "tcp", "tls", …
	TLS       TLS    // what was negotiated; zero if there is no TLS or its hello was not captured
}

// along reports whether both ways lead from the same endpoint to the same.
func (p *Path) along(o *Path) bool { return p == o || p.Src == o.Src && p.Dst == o.Dst }

// against reports whether one way leads back where the other comes from.
func (p *Path) against(o *Path) bool { return p.Src == o.Dst && p.Dst == o.Src }

// Details are what few messages have.
type Details struct {
	Reason            string // the header field (RFC 3326)
	Warning           string
	Subscription      string // the state in Subscription-State, in lower case (RFC 6665)
	ReferTo, Replaces string
	SessionID         string // RFC 7989
	OtherLeg          string // Call-ID of another leg: X-Call-ID or X-CID
	// ReferCSeq is the number of the REFER that a NOTIFY is about, if ReferKnown tells that it says so
	// (RFC 3515, Section 2.4.6).
	ReferCSeq  uint32
	ReferKnown bool
	// Fragment is the status of a response in a message/sipfrag body, as a NOTIFY tells of a
	// transfer (RFC 3515, Section 2.4.4); 0 if there is none.
	Fragment int
	// What was established about the security of the message, beside that of its way.
	Signed, Encrypted, Identity Verdict
}

// Detailed returns n's details, to be filled.
func (n *Note) Detailed() *Details {
	if n.Details == nil {
		n.Details = new(Details)
	}
	return n.Details
}

// details returns n's details, to be read.
func (n *Note) details() *Details {
	if n.Details == nil {
		return &noDetails
	}
	return n.Details
}

var noDetails Details

// Verdict is what is known of one protection of a message.
type Verdict struct {
	// Reason is the stable code of why not; "" if it held.
	Reason  string
	Outcome Outcome
	// Repaired tells that it is a verdict over octets from which damage was taken out.
	Repaired bool
}

// Outcome tells whether a protection held.
type Outcome uint8

// The outcomes.
const (
	NotThere Outcome = iota
	Held             // verified, or decrypted
	Failed
	NotTried // there is nothing to check or open it with
)

// worse puts the outcomes in the order in which they count when a message has several.
func (v Verdict) worse(o Verdict) bool {
	rank := [...]int{NotThere: 0, Held: 1, NotTried: 2, Failed: 3}
	return rank[v.Outcome] > rank[o.Outcome]
}

// Add takes another verdict on the same protection of the same message: the worst counts. It is
// over repaired octets if one of them is.
func (v *Verdict) Add(o Verdict) {
	repaired := v.Repaired || o.Repaired
	if o.worse(*v) {
		*v = o
	}
	v.Repaired = repaired
}

// Summarizer makes notes. It is one goroutine's.
type Summarizer struct {
	// descriptions are those read lately: the same one comes in 183 and 200, on each hop, and
	// again in retransmissions.
	descriptions map[string]*sdp.Session
}

// Summarize fills n from m. What m does not know, the message's number, its time, way and security,
// is the caller's to add, and so are the parts of the body.
func (s *Summarizer) Summarize(n *Note, m *sipparse.Message) {
	*n = Note{}
	n.Request, n.Method, n.Status = m.Request, bounded(m.Method, maxText), m.Status
	if !m.Request {
		n.Method, n.Phrase = bounded(m.CSeqMethod, maxText), bounded(m.Reason, maxText)
	}
	n.CallID, n.CSeq = bounded(m.CallID, maxIdentity), m.CSeq
	n.From, n.To = bounded(m.From.URI, maxText), bounded(m.To.URI, maxText)
	n.FromTag, n.ToTag = bounded(m.From.Tag, maxIdentity), bounded(m.To.Tag, maxIdentity)
	n.Branch, n.SentBy = bounded(m.ViaBranch, maxIdentity), bounded(m.ViaSentBy, maxIdentity)
	n.Contact = bounded(m.ContactURI, maxText)
	n.Expires = -1
	for i := range m.Headers {
		h := &m.Headers[i]
		switch h.Kind {
		case "expires":
			n.expires(h.Value)
		case "subscription-state":
			state, _, _ := strings.Cut(h.Value, ";")
			n.Detailed().Subscription = bounded(strings.ToLower(strings.TrimSpace(state)), maxText)
			n.expires(parameter(h.Value, "expires"))
		case "reason":
			d := n.Detailed()
			d.Reason = cmp.Or(d.Reason, bounded(h.Value, maxText))
		case "warning":
			d := n.Detailed()
			d.Warning = cmp.Or(d.Warning, bounded(h.Value, maxText))
		case "refer-to":
			n.Detailed().ReferTo = bounded(sipparse.ParseAddress(h.Value).URI, maxText)
		case "event":
			if id := refer(h.Value); id != "" {
				cseq, err := strconv.ParseUint(id, 10, 32)
				if err != nil {
					break
				}
				d := n.Detailed()
				d.ReferCSeq, d.ReferKnown = uint32(cseq), true
			}
		case "replaces":
			id, _, _ := strings.Cut(h.Value, ";")
			n.Detailed().Replaces = bounded(strings.TrimSpace(id), maxIdentity)
		case "session-id":
			n.Detailed().SessionID = bounded(h.Value, maxText)
		case "x-call-id", "x-cid":
			n.Detailed().OtherLeg = bounded(h.Value, maxIdentity)
		}
	}
	if n.Method == "REGISTER" {
		n.bindings(m)
	}
}

// bindings takes what the Contacts of a REGISTER or the response to it say of how long they last; those
// that do not say last as long as Expires.
func (n *Note) bindings(m *sipparse.Message) {
	longest, open := int64(-1), false
	for a := range m.Contacts() {
		one := Note{Expires: -1}
		if v, ok := a.Param("expires"); ok {
			one.expires(v)
		}
		if one.Expires < 0 {
			one.Expires = n.Expires
		}
		longest = max(longest, one.Expires)
		open = open || one.Expires < 0
	}
	if longest > 0 || longest == 0 && !open {
		n.Expires = longest
	}
}

// refer returns the parameter id of an Event of the package refer, or "".
func refer(event string) string {
	if name, _, _ := strings.Cut(event, ";"); !strings.EqualFold(strings.TrimSpace(name), "refer") {
		return ""
	}
	return strings.TrimSpace(parameter(event, "id"))
}

// bounded returns v, or what it begins with.
func bounded(v string, octets int) string { return v[:min(len(v), octets)] }

// Part takes a part of the message's body, or of what was opened in it.
func (s *Summarizer) Part(n *Note, p *mime.Part) {
	switch p.MediaType {
	case "application/sdp":
		if n.SDP != nil || n.SDPUnreadable || len(p.Content) == 0 {
			return // the first one counts
		}
		n.SDP = s.description(p.Content)
		n.SDPUnreadable = n.SDP == nil
	case "message/sipfrag":
		const version = "SIP/2.0 "
		c := p.Content
		if len(c) >= len(version)+3 && strings.EqualFold(string(c[:len(version)]), version) {
			if status, err := strconv.Atoi(string(c[len(version) : len(version)+3])); err == nil && status > 0 {
				n.Detailed().Fragment = status
			}
		}
	}
}

// description reads a session description. It returns nil if that cannot be done.
func (s *Summarizer) description(p []byte) *sdp.Session {
	d, known := s.descriptions[string(p)]
	if known {
		return d
	}
	d, err := sdp.Summarize(p)
	if err != nil {
		return nil
	}
	if len(s.descriptions) >= maxDescriptions || s.descriptions == nil {
		s.descriptions = make(map[string]*sdp.Session, maxDescriptions)
	}
	s.descriptions[string(p)] = d
	return d
}

func (n *Note) expires(v string) {
	if v = strings.TrimSpace(v); v == "" {
		return // the error would be allocated
	}
	if d, err := strconv.ParseInt(v, 10, 64); err == nil && d >= 0 {
		n.Expires = max(n.Expires, d)
	}
}

// parameter finds a header parameter by a rough look: a quoted name that imitates one would win,
// and only be believed in how long a call is waited for.
func parameter(v, name string) string {
	for {
		_, rest, ok := strings.Cut(v, ";")
		if !ok {
			return ""
		}
		v = rest
		if p := trimLeft(v); len(p) > len(name) && strings.EqualFold(p[:len(name)], name) {
			if p = trimLeft(p[len(name):]); p != "" && p[0] == '=' {
				if i := strings.IndexAny(p, ";,"); i >= 0 {
					p = p[:i]
				}
				return p[1:]
			}
		}
	}
}

func trimLeft(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	return s
}
