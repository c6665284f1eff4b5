package findings

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"sipsecdump/report"
	"sipsecdump/report/interop"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// rules are a table of its own: what the real one says is not what is tested here.
var rules = []interop.Rule{
	{ID: "smime-one", Severity: report.Warning, Sections: []string{"RFC 3261, Section 23.3", "RFC 6216, Section 5"}, Asks: "one thing or the other, which the two documents do not agree about, so that a line is full", Advice: "do either"},
	{ID: "smime-two", Severity: report.Note, Sections: []string{"RFC 8551, Section 2.7"}, Asks: "this", Advice: "do it"},
	{ID: "tls-one", Severity: report.Error, Sections: []string{"RFC 8996, Section 4"}, Asks: "that", Advice: "do it"},
	{ID: "tls-silent", Severity: report.Error, Sections: []string{"RFC 9325, Section 3.1.1"}, Asks: "more", Advice: "do more"},
}

// hostile is what a stranger may write into a message.
const hostile = "a\x1b[31mb\r\n| c * <script> ]]> \u202e \xff \x00 `d`"

// listed returns a List of findings of all kinds.
func listed(all bool) *List {
	l := New(Options{Rules: rules, Version: "1.0", All: all})
	flow := &report.Flow{Number: 7, Transport: "tcp", Client: netip.MustParseAddrPort("192.0.2.1:5060"), Server: netip.MustParseAddrPort("[2001:db8::2]:5061")}
	add := func(e report.Event) { l.Add(&e) }
	finding := func(rule string, packet uint64, f *report.Finding, of *report.Flow) {
		f.Rule = rule
		add(report.Event{File: 1 + int(packet/100), Packet: packet, Flow: of, Body: f})
	}
	add(report.Event{File: 1, Body: &report.Capture{Name: "a b:c.pcap"}})
	add(report.Event{File: 1, Packet: 1, Flow: flow, Body: &report.Connection{}})
	for i := range 7 {
		finding("smime-one", uint64(i+2), &report.Finding{Text: fmt.Sprintf("seen as number %d", i), InMessage: true, SIP: uint64(i + 1), Part: "1.2", Record: 9}, flow)
	}
	add(report.Event{File: 2, Body: &report.Capture{Name: "/captures/" + hostile}})
	finding("tls-one", 120, &report.Finding{Text: hostile, Certificate: strings.Repeat("ab", 32)}, flow)
	finding("smime-two", 121, &report.Finding{Text: "of the stage", Call: hostile + strings.Repeat("x", 100)}, &report.Flow{Number: 8})
	finding("smime-two", 0, &report.Finding{Text: "of the captures"}, nil)
	add(report.Event{Body: &report.Summary{TLSUndecrypted: 2, Truncated: true}})
	return l
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestGoldens holds each format against its golden, and each golden to be harmless.
func TestGoldens(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"few.txt":    func(w io.Writer) error { return listed(false).Text(w, false) },
		"all.txt":    func(w io.Writer) error { return listed(true).Text(w, false) },
		"few.md":     listed(false).Markdown,
		"sarif.json": listed(false).SARIF,
		"junit.xml":  listed(false).JUnit,
		"none.txt":   func(w io.Writer) error { return New(Options{Rules: rules}).Text(w, false) },
	} {
		t.Run(name, func(t *testing.T) {
			got := written(t, write)
			golden := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(golden, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
			if !utf8.Valid(got) {
				t.Error("not UTF-8")
			}
			for _, r := range string(got) {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Errorf("%q comes through", r)
				}
			}
			if strings.HasSuffix(name, ".txt") {
				for line := range strings.Lines(string(got)) {
					if n := utf8.RuneCountInString(line) - 1; n > width && len(strings.Fields(line)) > 1 {
						t.Errorf("a line of %d columns: %s", n, line)
					}
				}
			}
		})
	}
}

// TestColour: only the words of severities are coloured.
func TestColour(t *testing.T) {
	plain := written(t, func(w io.Writer) error { return listed(false).Text(w, false) })
	coloured := string(written(t, func(w io.Writer) error { return listed(false).Text(w, true) }))
	for _, sgr := range []string{"\x1b[1m", "\x1b[31m", "\x1b[33m"} {
		if !strings.Contains(coloured, sgr) {
			t.Errorf("no %q", sgr)
		}
		coloured = strings.ReplaceAll(coloured, sgr, "")
	}
	if coloured = strings.ReplaceAll(coloured, "\x1b[0m", ""); coloured != string(plain) {
		t.Error("differs in more than colour")
	}
}

// TestSARIFSchema validates logs against the schema of OASIS.
func TestSARIFSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(log []byte) error {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	for name, l := range map[string]*List{"findings": listed(false), "none": New(Options{Rules: rules, Version: "1.0"}), "no rules": New(Options{})} {
		if err := validate(written(t, l.SARIF)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := bytes.Replace(written(t, listed(false).SARIF), []byte(`"level": "note"`), []byte(`"level": "loud"`), 1)
	if validate(broken) == nil {
		t.Error("the schema takes anything")
	}
	var log sarifLog
	if err := json.Unmarshal(written(t, listed(false).SARIF), &log); err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs[0].Results {
		if log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s has the index of another rule", r.RuleID)
		}
	}
}

// TestJUnit: there is a case for each rule, and those fail that have more than notes.
func TestJUnit(t *testing.T) {
	var s junitSuites
	if err := xml.Unmarshal(written(t, listed(false).JUnit), &s); err != nil {
		t.Fatal(err)
	}
	if s.Tests != 4 || s.Failures != 2 || len(s.Suites) != 2 || s.Suites[0].Failures != 1 || s.Suites[1].Tests != 2 {
		t.Errorf("%+v", s)
	}
}

// TestLimit: what is too much is counted, and each rule still has a finding.
func TestLimit(t *testing.T) {
	l := New(Options{Rules: rules})
	e := report.Event{File: 1, Packet: 1, Body: &report.Finding{Rule: "smime-one", Text: "x"}}
	l.Add(&report.Event{File: 1, Body: &report.Capture{Name: "a"}})
	for range maxKept + 10 {
		l.Add(&e)
	}
	l.Add(&report.Event{File: 1, Packet: 1, Body: &report.Finding{Rule: "tls-one", Text: "y"}})
	if l.dropped() != 10 || len(l.groups["tls-one"].seen) != 1 {
		t.Errorf("%d dropped, %d seen", l.dropped(), len(l.groups["tls-one"].seen))
	}
	text := string(written(t, func(w io.Writer) error { return l.Text(w, false) }))
	for _, want := range []string{"and 100005 more", "100011 findings: 1 error, 100010 warnings", "of 10 findings only the number is told"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
