package x509text

import "slices"

// Style is a layout.
type Style uint8

// The layouts.
const (
	// OpenSSL is that of "openssl x509 -text -noout" of OpenSSL 3.0.
	OpenSSL Style = iota
	// RFC6216 is that of RFC 6216, Section 2, without the RFC's margin of three columns: OpenSSL
	// 0.9.8's, moved to the left, in lines of 72 columns.
	RFC6216
	// Draft is that of draft-ietf-sipping-sec-flows-00, Section 5: the same, moved less.
	Draft
)

// Styles are the names of the layouts, by Style.
var Styles = []string{OpenSSL: "openssl", RFC6216: "rfc6216", Draft: "draft"}

// ParseStyle returns the style of that name.
func ParseStyle(name string) (style Style, ok bool) {
	i := slices.Index(Styles, name)
	return Style(max(i, 0)), i >= 0
}

func (s Style) String() string { return Styles[s] }

// Options shape the text.
type Options struct {
	Style Style
	// RFC4514 writes distinguished names as RFC 4514 has them ("CN=example.com,O=sipit"; RFC
	// 6216, Section 2.1 asks for it), not as OpenSSL does.
	RFC4514 bool
}
