package interop

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"sipsecdump/sipparse/dialog"
)

// sequence is the numbers of the requests that one side sends in a dialog (RFC 3261, Section
// 12.2.1.1).
type sequence struct {
	numbered        // the highest
	message  uint64 // that has it
	at       time.Duration
	latest   [8]numbered // whatever hops or repetitions show again
	next     int
}

// numbered is the CSeq of a request.
type numbered struct {
	number uint32
	method string
}

func (s *sequence) take(n *dialog.Note, now time.Duration) {
	q := numbered{n.CSeq, methodName(n.Method)}
	if n.CSeq >= s.number {
		s.numbered, s.message, s.at = q, n.Message, now
	}
	s.latest[s.next] = q
	s.next = (s.next + 1) % len(s.latest)
}

func (s *sequence) knows(n *dialog.Note) bool {
	return slices.Contains(s.latest[:], numbered{n.CSeq, n.Method})
}

// ordered looks at the number of a request. ACK and CANCEL have that of another one.
func (c *Capture) ordered(n *dialog.Note) {
	if n.Method == "CANCEL" || n.CallID == "" || n.FromTag == "" {
		return
	}
	begins := n.Method == "INVITE" || n.Method == "SUBSCRIBE" || n.Method == "REFER"
	if n.ToTag == "" && !begins {
		return
	}
	s, fresh := c.sequences.touch(c.side(n, n.ToTag), c.clock)
	switch {
	case n.ToTag == "": // what begins a dialog has any number
		*s = sequence{}
	case fresh:
		if first := c.sequences.get(c.side(n, "")); first != nil {
			*s = *first
		}
	}
	if s.knows(n) {
		return
	}
	if s.message > 0 && n.ToTag != "" {
		c.happened(history{sequence: s, message: n})
	}
	s.take(n, c.clock)
}

// side is the key of one side of a dialog.
func (c *Capture) side(n *dialog.Note, toTag string) key {
	return c.keys.begin().text(n.CallID).text(n.FromTag).text(toTag).end()
}

// client is whoever sends requests to a server over connections.
type client struct {
	server   netip.AddrPort
	flow     uint64 // the latest connection
	requests int    // in it
	last     time.Duration
	now      singles // until now
	most     singles // as many as there were
	several  bool    // it uses several connections at once, and may have its reasons
}

// singles are connections in succession with one request each, but for the latest.
type singles struct {
	count   int
	message uint64 // the first request of the first
	since   time.Duration
	took    time.Duration // until the latest began
}

// connected looks at the connection that a request came over.
func (c *Capture) connected(n *dialog.Note) {
	if !dialog.Reliable(n.Transport) {
		return
	}
	host := n.SentBy
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i] // the port is often that of the connection
	}
	src, dst := n.Src.Addr().As16(), n.Dst.Addr().As16()
	k := c.keys.begin().text(string(src[:])).text(string(dst[:])).number(uint64(n.Dst.Port())).
		text(host).text(n.Transport).end()
	l, fresh := c.clients.touch(k, c.clock)
	switch {
	case fresh:
		*l = client{server: n.Dst, flow: n.Flow, now: singles{message: n.Message, since: c.clock}}
	case n.Flow < l.flow:
		l.several = true
		return
	case n.Flow > l.flow:
		if l.requests == 1 && c.clock-l.last < timeout {
			l.now.count++
			l.now.took = c.clock - l.now.since
		} else {
			l.now = singles{message: n.Message, since: c.clock}
		}
		if l.now.count > l.most.count {
			l.most = l.now
		}
		l.flow, l.requests = n.Flow, 0
	}
	l.requests++
	l.last = c.clock
}

// signers are the certificates that an address-of-record signed with.
type signers struct {
	latest   [4][32]byte
	messages [4]uint64 // that first had them
	count    int       // of latest
}

// signed looks at who signed a message: at a request's sender, and at whoever answers in a call.
func (c *Capture) signed(n *dialog.Note, f *Facts) {
	if f.signer == [32]byte{} {
		return
	}
	k := c.keys.begin()
	if n.Request {
		k.text(recordName(n.From))
	} else {
		k.text(recordName(n.To)).text(n.CallID).text(n.ToTag)
	}
	s, _ := c.signers.touch(k.end(), c.clock)
	known := s.latest[:s.count]
	if slices.Contains(known, f.signer) {
		return
	}
	if s.count > 0 {
		c.happened(history{certificates: s, message: n, signer: f.signer})
	}
	if s.count == len(s.latest) {
		s.count--
	}
	s.latest[s.count], s.messages[s.count] = f.signer, n.Message
	s.count++
}

// recordName is an address-of-record as it is compared: without scheme and parameters, the host in
// lower case.
func recordName(uri string) string {
	user, _ := userOf(uri)
	user, _, _ = strings.Cut(user, ":")
	return user + "@" + strings.ToLower(hostOf(uri))
}
