package sipsecdump

import (
	"bytes"
	"fmt"

	"sipsecdump/amount"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/ws"
	"sipsecdump/tlsparse"
)

// carrier is what carries SIP in a stream of octets, which is a TCP connection's or what TLS
// protects: nothing, with a Content-Length for each message, or WebSocket (RFC 7118). Until the
// octets show which, they are held.
//
// A nil carrier is decided for nothing and carries nothing.
type carrier struct {
	conn                *conn
	straight, webSocket string       // names of the transports
	held                [2][]byte    // octets of each direction that are too few to show anything
	passed              [2]int64     // octets of each direction that showed nothing
	sip                 *dialogue    // nil until decided
	ws                  *ws.Conn     // nil if the messages come straight
	side                tlsparse.Dir // of the octets at hand
	yield               func(*ws.Message)
}

func newCarrier(c *conn, straight, webSocket string) *carrier {
	return &carrier{conn: c, straight: straight, webSocket: webSocket}
}

// decided tells whether the octets have shown what they carry.
func (a *carrier) decided() bool { return a != nil && a.sip != nil }

// decide looks at octets that begin a stream, or a portion of one that showed nothing so far.
// Unless they decide, rest is how many of the last are too few to tell.
func (a *carrier) decide(p []byte) (decided bool, rest int) {
	is, enough := sipparse.SniffStream(p)
	if is {
		a.sip = newDialogue(a.conn, a.straight)
		return true, 0
	}
	upgrade, enoughUpgrade := ws.SniffUpgrade(p)
	frames, enoughFrames := ws.SniffFrames(p)
	if !upgrade && !frames {
		if len(p) < maxSniff && !(enough && enoughUpgrade && enoughFrames) {
			return false, len(p)
		}
		var at int
		if at, rest = sipparse.FindStart(p); at < 0 {
			return false, rest
		}
		if !framed(p, at) {
			a.sip = newDialogue(a.conn, a.straight)
			return true, 0
		}
	}
	a.ws = ws.NewConn(ws.Limits{})
	a.sip = newDialogue(a.conn, a.webSocket)
	a.yield = a.message
	return true, 0
}

// framed tells whether the message at a place in p is in a WebSocket frame that is not masked.
func framed(p []byte, at int) bool {
	for _, header := range [...]int{2, 4, 10} {
		if at >= header {
			if is, _ := ws.SniffFrames(p[at-header:]); is {
				return true
			}
		}
	}
	return false
}

// offer takes octets of a stream that is not decided, and tells whether they decide: then what
// was held of both directions has been fed.
func (a *carrier) offer(dir tlsparse.Dir, p []byte) bool {
	if held := a.held[dir]; len(held) > 0 {
		p = append(held, p...)
	}
	decided, rest := a.decide(p)
	if !decided {
		a.passed[dir] += int64(len(p) - rest)
		a.held[dir] = append(a.held[dir][:0], p[len(p)-rest:]...)
		return false
	}
	other := a.held[dir^1]
	a.held = [2][]byte{}
	a.conn.show(a.conn.at)
	for d, n := range a.passed {
		if n > 0 {
			a.conn.anomaly(a.conn.at, tlsparse.Dir(d), "sip-octets-skipped", "RFC 3261, Section 18.3", 0, n,
				amount.Of(n, "octet before the first message belongs to none and was", "octets before the first message belong to none and were")+" skipped")
		}
	}
	if len(other) > 0 {
		a.feed(dir^1, other)
	}
	a.feed(dir, p)
	return true
}

// feed takes the next octets of a stream that is decided.
func (a *carrier) feed(dir tlsparse.Dir, p []byte) {
	a.side = dir
	if a.ws != nil {
		a.ws.Feed(ws.Dir(dir), p, a.yield)
		return
	}
	a.sip.feed(dir, p)
}

// gap tells that the next octets of a direction are lost.
func (a *carrier) gap(dir tlsparse.Dir, n int64) {
	switch {
	case a == nil:
	case a.ws != nil:
		a.side = dir
		a.ws.Gap(ws.Dir(dir), n, a.yield)
	case a.sip != nil:
		a.sip.gap(dir, n)
	default:
		a.passed[dir] += int64(len(a.held[dir]))
		a.held[dir] = nil
	}
}

// close tells what a stream held back: of one direction, or of both.
func (a *carrier) close(dir tlsparse.Dir, both bool) {
	switch {
	case a == nil:
	case a.ws != nil:
		a.side = dir
		a.ws.Close(ws.Dir(dir), a.yield)
		if both {
			a.side = dir ^ 1
			a.ws.Close(ws.Dir(dir^1), a.yield)
		}
	case a.sip != nil:
		a.sip.close(dir, both)
	}
}

// message takes what WebSocket frames held: each message is one of SIP (RFC 7118, Section 5).
func (a *carrier) message(m *ws.Message) {
	for _, is := range m.Issues {
		a.conn.anomaly(a.conn.at, a.side, "ws-"+is.Code, is.Section, m.Offset, 0, is.Text)
	}
	switch m.Kind {
	case ws.Text, ws.Binary, ws.Continuation:
		if len(bytes.Trim(m.Data, "\r\n")) == 0 {
			return // keeps the connection alive (RFC 7118, Section 6)
		}
		if !sipparse.Sniff(m.Data) {
			a.conn.anomaly(a.conn.at, a.side, "ws-not-sip", "RFC 7118, Section 5", m.Offset, int64(len(m.Data)),
				fmt.Sprintf("a WebSocket message of %s is no SIP and was passed over", amount.Octets(len(m.Data))))
			return
		}
		if a.sip.inClear() {
			a.conn.record++
		}
		a.sip.message(a.side, sipparse.Item{Raw: m.Data, Incomplete: m.Incomplete})
	case ws.Skipped:
		a.conn.anomaly(a.conn.at, a.side, "ws-octets-skipped", "RFC 6455, Section 5.2", m.Offset, m.Length,
			amount.Of(m.Length, "octet of the stream belongs to no WebSocket frame and was", "octets of the stream belong to no WebSocket frame and were")+" skipped")
	}
}
