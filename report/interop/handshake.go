package interop

import (
	"time"

	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// handshake is what a TLS connection showed of its handshakes, as checks see it when the
// connection is over.
type handshake struct {
	*finder
	*report.Verdict
	at      time.Time // when validity is judged: of the last certificate
	client  *tlsparse.ClientHello
	server  *tlsparse.ServerHello
	request *tlsparse.CertificateRequest
}

// Record looks at a record that came at some time; validity is judged at another.
func (c *Connection) Record(r *tlsparse.Record, came, at time.Time) {
	c.about = report.Finding{Record: r.Number}
	for i := range r.Messages {
		m := &r.Messages[i]
		switch b := m.Body.(type) {
		case *tlsparse.ClientHello:
			if c.shake.client == nil {
				c.shake.client = b
			}
		case *tlsparse.ServerHello:
			c.shake.server = b
		case *tlsparse.CertificateRequest:
			c.shake.request = b
		case *tlsparse.Certificate:
			c.presented(r.Dir, b, came, at)
		case *tlsparse.CompressedCertificate:
			if b.Certificate != nil {
				c.presented(r.Dir, b.Certificate, came, at)
			}
		}
	}
}

// presented looks at the certificates of a handshake.
func (c *Connection) presented(d tlsparse.Dir, m *tlsparse.Certificate, came, at time.Time) {
	c.shake.at = at
	for i := range m.Chain {
		if cert, err := m.Parsed(i); err == nil { // else the record tells
			c.certificate(&certificate{finder: &c.finder, Certificate: cert, time: came, at: at, shake: &c.shake, dir: d, position: i})
		}
	}
}

// Verdict looks at the handshakes of a connection that is over.
func (c *Connection) Verdict(v *report.Verdict) {
	c.about = report.Finding{}
	c.shake.finder, c.shake.Verdict = &c.finder, v
	for _, c.rule = range c.set.handshake {
		c.rule.handshake(&c.shake)
	}
}
