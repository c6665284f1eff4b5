package listing

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ssldump runs the program, or skips the test where it is not installed or another version.
func ssldump(t testing.TB, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("ssldump")
	if err != nil {
		t.Skip("ssldump is not installed: nothing to compare with")
	}
	// 1.5 calls itself 1.4.
	if v, _ := exec.Command(program, "-v").CombinedOutput(); !bytes.HasPrefix(v, []byte("ssldump 1.4")) && !bytes.HasPrefix(v, []byte("ssldump 1.5")) {
		t.Skipf("ssldump is another version than 1.5: %.40q", v)
	}
	var out, complaints bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("ssldump %s: %v\n%s", strings.Join(args, " "), err, complaints.Bytes())
	}
	return out.String()
}

// What the package comment says about ssldump's defects, sample by sample, so that nothing
// else may differ.
var (
	ja3Lines = regexp.MustCompile(`(?m)^ *ja3s? (string|fingerprint): .*\n`)

	octetLines = `(?: +(?:[0-9a-f]{2} )+\n)+`

	// corrections turn lines of this package into what ssldump makes of the same message.
	corrections = map[string][]correction{
		// It gives up on a CertificateRequest at the first type that it does not know.
		"auth10": {{`( +certificate_types {9}) {10}ecdsa_sign\n +certificate_authority\n` + octetLines, "$1\n"}},
		// The same, and it knows no algorithm in front of a signature.
		"auth12": {
			{`( +certificate_types {9}) {10}ecdsa_sign\n +certificate_authority\n` + octetLines, "$1\n"},
			{` +Signature\[256\]=\n` + octetLines, ""},
		},
		// It takes the length of a public value as one octet.
		"dhe11": {{`(DiffieHellmanClientPublicValue)\[256\]=\n` + octetLines, "$1[1]=\n          00 \n"}},
		// It takes ECDHE parameters as those of DHE.
		"ecdhe12": {{` +namedcurve .*\n +ECDH_point\[32\]=\n` + octetLines + ` +signature\[\d+\]=\n` + octetLines, ""}},
	}

	// wandering are the samples in which the columns move to the right after a defect.
	wandering = map[string]bool{"ecdhe12": true}
	gap       = regexp.MustCompile(` +`)
)

type correction struct{ ours, theirs string }

// TestAgainstSsldump asks for the same bytes on each sample, but for ssldump's defects.
func TestAgainstSsldump(t *testing.T) {
	runs := []struct {
		name string
		args string
		key  bool
		o    Options
	}{
		{"plain", "-n", false, Options{}},
		{"all fields", "-n -A", false, Options{AllFields: true}},
		{"absolute", "-n -e", false, Options{Absolute: true}},
		{"hex", "-n -x", false, Options{Hex: true}},
		{"key", "-n -k", true, Options{}},
		{"all fields, data and key", "-n -A -d -k", true, Options{AllFields: true, Data: true, RawCR: true}},
	}
	for _, s := range samples(t) {
		for _, run := range runs {
			t.Run(s.name+"/"+run.name, func(t *testing.T) {
				args, key := strings.Fields(run.args), ""
				if run.key {
					key = s.key
					args = append(args, key)
				}
				want := ja3Lines.ReplaceAllString(ssldump(t, append(args, "-r", s.capture)...), "")
				run.o.Style = Ssldump
				got := list(t, s.capture, keyring(t, key), &run.o, false)
				for _, c := range corrections[s.name] {
					got = regexp.MustCompile(c.ours).ReplaceAllString(got, c.theirs)
				}
				if wandering[s.name] {
					want, got = gap.ReplaceAllString(want, " "), gap.ReplaceAllString(got, " ")
					want = strings.ReplaceAll(want, "\n ", "\n")
					got = strings.ReplaceAll(got, "\n ", "\n")
				}
				if diff := cmp.Diff(strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")); diff != "" {
					t.Errorf("ssldump %s (-), this package (+):\n%s", strings.Join(args, " "), diff)
				}
			})
		}
	}
}
