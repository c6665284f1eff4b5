package dialog

import "time"

// session follows an INVITE session (RFC 3261, Sections 13 to 15).
func (c *call) session(n *Note, t *transaction, fresh bool) {
	switch n.Method {
	case "INVITE":
		c.invite(n, t, fresh)
	case "ACK":
		c.ack(n, t)
	case "CANCEL":
		c.cancel(n)
	case "BYE":
		c.bye(n, t)
	case "UPDATE":
		if n.Request {
			c.modify(n)
		}
	case "REFER":
		c.refer(n, t)
	case "NOTIFY":
		if n.Request {
			c.referred(n)
		}
	}
}

func (c *call) invite(n *Note, t *transaction, fresh bool) {
	if fresh && !n.Request {
		// A response alone: to an INVITE that begins something, unless its dialog is known.
		t.initial = c.dialog(n.FromTag, n.ToTag) == nil && c.dialog(n.ToTag, n.FromTag) == nil
	}
	if !t.initial {
		c.reinvite(n)
		return
	}
	c.leads(t, fresh)
	switch {
	case n.Request:
		if fresh && t == c.lead {
			c.counts.Invites++
			if c.State != InCall {
				c.anew(CallSetup)
			}
		}
	case n.Status < 200:
		if n.Status > 100 {
			c.provisional(n, t)
		}
	case n.Status < 300:
		c.answer(n, t)
	default:
		c.refuse(n, t)
	}
}

func (c *call) provisional(n *Note, t *transaction) {
	if n.ToTag != "" {
		c.meet(n.FromTag, n.ToTag)
	}
	if c.State == CallSetup || c.State == Unknown {
		c.State = Ringing
	}
	c.indicated(n, t)
}

// indicated is the first response that tells the caller what goes on (RFC 6076, Section 4.3).
func (c *call) indicated(n *Note, t *transaction) {
	if t == c.lead && t.request {
		c.Metrics.SRD.set(t.started, n.Time)
	}
}

func (c *call) answer(n *Note, t *transaction) {
	d := c.meet(n.FromTag, n.ToTag)
	if d != nil && d.State == Early {
		d.State = Confirmed
	}
	c.indicated(n, t)
	// The answer is the one that the caller got, if the capture shows it.
	if leads := t == c.lead; c.Answered.IsZero() || leads && !c.answered {
		c.Answered = n.Time
		c.answered = leads
		c.begun = c.counts.Invites > 0
	}
	if t.request {
		c.counts.Established = 1
	}
	if c.State != Completed {
		c.State, c.Status, c.Phrase, c.Ended = InCall, n.Status, c.keep(n.Phrase), time.Time{}
	}
}

func (c *call) refuse(n *Note, t *transaction) {
	if t == c.lead && t.request {
		c.counts.refused(n.Status)
		if n.Status >= 400 && !challenged(n.Status) {
			c.indicated(n, t)
		}
	}
	if c.Answered.IsZero() && c.State != InCall {
		c.conclude(n, t, Completed)
	}
	for i := range c.Dialogs {
		if d := &c.Dialogs[i]; d.State == Early && d.FromTag == n.FromTag && (t == c.lead || d.ToTag == n.ToTag) {
			d.State = Ended
		}
	}
}

// ack takes an ACK. That to a 2xx is a transaction of its own: it tells that the INVITE was
// answered, even if the answer is not in the capture.
func (c *call) ack(n *Note, t *transaction) {
	if t.method != "ACK" || n.ToTag == "" || c.lead == nil || !c.lead.request || c.lead.status >= 300 {
		return
	}
	if d := c.meet(n.FromTag, n.ToTag); d != nil && d.State == Early {
		d.State = Confirmed
	}
	if c.State == CallSetup || c.State == Ringing {
		c.State = InCall
		c.counts.Established = 1
	}
}

// cancel takes a CANCEL. One of the leading INVITE cancels the call; a proxy's, of a branch, does
// not.
func (c *call) cancel(n *Note) {
	l := c.lead
	if !n.Request || c.State != CallSetup && c.State != Ringing || l == nil || l.final() {
		return
	}
	if hasCookie(n.Branch) && (n.Branch != l.branch || n.SentBy != l.sentBy) {
		return
	}
	if n.CSeq == l.cseq && n.FromTag == l.fromTag {
		c.State, c.Ended = Cancelled, n.Time
	}
}

func (c *call) bye(n *Note, t *transaction) {
	if !n.Request {
		if n.Status >= 200 && n.Status < 300 && t == c.hangup {
			c.Metrics.SDD.set(c.Ended, n.Time)
			c.counts.Completed = c.counts.Established
		}
		return
	}
	d := c.dialog(n.FromTag, n.ToTag)
	if d == nil {
		d = c.dialog(n.ToTag, n.FromTag)
	}
	if d == nil {
		d = c.meet(n.FromTag, n.ToTag)
	}
	if d != nil {
		if d.State == Ended {
			if h := c.hangup; h != nil && challenged(h.status) && h.fromTag == n.FromTag && h.cseq != n.CSeq {
				c.hangup = t // the same with credentials
			}
			return // else another hop's copy
		}
		d.State = Ended
	}
	ringing := c.lead != nil && !c.lead.final()
	for i := range c.Dialogs {
		if s := c.Dialogs[i].State; s == Confirmed || s == Early && ringing {
			return // the session goes on in another branch of the fork
		}
	}
	if c.State == Completed {
		return
	}
	for i := range c.Dialogs {
		c.Dialogs[i].State = Ended
	}
	c.State, c.Ended, c.hangup = Completed, n.Time, t
	if !c.Answered.IsZero() {
		c.Metrics.SDT.set(c.Answered, n.Time)
	}
}

func (c *call) reinvite(n *Note) {
	switch {
	case n.Request:
		c.modify(n)
	case n.Status >= 200 && n.Status < 300 && c.State == Unknown:
		c.State = InCall
	}
}

// modify counts a re-INVITE or UPDATE once, whatever hops show it.
func (c *call) modify(n *Note) {
	if c.modified.cseq == n.CSeq && c.modified.tag == n.FromTag {
		return
	}
	c.modified.cseq, c.modified.tag = n.CSeq, c.keep(n.FromTag)
	c.Modifications++
}

// dialog finds the dialog of two tags, or returns nil. It is valid until the next is met.
func (c *call) dialog(from, to string) *Dialog {
	for i := range c.Dialogs {
		if d := &c.Dialogs[i]; d.FromTag == from && d.ToTag == to {
			return d
		}
	}
	return nil
}

// meet finds a dialog or adds it. It returns nil beyond the bound.
func (c *call) meet(from, to string) *Dialog {
	if d := c.dialog(from, to); d != nil {
		return d
	}
	if len(c.Dialogs) >= maxDialogs {
		c.DialogsOmitted++
		return nil
	}
	c.Dialogs = append(c.Dialogs, Dialog{FromTag: c.keep(from), ToTag: c.keep(to)})
	c.octets += dialogOctets
	return &c.Dialogs[len(c.Dialogs)-1]
}

// refer takes a REFER inside the session, and its response.
func (c *call) refer(n *Note, t *transaction) {
	if !n.Request {
		if x := c.transfer(n.FromTag, n.CSeq, true); x != nil && n.Status >= 300 {
			x.Status = n.Status
		}
		return
	}
	if c.elsewhere(t) {
		return
	}
	if len(c.Transfers) >= maxTransfers {
		c.TransfersOmitted++
		return
	}
	d := n.details()
	c.Transfers = append(c.Transfers, Transfer{Message: n.Message, To: c.keep(d.ReferTo), tag: c.keep(n.FromTag), cseq: n.CSeq})
	c.octets += dialogOctets
}

// referred takes what a NOTIFY tells of a transfer: of the latest, if it does not say which.
func (c *call) referred(n *Note) {
	d := n.details()
	if d.Fragment == 0 {
		return
	}
	if x := c.transfer(n.ToTag, d.ReferCSeq, d.ReferKnown); x != nil {
		x.Status = d.Fragment
	}
}

// transfer finds the latest transfer that who has a tag asked for, in the REFER of that number if it is
// known, or returns nil.
func (c *call) transfer(tag string, cseq uint32, known bool) *Transfer {
	for i := len(c.Transfers) - 1; i >= 0; i-- {
		if x := &c.Transfers[i]; x.tag == tag && (!known || x.cseq == cseq) {
			return x
		}
	}
	return nil
}
