package interop

import (
	"net/netip"
	"strings"
	"time"

	"sipsecdump/sipparse"
	"sipsecdump/sipparse/dialog"
)

// seen is what is kept of a message.
type seen struct {
	Facts
	message   uint64
	flow      uint64
	src, dst  netip.AddrPort
	method    string
	cseq      uint32
	transport string
}

func (s *seen) take(n *dialog.Note, f *Facts) {
	*s = seen{
		Facts: *f, message: n.Message, flow: n.Flow, src: n.Src, dst: n.Dst,
		method: methodName(n.Method), cseq: n.CSeq, transport: n.Transport,
	}
}

// reliable tells that no message is lost on the way of this one (RFC 3261, Section 17).
func (s *seen) reliable() bool { return dialog.Reliable(s.transport) }

// methodName returns a method that holds on to nothing.
func methodName(method string) string {
	if m := sipparse.MethodName(method); m != "" {
		return m
	}
	return strings.Clone(short(method))
}

// transaction is a request with the responses to it, on one hop (RFC 3261, Section 17).
type transaction struct {
	request seen
	id      key // of what a response has to have of it, and a request that is the same
	first   time.Duration
	last    time.Duration // when it was sent last
	// interval is what passed between the last two times that it was sent; 0 if it was sent once.
	interval time.Duration
	sent     int // times; copies by the capture itself are not counted
	copies   int // that came so shortly after that nobody can have sent them
	status   int // of the last response; 0 if there is none
	told     bool
}

// rings tells that the transaction waits for a person.
func (t *transaction) rings() bool {
	return t.request.method == "INVITE" && t.status > 0 && t.status < 200
}

// place is the key of the transaction of a message (RFC 3261, Section 17.1.3 and 17.2.3).
func (c *Capture) place(n *dialog.Note) key {
	k := c.keys.begin().text(n.Branch).text(n.SentBy).text(n.Method)
	if !hasCookie(n.Branch) {
		k.text(n.CallID).text(n.FromTag).number(uint64(n.CSeq))
	}
	return k.end()
}

// identity is the key of what the messages of a transaction have in common.
func (c *Capture) identity(n *dialog.Note) key {
	return c.keys.begin().text(n.CallID).text(n.FromTag).number(uint64(n.CSeq)).end()
}

// hasCookie tells that a branch is unique by itself (RFC 3261, Section 8.1.1.7).
func hasCookie(branch string) bool {
	return len(branch) >= len(cookie) && strings.EqualFold(branch[:len(cookie)], cookie)
}

// cookie is what branches begin with.
const cookie = "z9hG4bK"

// request takes a request.
func (c *Capture) request(n *dialog.Note, f *Facts) {
	if n.Method == "ACK" {
		if a := c.answers.get(c.identity(n)); a != nil {
			a.acknowledged = true
		}
		return
	}
	id := c.identity(n)
	t, fresh := c.transactions.touch(c.place(n), c.clock)
	switch {
	case fresh:
	case t.id != id:
		c.happened(history{confused: t, message: n})
	default:
		c.again(t, n)
		return
	}
	*t = transaction{id: id, first: c.clock, last: c.clock, sent: 1}
	t.request.take(n, f)
	c.ordered(n)
	c.connected(n)
}

// again takes a request that was met before. On another hop it is no repetition: there are those
// between which the messages do not change.
func (c *Capture) again(t *transaction, n *dialog.Note) {
	if t.request.flow != n.Flow || t.request.src != n.Src || t.request.dst != n.Dst {
		return
	}
	interval := c.clock - t.last
	if interval < copyAge {
		t.copies++
		return
	}
	t.sent++
	c.happened(history{repeated: t})
	t.interval, t.last = interval, c.clock
}

// response takes a response.
func (c *Capture) response(n *dialog.Note, f *Facts) {
	c.servers.touch(c.server(n.Src), c.clock)
	id := c.identity(n)
	if n.Method == "INVITE" && n.Status >= 200 && n.Status < 300 {
		c.answer(n, f, id)
	}
	place := c.place(n)
	t := c.transactions.get(place)
	if t == nil {
		return
	}
	if t.id != id {
		c.happened(history{confused: t, message: n})
		return
	}
	t, _ = c.transactions.touch(place, c.clock)
	before := t.status
	if t.status = max(t.status, n.Status); before >= 200 || n.Status < 200 {
		return
	}
	if f.traits.has(incomplete) || t.request.traits.has(incomplete) {
		return
	}
	x := exchange{&c.finder, &t.request, n, f}
	for _, c.rule = range c.set.exchange {
		c.rule.exchange(&x)
	}
}

// server is the key of a server.
func (c *Capture) server(at netip.AddrPort) key {
	a := at.Addr().As16()
	return c.keys.begin().text(string(a[:])).number(uint64(at.Port())).end()
}

// over lets the rules look at a transaction whose time is up. What is missing of it may be what was
// not captured of the connection.
func (c *Capture) over(t *transaction) {
	if c.lossy.get(c.connection(t.request.flow)) != nil {
		return
	}
	c.back(t.request.message)
	answered := c.servers.get(c.server(t.request.dst)) != nil
	c.happened(history{over: t, answered: answered})
}

// answer is a 2xx to an INVITE, whatever hops show it.
type answer struct {
	message  uint64
	flow     uint64
	src, dst netip.AddrPort
	first    time.Duration
	last     time.Duration
	sent     int // times, on the first hop that showed it
	// direct tells that the two ends of the hop are the two user agents, and nothing gets lost
	// between them: the ACK has to take the same way.
	direct       bool
	acknowledged bool
}

// answer takes a 2xx to an INVITE.
func (c *Capture) answer(n *dialog.Note, f *Facts, id key) {
	a, fresh := c.answers.touch(id, c.clock)
	switch {
	case fresh:
		*a = answer{
			message: n.Message, flow: n.Flow, src: n.Src, dst: n.Dst, first: c.clock, last: c.clock, sent: 1,
			direct: dialog.Reliable(n.Transport) && f.traits.has(viaAlone) && !f.traits.has(recordRouted) &&
				f.contact == n.Src.Addr().Unmap(),
		}
	case a.src == n.Src && a.dst == n.Dst && c.clock-a.last >= copyAge:
		a.sent++
		a.last = c.clock
	}
}

// settled lets the rules look at an answer whose time is up, as over does.
func (c *Capture) settled(a *answer) {
	if c.lossy.get(c.connection(a.flow)) != nil {
		return
	}
	c.back(a.message)
	c.happened(history{settled: a})
}
