package listing

import (
	"strconv"
	"strings"
	"time"

	"sipsecdump/escape"
	"sipsecdump/tlsparse"
)

// Conn is one connection's place in the listing: what its lines begin with, and when the last
// one was. It is for one goroutine.
type Conn struct {
	number         uint64
	transport      string
	client, server string
	start          int64 // microseconds since 1970; they are as fine as the columns need
	last           int64 // of the last line with a time
	cache          *Cache
}

// NewConn returns the state for a connection that began at start. Transport is "tcp", "udp"
// or "sctp"; client and server are the endpoints as they shall appear: "192.0.2.1(5061)".
func NewConn(number uint64, transport, client, server string, start time.Time) *Conn {
	at := start.UnixMicro()
	return &Conn{number: number, transport: transport, client: client, server: server, start: at, last: at}
}

// AppendOpen appends the line of a new connection:
//
//	New TCP connection #1: 127.0.0.1(55768) <-> 127.0.0.1(5061)
//	New UDP flow #2: 192.0.2.1(5060) <-> 192.0.2.2(5060)
func (c *Conn) AppendOpen(dst []byte, _ *Options) []byte {
	dst = append(dst, "New "...)
	dst = append(dst, strings.ToUpper(c.transport)...)
	switch c.transport {
	case "udp":
		dst = append(dst, " flow #"...)
	case "sctp":
		dst = append(dst, " association #"...)
	default:
		dst = append(dst, " connection #"...)
	}
	dst = strconv.AppendUint(dst, c.number, 10)
	dst = append(dst, ": "...)
	dst = escape.AppendText(dst, c.client)
	dst = append(dst, " <-> "...)
	dst = escape.AppendText(dst, c.server)
	return append(dst, '\n')
}

// AppendRecord appends the line of a record at time t, and below it what the record holds.
// For a record of application data whose content is not asked for it does not allocate.
func (c *Conn) AppendRecord(dst []byte, o *Options, t time.Time, r *tlsparse.Record) []byte {
	p := printer{b: dst, o: o, cache: c.cache}
	p.b = c.appendNumbered(p.b, o, t, r.Number, r.Dir)
	p.record(r)
	return p.b
}

// AppendPlaintext appends octets of the connection that are not TLS, or not yet:
//
//	1    0.0009 (0.0009)  S>C(24)  plaintext
//	    ---------------------------------------------------------------
//	    220 example.net ESMTP
//	    ---------------------------------------------------------------
//
// The quoted programs leave out the number, the length and the word, and do not indent.
func (c *Conn) AppendPlaintext(dst []byte, o *Options, t time.Time, d tlsparse.Dir, data []byte) []byte {
	p := printer{b: dst, o: o}
	if o.Style != Full {
		p.b = append(append(c.appendTimes(p.b, o, t), d.String()...), '\n')
		p.data(0, data)
		return append(p.b, '\n')
	}
	p.b = strconv.AppendUint(p.b, c.number, 10)
	p.b = append(p.b, "    "...)
	p.b = append(c.appendTimes(p.b, o, t), d.String()...)
	p.b = append(p.b, '(')
	p.b = strconv.AppendInt(p.b, int64(len(data)), 10)
	p.b = append(p.b, ")  plaintext\n"...)
	p.data(depthAlert, data)
	return p.b
}

// AppendClose appends the line of what ended a direction: how is "fin" or "rst".
//
//	1    9.2491 (8.9166)  C>S  TCP FIN
func (c *Conn) AppendClose(dst []byte, o *Options, t time.Time, d tlsparse.Dir, how string) []byte {
	dst = strconv.AppendUint(dst, c.number, 10)
	dst = append(dst, "    "...)
	dst = c.appendTimes(dst, o, t)
	dst = append(dst, d.String()...)
	dst = append(dst, "  "...)
	dst = append(dst, strings.ToUpper(c.transport)...)
	dst = append(dst, ' ')
	dst = append(dst, strings.ToUpper(how)...)
	return append(dst, '\n')
}

// AppendLine appends the line of something in the connection that is no record, a message in
// the clear, with its number in the connection, its length in octets and what it is:
//
//	1 1  0.0000 (0.0000)  C>S(1400)  SIP
func (c *Conn) AppendLine(dst []byte, o *Options, t time.Time, number int, d tlsparse.Dir, length int, kind string) []byte {
	dst = c.appendNumbered(dst, o, t, number, d)
	dst = append(dst, '(')
	dst = strconv.AppendInt(dst, int64(length), 10)
	dst = append(dst, ")  "...)
	dst = append(dst, kind...)
	return append(dst, '\n')
}

// appendNumbered appends the columns up to the direction.
func (c *Conn) appendNumbered(dst []byte, o *Options, t time.Time, number int, d tlsparse.Dir) []byte {
	dst = strconv.AppendUint(dst, c.number, 10)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, int64(number), 10)
	dst = append(dst, ' ')
	if number < 10 {
		dst = append(dst, ' ')
	}
	dst = c.appendTimes(dst, o, t)
	return append(dst, d.String()...)
}

// appendTimes appends the two columns of time; they stand still at the zero time. Clocks of captures
// run backwards at times: the column that would be negative is then left out where the style's model
// does so.
func (c *Conn) appendTimes(dst []byte, o *Options, t time.Time) []byte {
	now := t.UnixMicro()
	if t.IsZero() {
		now = c.last // told at the end of the capture, which is no packet's time
	}
	base := c.start
	if o.Absolute {
		base = 0
	}
	if now >= base || o.Style == Full {
		dst = appendSeconds(dst, now-base)
		dst = append(dst, ' ')
	}
	if now >= c.last || o.Style == Full {
		dst = append(dst, '(')
		dst = appendSeconds(dst, now-c.last)
		dst = append(dst, ")  "...)
	}
	c.last = now
	return dst
}

// appendSeconds appends microseconds as seconds with four digits, the rest cut off.
func appendSeconds(dst []byte, us int64) []byte {
	if us < 0 {
		dst = append(dst, '-')
		us = -us
	}
	dst = strconv.AppendInt(dst, us/1e6, 10)
	f := uint(us % 1e6 / 100)
	return append(dst, '.', byte('0'+f/1000), byte('0'+f/100%10), byte('0'+f/10%10), byte('0'+f%10))
}
