package sipsecdump

import (
	"fmt"

	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/dialog"
	"sipsecdump/tlsparse"
)

// dialogue is the SIP side of a connection: both directions, over whatever carries them.
type dialogue struct {
	*conn
	transport string
	framers   [2]*sipparse.Framer // nil until the direction says something
	at        tlsparse.Dir        // of the octets at hand
	paths     [2]*dialog.Path     // of the last message in each direction; nil if there was none
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
		d.message(d.at, it)
	case sipparse.Garbage:
		were := "they were"
		if len(it.Raw) == 1 {
			were = "it was"
		}
		d.anomaly(d.conn.at, d.at, "sip-octets-skipped", "RFC 3261, Section 18.3", it.Offset, int64(len(it.Raw)),
			fmt.Sprintf("in the stream, %s; %s skipped", it.Issue.Text, were))
	}
}

// message delivers a message.
func (d *dialogue) message(dir tlsparse.Dir, it sipparse.Item) {
	if !report.Secured(d.transport) {
		d.arrival = report.Arrival{Dir: dir, Number: d.record, Length: len(it.Raw)}
		d.emit(d.conn.at, &d.arrival)
	}
	to := d.shard.deliver(it.Raw, it.Ends)
	to.at, to.flow, to.path, to.dir, to.record = d.conn.at, &d.flow, d.path(dir), dir, d.record
	to.framing, to.incomplete, to.lossy = it.Issue, it.Incomplete, d.lossy
	if d.check != nil {
		sip := d.contents.do(to)
		d.check.Message(sip, to.at, d.judged(to.at))
	}
}

// path returns the way that messages in a direction come now.
func (d *dialogue) path(dir tlsparse.Dir) *dialog.Path {
	var tls dialog.TLS
	if report.Secured(d.transport) {
		tls = dialog.TLS{Version: d.version, Suite: d.suite}
	}
	if p := d.paths[dir]; p != nil && p.TLS == tls {
		return p
	}
	p := &dialog.Path{Flow: d.flow.Number, Src: d.flow.Client, Dst: d.flow.Server, Transport: d.transport, TLS: tls}
	if dir == tlsparse.ServerToClient {
		p.Src, p.Dst = p.Dst, p.Src
	}
	d.paths[dir] = p
	return p
}
