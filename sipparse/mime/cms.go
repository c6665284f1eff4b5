package mime

import "bytes"

// IsCMS reports whether a part holds a CMS object (RFC 5652): by its media type (RFC 8551,
// Section 3.2, and the older x- names), or else by its content, since peers send such objects as
// application/octet-stream too (RFC 4475, Section 3.1.1.11).
func IsCMS(p *Part) bool {
	switch p.MediaType {
	case "application/pkcs7-mime", "application/pkcs7-signature",
		"application/x-pkcs7-mime", "application/x-pkcs7-signature":
		return true
	}
	const head = 24 // octets; tag, length and object identifier, and one more
	b := p.Content[:min(len(p.Content), head)]
	// A LF among the length octets may have become CRLF on the way; see Mendings.
	return looksLikeCMS(b) || len(b) > 0 && b[0] == 0x30 && looksLikeCMS(bytes.Replace(b, []byte("\r\n"), []byte("\n"), 1))
}

// The encodings, with tag and length, of the object identifiers of CMS content types: pkcs-7
// (1.2.840.113549.1.7.x) and those S/MIME added (1.2.840.113549.1.9.16.1.x).
var (
	oidPKCS7 = []byte{0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07}
	oidSMIME = []byte{0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01}
)

// looksLikeCMS reports whether b begins as a ContentInfo does: SEQUENCE, any form of length, and a
// content type.
func looksLikeCMS(b []byte) bool {
	if len(b) < 2 || b[0] != 0x30 {
		return false
	}
	n := 2
	if b[1] > 0x80 {
		n += int(b[1] & 0x7F)
	}
	if n > 6 || n > len(b) {
		return false
	}
	return bytes.HasPrefix(b[n:], oidPKCS7) || bytes.HasPrefix(b[n:], oidSMIME)
}
