package interop

import (
	"fmt"
	"strings"

	"sipsecdump/report"
	"sipsecdump/sipparse"
)

// smimeTunnelRules are about messages inside of messages (RFC 3261, Section 23.4).
var smimeTunnelRules = []Rule{
	{
		ID: "smime-tunnel-headers", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 23.4.1.1"},
		Asks:     "the header fields of the signed message inside to be those outside, but for those that proxies change",
		Advice:   "sign a copy of the message as it is sent; a receiver has to tell the user",
		message: tunnels(func(m *message, t tunnel) {
			if !t.verified || t.encrypted {
				return
			}
			if differ := t.differences(m.Message); differ != "" {
				m.foundIn(t.Path, "the signed message inside differs: %s", differ)
			}
		}),
	},
	{
		ID: "smime-tunnel-date", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 23.4.1.2"},
		Asks:     "the Date to be the same inside and outside",
		Advice:   "copy the Date",
		message: tunnels(func(m *message, t tunnel) {
			inside, ok := t.Message.Get("date")
			outside, has := m.Message.Get("date")
			if ok && has && (t.verified || t.encrypted) && !sameText(inside, outside) {
				m.foundIn(t.Path, "the Date is %q inside and %q outside", short(inside), short(outside))
			}
		}),
	},
	{
		ID: "smime-tunnel-date-missing", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.4.1"},
		Asks:     "a Date in both the message inside and the one outside, as a loose timestamp",
		Advice:   "send a Date, and sign it",
		message: tunnels(func(m *message, t tunnel) {
			_, inside := t.Message.Get("date")
			_, outside := m.Message.Get("date")
			switch {
			case !inside && !outside:
				m.foundIn(t.Path, "neither the message inside nor the one outside has a Date")
			case !inside:
				m.foundIn(t.Path, "the message inside has no Date")
			case !outside:
				m.foundIn(t.Path, "the message outside has no Date")
			}
		}),
	},
	{
		ID: "smime-tunnel-identifiers", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.4.2"},
		Asks:     "To, From, Call-ID and CSeq at the least in the message inside: else the signature does not tell what it belongs to",
		Advice:   "copy all header fields",
		message: tunnels(func(m *message, t tunnel) {
			for _, kind := range [...]string{"to", "from", "call-id", "cseq"} {
				if _, ok := t.Message.Get(kind); !ok {
					m.foundIn(t.Path, "the message inside has no %s", fieldName(kind))
					return
				}
			}
		}),
	},
}

// tunnel is a part with a message in it, and what protects it.
type tunnel struct {
	*report.Part
	verified, encrypted bool
}

// tunnels is a check of the messages inside that S/MIME protects. There is one, if any: of more the
// first are looked at.
func tunnels(check func(m *message, t tunnel)) func(*message) {
	return func(m *message) {
		n := 0
		for i := range m.Parts {
			if p := &m.Parts[i]; p.Message == nil || p.MediaType != "message/sip" {
				continue
			}
			if n++; n > maxTunnels {
				return
			}
			if t, ok := m.tunnel(i); ok {
				check(m, t)
			}
		}
	}
}

// tunnel looks from a part outwards. ok tells whether S/MIME is around it. What is in a second
// message is no copy of the outermost.
func (m *message) tunnel(place int) (t tunnel, ok bool) {
	t.Part = &m.Parts[place]
	for place >= 0 {
		outer := m.around(place)
		if outer >= 0 {
			if first, second, _ := m.children(outer); m.Parts[outer].MediaType == "multipart/signed" &&
				first == &m.Parts[place] && second != nil && second.CMS != nil {
				ok = true
				t.verified = t.verified || verified(second.CMS)
			}
			place = outer
			continue
		}
		place = m.holder(place)
		if place < 0 {
			break
		}
		c := m.Parts[place].CMS
		if c == nil {
			return t, false
		}
		ok = true
		t.verified = t.verified || verified(c)
		t.encrypted = t.encrypted || c.Object.EncryptedContent() != nil
	}
	return t, ok
}

// holder returns the place of the part that another came out of, or -1.
func (m *message) holder(place int) int {
	path := strings.TrimSuffix(treeOf(m.Parts[place].Path), "/")
	for i := place - 1; i >= 0 && path != ""; i-- {
		if m.Parts[i].Path == path {
			return i
		}
	}
	return -1
}

func verified(c *report.CMS) bool {
	for i := range c.Signers {
		if c.Signers[i].Verified {
			return true
		}
	}
	return false
}

// differences tells what of the message inside is not as outside; "" if all is.
func (t tunnel) differences(outside *sipparse.Message) string {
	var list []string
	inside := t.Message
	if inside.Request != outside.Request || !strings.EqualFold(inside.Method, outside.Method) || inside.Status != outside.Status {
		list = append(list, fmt.Sprintf("it begins with %q", short(strings.TrimSpace(string(inside.StartLine)))))
	}
	compared := 0
	for i := range inside.Headers {
		kind := inside.Headers[i].Kind
		if !endToEnd(kind) || has(inside.Headers[:i], kind) {
			continue
		}
		if compared++; compared > maxCompared || len(list) == maxDifferences {
			list = append(list, "and perhaps more")
			break
		}
		in, out := joined(inside, kind), joined(outside, kind)
		switch {
		case out == "" && !has(outside.Headers, kind):
			list = append(list, fieldName(kind)+" is not outside")
		case !sameField(kind, in, out):
			list = append(list, fmt.Sprintf("%s is %q, and %q outside", fieldName(kind), short(in), short(out)))
		}
	}
	return strings.Join(list, "; ")
}

// endToEnd tells whether nobody may change a header field on the way: those that RFC 3261 has, but
// for those of its Section 23.4.1.1, the Date, which has a rule of its own, and those of the body.
func endToEnd(kind string) bool {
	switch kind {
	case "accept", "accept-encoding", "accept-language", "alert-info", "allow", "authentication-info", "authorization",
		"call-id", "call-info", "contact", "cseq", "error-info", "expires", "from", "in-reply-to", "min-expires",
		"organization", "priority", "proxy-authenticate", "proxy-require", "reply-to", "require", "retry-after", "server",
		"subject", "supported", "timestamp", "to", "unsupported", "user-agent", "warning", "www-authenticate":
		return true
	}
	return false
}

func has(headers []sipparse.Header, kind string) bool {
	for i := range headers {
		if headers[i].Kind == kind {
			return true
		}
	}
	return false
}

// joined returns the values of all header fields of a kind as one list (RFC 3261, Section 7.3.1).
func joined(m *sipparse.Message, kind string) string {
	text := ""
	for i := range m.Headers {
		if h := &m.Headers[i]; h.Kind == kind {
			if text != "" {
				text += ", "
			}
			text += h.Value
			if len(text) > maxCompare {
				break
			}
		}
	}
	return text
}

// sameField compares the values of header fields, in doubt as the same.
func sameField(kind, a, b string) bool {
	switch {
	case sameText(a, b):
		return true
	case kind == "from" || kind == "to" || kind == "reply-to": // RFC 3261, Section 20.20: without the display name
		x, y := sipparse.ParseAddress(a), sipparse.ParseAddress(b)
		return strings.EqualFold(x.URI, y.URI) && strings.EqualFold(x.Tag, y.Tag)
	}
	return false
}

// sameText compares without regard to white space and case (RFC 3261, Section 7.3.1).
func sameText(a, b string) bool {
	return a == b || strings.EqualFold(withoutSpace(a), withoutSpace(b))
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, s)
}

// fieldName is how a kind of header field is written.
func fieldName(kind string) string {
	switch kind {
	case "call-id":
		return "Call-ID"
	case "cseq":
		return "CSeq"
	case "www-authenticate":
		return "WWW-Authenticate"
	}
	b := []byte(kind)
	for i := range b {
		if i == 0 || b[i-1] == '-' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}
