package sipsecdump

import (
	"fmt"

	"sipsecdump/reassembly"
	"sipsecdump/sipparse"
	"sipsecdump/tlsparse"
)

// association is a conn whose stream is an SCTP association: each message that it carries is
// one of SIP (RFC 4168, Section 5). It implements reassembly.MessageHandler.
type association struct{ *conn }

// Message takes a message of the association.
func (a association) Message(m *reassembly.Message) {
	c := a.conn
	c.at = m.Time
	c.show(m.Time)
	d := c.dir(m.Dir)
	if sipparse.Sniff(m.Data) {
		c.whole(d, m.Data, m.Cut)
		return
	}
	if is, enough := tlsparse.Sniff(m.Data); is && enough && !c.overSCTP {
		c.overSCTP = true
		c.anomaly(m.Time, d, "tls-over-sctp", "RFC 3436, Section 3", -1, 0,
			fmt.Sprintf("stream %d of the association carries TLS, which is not read over SCTP", m.Stream))
	}
	if !keepsAlive(m.Data) {
		c.foreign++
	}
}
