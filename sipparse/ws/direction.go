package ws

import (
	"fmt"
	"unicode/utf8"
)

// direction decodes one direction. At any time exactly one of these holds for what comes next:
//
//	start    an HTTP head, or a frame
//	head     the rest of a head; buf[:scan] has no end of it
//	content  left octets that follow a head
//	header   the header of a frame
//	payload  left octets of a frame's content
//	search   anything; a frame with SIP in it, or the head of a 101, is looked for
type direction struct {
	conn  *Conn
	dir   Dir
	limit int

	buf    []byte // fed, but not decoded: an unfinished head or header, or what search looks at
	offset int64  // of buf[0], or of the next octet
	state  state
	scan   int
	left   int64

	frame   frameHeader
	phase   int // octets of the frame's content before the next one, modulo 4
	message assembly
	control assembly
	inflater
	skipped  Message // the run that is being skipped
	attempts int     // to inflate what search found, since it began
	begun    bool    // the handshake was seen
	maskTold bool
	closed   bool
	yielded  Message // reused: what is handed out
}

type state uint8

const (
	start state = iota
	head
	content
	header
	payload
	search
)

// assembly is a message of which not all frames are there yet.
type assembly struct {
	Message
	open   bool
	cut    bool // no more is added: the limit is hit, or octets are missing
	issues []Issue
}

func (a *assembly) begin(k Kind, offset int64) {
	data, issues := a.Data[:0], a.issues[:0]
	if cap(data) > maxKept {
		data = nil
	}
	*a = assembly{Message: Message{Kind: k, Data: data, Offset: offset}, open: true, issues: issues}
}

func (a *assembly) issue(code, section, format string, args ...any) {
	if len(a.issues) == maxIssues {
		return
	}
	a.issues = append(a.issues, Issue{code, section, fmt.Sprintf(format, args...)})
}

func (a *assembly) incomplete(code, section, format string, args ...any) {
	a.cut, a.Incomplete = true, true
	a.issue(code, section, format, args...)
}

func (d *direction) feed(p []byte, yield func(*Message)) {
	held := len(d.buf) > 0
	if held {
		d.buf = append(d.buf, p...)
		p = d.buf
	}
	for len(p) > 0 {
		n := d.step(p, yield)
		if n == 0 {
			break
		}
		d.offset += int64(n)
		p = p[n:]
	}
	switch {
	case held:
		d.buf = d.buf[:copy(d.buf, p)]
	case len(p) > 0:
		d.buf = append(d.buf, p...)
	}
	if len(d.buf) == 0 && cap(d.buf) > maxKept {
		d.buf = nil
	}
}

// step decodes some of p and returns how much; 0 if there is too little of it. It may change the
// state without decoding anything only once in a row.
func (d *direction) step(p []byte, yield func(*Message)) int {
	switch d.state {
	case start:
		return d.start(p, yield)
	case head:
		return d.head(p, yield)
	case content:
		return d.content(p)
	case header:
		return d.header(p, yield)
	case payload:
		return d.payload(p, yield)
	default:
		return d.search(p, yield)
	}
}

func (d *direction) start(p []byte, yield func(*Message)) int {
	is, enough := headStart(p)
	if !enough {
		return 0
	}
	d.flushSkipped(yield)
	if is {
		d.state, d.scan = head, 0
		return d.head(p, yield)
	}
	d.lost = d.lost || !d.begun
	d.state = header
	return d.header(p, yield)
}

func (d *direction) head(p []byte, yield func(*Message)) int {
	n := headLen(p[:min(len(p), maxHead)], d.scan)
	if n == 0 {
		if d.scan = len(p); len(p) < maxHead {
			return 0
		}
		n = maxHead
		d.yieldHead(p[:n], &Issue{"head-limit", "", fmt.Sprintf("the head has more than %d octets", maxHead)}, yield)
		d.lose("http-not-upgrade", "RFC 6455, Section 4", int64(n))
		return n
	}
	h := d.yieldHead(p[:n], nil, yield)
	switch {
	case h.Upgrade && h.Request:
		d.state, d.begun = start, true // if it is refused, the next request follows
	case h.Upgrade:
		d.state, d.begun = header, true
	case h.length == 0:
		d.state = start
	case h.length < 0:
		d.lose("http-not-upgrade", "RFC 6455, Section 4", int64(n))
	default:
		d.state, d.left = content, h.length
		d.skip("http-not-upgrade", "RFC 6455, Section 4", int64(n))
	}
	return n
}

// yieldHead yields a head, whole unless there is an issue.
func (d *direction) yieldHead(p []byte, cut *Issue, yield func(*Message)) *Head {
	h := parseHead(p)
	m := assembly{Message: Message{Kind: HTTP, Data: p, Offset: d.offset, Head: h}}
	switch {
	case cut != nil:
		h.key = "" // it may not be all of it
		m.Incomplete = true
		m.issues = append(m.issues, *cut)
	case !h.Upgrade:
		m.issue("http-not-upgrade", "RFC 6455, Section 4", "%q does not upgrade to WebSocket", h.StartLine)
	case !hasToken(h.Protocols, "sip"):
		m.issue("subprotocol-not-sip", "RFC 7118, Section 4.1", "the subprotocol is %q, not \"sip\"", h.Protocols)
	}
	if cut == nil && h.Upgrade && !h.Request && d.conn.key != "" && h.accept != acceptFor(d.conn.key) {
		m.issue("accept-mismatch", "RFC 6455, Section 4.2.2", "Sec-WebSocket-Accept is %q, not %q", h.accept, acceptFor(d.conn.key))
	}
	d.conn.head(h)
	d.hand(&m, yield)
	return h
}

func (d *direction) content(p []byte) int {
	n := min(int64(len(p)), d.left)
	if d.left -= n; d.left == 0 {
		d.state = start
	}
	d.skipped.Length += n
	return int(n)
}

// skip begins a run of skipped octets behind the next n.
func (d *direction) skip(code, section string, n int64) {
	text := map[string]string{
		"http-not-upgrade": "they are the content of an HTTP message",
		"frame-malformed":  "they begin with something that can be no frame",
		"stream-gap":       "a gap hides where the next frame begins",
	}[code]
	d.skipped = Message{Kind: Skipped, Offset: d.offset + n, Issues: append(d.skipped.Issues[:0], Issue{code, section, text})}
}

// lose is skip when it is not known how much is to be skipped.
func (d *direction) lose(code, section string, n int64) {
	d.skip(code, section, n)
	d.state = search
	d.forget()
}

func (d *direction) flushSkipped(yield func(*Message)) {
	if d.skipped.Length > 0 {
		d.yielded = d.skipped
		yield(&d.yielded)
	}
	d.skipped.Length = 0
}

func (d *direction) header(p []byte, yield func(*Message)) int {
	h, n, ok := parseFrameHeader(p)
	if !ok {
		d.interrupt("frame-malformed", "RFC 6455, Section 5.2", "what follows can be no frame", yield)
		d.lose("frame-malformed", "RFC 6455, Section 5.2", 0)
		return d.search(p, yield)
	}
	if n == 0 {
		return 0
	}
	a := d.begin(&h, yield)
	if whole := int64(n) + h.length; h.fin && !h.masked && !h.compressed && a.Kind != Continuation &&
		len(a.Data) == 0 && !a.cut && h.length <= int64(d.limit) && whole <= int64(len(p)) {
		kept := a.Data
		a.Data = p[n:whole]
		d.finish(a, yield)
		a.Data = kept
		return int(whole)
	}
	d.frame, d.phase, d.left, d.state = h, 0, h.length, payload
	if d.left == 0 {
		d.endFrame(yield)
	}
	return n
}

// begin takes a frame's header and returns what the frame is a part of.
func (d *direction) begin(h *frameHeader, yield func(*Message)) *assembly {
	a := &d.message
	switch {
	case h.control():
		a = &d.control
		a.begin(h.kind, d.offset)
	case h.kind == Continuation && !a.open:
		a.begin(Continuation, d.offset)
		a.Incomplete = true
		a.issue("message-start-missing", "RFC 6455, Section 5.4", "the first fragment of the message is not there")
	case h.kind != Continuation:
		d.interrupt("message-unfinished", "RFC 6455, Section 5.4", "another message begins before the last fragment", yield)
		a.begin(h.kind, d.offset)
		a.Compressed = h.compressed
		if h.compressed && d.conn.answered && !d.conn.deflate {
			a.issue("deflate-not-negotiated", "RFC 7692, Section 6", "the message is compressed, but permessage-deflate was not negotiated")
		}
	}
	if h.masked != (d.dir == ClientToServer) && !d.maskTold {
		d.maskTold = true
		if h.masked {
			a.issue("mask-unexpected", "RFC 6455, Section 5.1", "the server's frame is masked")
		} else {
			a.issue("mask-missing", "RFC 6455, Section 5.1", "the client's frame is not masked")
		}
	}
	if !h.minimal {
		a.issue("length-not-minimal", "RFC 6455, Section 5.2", "the length %d is encoded in more octets than it needs", h.length)
	}
	if d.closed {
		a.issue("frame-after-close", "RFC 6455, Section 5.5.1", "the frame comes after a Close")
	}
	return a
}

func (d *direction) assembly() *assembly {
	if d.frame.control() {
		return &d.control
	}
	return &d.message
}

func (d *direction) payload(p []byte, yield func(*Message)) int {
	n := int(min(int64(len(p)), d.left))
	a := d.assembly()
	if !a.cut {
		q := p[:n]
		room := d.limit - len(a.Data)
		if len(q) > room {
			q = q[:room]
		}
		if d.frame.masked {
			a.Data = appendUnmasked(a.Data, q, d.frame.key, d.phase)
		} else {
			a.Data = append(a.Data, q...)
		}
		if len(q) < n {
			a.incomplete("message-limit", "", "the message has more than %d octets", d.limit)
		}
	}
	d.phase = (d.phase + n) & 3
	if d.left -= int64(n); d.left == 0 {
		d.endFrame(yield)
	}
	return n
}

func (d *direction) endFrame(yield func(*Message)) {
	d.state = header
	if d.frame.fin {
		d.finish(d.assembly(), yield)
	}
}

// finish yields a message or control frame: all of it that there will be.
func (d *direction) finish(a *assembly, yield func(*Message)) {
	a.open = false
	if a.Kind == CloseFrame {
		d.closed = true
	}
	raw := a.Data
	switch {
	case a.Compressed:
		d.inflateMessage(a)
	case a.Kind == Text && !a.Incomplete && !utf8.Valid(a.Data):
		a.issue("text-not-utf8", "RFC 6455, Section 8.1", "the text is not UTF-8")
	}
	d.hand(a, yield)
	a.Data = raw
}

func (d *direction) inflateMessage(a *assembly) {
	lost := d.lost
	out, err := d.inflate(a.Data, d.limit, !a.cut, !d.conn.noTakeover[d.dir])
	a.Data = out
	switch {
	case err == errLimit:
		a.incomplete("inflate-limit", "", "the message becomes larger than %d octets", d.limit)
	case a.cut || err == nil:
	case lost:
		a.incomplete("deflate-context-lost", "RFC 7692, Section 7.2.3.3", "behind octet %d the message refers to earlier ones, which are not there", len(out))
	default:
		a.incomplete("deflate-damaged", "RFC 7692, Section 7.2.2", "behind octet %d the message is no DEFLATE: %v", len(out), err)
	}
	if a.Kind == Text && !a.Incomplete && !utf8.Valid(out) {
		a.issue("text-not-utf8", "RFC 6455, Section 8.1", "the text is not UTF-8")
	}
}

func (d *direction) hand(a *assembly, yield func(*Message)) {
	d.yielded = a.Message
	d.yielded.Issues = a.issues
	yield(&d.yielded)
}

// interrupt ends a message of which fragments are missing.
func (d *direction) interrupt(code, section, text string, yield func(*Message)) {
	if d.message.open {
		d.message.incomplete(code, section, "%s", text)
		d.finish(&d.message, yield)
	}
}

// search looks for a frame with SIP in it, or the head of a 101.
func (d *direction) search(p []byte, yield func(*Message)) int {
	for i := range p {
		next, enough := d.found(p[i:])
		if next == search && enough {
			continue
		}
		d.skipped.Length += int64(i)
		if next != search {
			d.flushSkipped(yield)
			d.state = next
		}
		switch {
		case i > 0 || next == search:
			return i
		case next == start:
			return d.start(p, yield)
		default:
			return d.header(p, yield)
		}
	}
	d.skipped.Length += int64(len(p))
	return len(p)
}

// found tells whether p begins with what search looks for: the state that decodes it, or search.
// Unless enough is set, p is too short to tell.
func (d *direction) found(p []byte) (next state, enough bool) {
	const granted = "HTTP/1.1 101 "
	if n := min(len(p), len(granted)); string(p[:n]) == granted[:n] {
		if n < len(granted) {
			return search, false
		}
		return start, true
	}
	if kind := Kind(p[0] & 0x0F); kind != Text && kind != Binary {
		return search, true
	}
	h, n, ok := parseFrameHeader(p)
	if !ok {
		return search, true
	}
	if n == 0 {
		return search, false
	}
	is := false
	if !h.compressed {
		is, enough = sniffFrame(&h, p[n:])
	} else {
		if d.attempts == maxAttempts {
			return search, true
		}
		if is, enough = d.sniff(&h, p[n:]); enough {
			d.attempts++
		}
	}
	if is {
		return header, true
	}
	return search, enough
}

func (d *direction) gap(n int64, yield func(*Message)) {
	const section = "RFC 6455, Section 5.2"
	if d.state == payload && n <= d.left {
		if a := d.assembly(); !a.cut {
			a.incomplete("stream-gap", section, "a gap of length %d is in the message", n)
		}
		d.offset += n
		d.phase = int((int64(d.phase) + n) & 3)
		if d.left -= n; d.left == 0 {
			d.endFrame(yield)
		}
		return
	}
	if d.state == content && n <= d.left {
		d.offset += n
		if d.left -= n; d.left == 0 {
			d.state = start
		}
		return
	}
	d.flush("stream-gap", section, "a gap follows", yield)
	d.offset += n
	d.lose("stream-gap", section, 0)
}

func (d *direction) close(yield func(*Message)) {
	d.flush("stream-end", "RFC 6455, Section 7.1.1", "the stream ends", yield)
	d.state = start
}

// flush yields all that is held as incomplete.
func (d *direction) flush(code, section, text string, yield func(*Message)) {
	if d.state == head {
		d.yieldHead(d.buf, &Issue{code, section, text}, yield)
	} else {
		if d.state == payload && d.frame.control() {
			d.control.incomplete(code, section, "%s", text)
			d.finish(&d.control, yield)
		}
		d.interrupt(code, section, text, yield)
		if d.skipped.Length == 0 {
			d.skipped = Message{Kind: Skipped, Offset: d.offset, Issues: append(d.skipped.Issues[:0], Issue{code, section, text})}
		}
		d.skipped.Length += int64(len(d.buf))
		d.flushSkipped(yield)
	}
	d.offset += int64(len(d.buf))
	d.buf = d.buf[:0]
}
