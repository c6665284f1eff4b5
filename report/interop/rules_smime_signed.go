package interop

import (
	"fmt"
	"slices"

	"sipsecdump/amount"
	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// oidCapabilities is the attribute SMIMECapabilities (RFC 8551, Section 2.5.2).
const oidCapabilities pki.OID = "1.2.840.113549.1.9.15"

// smimeSignedRules are about what a SignedData holds beside the signature.
var smimeSignedRules = []Rule{
	{
		ID: "smime-certificate-absent", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 23.2", "RFC 6216, Section 5", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks: "RFC 3261 demands the signer's certificate in each SignedData; RFC 6216 and the draft found that implementations " +
			"work together better without it, since it makes messages large",
		Advice: "attach it to what a peer may see first, and have it where it can be fetched",
		object: eachSigner(func(s *signer) {
			if s.Certificate != nil && s.CertificateSource != "message" && s.certain() {
				s.found("the certificate of the signer, %s, is not in the message; it is at hand from elsewhere (%s)",
					name(s.Certificate.Subject), s.CertificateSource)
			}
		}),
	},
	{
		ID: "smime-certificate-attached", Severity: report.Note, habit: true,
		Sections: []string{"RFC 6216, Section 5", "draft-ietf-sipping-sec-flows-00, Section 8", "RFC 3261, Section 23.2"},
		Asks: "RFC 6216 and the draft advise to leave certificates out, which makes messages smaller, as what is attached " +
			"cannot be relied on; RFC 3261 demands the signer's",
		Advice: "attach no more than the signer's own certificate, and none where the peer has it",
		object: func(o *object) {
			if o.Object.Signed == nil || len(o.Object.Signed.Signers) == 0 || len(o.Object.Signed.Certificates) == 0 {
				return
			}
			size := 0
			for _, c := range o.Object.Signed.Certificates {
				size += len(c.Raw)
			}
			whole := len(o.Message.Raw)
			text := fmt.Sprintf("%s in the object: %d of the message's %d octets",
				amount.Of(len(o.Object.Signed.Certificates), "certificate is", "certificates are"), size, whole)
			if o.Transport == "udp" && whole > maxDatagram && whole-size <= maxDatagram && o.part.Objects == 0 {
				text += fmt.Sprintf("; without, it would fit the %d octets that UDP takes", maxDatagram)
			}
			o.found("%s", text)
		},
	},
	{
		ID: "smime-several-signers", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 23.3"},
		Asks:     "one certificate to sign each body, and no parallel signatures",
		Advice:   "sign with one key; if there must be more, one around the other",
		object: func(o *object) {
			if s := o.Object.Signed; s != nil && len(s.Signers) > 1 {
				o.found("%d signers have signed in parallel", len(s.Signers))
			}
		},
	},
	{
		ID: "smime-capabilities-missing", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 23.3", "RFC 8551, Section 2.5.2"},
		Asks:     "the attribute SMIMECapabilities, which tells the peer what algorithms it may answer with",
		Advice:   "sign attributes, with SMIMECapabilities among them",
		object: func(o *object) {
			if s := o.Object.Signed; s != nil && len(s.Signers) > 0 && !slices.ContainsFunc(s.Signers, capable) {
				if s.Signers[0].RawSignedAttrs == nil {
					o.found("there are no signed attributes, and so no SMIMECapabilities")
				} else {
					o.found("the signed attributes lack SMIMECapabilities")
				}
			}
		},
	},
}

func capable(i cms.SignerInfo) bool {
	return slices.ContainsFunc(i.SignedAttributes, func(a cms.Attribute) bool { return a.Type == oidCapabilities })
}
