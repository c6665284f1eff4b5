package findings

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"sipsecdump/report"
	"sipsecdump/report/interop"
)

// The elements of JUnit's XML, as the programs that read test results know them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the rules that were looked at as test cases, in a suite for each group of them. A
// case fails if its rule has findings that are more than notes.
func (l *List) JUnit(w io.Writer) error {
	all := junitSuites{Name: "sipsecdump check"}
	for i := range l.o.Rules {
		r := &l.o.Rules[i]
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != r.Group() {
			all.Suites = append(all.Suites, junitSuite{Name: r.Group()})
		}
		s := &all.Suites[len(all.Suites)-1]
		c := l.testCase(r)
		s.Cases = append(s.Cases, c)
		s.Tests++
		all.Tests++
		if c.Failure != nil {
			s.Failures++
			all.Failures++
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (l *List) testCase(r *interop.Rule) junitCase {
	c := junitCase{Class: "sipsecdump." + r.Group(), Name: r.ID}
	g := l.groups[r.ID]
	if g == nil {
		return c
	}
	text := l.told(g)
	if g.Severity == report.Note {
		c.Output = text
		return c
	}
	c.Failure = &junitFailure{g.Severity.String(), inert(g.seen[0].text), text}
	if g.count > 1 {
		c.Failure.Message = fmt.Sprintf("%s (and %d more)", c.Failure.Message, g.count-1)
	}
	return c
}

// told tells the findings of a group, one a line, and what the sections ask.
func (l *List) told(g *group) string {
	var b strings.Builder
	for i := range g.seen {
		fmt.Fprintf(&b, "%s: %s\n", inert(l.words(&g.seen[i].place)), inert(g.seen[i].text))
	}
	if n := g.count - len(g.seen); n > 0 {
		fmt.Fprintf(&b, "and %d more\n", n)
	}
	fmt.Fprintf(&b, "%s: %s\nto do: %s\n", strings.Join(g.Sections, "; "), g.Asks, g.Advice)
	return b.String()
}
