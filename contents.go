package sipsecdump

import (
	"time"

	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/dialog"
	"sipsecdump/sipparse/identity"
	"sipsecdump/tlsparse"
)

// delivery is a SIP message that the streams of a shard delivered, with what there is to know of
// its way: all that its contents are read with.
type delivery struct {
	position
	at         time.Time
	flow       *report.Flow // changes no more
	path       *dialog.Path
	dir        tlsparse.Dir
	record     int             // of the TLS record that ended it, or of the message in the clear
	raw        []byte          // the batch's
	ends       []int32         // as in sipparse.Item; the batch's
	framing    *sipparse.Issue // nil if its framing is as it should be
	incomplete bool
	lossy      bool // the capture lacks octets of the stream
}

// contents is the half of a shard that reads messages: it parses them, opens their bodies as far as
// the keys allow, and tells them, in the order of their delivery.
//
// It is a goroutine of its own, so that one connection may keep two processors busy, unless there
// are rules to check: those look at records and messages of a connection in turn, and the shard
// calls it for each message then.
type contents struct {
	worker
	in chan *batch // nothing comes if the shard calls

	// Reused for each message: collectors keep none.
	message sipparse.Message
	sip     report.SIP
	opener  opener
	// summarizer makes the notes for the ordered stage.
	summarizer dialog.Summarizer
}

func newContents(w worker, room int) *contents {
	return &contents{worker: w, in: make(chan *batch, room)}
}

func (c *contents) run() {
	for b := range c.in {
		c.out = b.contents(c.k)
		for i := range b.delivered[c.k] {
			c.do(&b.delivered[c.k][i])
		}
		c.progress.advance(c.k, b.next)
		b.done.Done()
	}
}

// do reads a message and tells it, then each CMS object in it. The report is valid until the next.
func (c *contents) do(d *delivery) *report.SIP {
	c.reach(d.position)
	c.out.delivered++
	m := &c.message
	m.ParseInto(d.raw, d.ends)
	if d.framing != nil {
		m.Issues = append(m.Issues, *d.framing)
	}
	sip := &c.sip
	sip.Dir, sip.Transport, sip.Src, sip.Dst = d.dir, d.path.Transport, d.path.Src, d.path.Dst
	sip.Message, sip.Incomplete, sip.Record = m, d.incomplete, d.record
	o := &c.opener
	o.begin(c, d.at)
	sip.Parts, sip.Body = o.open(m)
	sip.Identities = identity.Check(m, sip.Body, c.options.Keyring, o.at)
	c.note(d, sip)
	c.tell(d.at, d.flow, sip)
	for i := range sip.Identities {
		c.tell(d.at, d.flow, &report.Identity{Result: &sip.Identities[i]})
	}
	for i := range sip.Parts {
		if object := sip.Parts[i].CMS; object != nil {
			c.tell(d.at, d.flow, object)
		}
	}
	for i := range o.damage {
		a := &o.damage[i]
		c.tellAnomaly(d.at, d.flow, d.dir, a.Code, a.Section, a.Offset, a.Count, a.Text)
	}
	if o.limit {
		c.tellAnomaly(d.at, d.flow, d.dir, "body-limit", "RFC 2046, Section 5.1", -1, 0,
			limitText("the body"))
	}
	return sip
}
