package interop_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/report"
	"sipsecdump/report/interop"
)

var update = flag.Bool("update", false, "rewrite docs/rules.md")

// groupTitles tell what the groups are about.
var groupTitles = map[string]string{
	"smime":       "S/MIME in SIP messages",
	"cms":         "CMS objects",
	"mime":        "MIME bodies",
	"certificate": "Certificates",
	"tls":         "TLS",
	"sip":         "SIP",
}

// page is docs/rules.md: the table, with what a finding of each rule says.
func page() string {
	says := map[string]string{}
	for _, c := range cases() {
		says[c.rule] = c.text
	}
	var b strings.Builder
	by := map[report.Severity]int{}
	rules := interop.Rules()
	for _, r := range rules {
		by[r.Severity]++
	}
	fmt.Fprintf(&b, `# The rules of sipsecdump check

These are the %d rules that `+"`sipsecdump check`"+` looks at: %d errors, %d warnings and %d notes. The page
is made from the table in report/interop, and a test holds them equal. An error is what a standard
forbids, or what a peer has to refuse; a warning is advice that is not followed, or what is known
to make trouble; a note is worth knowing. `+"`--rule ID=off|note|warning|error`"+` sets another severity.

A rule says no more than was seen, and nothing where it cannot know. Each has a test with a capture
that triggers it and one that does not; "says" is from what it says of the first.
`, len(rules), by[report.Error], by[report.Warning], by[report.Note])
	group := ""
	for _, r := range rules {
		if g := r.Group(); g != group {
			group = g
			fmt.Fprintf(&b, "\n## %s\n", groupTitles[g])
		}
		fmt.Fprintf(&b, "\n### %s\n\n", r.ID)
		fmt.Fprintf(&b, "* severity: %s\n* sections: %s\n* asked: %s\n* to do: %s\n* says: “%s”\n",
			r.Severity, strings.Join(r.Sections, "; "), plain.Replace(r.Asks), plain.Replace(r.Advice), plain.Replace(says[r.ID]))
	}
	return b.String()
}

// plain keeps Markdown from reading a sentence as anything else.
var plain = strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`)

// TestDocs holds docs/rules.md against the table.
func TestDocs(t *testing.T) {
	const name = "../../docs/rules.md"
	want := page()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("docs/rules.md is not what the table says; go test ./report/interop -run TestDocs -update\n%s", diff)
	}
}

// TestGroups: rules of a group stand together, and the group has a title.
func TestGroups(t *testing.T) {
	over := map[string]bool{}
	last := ""
	for _, r := range interop.Rules() {
		g := r.Group()
		if groupTitles[g] == "" {
			t.Errorf("%s: group %q has no title", r.ID, g)
		}
		if g != last {
			if over[g] {
				t.Errorf("%s: group %q is in two places", r.ID, g)
			}
			over[last], last = true, g
		}
	}
}
