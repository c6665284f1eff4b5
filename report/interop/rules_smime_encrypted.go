package interop

import (
	"slices"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// smimeEncryptedRules are about encrypted bodies: for whom they are, and those that do not open
// though the key is at hand.
var smimeEncryptedRules = []Rule{
	{
		ID: "smime-encrypted-unsigned", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "an EnvelopedData outside of a dialog to be inside of a SignedData: it does not tell who made it",
		Advice:   "put the encrypted object into a multipart/signed as its first part",
		object: func(o *object) {
			if o.Object.Enveloped != nil && o.part.Objects == 0 && o.opensDialog() && !o.inSigned(o.place) {
				o.found("no signature is around the EnvelopedData")
			}
		},
	},
	{
		ID: "smime-recipient", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 6216, Section 6", "RFC 3261, Section 23.3"},
		Asks:     "the certificate that a request is encrypted for to be that of the address it is sent to",
		Advice:   "look the certificate up by the address of record in To or the Request-URI",
		object: func(o *object) {
			if o.Decrypt == nil || !o.Message.Request || len(o.Decrypt.Recipients) == 0 {
				return
			}
			for i := range o.Decrypt.Recipients {
				if c := o.Decrypt.Recipients[i].Cert; c == nil || isAddressOf(c, o.Message.To.URI) || isAddressOf(c, o.Message.URI) {
					return // one that is not known may be the right one
				}
			}
			o.found("the content is encrypted for %s, and the request is to %q",
				name(o.Decrypt.Recipients[0].Cert.Subject), short(o.Message.To.URI))
		},
	},
	{
		ID: "smime-decryption-key", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 5652, Section 6.2"},
		Asks:     "the content's key to be encrypted with the public key of the certificate that names the recipient",
		Advice:   "check that the sender has the recipient's certificate of today",
		object: namedRecipients("wrong-key", func(o *object, n int) {
			r := &o.Decrypt.Recipients[n]
			o.found("a certificate names recipient %d, and %s does not open the encrypted key", n+1, sentence(r.By))
		}),
	},
	{
		ID: "smime-decryption-key-length", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 6.3"},
		Asks:     "a key of the length that the content's algorithm takes",
		Advice:   "name the algorithm that the content is really encrypted with",
		object:   namedRecipients("key-length", tellRecipient),
	},
	{
		ID: "smime-decryption-padding", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 6.3"},
		Asks:     "1 to as many octets as a block has behind the content, each their number",
		Advice:   "pad always, also what fills its blocks; look for what changes bodies on the way",
		object:   namedRecipients("bad-padding", tellRecipient),
	},
	{
		ID: "smime-decryption-code", Severity: report.Error,
		Sections: []string{"RFC 5083, Section 2.2", "RFC 5652, Section 9.3"},
		Asks:     "the authentication code to be that of the content and the attributes",
		Advice:   "look for what changes bodies on the way; compute the code over the attributes' DER with the SET tag",
		object:   namedRecipients("bad-mac", tellRecipient),
	},
	{
		ID: "smime-decryption-object", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 6.1"},
		Asks:     "a recipient, content in whole blocks, and the parameters of its algorithm",
		Advice:   "write the initialization vector, or the nonce and the length of the code, as the algorithm's standard has them",
		object: func(o *object) {
			if d := o.Decrypt; d != nil && !o.isCut() && slices.Contains([]string{"bad-parameters", "bad-length", "no-content", "no-recipient"}, d.Reason) {
				o.found("nobody can open the object: %s", sentence(d.Detail))
			}
		},
	},
}

// isAddressOf tells whether a certificate is that of an address of record, with either of the
// schemes sip and sips.
func isAddressOf(c *pki.Certificate, uri string) bool {
	return pki.MatchAOR(c, uri).Matched || pki.MatchAOR(c, swapScheme(uri)).Matched
}

// namedRecipients is a check of the recipients whose name led to a key at hand that did not open
// the content, for this reason. What keys do that nobody named says nothing, nor what was repaired.
func namedRecipients(reason string, check func(o *object, n int)) func(*object) {
	return func(o *object) {
		if o.Decrypt == nil || o.Decrypt.Recipient >= 0 || o.repaired() {
			return
		}
		for n := range o.Decrypt.Recipients {
			if r := &o.Decrypt.Recipients[n]; r.Matched && r.Reason == reason {
				check(o, n)
				return
			}
		}
	}
}

func tellRecipient(o *object, n int) { o.found("%s", sentence(o.Decrypt.Recipients[n].Detail)) }
