package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs the commands of the README from the top of the repository. A line "..." in
// what they print stands for any number of lines.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n\\$ go run \\./cmd/sipsecdump ([^\n]*)\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no commands")
	}
	for _, b := range blocks {
		var out, complaints bytes.Buffer
		if code := run(t.Context(), strings.Fields(b[1]), nil, &out, &complaints); code != 0 || complaints.Len() > 0 {
			t.Errorf("%s: exit %d, %s", b[1], code, &complaints)
		}
		want := "^" + strings.ReplaceAll(regexp.QuoteMeta(b[2]), `\.\.\.`+"\n", "(?s:.*)") + "$"
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("%s prints\n%s\nand the README has\n%s", b[1], &out, b[2])
		}
	}
}
