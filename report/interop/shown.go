package interop

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/tlsparse"
)

// shown is what a side of TLS showed of itself first.
type shown struct {
	record int // 0: no certificate message came by
	count  int // of certificates
	// Of its own, the first that can be read; "" if there is none.
	sha        string
	subject    string // in words, as the issuer
	issuer     string
	commonName string // "" if it has alternative names, or no such name
	wildcard   string // the first name with one; "" if there is none
	selfSigned bool

	invalid  []invalid // what was not valid then
	disorder string    // the first certificate that did not issue the one before it, in words; "" if all did
}

// invalid is a certificate outside its validity period.
type invalid struct {
	sha, text string
}

// presented looks at the certificates of a handshake.
func (c *Connection) presented(r *tlsparse.Record, m *tlsparse.Certificate, came, at time.Time) {
	h := c.shake
	s := &h.shown[r.Dir]
	first := s.record == 0
	if first {
		s.record, s.count = r.Number, len(m.Chain)
	}
	var before *pki.Certificate
	for i := range min(len(m.Chain), maxShown) {
		cert, err := m.Parsed(i)
		if err != nil { // the record tells
			before = nil
			continue
		}
		if first {
			s.note(cert, i, at)
			if before != nil && s.disorder == "" && !before.Issuer.Equal(cert.Subject) {
				s.disorder = fmt.Sprintf("certificate %d is that of %s and followed by that of %s, though issued by %s",
					i, name(before.Subject), name(cert.Subject), name(before.Issuer))
			}
		}
		before = cert
		c.certificate(&certificate{finder: &c.finder, Certificate: cert, time: came, at: at, shake: h, dir: r.Dir, position: i})
	}
}

// note notes what is told of a certificate when the connection is over.
func (s *shown) note(c *pki.Certificate, position int, at time.Time) {
	if ok, _, detail := c.ValidAt(at); !ok && len(s.invalid) < maxInvalid {
		s.invalid = append(s.invalid, invalid{hex.EncodeToString(c.SHA256[:]), name(c.Subject) + ": " + detail})
	}
	if position > 0 {
		return
	}
	s.sha, s.subject, s.issuer = hex.EncodeToString(c.SHA256[:]), name(c.Subject), name(c.Issuer)
	if names := c.Subject.CommonNames(); !c.HasAltName && len(names) > 0 {
		s.commonName = short(names[len(names)-1])
	}
	for _, list := range [][]string{c.DNSNames, c.URIs, {s.commonName}} {
		for _, n := range list {
			if s.wildcard == "" && strings.Contains(n, "*") {
				s.wildcard = short(n)
			}
		}
	}
	s.selfSigned = c.IsSelfIssued() && c.CheckSignatureFrom(c) == nil
}

// accepted tells whether the other side is seen to have gone on with the handshake after the
// certificates of a side.
func (h *handshake) accepted(d tlsparse.Dir) bool {
	if h.failed[d^1] {
		return false
	}
	if h.answer.version == tlsparse.TLS13 {
		return d == tlsparse.ServerToClient && h.over[d^1]
	}
	return h.changed[d^1]
}
