package dialog

import (
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

	request bool // was seen
	acked   bool
	initial bool // the request has no To tag: it begins something
	torn    bool // its first message is a response
	cookie  bool // of the branch

	started time.Time
	opener  *Path // of its first message

	// Of the last response; zero if there is none.
	status   int
	tag      string
	response *Path

	before *transaction // of the same call
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
	case t.cookie:
		return t.sentBy == n.SentBy
	case t.cseq != n.CSeq || t.fromTag != n.FromTag:
		return false
	}
	return t.between(n)
}

// between reports whether a message is one between the ends of the hop: a request that goes as the
// transaction's, or a response that comes back.
func (t *transaction) between(n *Note) bool {
	if t.torn == n.Request {
		return t.opener.against(n.Path)
	}
	return t.opener.along(n.Path)
}

// sameAttempt reports whether two requests are copies of one, on other hops or branches.
func (t *transaction) sameAttempt(o *transaction) bool {
	return t.fromTag == o.fromTag && t.cseq == o.cseq
}

func (t *transaction) final() bool { return t.status >= 200 }

// open begins a transaction of the call with the first message seen of it.
func (t *transaction) open(n *Note, c *call) {
	*t = transaction{
		method: c.method(n.Method), branch: c.text.copy(n.Branch), sentBy: c.keep(n.SentBy),
		fromTag: c.keep(n.FromTag), cseq: n.CSeq, request: n.Request, initial: n.Request && n.ToTag == "",
		started: n.Time, opener: n.Path, torn: !n.Request, cookie: hasCookie(n.Branch),
	}
}

// take adds a message and reports whether it is a retransmission. fresh tells that the message
// opened the transaction.
func (t *transaction) take(n *Note, fresh bool, c *call) (again bool) {
	switch {
	case n.Request && n.Method == "ACK" && t.method != "ACK":
		again = t.acked && t.between(n)
		t.acked = true
	case n.Request:
		again = !fresh && t.request && t.between(n)
		t.request = true
	default:
		again = t.response != nil && t.status == n.Status && t.tag == n.ToTag && t.response.along(n.Path)
		if again || t.final() && n.Status < 200 {
			return again
		}
		t.status, t.response = n.Status, n.Path
		if t.tag != n.ToTag {
			t.tag = c.keep(n.ToTag)
		}
	}
	return again
}

func (t *transaction) octets() int {
	return transactionOctets + len(t.branch) + len(t.sentBy)
}
