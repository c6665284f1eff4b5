package interop

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/identity"
)

// sipHeaderRules are the rules about the header fields of a message alone. What the parser finds
// wrong with them is in sipIssueRules.
var sipHeaderRules = []Rule{
	{
		ID: "sip-max-forwards-zero", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 16.3", "RFC 3261, Section 20.22"},
		Asks:     "an answer of 483 (Too Many Hops) from a proxy that gets a request with Max-Forwards 0 and would forward it",
		Advice:   "look for a loop, or begin with 70",
		message: func(m *message) {
			if n, ok := hops(m.Message); ok && n == 0 && m.Message.Method != "OPTIONS" { // which may ask the proxy itself
				m.found("%s came with Max-Forwards 0", methodWord(m.Message.Method))
			}
		},
	},
	{
		ID: "sip-max-forwards-large", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.6"},
		Asks:     "70 for Max-Forwards where a request begins its way",
		Advice:   "begin with 70: a loop goes on for as many hops",
		message: func(m *message) {
			if n, ok := hops(m.Message); ok && n > 70 {
				m.found("Max-Forwards is %d", n)
			}
		},
	},
	{
		ID: "sip-branch-cookie", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.7"},
		Asks:     "a branch in Via that begins with z9hG4bK: it tells that the branch is unique, so that transactions can be told apart by it",
		Advice:   "put z9hG4bK in front of a branch that is unique for each request",
		message: func(m *message) {
			if b := m.Message.ViaBranch; m.Message.Request && b != "" && !hasCookie(b) {
				m.found("the branch of the topmost Via is %q", short(b))
			}
		},
	},
	{
		ID: "sip-to-tag-request", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.2"},
		Asks:     "no tag in the To of a request outside of a dialog",
		Advice:   "leave the tag out of REGISTER, which belongs to no dialog",
		message: func(m *message) {
			if m.Message.Request && m.Message.Method == "REGISTER" && m.Message.To.Tag != "" {
				m.found("REGISTER came with the To tag %q", short(m.Message.To.Tag))
			}
		},
	},
	{
		ID: "sip-to-tag-response", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 8.2.6.2"},
		Asks:     "a tag in the To of each response but 100 (Trying)",
		Advice:   "add a tag: without one there is no dialog, and forked requests cannot be told apart",
		message: func(m *message) {
			if r := m.Message; r.Status > 100 && r.Status < 700 && r.To.URI != "" && r.To.Tag == "" && !m.Incomplete {
				m.found("%d (%s) to %s came without a To tag", r.Status, short(r.Reason), short(r.CSeqMethod))
			}
		},
	},
	{
		ID: "sip-contact-missing", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.8", "RFC 3261, Section 12.1.1"},
		Asks:     "a Contact in each request that can begin a dialog, and in the response that does",
		Advice:   "add a Contact: it is where the requests of the dialog go",
		message: func(m *message) {
			if m.Incomplete {
				return
			}
			if _, ok := m.Message.Get("contact"); ok {
				return
			}
			r := m.Message
			switch {
			case r.Request && (r.Method == "SUBSCRIBE" || r.Method == "REFER"): // INVITE: an issue of the parser
				m.found("%s came without Contact", r.Method)
			case !r.Request && r.Status/100 == 2 && (r.CSeqMethod == "INVITE" || r.CSeqMethod == "SUBSCRIBE"):
				m.found("%d (%s) to %s came without Contact", r.Status, short(r.Reason), r.CSeqMethod)
			}
		},
	},
	{
		ID: "sip-contact-several", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 8.1.1.8"},
		Asks:     "exactly one URI in the Contact of a request that can begin a dialog",
		Advice:   "give one: only REGISTER may have more",
		message: func(m *message) {
			if !m.Message.Request || !targets(m.Message.Method) {
				return
			}
			n := 0
			for range m.Message.Contacts() {
				n++
			}
			if n > 1 {
				m.found("%s came with %d Contacts", m.Message.Method, n)
			}
		},
	},
	{
		ID: "sip-basic-password", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 22"},
		Asks:     "no Basic authentication, neither asked for nor accepted: it sends the password as good as in the clear",
		Advice:   "use Digest, and consider the password known if the transport was not protected",
		message: func(m *message) {
			for i := range m.Message.Headers {
				h := &m.Message.Headers[i]
				switch h.Kind {
				case "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate":
					if scheme, _, _ := strings.Cut(h.Value, " "); strings.EqualFold(scheme, "Basic") {
						m.found("%s with the scheme Basic came over %s", h.Name, strings.ToUpper(m.Transport))
						return
					}
				}
			}
		},
	},
	{
		ID: "sip-uri-password", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 19.1.1"},
		Asks:     "no password in a URI: whoever sees the message can read it",
		Advice:   "leave it out, and use Digest authentication",
		message: func(m *message) {
			where := ""
			switch r := m.Message; {
			case r.Request && hasPassword(r.URI):
				where = "the request line"
			case hasPassword(r.From.URI):
				where = "From"
			case hasPassword(r.To.URI):
				where = "To"
			default:
				return
			}
			m.found("the URI in %s has a password", where)
		},
	},
	{
		ID: "sip-compact-form", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 7.3.3"},
		Asks:     "that both forms of header field names are understood, the short one too",
		Advice:   "nothing, unless the peer does not find the header fields",
		message: func(m *message) {
			var names []string
			for i := range m.Message.Headers {
				h := &m.Message.Headers[i]
				if len(h.Name) != 1 || len(h.Kind) == 1 || len(names) == 4 {
					continue
				}
				if name := h.Name + " for " + h.Kind; !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			if names != nil {
				m.found("header fields have their short names: %s", strings.Join(names, ", "))
			}
		},
	},
	{
		ID: "sip-date", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 20.17"},
		Asks:     "in Date the time when the message was sent first",
		Advice:   "set the clock of the sender, or of whoever captured",
		message: func(m *message) {
			// Of signed messages, and of those with Identity, other rules tell.
			if _, ok := m.Message.Get("identity"); ok || isSigned(m.SIP) {
				return
			}
			if date, ok := dateOf(m.Message); ok && !m.time.IsZero() && m.time.Sub(date).Abs() > maxSkew {
				m.found("Date is %s, and the message came at %s", date.Format(time.RFC3339), m.time.Format(time.RFC3339))
			}
		},
	},
	{
		ID: "sip-identity-date", Severity: report.Error, habit: true,
		Sections: []string{"RFC 4474, Section 13.1"},
		Asks:     "a Date within an hour of when a signed request came, or it could be an old one that is played again",
		Advice:   "set the clock of the authentication service",
		message: func(m *message) {
			for i := range m.Identities {
				if m.Identities[i].Form == identity.RFC8224 {
					continue // that iat is stale is an issue of the parser
				}
				if date, ok := dateOf(m.Message); ok && !m.time.IsZero() && m.time.Sub(date).Abs() > maxSkew {
					m.found("Date is %s, and the message came at %s", date.Format(time.RFC3339), m.time.Format(time.RFC3339))
				}
				return
			}
		},
	},
}

// maxSkew is how far Date may be from when the message came.
const maxSkew = time.Hour

// hops returns Max-Forwards, if it is a number.
func hops(m *sipparse.Message) (n int, ok bool) {
	if !m.Request {
		return 0, false
	}
	v, ok := m.Get("max-forwards")
	if !ok || v == "" || len(v) > 3 {
		return 0, false
	}
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(v)
	return n, err == nil && n <= 255 // else it is an issue of the parser
}

func hasPassword(uri string) bool {
	user, _ := userOf(uri)
	return strings.IndexByte(user, ':') >= 0
}

func isSigned(s *report.SIP) bool {
	for i := range s.Parts {
		if c := s.Parts[i].CMS; c != nil && c.Object.Signed != nil {
			return true
		}
	}
	return false
}

// dateOf returns the time in Date, if it can be read.
func dateOf(m *sipparse.Message) (time.Time, bool) {
	const layout = "Mon, 02 Jan 2006 15:04:05 GMT"
	v, ok := m.Get("date")
	if !ok || len(v) != len(layout) {
		return time.Time{}, false
	}
	t, err := time.Parse(layout, v)
	return t, err == nil
}
