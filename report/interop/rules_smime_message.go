package interop

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"sipsecdump/amount"
	"sipsecdump/report"
)

// smimeMessageRules are about messages that carry S/MIME.
var smimeMessageRules = []Rule{
	{
		ID: "smime-damaged", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 6.2", "RFC 3261, Section 7"},
		Asks:     "binary bodies to be carried octet by octet",
		Advice:   "look for what treats messages as text: an FTP transfer, an editor, a library's text mode",
		message: func(m *message) {
			added, first := 0, ""
			for i := range m.Parts {
				p := &m.Parts[i]
				if p.CMS == nil || p.Repaired == 0 || p.Objects > 0 {
					continue
				}
				if added += p.Repaired; first == "" {
					first = p.Path
				}
			}
			missing := m.Message.ContentLength - len(m.Message.Body)
			head := m.Message.Raw[:len(m.Message.Raw)-len(m.Message.Body)-len(m.Message.Trailing)]
			switch {
			case added > 0:
				m.foundIn(first, "a text-mode conversion made CRLF of LF: the object has %s more than its lengths say",
					amount.Of(added, "octet", "octets"))
			case missing > 0 && m.secured() && !bytes.Contains(head, []byte("\r\n")) && missing <= bytes.Count(m.Message.Body, []byte("\n")):
				// Some LFs may be the object's own, and so may CRs that stand before one.
				m.found("no line of the message's header ends in CRLF, and its body lacks %s, as when a text-mode conversion makes LF of CRLF",
					amount.Of(missing, "octet", "octets"))
			}
		},
	},
	{
		ID: "smime-date", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 23.4.2"},
		Asks:     "the Date of a message with a signed body to be that of the receiver's clock, by an hour or so",
		Advice:   "set the clocks; a receiver should warn, since an old message may be sent again",
		message: func(m *message) {
			if !m.signed() {
				return
			}
			text, ok := m.Message.Get("date")
			if !ok || m.time.IsZero() {
				return
			}
			date, err := time.Parse(http.TimeFormat, text)
			if err != nil {
				return
			}
			switch d := m.time.Sub(date).Round(time.Second); {
			case d > maxAge:
				m.found("the Date is %v before the message came by, at %s", d, m.time.UTC().Format(time.DateTime))
			case d < -maxAge:
				m.found("the Date is %v after the message came by, at %s", -d, m.time.UTC().Format(time.DateTime))
			}
		},
	},
	{
		ID: "smime-accept", Severity: report.Note, habit: true,
		Sections: []string{"draft-ietf-sipping-sec-flows-00, Section 4", "RFC 3261, Section 20.1"},
		Asks:     "an Accept header field with the types of S/MIME: without one application/sdp alone is assumed",
		Advice:   "send Accept: multipart/signed, application/pkcs7-mime, and the types that may be inside",
		message: func(m *message) {
			if !m.Message.Request || !m.secured() {
				return
			}
			if !has(m.Message.Headers, "accept") {
				m.found("the request has a body of S/MIME and no Accept header field")
				return
			}
			for _, t := range [...]string{"multipart/signed", typeObject} {
				if !m.accepts(t) {
					m.found("the request has a body of S/MIME, and its Accept lacks %s", t)
					return
				}
			}
		},
	},
}

// maxAge is how much a Date may differ (RFC 3261, Section 23.4.2: "on the order of an hour").
const maxAge = time.Hour

// signed tells whether the body is signed.
func (m *message) signed() bool {
	for i := range m.Parts {
		if p := &m.Parts[i]; p.CMS != nil && p.Objects == 0 && len(p.CMS.Signers) > 0 {
			return true
		}
	}
	return false
}

// accepts tells whether Accept lists a media type (RFC 3261, Section 20.1).
func (m *message) accepts(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, "/")
	for i := range m.Message.Headers {
		h := &m.Message.Headers[i]
		if h.Kind != "accept" {
			continue
		}
		for item := range strings.SplitSeq(h.Value, ",") {
			item, _, _ = strings.Cut(item, ";")
			item = strings.TrimSpace(item)
			if strings.EqualFold(item, mediaType) || item == "*/*" || strings.EqualFold(item, kind+"/*") {
				return true
			}
		}
	}
	return false
}
