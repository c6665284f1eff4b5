package interop

import (
	"strings"

	"sipsecdump/report"
	"sipsecdump/sipparse"
)

// habit is what a sender does with each message: it is told once in a connection. A certificate
// of the sender's is looked at on its own.
type habit struct{ rule, sender, certificate string }

// senderOf is whom the habits in a message are of.
func senderOf(m *sipparse.Message) string {
	if m.Request {
		return m.From.URI
	}
	return m.To.URI
}

// again tells whether a finding is about a habit that was told. What is more than may be
// remembered is told again.
func (f *finder) again(n *report.Finding) bool {
	if !f.rule.habit {
		return false
	}
	h := habit{f.rule.ID, f.sender, n.Certificate}
	if _, told := f.habits[h]; told {
		return true
	}
	if len(f.habits) < maxHabits && len(h.sender) <= maxSender {
		if f.habits == nil {
			f.habits = make(map[habit]struct{})
		}
		h.sender = strings.Clone(h.sender)
		f.habits[h] = struct{}{}
	}
	return false
}
