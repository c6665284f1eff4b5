package dialog

import (
	"net/netip"
	"strings"
	"time"
)

// transaction is a client's request with the responses to it, and the ACK to a failure
// (RFC 3261, Section 17). One that passes a proxy is another on each hop.
type transaction struct {
	method         string
	branch, sentBy string
	fromTag        string
	cseq           uint32
	request        bool // was seen
	acked          bool
	initial        bool // the request has no To tag: it begins something
	src, dst       netip.AddrPort
	started        time.Time

	status    int // of the last response; 0 if there is none
	tag       string
	responder netip.AddrPort // of the last response
	requester netip.AddrPort
}

// hasCookie reports whether a branch is unique by itself (RFC 3261, Section 8.1.1.7).
func hasCookie(branch string) bool {
	const cookie = "z9hG4bK"
	return len(branch) > len(cookie) && strings.EqualFold(branch[:len(cookie)], cookie)
}

// matches reports whether a message belongs to the transaction (RFC 3261, Sections 17.1.3 and
// 17.2.3). Without the cookie it goes by what RFC 2543 had, and by the two ends of the hop.
func (t *transaction) matches(n *Note) bool {
	switch {
	case t.branch != n.Branch:
		return false
	case t.method != n.Method && (n.Method != "ACK" || t.method != "INVITE"):
		return false
	case hasCookie(t.branch):
		return t.sentBy == n.SentBy
	case t.cseq != n.CSeq || t.fromTag != n.FromTag:
		return false
	case n.Request:
		return t.src == n.Src && t.dst == n.Dst
	}
	return t.src == n.Dst && t.dst == n.Src
}

// sameAttempt reports whether two requests are copies of one, on other hops or branches.
func (t *transaction) sameAttempt(o *transaction) bool {
	return t.fromTag == o.fromTag && t.cseq == o.cseq
}

func (t *transaction) final() bool { return t.status >= 200 }

// open begins a transaction of the call with the first message seen of it.
func (t *transaction) open(n *Note, c *Call) {
	*t = transaction{
		method: c.keep(n.Method), branch: c.text.copy(n.Branch), sentBy: c.keep(n.SentBy),
		fromTag: c.keep(n.FromTag), cseq: n.CSeq, request: n.Request,
		src: n.Src, dst: n.Dst, started: n.Time,
	}
	if n.Request {
		t.initial = n.ToTag == ""
	} else {
		t.src, t.dst = n.Dst, n.Src
	}
}

// take adds a message and reports whether it is a retransmission. fresh tells that the message
// opened the transaction.
func (t *transaction) take(n *Note, fresh bool, c *Call) (again bool) {
	switch {
	case n.Request && n.Method == "ACK" && t.method != "ACK":
		again = t.acked && t.src == n.Src && t.dst == n.Dst
		t.acked = true
	case n.Request:
		again = !fresh && t.request && t.src == n.Src && t.dst == n.Dst
		t.request = true
	default:
		again = !fresh && t.status == n.Status && t.tag == n.ToTag && t.responder == n.Src && t.requester == n.Dst
		if again || t.final() && n.Status < 200 {
			return again
		}
		t.status, t.responder, t.requester = n.Status, n.Src, n.Dst
		if t.tag != n.ToTag {
			t.tag = c.keep(n.ToTag)
		}
	}
	return again
}

func (t *transaction) octets() int {
	return transactionOctets + len(t.branch) + len(t.sentBy)
}
