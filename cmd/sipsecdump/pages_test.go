package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs the commands of the README.
func TestReadme(t *testing.T) { runPage(t, "README.md") }

// TestRFC6216Page runs the commands that regenerate the documents.
func TestRFC6216Page(t *testing.T) { runPage(t, "docs", "rfc6216.md") }

var (
	// console is a block of a page: a command behind a prompt, in as many lines as it takes, and
	// what it prints.
	console = regexp.MustCompile("(?sm)^```console\n\\$ ((?:[^\n]*\\\\\n> *)*[^\n]*)\n(.*?)^```$")
	// another is a line that begins a block; each has to be a console.
	another = regexp.MustCompile("(?m)^```console$")
	// continued ends a line of a command that goes on in the next.
	continuation = regexp.MustCompile(`\\\n> *`)
)

// omission is a line of a page that stands for any number of lines of what a command prints.
const omission = "...\n"

// runPage runs the commands of a page one after the other, in an empty folder with a link to
// testdata, and compares what they print, errors too, with what the page says. With -update it
// rewrites what the page says, but where lines are omitted.
func runPage(t *testing.T, path ...string) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell runs the commands of pages here: ", err)
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(append([]string{root}, path...)...)
	page := string(readFile(t, name))
	folder := t.TempDir()
	if err := os.Symlink(filepath.Join(root, "testdata"), filepath.Join(folder, "testdata")); err != nil {
		t.Fatal(err)
	}
	blocks := console.FindAllStringSubmatchIndex(page, -1)
	if len(blocks) == 0 || len(blocks) != len(another.FindAllString(page, -1)) {
		t.Fatalf("%d blocks, of which %d have a command and an end", len(another.FindAllString(page, -1)), len(blocks))
	}
	var updated strings.Builder
	at := 0
	for _, b := range blocks {
		command, want := continuation.ReplaceAllString(page[b[2]:b[3]], ""), page[b[4]:b[5]]
		// TestMain has put a sipsecdump on the path.
		c := exec.CommandContext(t.Context(), shell, "-c", strings.Replace(command, "go run ./cmd/sipsecdump", "sipsecdump", 1))
		c.Dir = folder
		out, err := c.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
		got := string(out)
		if *update && !strings.Contains("\n"+want, "\n"+omission) {
			want = got
		}
		if !asPrinted(want).MatchString(got) {
			t.Errorf("%s prints\n%s\nand the page has\n%s", command, got, want)
		}
		updated.WriteString(page[at:b[4]] + want)
		at = b[5]
	}
	if *update {
		if err := os.WriteFile(name, []byte(updated.String()+page[at:]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// asPrinted matches what a page says that a command prints.
func asPrinted(text string) *regexp.Regexp {
	pattern := "^"
	for line := range strings.Lines(text) {
		if line == omission {
			pattern += "(?s:(.*\n)?)"
		} else {
			pattern += regexp.QuoteMeta(line)
		}
	}
	return regexp.MustCompile(pattern + "$")
}

// TestAsPrinted: only a line of dots stands for others, and for whole ones.
func TestAsPrinted(t *testing.T) {
	for _, test := range []struct {
		page, printed string
		want          bool
	}{
		{"", "", true},
		{"", "a\n", false},
		{"a\nb\n", "a\nb\n", true},
		{"a\nb\n", "a\nb \n", false},
		{"a\n", "a\nb\n", false},
		{"b\n", "a\nb\n", false},
		{"a\n...\n", "a\nb\nc\n", true},
		{"a\n...\nc\n", "a\nc\n", true},
		{"a\n...\nc\n", "a\nbc\n", false},
		{"a\n...\nd\n", "a\nb\nc\n", false},
		{"...\nb\n...\n", "a\nb\nc\n", true},
		{"a...\n", "abc\n", false},
		{".\n", "a\n", false},
	} {
		if asPrinted(test.page).MatchString(test.printed) != test.want {
			t.Errorf("page %q, printed %q: not %v", test.page, test.printed, test.want)
		}
	}
}
