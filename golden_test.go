package sipsecdump_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"sipsecdump"
	"sipsecdump/cms/pki"
)

var update = flag.Bool("update", false, "rewrite goldens")

// TestGoldens holds the whole output for the shipped captures, with and without keys.
func TestGoldens(t *testing.T) {
	all := ring(t, "domain_key_example.net.pem", "user_key_kumiko@example.net.pem", "user_cert_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	all.CAs = ring(t, "root_cert_fluffyCA.pem").Certificates
	for _, c := range []struct {
		name string
		keys *pki.Keyring
	}{{"keys", all}, {"bare", &pki.Keyring{}}} {
		for _, file := range shipped {
			for _, format := range []string{"text", "json"} {
				name := strings.ReplaceAll(strings.TrimPrefix(filepath.ToSlash(file), "testdata/draft-sec-flows/"), "/", "-")
				golden := filepath.Join("testdata", "expected", name+"."+c.name+"."+format)
				t.Run(filepath.Base(golden), func(t *testing.T) {
					var got bytes.Buffer
					_, err := sipsecdump.Render(t.Context(), &got, sources(map[string][]byte{name: read(t, file)}, name),
						&sipsecdump.Options{Keyring: c.keys}, renderers(format))
					if err != nil {
						t.Fatal(err)
					}
					if *update {
						if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
							t.Fatal(err)
						}
					}
					want := read(t, golden)
					if !bytes.Equal(got.Bytes(), want) {
						t.Error(firstDifference(want, got.Bytes()))
					}
				})
			}
		}
	}
}

// clean fails if output holds what must not reach a terminal or a JSON reader.
func clean(t *testing.T, format string, out []byte) {
	t.Helper()
	if format == "json" {
		for line := range bytes.Lines(out) {
			if !json.Valid(line) {
				t.Fatalf("not JSON: %.200q", line)
			}
		}
	}
	for i, r := range string(out) {
		if !unicode.IsGraphic(r) && r != '\n' && r != '\t' { // as package escape has it: blanks of all widths are harmless
			t.Fatalf("%U at %d: %.80q", r, i, out[max(0, i-40):])
		}
	}
}

// FuzzCapture analyses any octets as a capture: no panic, one summary, nothing on the terminal
// that should not be there, and the same bytes with one worker and with three.
func FuzzCapture(f *testing.F) {
	for _, name := range shipped {
		f.Add(read(f, name))
	}
	f.Add(interleaved(f, 4))
	f.Add(datagrams(f, []byte("MESSAGE sip:a\x1b[2J@b SIP/2.0\r\nSubject: \x9b31m\u202e\r\nContent-Type: text/plain\r\n\r\n\x00\x07")))
	keys := ring(f, "domain_key_example.net.pem", "user_key_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []string{"text", "json"} {
			var outs [2]bytes.Buffer
			for i, jobs := range []int{1, 3} {
				sum, err := sipsecdump.Render(t.Context(), &outs[i], []sipsecdump.Source{{Name: "fuzz", Reader: bytes.NewReader(data)}},
					&sipsecdump.Options{Keyring: keys, Jobs: jobs, BatchBytes: 1 + 400*i}, renderers(format))
				if err != nil || sum == nil {
					t.Fatalf("%v, %v", sum, err)
				}
				clean(t, format, outs[i].Bytes())
			}
			if !bytes.Equal(outs[0].Bytes(), outs[1].Bytes()) {
				t.Fatalf("%s depends on the number of workers: %s", format, firstDifference(outs[0].Bytes(), outs[1].Bytes()))
			}
		}
	})
}
