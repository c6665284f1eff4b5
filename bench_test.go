package sipsecdump_test

import (
	"fmt"
	"io"
	"testing"

	"sipsecdump"
)

// BenchmarkRender runs the whole pipeline: the octets per second are those of the capture.
func BenchmarkRender(b *testing.B) {
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"draft-tls", read(b, shipped[0])},
		{"draft-signed", read(b, shipped[1])},
		{"interleaved-400", interleaved(b, 400)},
	} {
		for _, format := range []string{"text", "json"} {
			for _, jobs := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/%s/jobs=%d", c.name, format, jobs), func(b *testing.B) {
					o := &sipsecdump.Options{Keyring: ring(b, "domain_key_example.net.pem"), Jobs: jobs}
					files := map[string][]byte{"f": c.file}
					b.SetBytes(int64(len(c.file)))
					b.ReportAllocs()
					for b.Loop() {
						if _, err := sipsecdump.Render(b.Context(), io.Discard, sources(files, "f"), o, renderers(format)); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
