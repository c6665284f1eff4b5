package x509text_test

import (
	"bytes"
	"testing"
	"unicode"
	"unicode/utf8"

	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
)

// FuzzAppend: no input makes a text that a terminal obeys, or one that is much larger.
func FuzzAppend(f *testing.F) {
	for _, path := range []string{
		"testdata/extensions.pem", "../../testdata/rfc6216/root_cert_fluffyCA.pem",
		"../../testdata/draft-sec-flows/certs/root_cert_fluffyCA.pem",
		"../../testdata/draft-sec-flows/certs/user_cert_fluffy@example.com.pem",
	} {
		f.Add(certificates(f, path)[0].Raw)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := pki.ParseCertificate(der)
		if err != nil {
			return
		}
		for _, o := range []x509text.Options{
			{}, {RFC4514: true}, {Style: x509text.RFC6216}, {Style: x509text.Draft, RFC4514: true},
		} {
			text := x509text.Append(nil, c, o)
			// The largest growth is that of a name whose characters become three escaped octets
			// each, and of extensions of two octets with a line of their own.
			if len(text) > 60*len(der)+2000 {
				t.Fatalf("%+v: %d octets of %d", o, len(text), len(der))
			}
			if i := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }); i >= 0 || !utf8.Valid(text) {
				t.Fatalf("%+v: octet %d of %q", o, i, text)
			}
		}
	})
}
