package mime_test

import (
	"fmt"

	"sipsecdump/sipparse/mime"
)

func ExampleParse() {
	body := "--x\r\n" +
		"Content-Type: text/plain\r\n" +
		"\r\n" +
		"hello\r\n" +
		"--x\r\n" +
		"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n" +
		"Content-Transfer-Encoding: base64\r\n" +
		"\r\n" +
		"MAsGCSqGSIb3DQEHAg==\r\n" +
		"--x--\r\n"
	parts := mime.Parse(mime.Header{Type: `multipart/signed; boundary="x"`}, []byte(body), mime.Limits{})
	for _, p := range parts {
		fmt.Println(p.Path, p.MediaType, len(p.Content), mime.IsCMS(p))
	}
	fmt.Printf("signed: %q\n", parts[1].Raw)
	// Output:
	// 0 multipart/signed 0 false
	// 1 text/plain 5 false
	// 2 application/pkcs7-signature 13 true
	// signed: "Content-Type: text/plain\r\n\r\nhello"
}
