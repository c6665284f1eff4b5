package interop

import "sipsecdump/report"

// sipIdentityRules are the rules about Identity header fields: what package identity finds, and
// that a signature is not good.
var sipIdentityRules = []Rule{
	{
		ID: "sip-identity-signature", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 6.2", "RFC 4474, Section 6"},
		Asks:     "a signature in Identity that is the sender's domain's, over what the message says",
		Advice:   "look what was changed on the way, or which key signed: verifiers refuse the request with 438",
		message: func(m *message) {
			for i := range m.Identities {
				switch r := &m.Identities[i]; r.Reason {
				case "signature-mismatch", "wrong-key", "no-variant-matches", "signature-malformed", "base64-malformed",
					"header-malformed", "claims-malformed", "crit-not-understood", "identity-too-long":
					m.found("%s: %s", r.Reason, sentence(r.Detail))
				}
			}
		},
	},
	{
		ID: "sip-identity-algorithm", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 4", "RFC 8225, Section 6"},
		Asks:     "ES256 as the algorithm of a PASSporT",
		Advice:   "sign with ES256",
		message: func(m *message) {
			for i := range m.Identities {
				if r := &m.Identities[i]; r.Reason == "algorithm-not-implemented" {
					m.found("%s", sentence(r.Detail))
				}
			}
		},
	},
	{
		ID: "sip-identity-claims", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 6.2", "RFC 8225, Section 5"},
		Asks:     "claims that are said of this message: orig of From, dest of To, mky of its session description, rph of Resource-Priority",
		Advice:   "sign what the message says where it leaves the domain: verifiers refuse the request with 438",
		issue:    issue{identityIssue, "orig-mismatch"},
		alike:    []string{"dest-mismatch", "mky-mismatch", "rph-mismatch"},
	},
	{
		ID: "sip-identity-claims-missing", Severity: report.Error,
		Sections: []string{"RFC 8225, Section 5"},
		Asks:     "the claims orig, dest and iat, and those of the extension that ppt names",
		Advice:   "add the claim",
		issue:    issue{identityIssue, "orig-missing"},
		alike: []string{
			"dest-missing", "iat-missing", "attest-missing", "origid-missing", "div-missing", "rph-missing", "attest-invalid",
		},
	},
	{
		ID: "sip-identity-fresh", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 6.2"},
		Asks:     "an iat within 60 seconds of when the request came",
		Advice:   "set the clock of the authentication service; or it is an old request that is played again",
		issue:    issue{identityIssue, "iat-stale"},
		alike:    []string{"iat-future"},
	},
	{
		ID: "sip-identity-iat", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 6.2"},
		Asks:     "an iat within 60 seconds of Date",
		Advice:   "sign the time in Date",
		issue:    issue{identityIssue, "date-mismatch"},
	},
	{
		ID: "sip-identity-date-missing", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 4", "RFC 4474, Section 5"},
		Asks:     "a Date in a request that is signed",
		Advice:   "add a Date before signing",
		issue:    issue{identityIssue, "date-missing"},
	},
	{
		ID: "sip-identity-form", Severity: report.Warning,
		Sections: []string{"RFC 8224, Section 4", "RFC 8225, Section 9", "RFC 7518, Section 3.4"},
		Asks:     "a PASSporT in base64url without white space, of JSON without white space and in the order of names, with a signature of 64 octets",
		Advice:   "write it so: some verifiers take nothing else",
		issue:    issue{identityIssue, "identity-spaced"},
		alike:    []string{"base64-not-url", "signature-der", "json-not-deterministic"},
	},
	{
		ID: "sip-identity-parameters", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 4", "RFC 8224, Section 4.1", "RFC 8225, Section 4.1"},
		Asks:     "the parameters info, alg and ppt that say what the header of the PASSporT does, whose typ is passport",
		Advice:   "make both the same",
		issue:    issue{identityIssue, "info-missing"},
		alike:    []string{"info-mismatch", "alg-mismatch", "ppt-mismatch", "typ-not-passport"},
	},
	{
		ID: "sip-identity-unusual", Severity: report.Note,
		Sections: []string{"RFC 8224, Section 6.2", "RFC 8588, Section 5", "RFC 8946, Section 4.2"},
		Asks:     "nothing that this breaks; verifiers differ in what they make of it",
		Advice:   "know that not everybody takes it",
		issue:    issue{identityIssue, "ppt-unknown"},
		alike: []string{
			"orig-asserted", "origid-not-uuid", "mky-missing", "div-unlinked", "digest-not-sha1",
		},
	},
	{
		ID: "sip-identity-certificate", Severity: report.Error,
		Sections: []string{"RFC 8224, Section 8", "RFC 4474, Section 13.4", "RFC 5280, Section 4.1.2.5"},
		Asks:     "a certificate that is valid, and is for the domain or the number of From",
		Advice:   "sign with a certificate for the sender: verifiers refuse the request with 437 or 438",
		issue:    issue{identityIssue, "certificate-domain"},
		alike: []string{
			"certificate-number", "certificate-expired", "certificate-not-yet-valid", "certificate-validity-unreadable",
		},
	},
	{
		ID: "sip-identity-limit", Severity: report.Note,
		Sections: []string{"RFC 8224, Section 6.2"},
		Asks:     "no more Identity header fields, and no more certificates to try, than can be judged",
		Advice:   "give the certificate of the signer alone",
		issue:    issue{identityIssue, "identity-limit"},
		alike:    []string{"attempts-limit"},
	},
}
