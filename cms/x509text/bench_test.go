package x509text_test

import (
	"testing"

	"sipsecdump/cms/x509text"
)

func BenchmarkAppend(b *testing.B) {
	c := certificates(b, "testdata/extensions.pem")[0]
	for style, name := range x509text.Styles {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(c.Raw)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				dst = x509text.Append(dst[:0], c, x509text.Options{Style: x509text.Style(style)})
			}
		})
	}
}
