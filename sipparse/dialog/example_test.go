package dialog_test

import (
	"fmt"
	"time"

	"sipsecdump/sipparse"
	"sipsecdump/sipparse/dialog"
)

func ExampleTable() {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var s dialog.Summarizer
	table := dialog.NewTable()
	path := &dialog.Path{Transport: "udp"}
	tell := func(calls []*dialog.Call) {
		for _, c := range calls {
			fmt.Printf("%s %s %s, %d messages\n", c.CallID, c.Method, c.State, c.Messages)
		}
	}
	for i, m := range []struct{ line, tag, cseq, branch string }{
		{"INVITE sip:b@example.net SIP/2.0", "", "1 INVITE", "1"},
		{"SIP/2.0 180 Ringing", ";tag=b", "1 INVITE", "1"},
		{"SIP/2.0 200 OK", ";tag=b", "1 INVITE", "1"},
		{"ACK sip:b@example.net SIP/2.0", ";tag=b", "1 ACK", "2"},
		{"BYE sip:b@example.net SIP/2.0", ";tag=b", "2 BYE", "3"},
		{"SIP/2.0 200 OK", ";tag=b", "2 BYE", "3"},
	} {
		var n dialog.Note
		s.Summarize(&n, sipparse.Parse(fmt.Appendf(nil, "%s\r\nVia: SIP/2.0/UDP a.example.com;branch=z9hG4bK%s\r\n"+
			"From: <sip:a@example.com>;tag=a\r\nTo: <sip:b@example.net>%s\r\nCall-ID: x\r\nCSeq: %s\r\n\r\n",
			m.line, m.branch, m.tag, m.cseq)))
		n.Message, n.Time, n.Path = uint64(i+1), start.Add(time.Duration(i)*time.Second), path
		tell(table.Add(&n))
	}
	for calls := range table.Close() {
		tell(calls)
	}
	// Output: x INVITE COMPLETED, 6 messages
}
