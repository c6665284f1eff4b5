package interop

import (
	"bytes"
	"slices"
	"strings"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

// smimeMultipartRules are about the multipart/signed that a signature and what it covers are in.
var smimeMultipartRules = []Rule{
	{
		ID: "smime-signed-protocol", Severity: report.Error,
		Sections: []string{"RFC 1847, Section 2.1", "RFC 8551, Section 3.5.3.2"},
		Asks:     "the protocol parameter to be the type of the second part, application/pkcs7-signature",
		Advice:   "write protocol=\"application/pkcs7-signature\", and give the signature that type",
		message: multipartsSigned(func(m *message, s signedMultipart) {
			protocol, ok := s.Param("protocol")
			switch {
			case !ok:
				m.foundIn(s.Path, "multipart/signed has no protocol parameter")
			case !strings.EqualFold(protocol, typeSignature):
				m.foundIn(s.Path, "the protocol is %q", short(protocol))
			case s.signature != nil && s.signature.MediaType != typeSignature:
				m.foundIn(s.Path, "the protocol is %q, but the second part is %q", short(protocol), short(s.signature.MediaType))
			}
		}),
	},
	{
		ID: "smime-signed-parts", Severity: report.Error,
		Sections: []string{"RFC 1847, Section 2.1"},
		Asks:     "exactly two parts: what is signed, and the signature",
		Advice:   "put what is to be signed into a multipart/mixed of its own if it has several parts",
		message: multipartsSigned(func(m *message, s signedMultipart) {
			if s.parts != 2 && s.CloseDelimiter != nil {
				m.foundIn(s.Path, "multipart/signed has %d parts", s.parts)
			}
		}),
	},
	{
		ID: "smime-micalg", Severity: report.Warning,
		Sections: []string{"RFC 1847, Section 2.1", "RFC 8551, Section 3.5.3.2"},
		Asks:     "the micalg parameter to name the digest that the signature uses, as receivers compute it while they read",
		Advice:   "take micalg from the SignedData's digest algorithms: sha-1, sha-256, sha-384, sha-512",
		message: multipartsSigned(func(m *message, s signedMultipart) {
			micalg, ok := s.Param("micalg")
			if !ok {
				m.foundIn(s.Path, "multipart/signed has no micalg parameter")
				return
			}
			if used, _, named := s.digestNamed(micalg); used != "" && !named {
				m.foundIn(s.Path, "micalg is %q, but the digest is %s", short(micalg), used)
			}
		}),
	},
	{
		ID: "smime-micalg-historic", Severity: report.Note, habit: true,
		Sections: []string{"RFC 8551, Section 3.5.3.2"},
		Asks:     "the names with a hyphen, as sha-1; those without, and those with rsa-, are of earlier versions and to be understood",
		Advice:   "send the name with a hyphen, and understand both",
		message: multipartsSigned(func(m *message, s signedMultipart) {
			micalg, _ := s.Param("micalg")
			if used, historic, named := s.digestNamed(micalg); named && historic {
				m.foundIn(s.Path, "micalg is %q, an older name of %s", short(micalg), used)
			}
		}),
	},
	{
		ID: "smime-signed-not-detached", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 23.3", "RFC 8551, Section 3.5.3.1"},
		Asks:     "multipart/signed to be used with detached signatures only",
		Advice:   "leave the content out of the SignedData, since the first part is the content",
		object: func(o *object) {
			if s := o.Object.Signed; s != nil && s.EContent != nil && o.inMultipartSigned() {
				o.found("the SignedData in multipart/signed holds content of its own, %d octets", len(s.EContent))
			}
		},
	},
	{
		ID: "smime-signed-opaque", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 23.2"},
		Asks:     "multipart/signed for what is signed outside of a dialog, so that those without S/MIME can read the content too",
		Advice:   "send the content in the clear as the first part of multipart/signed, with a detached signature behind it",
		object: func(o *object) {
			if s := o.Object.Signed; s != nil && s.EContent != nil && len(s.Signers) > 0 &&
				o.part.Objects == 0 && o.opensDialog() && !o.inMultipartSigned() {
				o.found("the content, %d octets, is inside of the SignedData", len(s.EContent))
			}
		},
	},
	{
		ID: "smime-line-ends", Severity: report.Warning,
		Sections: []string{"RFC 8551, Section 3.1.1"},
		Asks:     "CRLF for every line end of what is signed or encrypted, before that is done",
		Advice:   "make header lines and text end in CRLF first, then sign or encrypt",
		message: func(m *message) {
			if !bytes.HasSuffix(m.Message.StartLine, []byte("\r\n")) || m.repaired() {
				return // all line ends were changed, in transit perhaps
			}
			for i := range m.Parts {
				p := &m.Parts[i]
				if p.Objects == 0 && !m.inSigned(i) {
					continue
				}
				if n := bareLF(p); n > 0 {
					m.foundIn(p.Path, "%d line ends of the part are LF alone", n)
					return
				}
			}
		},
	},
}

// inMultipartSigned tells whether the object is a part of multipart/signed.
func (o *object) inMultipartSigned() bool {
	outer := o.around(o.place)
	return outer >= 0 && o.Parts[outer].MediaType == "multipart/signed"
}

// bareLF counts the line ends that are LF without CR, of a part's header and, if it is text that
// is as it is, its body.
func bareLF(p *report.Part) (n int) {
	for i := range p.Fields {
		n += countBareLF(p.Fields[i].Raw)
	}
	n += countBareLF(p.Separator)
	switch p.Encoding {
	case "", "7bit", "8bit", "binary":
		if strings.HasPrefix(p.MediaType, "text/") && p.ContentEncoding == "" && len(p.Fields) > 0 {
			n += countBareLF(p.Body)
		}
	}
	return n
}

func countBareLF(b []byte) (n int) {
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			n++
		}
	}
	return n
}

// digestNames are the names in micalg (RFC 8551, Section 3.5.3.2), the one to use first.
var digestNames = map[pki.OID][]string{
	oidMD5:                   {"md5", "rsa-md5"},
	oidSHA1:                  {"sha-1", "sha1", "rsa-sha1"},
	"2.16.840.1.101.3.4.2.4": {"sha-224", "sha224", "rsa-sha224"},
	"2.16.840.1.101.3.4.2.1": {"sha-256", "sha256", "rsa-sha256"},
	"2.16.840.1.101.3.4.2.2": {"sha-384", "sha384", "rsa-sha384"},
	"2.16.840.1.101.3.4.2.3": {"sha-512", "sha512", "rsa-sha512"},
}

const (
	oidMD5  pki.OID = "1.2.840.113549.2.5"
	oidSHA1 pki.OID = "1.3.14.3.2.26"
)

// digestNamed tells whether micalg names the digests that the signers use. used is the first that
// it does not, or the last; "" if none is known. historic tells that it is an older name.
func (s *signedMultipart) digestNamed(micalg string) (used string, historic, named bool) {
	if s.signature == nil || s.signature.CMS == nil || s.signature.CMS.Object.Signed == nil {
		return "", false, false
	}
	signers := s.signature.CMS.Object.Signed.Signers
	for i := range signers {
		names := digestNames[signers[i].DigestAlgorithm.OID]
		if names == nil {
			continue
		}
		used = names[0]
		n := listed(micalg, names)
		if n < 0 {
			return used, false, false
		}
		historic = historic || n > 0
	}
	return used, historic, used != ""
}

// listed returns which of the names is the first in a list with commas; -1 if none is in it.
func listed(list string, names []string) int {
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if n := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, name) }); n >= 0 {
			return n
		}
	}
	return -1
}

// wantType is the smime-type of an object (RFC 8551, Section 3.2.2); "" if it has none.
func wantType(o *cms.Object) string {
	switch {
	case o.Signed != nil && o.Signed.CertsOnly():
		return "certs-only"
	case o.Signed != nil:
		return "signed-data"
	case o.Enveloped != nil:
		return "enveloped-data"
	case o.AuthEnveloped != nil:
		return "authEnveloped-data"
	case o.Compressed != nil:
		return "compressed-data"
	}
	return ""
}
