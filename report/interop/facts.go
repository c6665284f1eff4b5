package interop

import "sipsecdump/report"

// Facts are what a message means to the checks that compare messages, beside what a dialog.Note
// has: bounded, and with nothing that aliases the message.
type Facts struct {
}

// FactsOf fills f from a message.
func FactsOf(f *Facts, s *report.SIP) {
	*f = Facts{}
}
