package interop

import (
	"slices"
	"strings"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// smimeSignerRules are about the certificate of a signer: whose it is, whether it was valid, and
// whether it is for this.
var smimeSignerRules = []Rule{
	{
		ID: "smime-signer-identity", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3261, Section 23.2", "RFC 6216, Section 6", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks:     "the subject's alternative names to have the URI of the From header field",
		Advice:   "sign as the one who is in From; a receiver has to warn of others",
		object: eachSigner(func(s *signer) {
			if s.certain() && s.Identity != nil && !s.Identity.Matched && !s.otherScheme() && !s.innerFrom() {
				s.found("the certificate of the signer is not that of From: %s", sentence(s.Identity.Detail))
			}
		}),
	},
	{
		ID: "smime-signer-scheme", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 23.1", "RFC 3261, Section 19.1.4"},
		Asks:     "the user and domain of the From header field's URI in the certificate; as URIs, sip and sips are never equal",
		Advice:   "put the URIs of both schemes into the certificate",
		object: eachSigner(func(s *signer) {
			if s.certain() && s.Identity != nil && !s.Identity.Matched && s.otherScheme() {
				s.found("the certificate has the address of From, %q, with the other scheme", short(s.Message.From.URI))
			}
		}),
	},
	{
		ID: "smime-responder-identity", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "the certificate of who signs a response to be compared with To; that they differ may be in order, as after a redirection",
		Advice:   "tell the user who has answered",
		object: eachSigner(func(s *signer) {
			if s.Message.Request || !s.certain() || s.Message.To.URI == "" {
				return
			}
			if of := pki.MatchAOR(s.Certificate, s.Message.To.URI); !of.Matched && !pki.MatchAOR(s.Certificate, swapScheme(s.Message.To.URI)).Matched {
				s.found("the certificate of the signer is not that of To: %s", sentence(of.Detail))
			}
		}),
	},
	{
		ID: "smime-signer-validity", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5280, Section 4.1.2.5", "RFC 6216, Section 6", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks:     "a certificate that is valid when the message is sent; many implementations were found to accept expired ones without a word",
		Advice:   "renew the certificate; refuse such messages, or at least warn",
		object: eachSigner(func(s *signer) {
			if !s.certain() {
				return
			}
			if ok, reason, detail := s.Certificate.ValidAt(s.at); !ok && reason != pki.TimeUnknown {
				s.found("%s (%s)", detail, name(s.Certificate.Subject))
			}
		}),
	},
	{
		ID: "smime-signer-key-usage", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5280, Section 4.2.1.3", "RFC 6216, Section 6", "RFC 8550, Section 4.4.2"},
		Asks:     "digitalSignature among the key usages, if there are any; RFC 8550 takes contentCommitment as well, RFC 6216 does not",
		Advice:   "have the certificate issued with digitalSignature",
		object: eachSigner(func(s *signer) {
			c := s.Certificate
			if s.certain() && c.HasKeyUsage && c.KeyUsage&pki.KeyUsageDigitalSignature == 0 {
				with := ""
				if c.KeyUsage&pki.KeyUsageContentCommitment != 0 {
					with = ", but contentCommitment"
				}
				s.found("the key usage of %s has no digitalSignature%s", name(c.Subject), with)
			}
		}),
	},
	{
		ID: "smime-signer-extended-key-usage", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 8550, Section 4.4.4", "RFC 6216, Section 2.3"},
		Asks:     "emailProtection or anyExtendedKeyUsage among the extended key usages, if there are any",
		Advice:   "have the certificate issued with emailProtection, or without the extension",
		object: eachSigner(func(s *signer) {
			if c := s.Certificate; s.certain() && len(c.ExtKeyUsage) > 0 &&
				!slices.Contains(c.ExtKeyUsage, oidEmailProtection) && !slices.Contains(c.ExtKeyUsage, oidAnyExtendedKeyUsage) {
				s.found("the extended key usages of %s are %s", name(c.Subject), oidNames(c.ExtKeyUsage))
			}
		}),
	},
	{
		ID: "smime-signer-untrusted", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5280, Section 6.1", "RFC 6216, Section 6", "RFC 3261, Section 23.2"},
		Asks:     "a path from the certificate to a CA that is trusted",
		Advice:   "have the certificate issued by a CA that the peers trust, or ask the user",
		object:   pathFailure("no-trusted-ca"),
	},
	{
		ID: "smime-signer-path-incomplete", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5280, Section 6.1", "RFC 6216, Section 6"},
		Asks:     "each certificate of the path to a trusted CA to be at hand",
		Advice:   "attach the certificates of the CAs in between, or give them to the peers",
		object:   pathFailure(issuerFailures...),
	},
	{
		ID: "smime-signer-path", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5280, Section 6.1"},
		Asks:     "a path in which each certificate is signed by the next, valid, and allowed to do what it does",
		Advice:   "look at the certificate that is named",
		object: eachSigner(func(s *signer) {
			if !s.certain() || s.Chain.NoCAs {
				return
			}
			for i := range s.Chain.Failures {
				if f := &s.Chain.Failures[i]; !toldElsewhere(s, f) && !notJudged(f.Reason) {
					s.found("the path of %s is not in order: %s", name(s.Certificate.Subject), sentence(f.Detail()))
					return
				}
			}
		}),
	},
	{
		ID: "smime-signer-revoked", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5280, Section 6.3", "RFC 6216, Section 6"},
		Asks:     "neither the certificate nor a CA above it to be revoked",
		Advice:   "replace the certificate and its key",
		object:   pathFailure("revoked"),
	},
	{
		ID: "smime-signer-trust-unknown", Severity: report.Note, habit: true,
		Sections: []string{"RFC 5280, Section 6.1", "RFC 3261, Section 23.2"},
		Asks:     "a path to a CA that is trusted; whether there is one depends on whom the receiver trusts",
		Advice:   "give the CAs that the peers trust",
		object: eachSigner(func(s *signer) {
			switch {
			case !s.certain() || s.Chain.Trusted:
			case s.Chain.NoCAs:
				s.found("whether %s is to be trusted is not known: no CA was given", name(s.Certificate.Subject))
			case notJudged(s.Chain.Reason):
				s.found("whether %s is to be trusted is not known: %s", name(s.Certificate.Subject), sentence(s.Chain.Detail))
			}
		}),
	},
	{
		ID: "smime-signer-revocation-unknown", Severity: report.Note, habit: true,
		Sections: []string{"RFC 5280, Section 6.3", "RFC 6216, Section 6"},
		Asks:     "a CRL that tells of each certificate of the path, and of that time",
		Advice:   "give the CRLs of that time",
		object: eachSigner(func(s *signer) {
			for i := range s.Chain.Revocation {
				r := &s.Chain.Revocation[i]
				if s.certain() && r.Status == pki.RevocationUnknown && r.Reason != "" {
					s.found("whether %s is revoked is not known: %s", name(r.Certificate.Subject), sentence(r.Detail))
					return
				}
			}
		}),
	},
}

// Extended key usages (RFC 5280, Section 4.2.1.12).
const (
	oidEmailProtection     pki.OID = "1.3.6.1.5.5.7.3.4"
	oidAnyExtendedKeyUsage pki.OID = "2.5.29.37.0"
)

// issuerFailures are the reasons why a path ends in front of its issuer: no certificate at hand has
// the issuer's name, or those that do have other keys.
var issuerFailures = []string{"issuer-not-found", "bad-signature", "key-type-mismatch", "no-public-key", "bad-parameters"}

// pathFailure is a check of the signers' paths for these reasons. If no CA was given, it is not
// known who is trusted.
func pathFailure(reasons ...string) func(*object) {
	return eachSigner(func(s *signer) {
		if !s.certain() || s.Chain.NoCAs {
			return
		}
		for i := range s.Chain.Failures {
			if f := &s.Chain.Failures[i]; slices.Contains(reasons, f.Reason) {
				s.found("%s", sentence(f.Detail()))
				return
			}
		}
	})
}

// toldElsewhere tells whether another rule tells of a failure.
func toldElsewhere(s *signer, f *pki.PathFailure) bool {
	switch f.Reason {
	case "no-trusted-ca", "revoked":
		return true
	case "expired", "not-yet-valid", "validity-unreadable", "key-usage", "extended-key-usage":
		return f.Certificate.SHA256 == s.Certificate.SHA256
	}
	return slices.Contains(issuerFailures, f.Reason)
}

// notJudged tells whether a reason is that this program does not judge such paths: peers may.
func notJudged(reason string) bool {
	switch reason {
	case pki.TimeUnknown, "unsupported-algorithm", "path-limit", "critical-extension", "name-constraint-not-implemented", "name-constraint-limit", "policy-limit":
		return true
	}
	return false
}

// otherScheme tells whether the certificate is that of From, had that the other scheme of sip and
// sips.
func (s *signer) otherScheme() bool {
	other := swapScheme(s.Message.From.URI)
	return other != "" && pki.MatchAOR(s.Certificate, other).Matched
}

// swapScheme returns a sip URI as one of sips, and the other way round; "" if it is neither.
func swapScheme(uri string) string {
	scheme, rest, ok := strings.Cut(uri, ":")
	switch {
	case ok && strings.EqualFold(scheme, "sip"):
		return "sips:" + rest
	case ok && strings.EqualFold(scheme, "sips"):
		return "sip:" + rest
	}
	return ""
}

// innerFrom tells whether the certificate is that of From in a message inside of this one: that
// counts if From outside hides the sender (RFC 3261, Section 23.4.3).
func (s *signer) innerFrom() bool {
	n := 0
	for i := range s.Parts {
		m := s.Parts[i].Message
		if m == nil || m.From.URI == "" {
			continue
		}
		if n++; n > maxTunnels {
			break
		}
		if pki.MatchAOR(s.Certificate, m.From.URI).Matched {
			return true
		}
	}
	return false
}
