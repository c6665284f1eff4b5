package interop

import "sipsecdump/report"

// cmsEncodingRules are about objects that cannot be read. Limits of this program, the codes that
// end in -limit and countersignature-depth, say nothing of an object but that it is odd, and are
// told with it.
var cmsEncodingRules = []Rule{
	{
		ID: "cms-not-content-info", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 3"},
		Asks:     "a ContentInfo: a SEQUENCE of an object identifier and the content",
		Advice:   "send the whole ContentInfo, not the content alone, as DER octets",
		issue:    issue{cmsIssue, "not-content-info"},
	},
	{
		ID: "cms-encoding", Severity: report.Error,
		Sections: []string{"X.690, Section 8", "RFC 5652, Section 1"},
		Asks:     "an encoding by the basic encoding rules, with the elements that the type has",
		Advice:   "look whether the object was cut or changed on the way; else at the encoder",
		issue:    issue{cmsIssue, "length-beyond-end"},
		alike: []string{
			"empty", "tag-cut", "tag-reserved", "tag-too-large", "length-cut", "length-reserved", "indefinite-primitive",
			"eoc-missing", "eoc-unexpected", "unexpected-tag", "element-missing", "trailing-elements", "not-primitive",
			"not-constructed", "bad-segment", "integer-empty", "integer-too-large", "boolean-length", "bit-string-unused",
			"bad-object-identifier", "bad-time", "not-a-time",
		},
	},
	{
		ID: "cms-trailing-octets", Severity: report.Warning, habit: true,
		Sections: []string{"X.690, Section 8.1.1"},
		Asks:     "nothing behind the object",
		Advice:   "end the body, or the part, with the object's last octet; no line end belongs behind it",
		issue:    issue{cmsIssue, "trailing-octets"},
	},
	{
		ID: "cms-certificate-unreadable", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 10.2.2"},
		Asks:     "certificates in the object that can be read",
		Advice:   "attach certificates in DER",
		issue:    issue{cmsIssue, "bad-certificate"},
	},
	{
		ID: "cms-crl-unreadable", Severity: report.Error, habit: true,
		Sections: []string{"RFC 5652, Section 10.2.1"},
		Asks:     "CRLs in the object that can be read",
		Advice:   "attach CRLs in DER",
		issue:    issue{cmsIssue, "bad-crl"},
	},
	{
		ID: "cms-compression", Severity: report.Error,
		Sections: []string{"RFC 3274, Section 1.1", "RFC 1950, Section 2.2"},
		Asks:     "content that zlib has compressed",
		Advice:   "compress with zlib's format, not with deflate or gzip; look for what changes bodies on the way",
		object: func(o *object) {
			if d := o.Decompress; d != nil && d.Reason == "bad-compression" {
				o.found("%s", d.Detail)
			}
		},
	},
	{
		ID: "cms-digest", Severity: report.Error,
		Sections: []string{"RFC 5652, Section 7"},
		Asks:     "the digest in a DigestedData to be that of its content",
		Advice:   "look for what changes bodies on the way",
		object: func(o *object) {
			if d := o.Digest; d != nil && d.Reason == "digest-mismatch" {
				o.found("%s", sentence(d.Detail))
			}
		},
	},
}
