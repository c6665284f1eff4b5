package interop

import (
	"crypto/dsa" //lint:ignore SA1019 only to tell its size
	"crypto/rsa"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// certificateRules are the rules about certificates, whatever they are shown for: those of TLS and
// those in CMS objects.
var certificateRules = []Rule{
	{
		ID: "certificate-md5", Severity: report.Error,
		Sections: []string{"RFC 6151, Section 2", "RFC 9325, Section 4.5"},
		Asks:     "no signature over MD5: others can make a certificate of the same digest",
		Advice:   "have it issued again over SHA-256",
		certificate: func(c *certificate) {
			if name := md5Signatures[c.SignatureAlgorithm.OID]; name != "" && !c.IsSelfIssued() {
				c.found("the certificate %s is signed with %s", c.whose(), name)
			}
		},
	},
	{
		ID: "certificate-sha1", Severity: report.Warning,
		Sections: []string{"RFC 6194, Section 3", "RFC 9325, Section 4.5"},
		Asks:     "no signature over SHA-1, for which collisions are found; in TLS it must not be used",
		Advice:   "have it issued again over SHA-256",
		certificate: func(c *certificate) {
			if name := sha1Signatures[c.SignatureAlgorithm.OID]; name != "" && !c.IsSelfIssued() {
				c.found("the certificate %s is signed with %s", c.whose(), name)
			}
		},
	},
	{
		ID: "certificate-key-size", Severity: report.Warning,
		Sections: []string{"RFC 9325, Section 4.5", "RFC 8551, Section 4.2"},
		Asks:     "keys of RSA and DSA of 2048 bits and more",
		Advice:   "have a certificate issued for a longer key, or one of an elliptic curve",
		certificate: func(c *certificate) {
			if bits := keyBits(c.Certificate); bits >= 1024 && bits < 2048 {
				c.found("the certificate %s has the key %s", c.whose(), c.KeyName())
			}
		},
	},
	{
		ID: "certificate-key-short", Severity: report.Error,
		Sections: []string{"RFC 8551, Section 4.2", "RFC 9325, Section 4.5"},
		Asks:     "no keys of fewer than 1024 bits, which can be broken",
		Advice:   "have a certificate issued for a key of 2048 bits",
		issue:    issue{certificateIssue, "short-key"},
	},
	{
		ID: "certificate-key", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.1.2.7", "RFC 8017, Appendix A.1.1"},
		Asks:     "a public key that can be used",
		Advice:   "have it issued again: the key is encoded wrong, or of a kind that peers may not have",
		issue:    issue{certificateIssue, "public-key-unusable"},
		alike:    []string{"negative-modulus", "rsa-parameters-absent"},
	},
	{
		ID: "certificate-basic-constraints", Severity: report.Note,
		Sections: []string{"RFC 5280, Section 4.2.1.9"},
		Asks:     "that the basic constraints of a CA be critical",
		Advice:   "make the CA's certificate again with basicConstraints=critical",
		issue:    issue{certificateIssue, "basic-constraints-not-critical"},
	},
	{
		ID: "certificate-serial", Severity: report.Note,
		Sections: []string{"RFC 5280, Section 4.1.2.2"},
		Asks:     "a positive serial number of at most 20 octets",
		Advice:   "have the CA begin its numbers with 1, better with random ones",
		issue:    issue{certificateIssue, "serial-not-positive"},
		alike:    []string{"serial-too-long", "serial-empty", "serial-not-minimal"},
	},
	{
		ID: "certificate-teletex-string", Severity: report.Note,
		Sections: []string{"RFC 5280, Section 4.1.2.4"},
		Asks:     "names in UTF8String or PrintableString",
		Advice:   "set string_mask = utf8only where openssl makes the certificates",
		issue:    issue{certificateIssue, "teletex-string"},
	},
	{
		ID: "certificate-string", Severity: report.Warning,
		Sections: []string{"RFC 5280, Section 4.1.2.4", "RFC 5280, Section 4.2.1.6"},
		Asks:     "that a string have no characters but those of its type",
		Advice:   "have it issued again with UTF8String for names, and IA5String in subjectAltName",
		issue:    issue{certificateIssue, "bad-string"},
	},
	{
		ID: "certificate-alt-name", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.2.1.6"},
		Asks:     "alternative names that are there and have their form",
		Advice:   "have it issued again: the names in question cannot match",
		issue:    issue{certificateIssue, "alt-name-empty"},
		alike:    []string{"bad-ip-address"},
	},
	{
		ID: "certificate-issuer", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.1.2.4"},
		Asks:     "an issuer that has a name",
		Advice:   "give the CA a name",
		issue:    issue{certificateIssue, "issuer-empty"},
	},
	{
		ID: "certificate-validity-period", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.1.2.5"},
		Asks:     "a validity period that can be read, and ends after it begins",
		Advice:   "have it issued again",
		issue:    issue{certificateIssue, "validity-unreadable"},
		alike:    []string{"validity-reversed"},
	},
	{
		ID: "certificate-validity-form", Severity: report.Warning,
		Sections: []string{"RFC 5280, Section 4.1.2.5"},
		Asks:     "times with seconds and a Z, in UTCTime up to 2049 and in GeneralizedTime from 2050 on",
		Advice:   "have it issued again: strict readers refuse it",
		issue:    issue{certificateIssue, "validity-form"},
		alike:    []string{"validity-type"},
	},
	{
		ID: "certificate-version", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.1.2.1", "RFC 5280, Section 4.1.2.9"},
		Asks:     "the version 3 of certificates that have extensions",
		Advice:   "have it issued again with version 3",
		issue:    issue{certificateIssue, "version-unknown"},
		alike:    []string{"extensions-before-v3"},
	},
	{
		ID: "certificate-extension", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.2"},
		Asks:     "extensions that can be read, each once",
		Advice:   "have it issued again: nobody can rely on what the extension says",
		issue:    issue{certificateIssue, "extension-unreadable"},
		alike:    []string{"extensions-unreadable", "duplicate-extension"},
	},
	{
		ID: "certificate-unique-identifier", Severity: report.Warning,
		Sections: []string{"RFC 5280, Section 4.1.2.8"},
		Asks:     "no unique identifiers",
		Advice:   "have it issued again without; names are not to be used twice",
		issue:    issue{certificateIssue, "unique-identifier"},
	},
	{
		ID: "certificate-signature-algorithm", Severity: report.Error,
		Sections: []string{"RFC 5280, Section 4.1.1.2"},
		Asks:     "the same signature algorithm inside and outside of what is signed",
		Advice:   "have it issued again; peers have to refuse it",
		issue:    issue{certificateIssue, "signature-algorithm-mismatch"},
		alike:    []string{"signature-unused-bits"},
	},
	{
		ID: "certificate-encoding", Severity: report.Warning,
		Sections: []string{"RFC 5280, Section 4.1.1.3", "RFC 5280, Section 4.1"},
		Asks:     "DER, with nothing behind it and nothing in it that does not belong there",
		Advice:   "have it issued again: strict readers refuse it",
		issue:    issue{certificateIssue, "not-der"},
		alike:    []string{"trailing-octets", "trailing-elements", "version-default-encoded"},
	},
}

// md5Signatures and sha1Signatures are the signature algorithms over these digests, by what
// openssl and the RFCs call them (RFC 3279, Section 2.2; the shorter ones are OIW's).
var (
	md5Signatures = map[pki.OID]string{
		"1.2.840.113549.1.1.2": "md2WithRSAEncryption",
		"1.2.840.113549.1.1.4": "md5WithRSAEncryption",
		"1.3.14.3.2.3":         "md5WithRSA",
	}
	sha1Signatures = map[pki.OID]string{
		"1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
		"1.3.14.3.2.29":        "sha1WithRSA",
		"1.2.840.10040.4.3":    "dsa-with-sha1",
		"1.3.14.3.2.27":        "dsaWithSHA1",
		"1.2.840.10045.4.1":    "ecdsa-with-SHA1",
	}
)

// keyBits is the size of a key whose strength goes by a modulus; 0 of others.
func keyBits(c *pki.Certificate) int {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen()
	case *dsa.PublicKey:
		if k.P != nil {
			return k.P.BitLen()
		}
	}
	return 0
}
