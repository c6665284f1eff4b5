package interop

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// codesIn returns what a pattern's group matches in the sources of a package.
func codesIn(t *testing.T, dir, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(b, -1) {
			codes = append(codes, string(m[1]))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestIssueRows: each code of the parsers has a rule, and each rule a code that there is.
func TestIssueRows(t *testing.T) {
	set, err := NewSet(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, parser := range []struct {
		room         room
		dir, pattern string
		more         []string // that the pattern does not find
		none         []string // that are no findings
	}{
		{
			room: sipIssue, dir: "../../sipparse", pattern: `= code\{"([a-z-]+)"`,
			none: []string{"stream-gap", "stream-garbage", "stream-http", "stream-stun", "stream-tls"},
		},
		{
			room: identityIssue, dir: "../../sipparse/identity", pattern: `\.(?:issue|wrong)\("([a-z0-9-]+[a-z0-9])"`,
			more: []string{"certificate-expired", "certificate-not-yet-valid", "certificate-validity-unreadable"},
		},
	} {
		codes := append(codesIn(t, parser.dir, parser.pattern), parser.more...)
		if len(codes) < 20 {
			t.Fatalf("%s: only %d codes were found", parser.dir, len(codes))
		}
		for _, code := range codes {
			if _, ok := set.issues[issue{parser.room, code}]; ok == slices.Contains(parser.none, code) {
				t.Errorf("%s: %s: has a rule: %t", parser.dir, code, ok)
			}
		}
		for is := range set.issues {
			if is.room == parser.room && !slices.Contains(codes, is.code) {
				t.Errorf("%s: there is a rule for %s, which is no code", parser.dir, is.code)
			}
		}
	}
}
