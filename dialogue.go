package sipsecdump

import (
	"fmt"

	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/identity"
	"sipsecdump/tlsparse"
)

// dialogue is the SIP side of a connection: both directions, over whatever carries them.
type dialogue struct {
	*conn
	transport string
	framers   [2]*sipparse.Framer // nil until the direction says something
	at        tlsparse.Dir        // of the octets at hand
	yield     func(sipparse.Item)
}

func newDialogue(c *conn, transport string) *dialogue {
	d := &dialogue{conn: c, transport: transport}
	d.yield = d.item
	return d
}

// inClear tells whether messages have numbers of their own, and not those of TLS records.
func (d *dialogue) inClear() bool { return d.transport == "tcp" || d.transport == "ws" }

func (d *dialogue) framer(dir tlsparse.Dir) *sipparse.Framer {
	d.at = dir
	if d.framers[dir] == nil {
		d.framers[dir] = sipparse.NewFramer(sipparse.Limits{})
	}
	return d.framers[dir]
}

func (d *dialogue) feed(dir tlsparse.Dir, p []byte) { d.framer(dir).Feed(p, d.yield) }

func (d *dialogue) gap(dir tlsparse.Dir, n int64) { d.framer(dir).Gap(n, d.yield) }

// close tells what a stream held back: of one direction, or of both.
func (d *dialogue) close(dir tlsparse.Dir, both bool) {
	d.framer(dir).Close(d.yield)
	if both {
		d.framer(dir ^ 1).Close(d.yield)
	}
}

// item takes what a framer found.
func (d *dialogue) item(it sipparse.Item) {
	switch it.Kind {
	case sipparse.MessageItem:
		if d.inClear() {
			d.record++
		}
		d.message(d.at, it.Raw, it.Issue, it.Incomplete)
	case sipparse.Garbage:
		d.anomaly(d.conn.at, d.at, "sip-octets-skipped", "RFC 3261, Section 18.3", it.Offset, int64(len(it.Raw)),
			"in the stream, "+it.Issue.Text+"; they were skipped")
	}
}

// message parses a message, opens its body as far as the keys allow, and tells the message,
// then each CMS object in it. The issue is that of its framing, or nil.
func (d *dialogue) message(dir tlsparse.Dir, raw []byte, framing *sipparse.Issue, incomplete bool) {
	m := &d.shard.message
	m.ParseInto(raw)
	if framing != nil {
		m.Issues = append(m.Issues, *framing)
	}
	src, dst := d.flow.Client, d.flow.Server
	if dir == tlsparse.ServerToClient {
		src, dst = dst, src
	}
	sip := &d.shard.sip
	*sip = report.SIP{
		Dir: dir, Transport: d.transport, Src: src, Dst: dst,
		Message: m, Incomplete: incomplete, Record: d.record,
	}
	o := &d.shard.opener
	*o = opener{shard: d.shard, at: d.judged(), parts: o.parts[:0], damage: o.damage[:0]}
	sip.Parts, sip.Body = o.open(m)
	sip.Identities = identity.Check(m, sip.Body, d.options.Keyring, o.at)
	d.emit(d.conn.at, sip)
	for i := range sip.Identities {
		d.emit(d.conn.at, &report.Identity{Result: &sip.Identities[i]})
	}
	for i := range sip.Parts {
		if c := sip.Parts[i].CMS; c != nil {
			d.emit(d.conn.at, c)
		}
	}
	for i := range o.damage {
		a := &o.damage[i]
		d.anomaly(d.conn.at, dir, a.Code, a.Section, a.Offset, a.Count, a.Text)
	}
	if d.check != nil {
		d.check.Message(sip, d.conn.at, o.at)
	}
	if o.limit {
		d.anomaly(d.conn.at, dir, "body-limit", "RFC 2046, Section 5.1", -1, 0,
			fmt.Sprintf("the body has more than %d parts, content nested deeper than %d, or more than %d octets of decompressed content; the rest was not opened", maxParts, maxBodyDepth, maxInflated))
	}
}

func octets(n int) string { return plural(int64(n), "octet") }
