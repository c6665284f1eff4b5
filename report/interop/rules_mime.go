package interop

import "sipsecdump/report"

// mimeRules are about MIME bodies, of whatever type. Limits of this program, the codes that end
// in -limit, say nothing of a body but that it is odd, and are told with it.
var mimeRules = []Rule{
	{
		ID: "mime-media-type", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 5.1"},
		Asks:     "a Content-Type of the form type/subtype",
		Advice:   "write a media type that is registered",
		issue:    issue{mimeIssue, "media-type-malformed"},
	},
	{
		ID: "mime-parameter", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 5.1"},
		Asks:     "parameters of the form name=value, with quotes where the value is no token",
		Advice:   "quote values",
		issue:    issue{mimeIssue, "parameter-malformed"},
	},
	{
		ID: "mime-boundary-missing", Severity: report.Error,
		Sections: []string{"RFC 2046, Section 5.1.1"},
		Asks:     "the boundary parameter in a multipart's Content-Type",
		Advice:   "add the boundary parameter: others do not guess",
		issue:    issue{mimeIssue, "boundary-missing"},
	},
	{
		ID: "mime-boundary-length", Severity: report.Error,
		Sections: []string{"RFC 2046, Section 5.1.1"},
		Asks:     "a boundary of at most 70 characters",
		Advice:   "make the boundary shorter",
		issue:    issue{mimeIssue, "boundary-too-long"},
	},
	{
		ID: "mime-boundary-not-found", Severity: report.Error,
		Sections: []string{"RFC 2046, Section 5.1.1"},
		Asks:     "the boundary of the Content-Type on lines of the body",
		Advice:   "write the same boundary in both places",
		issue:    issue{mimeIssue, "boundary-not-found"},
	},
	{
		ID: "mime-boundary-not-closed", Severity: report.Error,
		Sections: []string{"RFC 2046, Section 5.1.1"},
		Asks:     "two hyphens behind the last boundary of a multipart",
		Advice:   "close the multipart; look whether the Content-Length cuts the body",
		issue:    issue{mimeIssue, "boundary-not-closed"},
	},
	{
		ID: "mime-header-line", Severity: report.Error,
		Sections: []string{"RFC 5322, Section 2.2"},
		Asks:     "a colon behind the name of each header field",
		Advice:   "look whether the empty line behind the header is missing",
		issue:    issue{mimeIssue, "field-no-colon"},
	},
	{
		ID: "mime-header-missing", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 3", "RFC 2046, Section 5.1", "RFC 8551, Section 3.1"},
		Asks:     "an empty line between the header of a part and its body, also if there is no header",
		Advice:   "make a MIME entity of what is put into a multipart, or is signed or encrypted",
		issue:    issue{mimeIssue, "separator-missing"},
	},
	{
		ID: "mime-encoding-damaged", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 6"},
		Asks:     "a body that is encoded as its Content-Transfer-Encoding says",
		Advice:   "label the body with the encoding that it has",
		issue:    issue{mimeIssue, "encoding-damaged"},
	},
	{
		ID: "mime-encoding-unknown", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 6.3"},
		Asks:     "7bit, 8bit, binary, base64 or quoted-printable",
		Advice:   "send the body as it is, which SIP carries, with Content-Transfer-Encoding binary",
		issue:    issue{mimeIssue, "encoding-unknown"},
	},
	{
		ID: "mime-encoding-multipart", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 6.4"},
		Asks:     "no encoding of a multipart but 7bit, 8bit and binary",
		Advice:   "encode the parts, if anything",
		issue:    issue{mimeIssue, "encoding-on-multipart"},
	},
	{
		ID: "mime-disposition", Severity: report.Error,
		Sections: []string{"RFC 2183, Section 2", "RFC 3261, Section 20.11"},
		Asks:     "a Content-Disposition of the form type;name=value",
		Advice:   "write a semicolon before each parameter, and quote values that are no tokens",
		issue:    issue{mimeIssue, "disposition-malformed"},
	},
	{
		ID: "mime-content-id", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 7"},
		Asks:     "a Content-ID in angle brackets",
		Advice:   "put the Content-ID into angle brackets, and leave them out where a cid URL names it",
		issue:    issue{mimeIssue, "content-id-malformed"},
	},
	{
		ID: "mime-content-encoding-damaged", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.12"},
		Asks:     "a body that is compressed as its Content-Encoding says",
		Advice:   "label the body with the compression that it has; look for what changes bodies on the way",
		issue:    issue{mimeIssue, "content-encoding-damaged"},
	},
	{
		ID: "mime-content-encoding-unknown", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 20.12"},
		Asks:     "a Content-Encoding that the receiver listed in Accept-Encoding: others are refused with 415",
		Advice:   "send bodies as they are, or compress with gzip",
		issue:    issue{mimeIssue, "content-encoding-unknown"},
	},
}
