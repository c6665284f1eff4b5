package interop_test

import (
	"context"
	"strings"
	"testing"

	"sipsecdump"
	"sipsecdump/maker"
	"sipsecdump/report"
	"sipsecdump/report/interop"
)

// check runs the rules over a capture and returns the findings.
func check(t *testing.T, capture []byte, o sipsecdump.Options) []*report.Finding {
	t.Helper()
	set, err := interop.NewSet(report.Note, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.Rules = set
	var found []*report.Finding
	source := sipsecdump.Source{Name: "test.pcap", Reader: strings.NewReader(string(capture))}
	for e, err := range sipsecdump.Analyze(context.Background(), []sipsecdump.Source{source}, &o) {
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := e.Body.(*report.Finding); ok {
			found = append(found, f)
		}
	}
	return found
}

// ruleCase is a capture that triggers a rule, and one that differs as little as possible and
// does not.
type ruleCase struct {
	rule           string
	trigger, clean func(*testing.T) (capture []byte, o sipsecdump.Options)
	// text is a part of what the finding has to say.
	text string
}

// cases has one row for each rule: those of each file of rules stand in a file of cases.
func cases() []ruleCase {
	var all []ruleCase
	for _, c := range [][]ruleCase{smimeCases, cmsCases, mimeCases, certificateCases, tlsCases, sipCases} {
		all = append(all, c...)
	}
	return all
}

// TestRules holds each rule against the two captures of its case.
func TestRules(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			rule := interop.Find(c.rule)
			if rule == nil {
				t.Fatal("no such rule")
			}
			told := 0
			for _, f := range checkCase(t, c.trigger) {
				if f.Rule != c.rule {
					continue
				}
				told++
				if !strings.Contains(f.Text, c.text) {
					t.Errorf("%q does not say %q", f.Text, c.text)
				}
			}
			if told == 0 {
				t.Error("not triggered")
			}
			for _, f := range checkCase(t, c.clean) {
				if f.Rule == c.rule {
					t.Errorf("false alarm: %s", f.Text)
				}
			}
		})
	}
}

func checkCase(t *testing.T, of func(*testing.T) ([]byte, sipsecdump.Options)) []*report.Finding {
	t.Helper()
	capture, o := of(t)
	return check(t, capture, o)
}

// TestEveryRuleHasCase: a rule without a test is no rule.
func TestEveryRuleHasCase(t *testing.T) {
	have := map[string]bool{}
	for _, c := range cases() {
		have[c.rule] = true
	}
	for _, r := range interop.Rules() {
		if !have[r.ID] {
			t.Errorf("%s has no case", r.ID)
		}
	}
}

// TestTable: identifiers are stable names, sentences are sentences, sections are named in full.
func TestTable(t *testing.T) {
	met := map[string]bool{}
	for _, r := range interop.Rules() {
		if met[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		met[r.ID] = true
		if strings.ToLower(r.ID) != r.ID || !strings.Contains(r.ID, "-") {
			t.Errorf("%s: not a name of words in lower case", r.ID)
		}
		for _, s := range []string{r.Asks, r.Advice} {
			if s == "" || strings.HasSuffix(s, ".") || strings.Contains(s, "\n") {
				t.Errorf("%s: %q is no sentence without a full stop", r.ID, s)
			}
		}
		if len(r.Sections) == 0 {
			t.Errorf("%s: no section asks for it", r.ID)
		}
	}
}

// made returns a capture of a scenario.
func made(o maker.Options) func(*testing.T) ([]byte, sipsecdump.Options) {
	return func(t *testing.T) ([]byte, sipsecdump.Options) {
		t.Helper()
		if o.Keys == "" {
			o.Keys = t.TempDir()
		}
		var b strings.Builder
		if _, err := maker.Make(context.Background(), &b, o); err != nil {
			t.Fatal(err)
		}
		return []byte(b.String()), sipsecdump.Options{}
	}
}
