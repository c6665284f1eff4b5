package sipsecdump

import (
	"bytes"
	"fmt"

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
	held                [2][]byte    // the first octets of each direction, as long as they show nothing
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
// Unless enough is set they are too few to tell.
func (a *carrier) decide(p []byte) (decided, enough bool) {
	if is, enoughSIP := sipparse.SniffStream(p); is && enoughSIP {
		a.sip = newDialogue(a.conn, a.straight)
		return true, true
	} else if upgrade, enoughUpgrade := ws.SniffUpgrade(p); !upgrade {
		frames, enoughFrames := ws.SniffFrames(p)
		if !frames {
			return false, enoughSIP && enoughUpgrade && enoughFrames
		}
	}
	a.ws = ws.NewConn(ws.Limits{})
	a.sip = newDialogue(a.conn, a.webSocket)
	a.yield = a.message
	return true, true
}

// offer takes octets of a stream that is not decided: they are held as long as they are too few
// to tell.
func (a *carrier) offer(dir tlsparse.Dir, p []byte) {
	held := &a.held[dir]
	if len(*held) > 0 {
		p = append(*held, p...)
	}
	switch decided, enough := a.decide(p); {
	case decided:
		a.feed(dir, p)
	case !enough && len(p) < maxSniff:
		*held = append((*held)[:0], p...)
		return
	}
	*held = nil
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
				fmt.Sprintf("a WebSocket message of %s is no SIP and was passed over", octets(len(m.Data))))
			return
		}
		if a.sip.inClear() {
			a.conn.record++
		}
		a.sip.message(a.side, m.Data, nil, m.Incomplete)
	case ws.Skipped:
		a.conn.anomaly(a.conn.at, a.side, "ws-octets-skipped", "RFC 6455, Section 5.2", m.Offset, m.Length,
			fmt.Sprintf("%s of the stream belong to no WebSocket frame and were skipped", plural(m.Length, "octet")))
	}
}
