package pki

import (
	"crypto/sha256"
	"time"
)

// PathCache finds paths as [BuildPath] does, those that are asked for again and again only once:
// the servers of a capture are few, its connections many. It is for one goroutine.
type PathCache struct {
	// Trusted and CRLs are those of all paths, as in PathOptions. They are not to be changed.
	Trusted []*Certificate
	CRLs    []*CRL

	paths  map[pathKey]*knownPath
	octets int // of the certificates in them
}

type pathKey struct {
	purpose Purpose
	sent    [sha256.Size]byte // hash of the certificates, leaf first
}

// knownPath is a path that is found at any time from its first to before its last.
type knownPath struct {
	Path
	from, until time.Time // zero: no matter how early, or how late
}

// Path returns the path of sent[0], with the others as intermediates. It may be one that others
// have got: it is not to be changed.
func (c *PathCache) Path(sent []*Certificate, purpose Purpose, at time.Time) *Path {
	key := pathKey{purpose: purpose}
	h := sha256.New()
	for _, cert := range sent {
		h.Write(cert.SHA256[:])
	}
	h.Sum(key.sent[:0])
	if known := c.paths[key]; known != nil && known.holds(at) {
		return &known.Path
	}
	found := &knownPath{Path: BuildPath(sent[0], PathOptions{
		Intermediates: sent[1:], Trusted: c.Trusted, CRLs: c.CRLs, At: at, Purpose: purpose,
	})}
	octets := 0
	for _, cert := range found.Path.Path {
		octets += len(cert.Raw)
	}
	if found.tellsTime() || octets > maxCachedOctets {
		return &found.Path
	}
	found.limit(sent, c, at)
	if c.paths == nil || c.octets+octets > maxCachedOctets {
		c.paths, c.octets = make(map[pathKey]*knownPath), 0 // the capture goes on with others
	}
	if c.paths[key] == nil {
		c.octets += octets
	}
	c.paths[key] = found
	return &found.Path
}

func (k *knownPath) holds(at time.Time) bool {
	return (k.from.IsZero() || !at.Before(k.from)) && (k.until.IsZero() || at.Before(k.until))
}

// tellsTime tells whether the path's sentences name the time at which it was judged: they are
// another's at every other.
func (p *Path) tellsTime() bool {
	for i := range p.Failures {
		if r := p.Failures[i].Reason; r == "expired" || r == "not-yet-valid" || r == TimeUnknown {
			return true
		}
	}
	for i := range p.Revocation {
		if r := p.Revocation[i].Reason; r == "crl-expired" || r == "crl-not-yet-valid" {
			return true
		}
	}
	return false
}

// limit finds the times around at between which no certificate, no CRL and no revocation begins
// or ends to count.
func (k *knownPath) limit(sent []*Certificate, c *PathCache, at time.Time) {
	edge := func(t time.Time) {
		switch {
		case t.IsZero():
		case at.Before(t):
			if k.until.IsZero() || t.Before(k.until) {
				k.until = t
			}
		case t.After(k.from):
			k.from = t
		}
	}
	// A time of whole seconds that is the last of something ends where the next begins.
	last := func(t time.Time) {
		if !t.IsZero() {
			edge(t.Add(time.Second))
		}
	}
	for _, list := range [][]*Certificate{sent, c.Trusted} {
		for _, cert := range list {
			edge(cert.NotBefore)
			last(cert.NotAfter)
		}
	}
	for _, l := range c.CRLs {
		edge(l.ThisUpdate)
		last(l.NextUpdate)
		for _, cert := range sent {
			if entry, listed := l.Lookup(cert.SerialOctets); listed {
				edge(entry.Date)
			}
		}
	}
}
