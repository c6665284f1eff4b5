package interop

import (
	"slices"

	"sipsecdump/cms"
	"sipsecdump/report"
)

// smimeSignatureRules are about signatures that are not verified: one for each kind of reason
// there is. Of those whose data is malformed, the rules of the group cms tell.
var smimeSignatureRules = []Rule{
	{
		ID: "smime-signature-digest", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.6"},
		Asks:     "the signature to cover the octets that were sent",
		Advice:   "sign the octets of the first part as they are sent; look for what changes bodies on the way",
		object:   notVerified("digest-mismatch"),
	},
	{
		ID: "smime-signature-line-end-included", Severity: report.Error,
		Sections: []string{"RFC 1847, Section 2.1", "RFC 2046, Section 5.1.1"},
		Asks:     "the line end in front of a boundary to belong to the boundary, and not to be signed",
		Advice:   "leave the last CRLF before the boundary out of what is signed",
		object:   notVerified("crlf-included"),
	},
	{
		ID: "smime-signature-header-excluded", Severity: report.Error,
		Sections: []string{"RFC 1847, Section 2.1", "RFC 8551, Section 3.5.3.2"},
		Asks:     "the signature to cover the part's header too",
		Advice:   "sign the first part from its first header octet on",
		object:   notVerified("headers-excluded"),
	},
	{
		ID: "smime-signature-line-ends", Severity: report.Error,
		Sections: []string{"RFC 1847, Section 2.1", "RFC 8551, Section 3.1.1"},
		Asks:     "what is signed to be sent with the line ends that it had, which are CRLF",
		Advice:   "sign what was made canonical, and send those very octets",
		object:   notVerified("line-ends-changed"),
	},
	{
		ID: "smime-signature-no-certificate", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.2", "RFC 6216, Section 5"},
		Asks: "RFC 3261 demands the signer's certificate in the SignedData; RFC 6216 would rather have the peer find it elsewhere; " +
			"without it nobody can verify",
		Advice: "attach the certificate, or give the peer one that names the signer",
		object: notVerified("no-certificate"),
	},
	{
		ID: "smime-signature-signer-name", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.3"},
		Asks:     "the signer's identifier to name the certificate whose key made the signature",
		Advice:   "take issuer and serial number, or the key identifier, from the certificate of the key that signs",
		object:   notVerified("serial-mismatch", "issuer-mismatch", "ski-mismatch"),
	},
	{
		ID: "smime-signature-wrong-key", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.6"},
		Asks:     "the key of the certificate that names the signer to have made the signature",
		Advice:   "keep key and certificate together; look whether a renewed certificate has a new key",
		object:   notVerified("wrong-key"),
	},
	{
		ID: "smime-signature-mismatch", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.6"},
		Asks:     "the signature to be made by the key of the certificate that names the signer, over the octets that were sent",
		Advice:   "check that key and certificate belong together, and that nothing changes the body after it is signed",
		object:   notVerified("signature-mismatch"),
	},
	{
		ID: "smime-signature-key-unusable", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.3"},
		Asks:     "a signature algorithm for the kind of key that the signer has",
		Advice:   "name the algorithm that really signed",
		object:   notVerified("key-unusable"),
	},
	{
		ID: "smime-signature-digest-algorithm", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.3"},
		Asks:     "the signature to be made over a digest by the algorithm that the SignerInfo names",
		Advice:   "name the digest that was computed",
		object:   notVerified("digest-algorithm-mismatch"),
	},
	{
		ID: "smime-signature-attributes", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 5.4", "RFC 5652, Section 11"},
		Asks:     "signed attributes to be signed in DER, and to have one content-type, that of the content, and one message-digest",
		Advice:   "encode the attributes as a DER SET OF before they are signed, and send them in that order",
		object:   notVerified("attributes-not-der", "content-type-mismatch", "content-type-attribute", "message-digest-attribute"),
	},
	{
		ID: "smime-signature-no-content", Severity: report.Error,
		Sections: []string{"RFC 8551, Section 3.5.3.2", "RFC 1847, Section 2.1"},
		Asks:     "what a detached signature covers to be the part in front of it in multipart/signed",
		Advice:   "send both as the two parts of multipart/signed",
		object:   notVerified("no-content"),
	},
	{
		ID: "smime-signature-not-checked", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 23.3", "RFC 8551, Section 2"},
		Asks:     "algorithms that a peer is sure to know: RSA or ECDSA with SHA-1 or SHA-2",
		Advice:   "use other algorithms only with peers whose SMIMECapabilities have them",
		object:   notVerified("algorithm-not-implemented"),
	},
}

// notVerified is a check of the signers for these reasons. Of what was cut or repaired, and of what
// the parser has told, nothing is said.
func notVerified(reasons ...string) func(*object) {
	return eachSigner(func(s *signer) {
		if !slices.Contains(reasons, s.Reason) || s.isCut() || s.repaired() || s.toldByParser() {
			return
		}
		if s.Certificate == nil {
			s.found("the signature is not verified: %s", sentence(s.Detail))
			return
		}
		s.found("the signature is not verified: %s; the certificate is that of %s (%s)",
			sentence(s.Detail), name(s.Certificate.Subject), s.CertificateSource)
	})
}

// toldByParser tells whether the reason is what an issue of the object is about.
func (s *signer) toldByParser() bool {
	switch s.Reason {
	case "content-type-attribute", "message-digest-attribute":
		return slices.ContainsFunc(s.Object.Issues, func(i cms.Issue) bool { return i.Code == s.Reason })
	}
	return false
}
