package sipsecdump

import (
	"bytes"
	"fmt"
	"time"

	"sipsecdump/amount"
	"sipsecdump/capture"
	"sipsecdump/reassembly"
	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/sipparse"
	"sipsecdump/tlsparse"
)

// conn is one connection, or the datagrams between two endpoints: the only place that knows
// which parser takes what from which.
//
// A stream is undecided until its octets show what it carries: either tls is set then, or clear
// is decided. What TLS carries is undecided in the same way.
type conn struct {
	*shard
	flow    report.Flow
	stream  stream // nil for datagrams
	borrows bool   // stream has payloads of the batch at hand
	opened  bool   // the connection event is out
	guess   bool   // who is the client is not known from SYN or SYN/ACK
	turned  bool   // the guess was wrong: the content says so

	tls     *tlsparse.Session
	upgrade *upgrade  // finds where TLS begins; nil if both directions have it, or none will
	clear   *carrier  // what a stream carries without TLS; nil if there is TLS
	inner   *carrier  // what TLS carries; nil until something was decrypted
	single  *dialogue // SIP in datagrams, or in messages of SCTP
	dtls    *tlsparse.DatagramSession
	sealed  *dialogue // SIP in records of DTLS
	foreign int64     // datagrams and messages of this flow that are neither SIP nor keep-alive

	overSCTP bool // that there is TLS over SCTP was told

	// What the last ServerHello settled; "" if none came by.
	version, suite string

	peers peers
	check *interop.Connection // nil if no rules were asked for

	lossy  bool      // the capture lacks octets of the stream
	record int       // of the TLS record at hand, or of the last message in the clear
	at     time.Time // of the packet at hand
	feed   func(*tlsparse.Record)
}

// stream puts segments into order: a reassembly.Assembler or a reassembly.SCTP.
type stream interface {
	Segment(reassembly.Dir, *capture.Segment)
	Detach()
	End(packet uint64, at time.Time, how reassembly.CloseReason)
	Closed() bool
}

func newConn(s *shard, e *entry) *conn {
	c := &conn{shard: s, guess: e.mid}
	c.flow = report.Flow{
		Number: e.place.conn, Transport: transports[e.seg.Proto], Start: e.seg.Time,
		Client: e.seg.Src, Server: e.seg.Dst,
	}
	if e.dir == reassembly.ServerToClient {
		c.flow.Client, c.flow.Server = c.flow.Server, c.flow.Client
	}
	switch {
	case e.seg.Datagram():
	case e.seg.Proto == capture.SCTP:
		c.stream = reassembly.NewSCTP(reassembly.Limits{}, association{c})
	default:
		c.stream = reassembly.NewAssembler(reassembly.Limits{}, c)
		c.clear = newCarrier(c, "tcp", "ws")
		c.upgrade = &upgrade{torn: e.mid}
	}
	if s.options.Rules != nil {
		c.check = s.options.Rules.NewConnection(func(f *report.Finding) { c.emit(c.at, f) })
	}
	return c
}

// transports are the names of those that segments come over.
var transports = map[capture.Proto]string{capture.TCP: "tcp", capture.UDP: "udp", capture.SCTP: "sctp"}

// emit hands an event of this connection to the output.
func (c *conn) emit(at time.Time, b report.Body) { c.tell(at, &c.flow, b) }

// show tells that the connection exists, once.
func (c *conn) show(at time.Time) {
	if !c.opened {
		c.opened = true
		c.emit(at, &report.Connection{})
	}
}

// dir gives a direction in the words of the parsers, which know client and server by what
// they say.
func (c *conn) dir(d reassembly.Dir) tlsparse.Dir {
	if c.turned {
		d = d.Reverse()
	}
	return tlsparse.Dir(d)
}

// datagram takes a UDP datagram of a flow that SIP or DTLS opened.
func (c *conn) datagram(e *entry) {
	c.at = e.seg.Time
	if c.isDTLS(e) {
		c.secured(e)
		return
	}
	c.show(c.at)
	if !sipparse.Sniff(e.seg.Payload) {
		if !keepsAlive(e.seg.Payload) {
			c.foreign++
		}
		return
	}
	c.whole(c.dir(e.dir), e.seg.Payload, e.seg.Missing > 0)
	if e.seg.Missing > 0 {
		c.anomaly(c.at, c.dir(e.dir), "packet-cut", "RFC 3261, Section 18.3", int64(len(e.seg.Payload)), int64(e.seg.Missing),
			"the capture cut the datagram: the message is not whole")
	}
}

// whole takes a SIP message that came as one.
func (c *conn) whole(d tlsparse.Dir, p []byte, cut bool) {
	if c.single == nil {
		c.single = newDialogue(c, c.flow.Transport)
	}
	c.record++
	c.single.message(d, sipparse.Item{Raw: p, Incomplete: cut})
}

// Open implements reassembly.Handler.
func (c *conn) Open(o *reassembly.Open) {
	c.flow.Start = o.Start
	c.flow.MidStream = o.MidStream
	if !c.guess {
		c.show(o.Time)
	}
}

// Data implements reassembly.Handler.
func (c *conn) Data(k *reassembly.Chunk) {
	c.at = k.Time
	if k.Lost > 0 {
		c.gap(k.Dir, k.Lost)
	}
	if len(k.Data) == 0 {
		return
	}
	dir := c.dir(k.Dir)
	if c.upgrade != nil && !c.upgrade.sides[dir].secured {
		c.undecided(k)
		return
	}
	if c.tls != nil {
		c.tls.Feed(dir, k.Data, c.feed)
		return
	}
	c.plaintext(dir, k.Data)
}

// undecided takes octets of a stream, or of one direction, that may be TLS.
func (c *conn) undecided(k *reassembly.Chunk) {
	dir := c.dir(k.Dir)
	clear, secured := c.upgrade.search(dir, k.Data)
	if len(clear) > 0 {
		c.plaintext(dir, clear)
	}
	switch {
	case len(secured) == 0:
	case c.upgrade == nil: // it is SIP that holds a hello
		c.plaintext(dir, secured)
	default:
		c.secure(k, secured)
	}
}

// plaintext takes octets that are not TLS.
func (c *conn) plaintext(dir tlsparse.Dir, p []byte) {
	if c.options.Plaintext {
		c.show(c.at)
		c.emit(c.at, &report.Plaintext{Dir: dir, Data: p})
	}
	switch {
	case c.tls != nil: // for the other direction only, so far
	case c.clear.decided():
		c.clear.feed(dir, p)
	case c.clear.offer(dir, p):
		// What is SIP does not become TLS.
		u := c.upgrade
		c.upgrade = nil
		for _, d := range [...]tlsparse.Dir{dir, dir ^ 1} {
			if tail := u.release(d); len(tail) > 0 {
				c.plaintext(d, tail)
			}
		}
	case len(c.clear.held[dir]) == 0:
		// Nothing of ours, so far: a later chunk may still begin a handshake.
		c.show(c.at)
	}
}

// secure begins TLS in a direction. In the other one it begins too, unless that may have plaintext
// to send still.
func (c *conn) secure(k *reassembly.Chunk, p []byte) {
	dir, u := c.dir(k.Dir), c.upgrade
	if c.tls == nil {
		if d, known := tlsparse.SniffSender(p); known && c.guess && d != dir {
			if c.turn(); c.dir(k.Dir) != dir {
				dir ^= 1
				u.sides[0], u.sides[1] = u.sides[1], u.sides[0]
			}
		}
		c.tls = tlsparse.NewSession(&c.config)
		c.feed = c.tlsRecord
		c.clear = nil
		c.show(k.Time)
	}
	c.tls.StartAt(dir, u.sides[dir].offset)
	if other := &u.sides[dir^1]; !other.secured && !u.behindPlaintext() {
		other.secured = true
		c.tls.StartAt(dir^1, other.offset)
		c.tls.Feed(dir^1, other.tail, c.feed)
	}
	if u.sides[dir^1].secured {
		c.upgrade = nil
	}
	c.tls.Feed(dir, p, c.feed)
}

// turn exchanges client and server before anything was told about them.
func (c *conn) turn() {
	if c.opened {
		return
	}
	c.turned = true
	c.flow.Client, c.flow.Server = c.flow.Server, c.flow.Client
}

// gap tells the parsers that octets are lost.
func (c *conn) gap(d reassembly.Dir, n int64) {
	c.lossy = true
	dir := c.dir(d)
	c.releaseTail(dir)
	if c.check != nil {
		c.check.Lost()
	}
	switch {
	case c.upgrade != nil && !c.upgrade.sides[dir].secured:
		c.upgrade.gap(dir, n)
		c.clear.gap(dir, n)
	case c.tls != nil:
		c.tls.Gap(dir, n)
		c.inner.gap(dir, n)
	default:
		c.clear.gap(dir, n)
	}
}

// releaseTail takes octets that might have begun TLS for what they are: no more will follow them.
func (c *conn) releaseTail(dir tlsparse.Dir) {
	if c.upgrade == nil {
		return
	}
	if tail := c.upgrade.release(dir); len(tail) > 0 {
		c.plaintext(dir, tail)
	}
}

// Anomaly implements reassembly.Handler.
func (c *conn) Anomaly(a *reassembly.Anomaly) {
	c.show(a.Time)
	section, ok := sctpSections[a.Code]
	if !ok {
		section = "RFC 9293, Section 3.4"
	}
	c.anomaly(a.Time, c.dir(a.Dir), a.Code, section, a.Offset, a.Count, a.Text)
}

// sctpSections are where it says what the anomalies of SCTP are about; those of TCP are all about
// sequence numbers.
var sctpSections = map[string]string{
	reassembly.CodeSCTPGap:         "RFC 9260, Section 6.7",
	reassembly.CodeSCTPAbandoned:   "RFC 3758, Section 3.2",
	reassembly.CodeSCTPFragment:    "RFC 9260, Section 6.9",
	reassembly.CodeSCTPBufferLimit: "RFC 9260, Section 6.9",
	reassembly.CodeSCTPTag:         "RFC 9260, Section 8.5",
	reassembly.CodeSCTPOutside:     "RFC 9260, Section 6.2",
	reassembly.CodeSCTPChunk:       "RFC 9260, Section 3.2",
}

func (c *conn) anomaly(at time.Time, d tlsparse.Dir, code, section string, offset, count int64, text string) {
	c.tellAnomaly(at, &c.flow, d, code, section, offset, count, text)
}

// Close implements reassembly.Handler.
func (c *conn) Close(k *reassembly.Close) {
	c.at = k.Time
	c.show(k.Time)
	c.releaseTail(c.dir(k.Dir))
	if k.How != reassembly.FIN {
		c.releaseTail(c.dir(k.Dir) ^ 1)
	}
	c.clear.close(c.dir(k.Dir), k.How != reassembly.FIN)
	c.emit(k.Time, &report.Close{Dir: c.dir(k.Dir), How: k.How.String()})
	if c.tls != nil && (k.How == reassembly.FIN || k.How == reassembly.RST) {
		c.tls.End(c.dir(k.Dir), k.How == reassembly.RST)
	}
	if c.check != nil {
		c.check.Close(c.dir(k.Dir), k.How.String())
	}
}

// segment takes a TCP segment. It returns false if the connection is over.
func (c *conn) segment(e *entry) bool {
	if !c.borrows {
		c.borrows = true
		c.borrowers = append(c.borrowers, c)
	}
	c.stream.Segment(e.dir, &e.seg)
	if !c.stream.Closed() {
		return true
	}
	c.finish()
	return false
}

// end ends the connection from outside.
func (c *conn) end(packet uint64, at time.Time, how reassembly.CloseReason) {
	c.at = at
	if c.stream == nil {
		if c.dtls != nil {
			c.dtls.Flush(c.feed)
		}
		c.tellForeign()
		c.emit(at, &report.Close{Dir: tlsparse.ClientToServer, How: how.String()})
		if c.dtls != nil {
			c.verdict(at, c.dtls.Close())
		}
		return
	}
	c.stream.End(packet, at, how)
	c.finish()
}

// tellForeign tells what of the flow was passed over.
//
// A flow without SIP is none of ours: behind a handshake of DTLS there may be media.
func (c *conn) tellForeign() {
	if c.foreign > 0 && (c.single != nil || c.sealed != nil) {
		c.emit(c.at, &report.Anomaly{
			Code: "sip-flow-foreign", Section: "RFC 3261, Section 18.3", Offset: -1, Count: c.foreign,
			Text: fmt.Sprintf("%s between these endpoints passed over: neither SIP nor keep-alive", amount.Of(c.foreign, "datagram", "datagrams")),
		})
	}
}

// keepsAlive tells whether a datagram only holds a binding open: line ends (RFC 5626, Section
// 3.5.1), zeros as some user agents send, or STUN (RFC 5626, Section 3.5.2; its magic cookie is
// RFC 8489's, Section 5).
func keepsAlive(p []byte) bool {
	if len(p) >= 20 && p[0] < 2 && bytes.Equal(p[4:8], []byte{0x21, 0x12, 0xa4, 0x42}) {
		return true
	}
	return len(bytes.Trim(p, "\r\n\x00")) == 0
}

// finish says what there is to say when both directions have ended.
func (c *conn) finish() {
	c.tellForeign()
	if c.tls == nil {
		return
	}
	c.inner.close(tlsparse.ClientToServer, true)
	c.verdict(c.at, c.tls.Close())
}

// tlsRecord takes a record that is complete.
func (c *conn) tlsRecord(r *tlsparse.Record) {
	c.tellRecord(r)
	if r.Content() != tlsparse.ApplicationData || !r.Decrypted || len(r.Plaintext) == 0 {
		return
	}
	if c.inner == nil {
		c.inner = newCarrier(c, "tls", "wss")
	}
	if c.inner.decided() {
		c.inner.feed(r.Dir, r.Plaintext)
	} else {
		c.inner.offer(r.Dir, r.Plaintext)
	}
}

// tellRecord tells a record, and learns what others may need of it.
func (c *conn) tellRecord(r *tlsparse.Record) {
	c.record = r.Number
	c.shard.record = report.Record{Record: r}
	c.emit(c.at, &c.shard.record)
	for i := range r.Messages {
		switch m := r.Messages[i].Body.(type) {
		case *tlsparse.Certificate:
			c.presented(r.Dir, m)
		case *tlsparse.CompressedCertificate:
			if m.Certificate != nil {
				c.presented(r.Dir, m.Certificate)
			}
		case *tlsparse.ClientHello:
			if c.peers.asked == "" {
				c.peers.asked = m.ServerName()
			}
		case *tlsparse.ServerHello:
			c.version, c.suite = m.SelectedVersion().String(), m.CipherSuite.String()
		}
	}
	if c.check != nil {
		c.check.Record(r, c.judged(c.at))
	}
}
