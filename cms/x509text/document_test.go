package x509text

import (
	"strings"
	"testing"
)

// TestFold: names and lists go on in the next line behind a comma that separates, and no other.
func TestFold(t *testing.T) {
	x := strings.Repeat("x", 58)
	for _, test := range []struct {
		name    string
		options Options
		line    string
		want    string
	}{
		{"short", Options{}, "Issuer: C=US, O=sipit", "Issuer: C=US, O=sipit\n"},
		{"name", Options{}, "Issuer: O=" + x + ", C=US", "Issuer: O=" + x + ",\n        C=US\n"},
		{"value with a comma", Options{}, "Issuer: C=US, O=" + x + ",y", "Issuer: C=US,\n        O=" + x + ",y\n"},
		{"list", Options{RFC4514: true}, "    URI:a,b, URI:" + x, "    URI:a,b,\n    URI:" + x + "\n"},
		{"RFC 4514", Options{RFC4514: true}, "Subject: O=" + x[1:] + ",C=US", "Subject: O=" + x[1:] + ",\n         C=US\n"},
		{"RFC 4514, value with a comma", Options{RFC4514: true}, "Subject: C=US,O=a\\," + x, "Subject: C=US,\n         O=a\\," + x + "\n"},
		{"long element first", Options{}, "    URI:" + x + x + ", URI:a, DNS:b", "    URI:" + x + x + ",\n    URI:a, DNS:b\n"},
		{"long element between", Options{}, "    DNS:b, URI:" + x + x + ", URI:a", "    DNS:b,\n    URI:" + x + x + ",\n    URI:a\n"},
		{"long element, comma last", Options{}, "    URI:" + x + x + ",", "    URI:" + x + x + ",\n"},
		{"nowhere", Options{}, "    " + x + x, "    " + x + x + "\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := printer{options: test.options}
			p.fold([]byte(test.line))
			if string(p.b) != test.want {
				t.Errorf("got\n%swant\n%s", p.b, test.want)
			}
		})
	}
}
