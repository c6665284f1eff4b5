package interop

import (
	"fmt"
	"time"

	"sipsecdump/report"
)

// sipHistoryRules are the rules about what several messages show together.
var sipHistoryRules = []Rule{
	{
		ID: "sip-retransmission-interval", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 17.1.1.2", "RFC 3261, Section 17.1.2.2"},
		Asks:     "intervals between the repetitions of a request over UDP that double, up to T2, 4 s, if it is no INVITE",
		Advice:   "repeat after 0.5 s, 1 s, 2 s and so on: faster repetitions make a busy server busier",
		history: func(h *history) {
			t := h.repeated
			if t == nil || t.told || t.request.reliable() || t.interval == 0 {
				return
			}
			// Even if repetitions were lost before they could be seen, what is seen next comes after a
			// longer time. Some take longer on the way than others, though.
			now, least := h.clock-t.last, t.interval*11/10
			if t.request.method != "INVITE" {
				least = min(least, t2*9/10)
			}
			if now < least {
				t.told = true
				h.found("message %d, %s over UDP, came again after %v, and before that after %v; it was seen %s",
					t.request.message, t.request.method, round(now), round(t.interval), t.times())
			}
		},
	},
	{
		ID: "sip-retransmission-storm", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 17.1.1.2", "RFC 3261, Section 17.1.2.2"},
		Asks:     "no more than seven transmissions of an INVITE over UDP, and no more than eleven of another request, in the 64*T1 until it times out",
		Advice:   "give up when 64*T1 are over, 32 s if T1 is the usual 500 ms",
		history: func(h *history) {
			t := h.repeated
			if t == nil || t.told || t.request.reliable() || t.sent <= t.most() {
				return
			}
			if t.request.method != "INVITE" && h.clock-t.first > timeout+t2 {
				return // T1 may be longer, and T2 is not: then there are more
			}
			t.told = true
			h.found("message %d, %s over UDP, was seen %s in %v", t.request.message, t.request.method, t.times(), round(h.clock-t.first))
		},
	},
	{
		ID: "sip-retransmission-reliable", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 17.1.1.2", "RFC 3261, Section 17.1.2.2"},
		Asks:     "no repetition of a request over a reliable transport",
		Advice:   "leave it to TCP that the request arrives",
		history: func(h *history) {
			if t := h.repeated; t != nil && !t.told && t.request.reliable() {
				t.told = true
				h.found("message %d, %s, came again in its connection after %v", t.request.message, t.request.method, round(h.clock-t.last))
			}
		},
	},
	{
		ID: "sip-no-final-response", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 17.1.1.2", "RFC 3261, Section 17.1.2.2"},
		Asks:     "a final response within 64*T1, when the client gives up",
		Advice:   "look whether the server got the request, and where its response went",
		history: func(h *history) {
			t := h.over
			if t == nil || t.status >= 200 || t.rings() {
				return
			}
			if h.clock-t.first < timeout && (t.request.reliable() || t.sent < t.most()) {
				return // the capture ends before the client gives up
			}
			// A capture may see one direction only, or lose datagrams. That the client tries again
			// tells that nothing came; and from a server that answers others something would have.
			if t.sent < 2 && !(t.request.reliable() && h.answered) {
				return
			}
			what := "no response"
			if t.status > 0 {
				what = fmt.Sprintf("no response after %d", t.status)
			}
			h.found("%s to %s, seen %s, in %v of the capture", what, t.request.method, t.times(), round(h.clock-t.first))
		},
	},
	{
		ID: "sip-ack-missing", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 13.2.2.4"},
		Asks:     "an ACK for each 2xx to INVITE",
		Advice:   "look where the ACK goes: to the Contact of the response, by way of its Record-Route",
		history: func(h *history) {
			a := h.settled
			if a == nil || a.acknowledged || h.clock-a.first < timeout {
				return
			}
			// An ACK may take another way, or be lost by the capture. That the response is repeated
			// tells that it did not arrive; and between two user agents there is no other way.
			switch {
			case a.sent > 1:
				h.found("the 2xx to INVITE was seen %d times, and no ACK for it in %v of the capture", a.sent, round(h.clock-a.first))
			case a.direct:
				h.found("no ACK for the 2xx to INVITE in %v of the capture", round(h.clock-a.first))
			}
		},
	},
	{
		ID: "sip-cseq-order", Severity: report.Error,
		Sections: []string{"RFC 3261, Section 12.2.1.1", "RFC 3261, Section 12.2.2"},
		Asks:     "a CSeq for each request in a dialog that is one more than the last; one that is lower is refused with 500",
		Advice:   "count on with each request but ACK and CANCEL",
		history: func(h *history) {
			s, n := h.sequence, h.message
			if s == nil {
				return
			}
			switch {
			case n.CSeq == s.number: // by another method
				h.found("%s has the CSeq %d of %s in message %d", methodWord(n.Method), n.CSeq, s.method, s.message)
			case n.CSeq < s.number && h.clock-s.at > late:
				h.found("%s has CSeq %d, behind %d of %s in message %d", methodWord(n.Method), n.CSeq, s.number, s.method, s.message)
			}
		},
	},
	{
		ID: "sip-connection-reuse", Severity: report.Warning,
		Sections: []string{"RFC 3261, Section 18", "RFC 3261, Section 18.1.1", "RFC 5923"},
		Asks:     "a connection that stays open for 64*T1 at least, and is used for the next request to the same server",
		Advice:   "keep connections open: each new one costs a handshake, of TLS too",
		history: func(h *history) {
			if l := h.client; l != nil && !l.several && l.most.count >= maxSingles {
				h.found("%d connections to %s in %v, with one request each but for the last; the first one was message %d",
					l.most.count+1, l.server, round(l.most.took), l.most.message)
			}
		},
	},
}

// maxSingles is how many connections with one request each may follow each other.
const maxSingles = 2

// most is how often a request can be sent over UDP in 64*T1 (RFC 3261, Sections 17.1.1.2 and
// 17.1.2.2).
func (t *transaction) most() int {
	if t.request.method == "INVITE" {
		return 7
	}
	return 11
}

// times tells how often a request was seen, and that some were copies of the capture's.
func (t *transaction) times() string {
	switch {
	case t.copies > 0:
		return fmt.Sprintf("%d times, and %d times more within %v of another", t.sent, t.copies, copyAge)
	case t.sent == 1:
		return "once"
	}
	return fmt.Sprintf("%d times", t.sent)
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
