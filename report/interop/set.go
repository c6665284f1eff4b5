package interop

import (
	"fmt"
	"slices"
	"strings"

	"sipsecdump/report"
)

// Set is the rules that are looked at, and how much their findings matter. It does not change:
// all goroutines may share one.
type Set struct {
	message, object, certificate, hello, shown, alert, handshake, exchange, history []active

	issues map[issue]active
	rules  []Rule
}

// active is a rule of a set.
type active struct {
	*Rule
	severity report.Severity
}

// off is the setting of a rule that is not looked at.
const off = "off"

// SettingNames are what a rule can be set to.
func SettingNames() []string {
	return append([]string{off}, SeverityNames()...)
}

// SeverityNames are those of the severities, the least first.
func SeverityNames() []string {
	var names []string
	for _, s := range slices.Backward(report.Severities) {
		names = append(names, s.String())
	}
	return names
}

// ParseSeverity reads the name of a severity.
func ParseSeverity(name string) (s report.Severity, ok bool) {
	for _, s := range report.Severities {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// NewSet returns the table's rules with settings applied in their order, "ID=SEVERITY" or
// "ID=off", where ID may end in "*" and so stand for all that begin as it does; and of these the
// ones that are at least as severe as least. The error tells a setting that means nothing.
func NewSet(least report.Severity, settings []string) (*Set, error) {
	severities := make(map[string]string)
	for _, setting := range settings {
		id, to, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not of the form ID=SEVERITY", setting)
		}
		if !slices.Contains(SettingNames(), to) {
			return nil, fmt.Errorf("%q is not one of %s", to, strings.Join(SettingNames(), ", "))
		}
		prefix, some := strings.CutSuffix(id, "*")
		known := false
		for i := range table {
			if r := &table[i]; r.ID == id || some && strings.HasPrefix(r.ID, prefix) {
				severities[r.ID] = to
				known = true
			}
		}
		if !known {
			return nil, fmt.Errorf("there is no rule %q", id)
		}
	}
	s := &Set{issues: make(map[issue]active)}
	for i := range table {
		r := &table[i]
		a := active{r, r.Severity}
		if to, ok := severities[r.ID]; ok {
			if to == off {
				continue
			}
			a.severity, _ = ParseSeverity(to)
		}
		if a.severity >= least {
			s.add(a)
		}
	}
	return s, nil
}

// Rules returns the rules of the set, in the order of the table, with the severities that their
// findings have.
func (s *Set) Rules() []Rule { return slices.Clone(s.rules) }

func (s *Set) add(a active) {
	r := *a.Rule
	r.Severity = a.severity
	s.rules = append(s.rules, r)
	switch {
	case a.message != nil:
		s.message = append(s.message, a)
	case a.object != nil:
		s.object = append(s.object, a)
	case a.certificate != nil:
		s.certificate = append(s.certificate, a)
	case a.hello != nil:
		s.hello = append(s.hello, a)
	case a.shown != nil:
		s.shown = append(s.shown, a)
	case a.alert != nil:
		s.alert = append(s.alert, a)
	case a.handshake != nil:
		s.handshake = append(s.handshake, a)
	case a.exchange != nil:
		s.exchange = append(s.exchange, a)
	case a.history != nil:
		s.history = append(s.history, a)
	default:
		s.issues[a.issue] = a
		for _, code := range a.alike {
			s.issues[issue{a.issue.room, code}] = a
		}
	}
}
