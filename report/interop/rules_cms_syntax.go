package interop

import (
	"slices"

	"sipsecdump/report"
)

// cmsSyntaxRules are about objects that can be read, and are not as RFC 5652 asks.
var cmsSyntaxRules = []Rule{
	{
		ID: "cms-version", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 5652, Section 5.1", "RFC 5652, Section 5.3", "RFC 5652, Section 6.1", "RFC 5652, Section 6.2"},
		Asks:     "the version that belongs to what is in the structure; some implementations refuse others",
		Advice:   "compute each version from the content",
		issue:    issue{cmsIssue, "version-mismatch"},
	},
	{
		ID: "cms-digest-not-listed", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 5652, Section 5.1"},
		Asks:     "each signer's digest algorithm among the digestAlgorithms: a receiver that reads once may refuse others",
		Advice:   "list the digests that the signers use",
		issue:    issue{cmsIssue, "digest-not-listed"},
	},
	{
		ID: "cms-signed-attributes-missing", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 5.3"},
		Asks:     "signed attributes if the content is of another type than data",
		Advice:   "sign attributes",
		issue:    issue{cmsIssue, "signed-attributes-missing"},
	},
	{
		ID: "cms-content-type-attribute", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 11.1"},
		Asks:     "one content-type with one value if there are signed attributes, and none in a countersignature",
		Advice:   "sign one content-type",
		issue:    issue{cmsIssue, "content-type-attribute"},
	},
	{
		ID: "cms-message-digest-attribute", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 11.2"},
		Asks:     "one message-digest with one value if there are signed attributes",
		Advice:   "sign one message-digest",
		issue:    issue{cmsIssue, "message-digest-attribute"},
	},
	{
		ID: "cms-signing-time", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 11.3"},
		Asks:     "no more than one signing-time, with one value, which is a UTCTime before 2050; some implementations refuse others",
		Advice:   "sign one signing-time, as a UTCTime",
		issue:    issue{cmsIssue, "signing-time-attribute"},
	},
	{
		ID: "cms-attributes-not-der", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 5.3"},
		Asks:     "signed attributes in DER, which sorts them, even if the rest is BER",
		Advice:   "sort the attributes by their encodings",
		issue:    issue{cmsIssue, "attributes-not-der"},
	},
	{
		ID: "cms-authenticated-attributes-missing", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 9.1"},
		Asks:     "authenticated attributes if the content is of another type than data",
		Advice:   "authenticate attributes",
		issue:    issue{cmsIssue, "auth-attributes-missing"},
	},
	{
		ID: "cms-authenticated-digest-algorithm", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 9.1"},
		Asks:     "a digest algorithm and authenticated attributes, or neither",
		Advice:   "name the digest algorithm exactly if there are authenticated attributes",
		issue:    issue{cmsIssue, "digest-algorithm-mismatch"},
	},
	{
		ID: "cms-authenticated-attributes", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 9.2"},
		Asks:     "authenticated attributes to have the content's type and digest",
		Advice:   "compute the message-digest over the content's octets",
		object: func(o *object) {
			if d := o.Decrypt; d != nil && o.Object.Authenticated != nil &&
				slices.Contains([]string{"digest-mismatch", "content-type-mismatch", "content-type-attribute", "message-digest-attribute"}, d.Reason) {
				o.found("%s", sentence(d.Detail))
			}
		},
	},
	{
		ID: "cms-parameters-null", Severity: report.Note, habit: true,
		Sections: []string{"RFC 3370, Section 2.1", "RFC 5754, Section 2", "RFC 6216, Section 5", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks: "the parameters of SHA-1 and SHA-2 to be left out; that they are NULL is what most implementations send, " +
			"and must be understood",
		Advice: "leave the parameters out, and understand both forms",
		issue:  issue{cmsIssue, "parameters-null"},
	},
	{
		ID: "cms-parameters-not-null", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3370, Section 2.2", "RFC 3370, Section 3.2", "RFC 3370, Section 4.2.1", "RFC 6216, Section 5", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks:     "NULL for the parameters of MD5, of RSA signatures and of RSA key transport",
		Advice:   "write the NULL",
		issue:    issue{cmsIssue, "parameters-not-null"},
	},
	{
		ID: "cms-parameters-present", Severity: report.Error, habit: true,
		Sections: []string{"RFC 3370, Section 3.1", "RFC 3565, Section 2.3.2", "RFC 5754, Section 3"},
		Asks:     "no parameters, not even NULL, for DSA and ECDSA with a digest, and for AES key wrap",
		Advice:   "leave the parameters out",
		issue:    issue{cmsIssue, "parameters-present"},
	},
}
