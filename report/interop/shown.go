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
	record int              // 0: no certificate message came by
	count  int              // of certificates
	own    *pki.Certificate // the first; nil if it cannot be read, or is too long to be kept

	invalid  []invalid // what was not valid then
	disorder string    // the first certificate that did not issue the one before it, in words; "" if all did
}

// invalid is a certificate outside its validity period.
type invalid struct {
	sha, text string
}

// presented looks at the certificates of a handshake.
func (c *Connection) presented(r *tlsparse.Record, m *tlsparse.Certificate, at time.Time) {
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
		c.certificate(&certificate{finder: &c.finder, Certificate: cert, shake: h, dir: r.Dir, position: i})
	}
	if !first {
		return
	}
	for _, c.rule = range c.set.shown {
		c.rule.shown(h, r.Dir)
	}
}

// note notes what is told of a certificate when the connection is over.
func (s *shown) note(c *pki.Certificate, position int, at time.Time) {
	if ok, reason, detail := c.ValidAt(at); !ok && reason != pki.TimeUnknown && len(s.invalid) < maxInvalid {
		s.invalid = append(s.invalid, invalid{hex.EncodeToString(c.SHA256[:]), name(c.Subject) + ": " + detail})
	}
	if position > 0 {
		return
	}
	if len(c.Raw) <= maxKept {
		s.own = c
	}
}

// sha is the SHA-256 of the side's own certificate in hexadecimal; "" if there is none.
func (s *shown) sha() string {
	if s.own == nil {
		return ""
	}
	return hex.EncodeToString(s.own.SHA256[:])
}

// commonName is the name that counts where there are no alternative names; "" if there is none.
func (s *shown) commonName() string {
	if s.own == nil || s.own.HasAltName {
		return ""
	}
	names := s.own.Subject.CommonNames()
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// wildcard is the first name of a domain that has one; "" if none has.
func (s *shown) wildcard() string {
	if s.own == nil {
		return ""
	}
	for _, list := range [][]string{s.own.DNSNames, s.own.URIs, {s.commonName()}} {
		for _, n := range list {
			if strings.Contains(n, "*") {
				return n
			}
		}
	}
	return ""
}

// selfSigned tells whether the side's own certificate is signed with its own key.
func (s *shown) selfSigned() bool {
	return s.own != nil && s.own.IsSelfIssued() && s.own.CheckSignatureFrom(s.own) == nil
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
