package interop

import (
	"encoding/hex"

	"sipsecdump/report"
)

// sipSecurityRules are the rules about what is answered to a body that CMS protects.
var sipSecurityRules = []Rule{
	{
		ID: "sip-undecipherable", Severity: report.Note,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "493 (Undecipherable) to a body that is encrypted for a key the recipient does not have",
		Advice:   "encrypt for the certificate in the response, or for the one the recipient uses now",
		exchange: func(x *exchange) {
			if q := x.request; x.response.Status == 493 && q.traits.has(bodyEncrypted) {
				x.found("message %d, whose %s body is encrypted, was refused with 493 (%s)", q.message, q.secured, short(x.response.Phrase))
			}
		},
	},
	{
		ID: "sip-undecipherable-clear", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 23.2", "RFC 3261, Section 21.4.28"},
		Asks:     "493 (Undecipherable) for a body that is encrypted, and for no other",
		Advice:   "answer with 415 if the type of the body is what is not understood",
		exchange: func(x *exchange) {
			if q := x.request; x.response.Status == 493 && !q.traits.has(bodyEncrypted) {
				what := "has no body that is protected"
				if q.secured != "" {
					what = "has a " + q.secured + " body that is signed and not encrypted"
				}
				x.found("message %d, which %s, was refused with 493 (%s)", q.message, what, short(x.response.Phrase))
			}
		},
	},
	{
		ID: "sip-undecipherable-certificate", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "the respondent's certificate in a certs-only body of 493; without one it says that it takes no encrypted messages at all",
		Advice:   "add the certificate, so that the sender can encrypt for it",
		message: func(m *message) {
			if m.Message.Status != 493 || m.Incomplete {
				return
			}
			for i := range m.Parts {
				if c := m.Parts[i].CMS; c != nil && c.Object.Signed != nil && len(c.Object.Signed.Certificates) > 0 {
					return
				}
			}
			m.found("493 (%s) came without a certificate", short(m.Message.Reason))
		},
	},
	{
		ID: "sip-unsupported-body", Severity: report.Note,
		Sections: []string{"RFC 3261, Section 23.2", "RFC 5621, Section 3.1"},
		Asks:     "415 (Unsupported Media Type) to a required body whose type is not understood",
		Advice:   "take S/MIME for something the recipient does not speak, or for something that somebody in between does not want; look at Accept",
		exchange: func(x *exchange) {
			q := x.request
			if x.response.Status != 415 || q.secured == "" {
				return
			}
			accepts := "and does not tell what is accepted"
			if a := x.facts.accepts; a != "" {
				accepts = "which accepts " + a
			}
			x.found("message %d, whose %s body is %s, was refused with 415 (%s), %s", q.message, q.secured, q.protection(), short(x.response.Phrase), accepts)
		},
	},
	{
		ID: "sip-secured-refused", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 23.2", "RFC 5621, Section 3.1"},
		Asks:     "493 to what cannot be decrypted, 415 to what is not understood, so that the sender knows what to change",
		Advice:   "look whether the body is why: then the code has to be 493 or 415",
		exchange: func(x *exchange) {
			q := x.request
			if q.secured == "" {
				return
			}
			switch x.response.Status {
			case 400, 406, 488, 500, 501, 606:
				x.found("message %d, whose %s body is %s, was refused with %d (%s), which does not say whether the body is why",
					q.message, q.secured, q.protection(), x.response.Status, short(x.response.Phrase))
			}
		},
	},
	{
		ID: "sip-secured-answer", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "a notice to the user that the session is not secured where a protected request gets a body that is not",
		Advice:   "protect the body of the answer as well",
		exchange: func(x *exchange) {
			q := x.request
			if x.response.Status/100 == 2 && q.secured != "" && x.facts.traits.has(bodyOpen) {
				x.found("the body of message %d is %s, that of the answer is not protected", q.message, q.protection())
			}
		},
	},
	{
		ID: "sip-signer-changed", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "a notice to the user when somebody's certificate is another one than before",
		Advice:   "look whether the certificate was renewed, or somebody else signs",
		history: func(h *history) {
			s := h.certificates
			if s == nil {
				return
			}
			who := h.message.To
			if h.message.Request {
				who = h.message.From
			}
			h.found("%s signed with the certificate %s, and in message %d with %s", short(who), hex.EncodeToString(h.signer[:]),
				s.messages[s.count-1], hex.EncodeToString(s.latest[s.count-1][:]))
		},
	},
}

// protection tells how CMS protects the body.
func (s *seen) protection() string {
	switch s.traits & (bodySigned | bodyEncrypted) {
	case bodySigned | bodyEncrypted:
		return "signed and encrypted"
	case bodyEncrypted:
		return "encrypted"
	}
	return "signed"
}
