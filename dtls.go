package sipsecdump

import (
	"sipsecdump/capture"
	"sipsecdump/sipparse"
	"sipsecdump/tlsparse"
)

// opensFlow tells whether a datagram is one that a flow begins with.
func opensFlow(seg *capture.Segment) bool {
	return sipparse.Sniff(seg.Payload) || seg.Proto == capture.UDP && tlsparse.SniffDTLS(seg.Payload)
}

// isDTLS tells whether a datagram of the flow is for its association: an encrypted one shows by
// its first octet only that it is none of what else shares ports with DTLS (RFC 7983, Section 7).
func (c *conn) isDTLS(e *entry) bool {
	p := e.seg.Payload
	if c.dtls != nil && len(p) > 0 && p[0] >= 20 && p[0] <= 63 {
		return true
	}
	return e.seg.Proto == capture.UDP && tlsparse.SniffDTLS(p)
}

// secured takes a datagram of DTLS.
func (c *conn) secured(e *entry) {
	if c.dtls == nil {
		if d, known := tlsparse.SniffDTLSSender(e.seg.Payload); known && d != c.dir(e.dir) {
			c.turn()
		}
		c.dtls = tlsparse.NewDatagramSession(&c.config)
		c.feed = c.dtlsRecord
	}
	c.show(c.at)
	c.dtls.Feed(c.dir(e.dir), e.seg.Payload, c.feed)
}

// dtlsRecord takes a record of a datagram. Each holds a message of SIP, as a datagram does (RFC
// 3261, Section 18.3).
func (c *conn) dtlsRecord(r *tlsparse.Record) {
	c.tellRecord(r)
	if r.Content() != tlsparse.ApplicationData || !r.Decrypted || r.Replayed {
		return
	}
	if !sipparse.Sniff(r.Plaintext) {
		if !keepsAlive(r.Plaintext) {
			c.foreign++
		}
		return
	}
	if c.sealed == nil {
		c.sealed = newDialogue(c, "dtls")
	}
	c.sealed.message(r.Dir, sipparse.Item{Raw: r.Plaintext})
}
