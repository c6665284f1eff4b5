package interop

import (
	"fmt"
	"strings"

	"sipsecdump/report"
)

// finder tells what checks find. What a finding is about is in about, but for its part.
type finder struct {
	rule  active
	about report.Finding
	yield func(*report.Finding)
	count int // of findings so far

	sender string // of the message at hand
	habits map[habit]struct{}
}

// found tells what was seen: a sentence, lower case, without a full stop.
func (f *finder) found(format string, args ...any) { f.foundIn("", format, args...) }

// foundIn is found for a part of the message.
func (f *finder) foundIn(part, format string, args ...any) {
	f.count++
	n := f.about
	n.Rule, n.Severity = f.rule.ID, f.rule.severity
	n.Sections, n.Asks, n.Advice = f.rule.Sections, f.rule.Asks, f.rule.Advice
	n.Text = fmt.Sprintf(format, args...)
	n.Call = strings.Clone(n.Call) // of the message's text, which need not be kept with it
	if part != "" {
		n.Part = part
	}
	if !f.again(&n) {
		f.yield(&n)
	}
}
