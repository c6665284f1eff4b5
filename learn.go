package sipsecdump

import (
	"bytes"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/tlsparse"
)

// learn keeps a certificate that came by, for signers of later packets. Only its first
// appearance matters, and a worker sees packets in order: what it has met it need not tell again.
func (w *worker) learn(c *pki.Certificate) {
	if _, met := w.met[c.SHA256]; met {
		return
	}
	if len(w.met) < maxCertificates {
		w.met[c.SHA256] = struct{}{}
	}
	c, err := w.cache.Parse(c.Raw) // one that may be kept
	if err != nil {
		return // cannot be: it has been read
	}
	w.certificates.add(w.place, serialKey(c.Issuer, c.SerialOctets), c)
	if len(c.SubjectKeyID) > 0 {
		w.certificates.add(w.place, keyIDKey(c.SubjectKeyID), c)
	}
}

// learnChain keeps the certificates of a handshake.
func (s *shard) learnChain(m *tlsparse.Certificate) {
	for i := range m.Chain {
		if c, err := m.Parsed(i); err == nil { // else the record tells
			s.learn(c)
		}
	}
}

// certificatesSeen returns the certificates that could be a signer's and came by at an
// earlier packet.
func (c *contents) certificatesSeen(si *cms.SignerInfo) []*pki.Certificate {
	c.progress.await(c.k, c.place.packet)
	if si.SerialOctets != nil {
		return c.certificates.before(c.place.packet, serialKey(si.Issuer, si.SerialOctets))
	}
	return c.certificates.before(c.place.packet, keyIDKey(si.SKI))
}

// The two kinds of names share a ledger: a DER name begins with 0x30, a key identifier is
// marked with 0x00.
func serialKey(issuer pki.Name, serial []byte) string { return string(issuer.Raw) + string(serial) }
func keyIDKey(id []byte) string                       { return "\x00" + string(id) }

// sessionView is the access of a shard's sessions to the master secrets of others, as of the
// packet at hand. It implements tlsparse.SessionCache.
type sessionView struct{ *shard }

func (v *sessionView) Store(id, master []byte) {
	v.sessions.add(v.place, string(id), bytes.Clone(master))
}

func (v *sessionView) Lookup(id []byte) ([]byte, bool) {
	v.progress.await(v.k, v.place.packet)
	found := v.sessions.before(v.place.packet, string(id))
	if len(found) == 0 {
		return nil, false
	}
	return found[len(found)-1], true // of several sessions under one name, the latest
}
