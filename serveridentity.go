package sipsecdump

import (
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// serverIdentity is whether a TLS server is the one that the client asked for, by its
// certificate's names.
type serverIdentity struct {
	asked  string              // the first ClientHello's server name; "" if there is none
	result *pki.IdentityResult // of the first certificate; nil if none came by that could be read
}

// presented takes the certificates of a handshake message. The first that the server sends is
// the one that has to be its own.
func (c *conn) presented(d tlsparse.Dir, m *tlsparse.Certificate) {
	c.learnChain(m)
	s := &c.server
	if d != tlsparse.ServerToClient || s.asked == "" || s.result != nil || len(m.Chain) == 0 {
		return
	}
	if leaf, err := m.Parsed(0); err == nil { // else the record tells
		result := pki.MatchSIPDomain(leaf, s.asked)
		s.result = &result
	}
}

// verdict tells what became of a TLS connection.
func (c *conn) verdict(at time.Time, v *tlsparse.Verdict) {
	told := &report.Verdict{Verdict: v, Identity: c.server.result}
	c.emit(at, told)
	if c.check != nil {
		c.check.Verdict(told)
	}
}
