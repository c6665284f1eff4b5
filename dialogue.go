package sipsecdump

import (
	"sipsecdump/report"
	"sipsecdump/sipparse"
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

// message delivers a message. The issue is that of its framing, or nil.
func (d *dialogue) message(dir tlsparse.Dir, raw []byte, framing *sipparse.Issue, incomplete bool) {
	if !report.Secured(d.transport) {
		d.arrival = report.Arrival{Dir: dir, Number: d.record, Length: len(raw)}
		d.emit(d.conn.at, &d.arrival)
	}
	to := d.shard.deliver(raw)
	to.at, to.flow, to.dir, to.transport, to.record = d.conn.at, &d.flow, dir, d.transport, d.record
	to.framing, to.incomplete, to.lossy = framing, incomplete, d.lossy
	to.version, to.suite = d.version, d.suite
	if d.check != nil {
		sip := d.contents.do(to)
		d.check.Message(sip, to.at, d.judged(to.at))
	}
}

func octets(n int) string { return plural(int64(n), "octet") }
