package report

import "sipsecdump/sipparse/dialog"

// Call is a call, or another dialog or exchange of requests, that is over; or one that is not, at
// the end of the captures. It comes in front of the message that showed that its time is up.
type Call struct{ *dialog.Call }

// Kind implements Body.
func (*Call) Kind() string { return "call" }

// Totals counts over all calls.
type Totals = dialog.Totals
