package interop

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms"
	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/mime"
)

// between is the text of a file from one mark to another.
func between(t *testing.T, file, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), from)
	section, _, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("%s has changed: there is no %q, or no %q behind it", file, from, to)
	}
	return section
}

// listedCodes are those that a doc comment lists, each line with a column of codes.
func listedCodes(comment string) (codes []string) {
	line := regexp.MustCompile(`(?m)^\t//\t([a-z]+(?:-[a-z]+)*(?:, [a-z]+(?:-[a-z]+)*)*)(?:  |$)`)
	for _, m := range line.FindAllStringSubmatch(comment, -1) {
		codes = append(codes, strings.Split(m[1], ", ")...)
	}
	return codes
}

// matches are the first groups of all matches in the files of a pattern.
func matches(t *testing.T, pattern, expression string) (codes []string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(expression).FindAllSubmatch(text, -1) {
			codes = append(codes, string(m[1]))
		}
	}
	return codes
}

// TestCodesHaveRules: each code that the parsers of CMS and MIME have for an issue is a rule's, but
// for those that tell of a limit of this program.
func TestCodesHaveRules(t *testing.T) {
	set, err := NewSet(report.Note, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		room  room
		codes []string
		least int
	}{
		{cmsIssue, listedCodes(between(t, "../../cms/issue.go", "Code is stable", "Code    string")), 19},
		{cmsIssue, matches(t, "../../cms/*.go", `p\.issue\("([a-z-]+)"`), 20},
		{cmsIssue, matches(t, "../../cms/ber/errors.go", `&damage\{"([a-z-]+)"`), 25},
		{mimeIssue, matches(t, "../../sipparse/mime/issues.go", `code\{"([a-z-]+)"`), 19},
	} {
		if len(c.codes) < c.least {
			t.Errorf("only %d codes found: %q", len(c.codes), c.codes)
		}
		for _, code := range c.codes {
			if _, ok := set.issues[issue{c.room, code}]; !ok && !strings.HasSuffix(code, "-limit") && code != "countersignature-depth" {
				t.Errorf("the code %q of room %d has no rule", code, c.room)
			}
		}
	}
}

// TestReasonsHaveRules: each reason why a signature is not verified is told by one rule.
func TestReasonsHaveRules(t *testing.T) {
	reasons := listedCodes(between(t, "../../cms/object.go", "Reason is the stable code of why not; \"\" if verified", "Reason string"))
	reasons = append(reasons, matches(t, "../../body.go", `Code: +"([a-z-]+)"`)...)
	if len(reasons) < 18 {
		t.Fatalf("only %d reasons found: %q", len(reasons), reasons)
	}
	for _, reason := range reasons {
		var told []string
		set, err := NewSet(report.Note, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed := &cms.SignedData{Signers: make([]cms.SignerInfo, 1)}
		c := set.NewConnection(func(f *report.Finding) {
			if strings.HasPrefix(f.Rule, "smime-signature-") {
				told = append(told, f.Rule)
			}
		})
		c.Message(&report.SIP{
			Message: sipparse.Parse([]byte("SIP/2.0 200 OK\r\n\r\n")),
			Parts: []report.Part{{Part: &mime.Part{}, Path: "1", CMS: &report.CMS{
				Object:  &cms.Object{Signed: signed},
				Signers: []cms.SignerResult{{Signer: &signed.Signers[0], Reason: reason, Detail: "it is so"}},
			}}},
		}, time.Time{}, time.Time{})
		want := 1
		if reason == "malformed" { // the issues tell
			want = 0
		}
		if len(told) != want {
			t.Errorf("%s is told by %d rules: %q", reason, len(told), told)
		}
	}
}
