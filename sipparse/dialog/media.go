package dialog

import "sipsecdump/sipparse/sdp"

// Media is what the two sides said about media.
type Media struct {
	// Caller and Callee are the latest description of each side; nil if there is none.
	Caller, Callee *sdp.Session
	Changes        []MediaChange
	ChangesOmitted int
	Unreadable     int // descriptions that could not be read
}

// MediaChange is a difference between one offer or answer of a side and its next.
type MediaChange struct {
	Message uint64
	Callee  bool // the side; else the caller
	sdp.Change
}

// side is where a side's latest session description came from.
type side struct {
	method string
	cseq   uint32
	tag    string
}

// media takes a session description. The same exchange may show it again: in a provisional and in
// the final response, or on another hop, where a border controller has changed it. Only what a
// later exchange changes is a change (RFC 3264, Section 8).
func (c *call) media(n *Note) {
	if n.SDPUnreadable {
		c.Media.Unreadable++
	}
	if n.SDP == nil {
		return
	}
	sender := n.FromTag
	if !n.Request {
		sender = n.ToTag
	}
	callee := sender != c.FromTag
	at, latest := &c.sides[0], &c.Media.Caller
	if callee {
		at, latest = &c.sides[1], &c.Media.Callee
	}
	method := n.Method
	if method == "ACK" || method == "PRACK" {
		method = "INVITE" // the answer to an offer in a response
	}
	again := *latest != nil && at.cseq == n.CSeq && at.method == method
	if again && at.tag == sender {
		return
	}
	if *latest != nil {
		c.octets -= (*latest).Octets()
		if !again { // else another branch of a fork
			c.changes(n, callee)
		}
	}
	*at = side{c.method(method), n.CSeq, c.keep(sender)}
	*latest = n.SDP
	c.octets += n.SDP.Octets()
}

// changes lists what a description changes in its side's latest.
func (c *call) changes(n *Note, callee bool) {
	latest := c.Media.Caller
	if callee {
		latest = c.Media.Callee
	}
	for _, d := range sdp.Diff(latest, n.SDP) {
		if len(c.Media.Changes) >= maxChanges {
			c.Media.ChangesOmitted++
			continue
		}
		c.Media.Changes = append(c.Media.Changes, MediaChange{Message: n.Message, Callee: callee, Change: d})
		c.octets += changeOctets + len(d.Old) + len(d.New)
	}
}
