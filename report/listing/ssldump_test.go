package listing

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"
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

// ja3Lines are what this package lacks of ssldump's hellos.
var ja3Lines = regexp.MustCompile(`(?m)^ *ja3s? (string|fingerprint): .*\n`)
