package interop

import (
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// cmsAlgorithmRules are about the algorithms of objects.
var cmsAlgorithmRules = []Rule{
	{
		ID: "cms-encryption-weak", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3853, Section 3", "RFC 8551, Section 2.7"},
		Asks:     "AES; keys of RC2, RC4 and DES as they were used can be tried out",
		Advice:   "encrypt with AES",
		object: func(o *object) {
			if e := o.Object.EncryptedContent(); e != nil {
				switch e.ContentEncryptionAlgorithm.OID {
				case "1.2.840.113549.3.2", "1.2.840.113549.3.4", "1.3.14.3.2.7":
					o.found("the content is encrypted with %s", oidName(e.ContentEncryptionAlgorithm.OID))
				}
			}
		},
	},
	{
		ID: "cms-encryption-3des", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3853, Section 3", "RFC 3261, Section 23.3", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks:     "AES, which RFC 3853 demands and the draft prefers; RFC 3261 had 3DES, which old peers may be limited to",
		Advice:   "encrypt with AES unless the peer's SMIMECapabilities lack it",
		object: func(o *object) {
			if e := o.Object.EncryptedContent(); e != nil && e.ContentEncryptionAlgorithm.OID == "1.2.840.113549.3.7" {
				o.found("the content is encrypted with %s", oidName(e.ContentEncryptionAlgorithm.OID))
			}
		},
	},
	{
		ID: "cms-recipient-kind", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3853, Section 3"},
		Asks:     "key transport with RSA, which all implementations have; not all have others",
		Advice:   "add a recipient by RSA key transport if the peer may be old",
		object: func(o *object) {
			recipients := o.Object.Recipients()
			for i := range recipients {
				r := &recipients[i]
				if what, ok := recipientKinds[r.Kind]; ok {
					o.found("recipient %d is %s", i+1, what)
					return
				}
				if a := r.KeyEncryptionAlgorithm.OID; r.Kind == "ktri" && a != oidRSAEncryption && a != "" {
					o.found("the key of recipient %d is encrypted with %s", i+1, oidName(a))
					return
				}
			}
		},
	},
	{
		ID: "cms-digest-md5", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 8551, Appendix B"},
		Asks:     "a digest for which nobody finds two texts: MD5 is for reading old messages only",
		Advice:   "sign with SHA-256",
		object:   digestIs(oidMD5, "the digest of the signature is MD5"),
	},
	{
		ID: "cms-digest-sha1", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3261, Section 23.3", "RFC 8551, Appendix B"},
		Asks:     "RFC 3261 demands SHA-1 of all implementations; RFC 8551 has it for reading old messages only",
		Advice:   "sign with SHA-256 unless the peer's SMIMECapabilities lack it",
		object:   digestIs(oidSHA1, "the digest of the signature is SHA-1"),
	},
}

const oidRSAEncryption pki.OID = "1.2.840.113549.1.1.1"

// recipientKinds are those that hardly anybody has in SIP.
var recipientKinds = map[string]string{
	"kari":  "by key agreement",
	"kekri": "by a key that was given out before",
	"pwri":  "by a passphrase",
	"ori":   "of another kind",
}

// digestIs is a check of the signers' digest.
func digestIs(oid pki.OID, text string) func(*object) {
	return func(o *object) {
		if o.Object.Signed == nil {
			return
		}
		for i := range o.Object.Signed.Signers {
			if o.Object.Signed.Signers[i].DigestAlgorithm.OID == oid {
				o.found("%s", text)
				return
			}
		}
	}
}
