package listing

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGoldens lists each sample in full, without its server's key and with it, and in the
// other styles with it.
func TestGoldens(t *testing.T) {
	for _, s := range samples(t) {
		for _, g := range []struct {
			name string
			key  string
			o    Options
		}{
			{"full", "", Options{}},
			{"full-key", s.key, Options{Data: true}},
			{"rfc6216-key", s.key, Options{Style: RFC6216, Data: true}},
			{"ssldump-key", s.key, Options{Style: Ssldump, AllFields: true, Data: true, RawCR: true}},
		} {
			t.Run(s.name+"/"+g.name, func(t *testing.T) {
				got := list(t, s.capture, keyring(t, g.key), &g.o, g.o.Style == Full)
				compare(t, filepath.Join("testdata", s.name+"."+g.name+".txt"), got)
				if g.o.Style != Ssldump {
					noBlanksAtEnds(t, got)
				}
			})
		}
	}
}

// TestCertificatesInFull lists the certificates of both sides with Options.Certificates.
func TestCertificatesInFull(t *testing.T) {
	for name, o := range map[string]Options{
		"full": {}, "rfc6216": {Style: RFC6216}, "ssldump": {Style: Ssldump, AllFields: true},
	} {
		t.Run(name, func(t *testing.T) {
			o.Certificates = true
			got := list(t, "testdata/auth12.pcap", nil, &o, false)
			compare(t, filepath.Join("testdata", "auth12."+name+"-certificates.txt"), got)
		})
	}
}

// compare compares with a golden file, which -update writes.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.SplitAfter(string(want), "\n"), strings.SplitAfter(got, "\n")); diff != "" {
		t.Errorf("%s (-), now (+):\n%s", file, diff)
	}
}

// dumpLine is a line of a dump, which may show a blank at its end.
var dumpLine = regexp.MustCompile(`^ {4}([0-9a-f]{2} )+ +`)

func noBlanksAtEnds(t *testing.T, listing string) {
	t.Helper()
	for line := range strings.Lines(listing) {
		if line = strings.TrimSuffix(line, "\n"); strings.TrimRight(line, " ") != line && !dumpLine.MatchString(line) {
			t.Errorf("blanks at the end of %q", line)
		}
	}
}
