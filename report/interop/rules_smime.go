package interop

import "sipsecdump/report"

// smimeRules are the rules about S/MIME in SIP messages.
var smimeRules = []Rule{
	{
		ID: "smime-transfer-encoding", Severity: report.Warning,
		Sections: []string{"RFC 3853, Section 3", "RFC 5621, Section 3.2"},
		Asks:     "binary transfer encoding, which SIP carries as it is",
		Advice:   "send the object as its DER octets, with Content-Transfer-Encoding binary or without one",
		object: func(o *object) {
			if e := o.part.Encoding; e == "base64" || e == "quoted-printable" {
				o.found("the object came in %s: %d octets for %d", e, len(o.part.Body), len(o.part.Content))
			}
		},
	},
}
