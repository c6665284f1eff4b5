package mime

import (
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	binary := strings.Repeat("\x30\x82--b\n\x00", 50)
	signed := []byte("--6b020aee557aeffb\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nhello\r\n--6b020aee557aeffb\r\n" +
		"Content-Type: application/pkcs7-signature;name=smime.p7s\r\nContent-Disposition: attachment;handling=required;filename=smime.p7s\r\n" +
		"Content-Transfer-Encoding: binary\r\n\r\n" + binary + "\r\n--6b020aee557aeffb--")
	for _, bb := range []struct {
		name, contentType, encoding string
		body                        []byte
	}{
		{"leaf", "application/sdp", "", []byte("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n")},
		{"signed", `multipart/signed;boundary=6b020aee557aeffb;micalg=sha1;protocol="application/pkcs7-signature"`, "binary", signed},
		{"base64", "application/pkcs7-mime", "base64", []byte(strings.Repeat(strings.Repeat("MIIB", 16)+"\r\n", 20))},
		// Every second octet begins what looks like a delimiter.
		{"hostile", "multipart/mixed;boundary=-", "", []byte(strings.Repeat("--", 32<<10))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.body)))
			p := new(Parser)
			for b.Loop() {
				p.Parse(Header{Type: bb.contentType, TransferEncoding: bb.encoding}, bb.body, Limits{})
			}
		})
	}
}
