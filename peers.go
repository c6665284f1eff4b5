package sipsecdump

import (
	"time"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// peers is what the two sides of a TLS connection show of themselves: whether the server is the
// one that the client asked for, and whether their certificates are trusted.
type peers struct {
	asked    string              // the first ClientHello's server name; "" if there is none
	identity *pki.IdentityResult // of the server's first certificate; nil if none came by that could be read
	chains   [2]*cms.Chain       // by the direction that they came in; of each side the first; nil likewise, or if no CA was given
}

// purposes are what the sides show certificates for.
var purposes = [2]pki.Purpose{tlsparse.ClientToServer: pki.SIPClient, tlsparse.ServerToClient: pki.SIPServer}

// presented takes the certificates of a handshake message. The first of the list is the one that
// has to be the side's own (RFC 5246, Section 7.4.2).
func (c *conn) presented(d tlsparse.Dir, m *tlsparse.Certificate) {
	c.learnChain(m)
	if len(m.Chain) == 0 {
		return
	}
	own, err := m.Parsed(0)
	if err != nil {
		return // the record tells
	}
	p := &c.peers
	if d == tlsparse.ServerToClient && p.asked != "" && p.identity == nil {
		p.identity = c.cache.MatchSIPDomain(own, p.asked)
	}
	if p.chains[d] == nil && len(c.options.Keyring.CAs) > 0 {
		at := c.judged(c.at)
		chain := cms.ChainOf(*c.paths.Path(sent(m), purposes[d], at), at)
		p.chains[d] = &chain
	}
	if c.check != nil {
		c.check.Peers(p.identity, p.chains)
	}
}

// sent is the certificates of a message that can be read, as many as one looks for a path in.
func sent(m *tlsparse.Certificate) []*pki.Certificate {
	list := make([]*pki.Certificate, 0, min(len(m.Chain), maxPresented))
	for i := range cap(list) {
		if cert, err := m.Parsed(i); err == nil {
			list = append(list, cert)
		}
	}
	return list
}

// verdict tells what became of a TLS connection.
func (c *conn) verdict(at time.Time, v *tlsparse.Verdict) {
	p := &c.peers
	told := &report.Verdict{
		Verdict: v, Identity: p.identity,
		Chain: p.chains[tlsparse.ServerToClient], ClientChain: p.chains[tlsparse.ClientToServer],
	}
	c.emit(at, told)
	if c.check != nil {
		c.check.Verdict(told)
	}
}
