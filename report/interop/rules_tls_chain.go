package interop

import (
	"encoding/hex"
	"slices"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

const pathSection = "RFC 5280, Section 6.1"

// tlsChainRules are about the paths from the two sides' certificates to the CAs given. Where none
// are given there are no paths, and nothing is found. What a certificate that was shown says of
// itself other rules tell.
var tlsChainRules = []Rule{
	{
		ID: "tls-chain-incomplete", Severity: report.Error,
		Sections: []string{pathSection, "RFC 5246, Section 7.4.2", "RFC 6216, Section 6"},
		Asks:     "all certificates up to the one below the trusted CA's from the side that shows one",
		Advice:   "append the certificates of the CAs between to the side's file, or give the peers the CA that is not trusted",
		shown:    path("issuer-not-found"),
	},
	{
		ID: "tls-chain-untrusted", Severity: report.Error,
		Sections: []string{pathSection, "RFC 6216, Section 6"},
		Asks:     "a path to a CA that is trusted",
		Advice:   "have the certificate issued by a CA that the peers have, or give them this one",
		shown:    path("no-trusted-ca", "path-limit"),
	},
	{
		ID: "tls-chain-signature", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 6.1.3"},
		Asks:     "that the issuer's key have made the signature of each certificate",
		Advice:   "look whether the CA has changed its key and kept its name: show the certificate of the key that signed",
		shown:    path("bad-signature", "unsupported-algorithm", "key-type-mismatch", "no-public-key", "bad-parameters"),
	},
	{
		ID: "tls-chain-revoked", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 6.3", "RFC 6216, Section 6"},
		Asks:     "that no certificate of the path be revoked",
		Advice:   "have another issued; a peer that goes on has to be given the CRL",
		shown:    path("revoked"),
	},
	{
		ID: "tls-chain-not-ca", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 6.1.4"},
		Asks:     "that none but CAs issue certificates, within the path length that they are given",
		Advice:   "have the certificate issued by a CA",
		shown:    path("not-a-ca", "path-length"),
	},
	{
		ID: "tls-chain-invalid", Severity: report.Error,
		Sections: []string{pathSection, "RFC 5280, Section 4.2"},
		Asks:     "that all certificates of the path be valid for what they are used for: their time, usages, names, policies and critical extensions",
		Advice:   "have the CA's certificate renewed, or the certificate issued within what the CA may",
		shown: path("expired", "not-yet-valid", "validity-unreadable", "extended-key-usage", "key-usage",
			"critical-extension", "extension-unreadable", "duplicate-extension", "signature-algorithm-mismatch",
			"name-not-permitted", "name-excluded", "name-constraint-not-implemented", "name-constraint-limit",
			"no-valid-policy", "any-policy-mapped", "policy-limit"),
	},
}

// path makes the check for failures of paths with one of the reasons.
func path(reasons ...string) func(*handshake, tlsparse.Dir) {
	return func(h *handshake, d tlsparse.Dir) {
		if h.chains[d] == nil {
			return
		}
		failures := h.chains[d].Failures
		for i := range failures {
			f, sha := &failures[i], hex.EncodeToString(failures[i].Certificate.SHA256[:])
			if slices.Contains(reasons, f.Reason) && !h.toldOf(d, f, sha) {
				h.foundOf(d, sha, "in the path of the %s's certificate, %s (%s)", sides[d], sentence(f.Detail()), f.Section)
			}
		}
	}
}

// toldOf tells whether another rule tells the failure, which a certificate that was shown has with
// or without its path.
func (h *handshake) toldOf(d tlsparse.Dir, f *pki.PathFailure, sha string) bool {
	s := &h.shown[d]
	switch f.Reason {
	case "no-trusted-ca":
		return sha == s.sha() && s.selfSigned()
	case "expired", "not-yet-valid", "validity-unreadable":
		return slices.ContainsFunc(s.invalid, func(c invalid) bool { return c.sha == sha })
	case "extended-key-usage", "key-usage":
		return sha == s.sha()
	case "extension-unreadable", "duplicate-extension", "signature-algorithm-mismatch":
		return f.Certificate.Source == "" // it is from the capture
	}
	return false
}
