package interop

import (
	"strings"

	"sipsecdump/report"
)

// smimeEntityRules are about the header and the encoding of a part that holds a CMS object.
var smimeEntityRules = []Rule{
	{
		ID: "smime-transfer-encoding", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3853, Section 3", "RFC 5621, Section 3.2", "draft-ietf-sipping-sec-flows-00, Section 8"},
		Asks:     "binary transfer encoding, which SIP carries as it is; RFC 3853 demands it, the others prefer it",
		Advice:   "send the object as its DER octets, with Content-Transfer-Encoding binary or without one; understand both",
		object: func(o *object) {
			if e := o.part.Encoding; e == "base64" || e == "quoted-printable" {
				o.found("the object came in %s: %d octets for %d", e, len(o.part.Body), len(o.part.Content))
			}
		},
	},
	{
		ID: "smime-encoding-unlabelled", Severity: report.Error,
		Sections: []string{"RFC 2045, Section 6.1", "RFC 5621, Section 3.2"},
		Asks:     "a Content-Transfer-Encoding that says how the body is encoded",
		Advice:   "send the object as its DER octets, or at least label base64",
		object: func(o *object) {
			if o.unlabelled() {
				o.found("the body, %d octets, looks like base64, and nothing says so", len(o.part.Content))
			}
		},
	},
	{
		ID: "smime-handling", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 3261, Section 23.3", "RFC 5621, Section 8.1"},
		Asks:     "a Content-Disposition with handling=required, so that a receiver without S/MIME refuses the message with 415; without the parameter that is meant too",
		Advice:   "add Content-Disposition: attachment;handling=required",
		object: func(o *object) {
			if o.part.Objects > 0 {
				return
			}
			switch d := o.part.ContentDisposition(); {
			case o.part.Disposition == "":
				o.found("the object has no Content-Disposition")
			case d.Handling == "":
				o.found("the Content-Disposition has no handling parameter")
			case d.Handling != "required":
				o.found("the handling is %q", short(d.Handling))
			}
		},
	},
	{
		ID: "smime-file-name", Severity: report.Note, habit: true,
		Sections: []string{"RFC 8551, Section 3.2.1"},
		Asks:     "names that end in .p7m, for detached signatures in .p7s, for certificates alone in .p7c, for compressed data in .p7z",
		Advice:   "give the name and filename parameters the extension of what the part holds",
		object: func(o *object) {
			if !isObjectType(o.part.MediaType) && !isSignatureType(o.part.MediaType) {
				return
			}
			want := wantExtension(o)
			name, _ := o.part.Param("name")
			for i, n := range [...]string{name, o.part.ContentDisposition().Filename} {
				if n != "" && !hasSuffixFold(n, want) {
					o.found("the %s is %q, and the extension of what it holds is %s", [...]string{"name", "filename"}[i], short(n), want)
					return
				}
			}
		},
	},
	{
		ID: "smime-type-missing", Severity: report.Warning, habit: true,
		Sections: []string{"RFC 8551, Section 3.2.2"},
		Asks:     "the smime-type parameter, so that a receiver knows what the object is without taking it apart",
		Advice:   "add smime-type=enveloped-data, signed-data, certs-only, compressed-data or authEnveloped-data",
		object: func(o *object) {
			if want := wantType(o.Object); want != "" && isObjectType(o.part.MediaType) {
				if _, ok := o.part.Param("smime-type"); !ok {
					o.found("the part has no smime-type, which is %s", want)
				}
			}
		},
	},
	{
		ID: "smime-type-mismatch", Severity: report.Error,
		Sections: []string{"RFC 8551, Section 3.2.2"},
		Asks:     "the smime-type to be that of the content type in the object",
		Advice:   "derive smime-type from the object that is sent",
		object: func(o *object) {
			want := wantType(o.Object)
			have, ok := o.part.Param("smime-type")
			if !ok || want == "" || strings.EqualFold(have, want) || !isObjectType(o.part.MediaType) ||
				want == "signed-data" && strings.EqualFold(have, "signed-receipt") { // RFC 2634, Section 2
				return
			}
			o.found("the smime-type is %q, but the object is %s", short(have), want)
		},
	},
	{
		ID: "smime-media-type", Severity: report.Warning,
		Sections: []string{"RFC 8551, Section 3.2"},
		Asks:     "the type application/pkcs7-mime, or application/pkcs7-signature for detached signatures",
		Advice:   "label the object with its type: a receiver goes by that, not by the octets",
		object: func(o *object) {
			if !isObjectType(o.part.MediaType) && !isSignatureType(o.part.MediaType) {
				o.found("the part holds a CMS object, and its type is %s", short(o.part.MediaType))
			}
		},
	},
	{
		ID: "smime-media-type-historic", Severity: report.Note, habit: true,
		Sections: []string{"RFC 8551, Section 3.2"},
		Asks:     "the type without x-, which was that of S/MIME before it was registered",
		Advice:   "leave the x- out, and understand both",
		object: func(o *object) {
			if t := o.part.MediaType; strings.HasPrefix(t, "application/x-pkcs7-") {
				o.found("the type is %s", t)
			}
		},
	},
}

// wantExtension is how the name of a part ends (RFC 8551, Section 3.2.1).
func wantExtension(o *object) string {
	switch {
	case isSignatureType(o.part.MediaType):
		return ".p7s"
	case o.Object.Signed != nil && o.Object.Signed.CertsOnly():
		return ".p7c"
	case o.Object.Compressed != nil:
		return ".p7z"
	}
	return ".p7m"
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// unlabelled tells whether the object is in base64, and nothing says so.
func (o *object) unlabelled() bool {
	return o.Object.ContentType == "" && o.part.Encoding != "base64" && looksLikeBase64(o.part.Content)
}

// looksLikeBase64 tells whether octets are the base64 of an ASN.1 SEQUENCE of some size.
func looksLikeBase64(b []byte) bool {
	const most = 64 // octets looked at
	if len(b) < 16 || b[0] != 'M' || b[1] != 'I' {
		return false
	}
	for _, c := range b[:min(len(b), most)] {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case strings.IndexByte("+/=\r\n", c) >= 0:
		default:
			return false
		}
	}
	return true
}
