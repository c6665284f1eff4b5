package mime

import "testing"

// FuzzMIME: every octet of a multipart is accounted for exactly once, parts and issues lie inside
// the body, nothing decodes to more than it was, and the limits hold.
func FuzzMIME(f *testing.F) {
	for _, tt := range parseTests {
		f.Add(tt.contentType, tt.encoding, []byte(tt.body))
	}
	f.Add(`multipart/signed;protocol="application/pkcs7-signature";boundary="a;b"`, "binary",
		[]byte("--a;b\r\nContent-Type: application/pkcs7-mime;\r\n\tname=\"x\"\r\n\r\n0\x80\r\n--a;b--"))
	f.Fuzz(func(t *testing.T, contentType, encoding string, body []byte) {
		l := Limits{Depth: 3, Parts: 20, Fields: 10, Inflated: 1 << 12}
		h := Header{Type: contentType, TransferEncoding: encoding, Disposition: contentType}
		packed := h
		packed.ContentEncoding = encoding
		for _, parts := range [][]*Part{Parse(h, body, l), ParseEntity(body, l), Parse(packed, body, l)} {
			checkRanges(t, body, parts)
			if len(parts) == 0 || len(parts) > l.Parts {
				t.Fatalf("%d parts", len(parts))
			}
			for _, p := range parts {
				if p.Depth > l.Depth || len(p.Fields) > l.Fields+1 {
					t.Errorf("part %s at depth %d with %d fields", p.Path, p.Depth, len(p.Fields))
				}
				IsCMS(p)
				p.Unpack(l)
				if p.ContentEncoding != "" && len(p.Content) > max(l.Inflated, len(p.Body)) {
					t.Errorf("part %s has %d octets", p.Path, len(p.Content))
				}
			}
		}
	})
}
