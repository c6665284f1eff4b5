package pki

import "bytes"

// Cache takes certificates apart and compares their names, those that come again and again only
// once: the servers of a capture are few, its connections many. The zero value is ready. It is for one
// goroutine.
type Cache struct {
	certificates map[string]*Certificate // by their octets
	octets       int                     // of them all
	matches      map[asked]*IdentityResult
}

// asked is a question for whose a certificate is.
type asked struct {
	sha256 [32]byte
	host   string
}

// Parse is [ParseCertificate], but that the certificate does not alias der and may be one that
// others have got: it is not to be changed. A nil Cache remembers nothing.
func (c *Cache) Parse(der []byte) (*Certificate, error) {
	if c == nil {
		return ParseCertificate(bytes.Clone(der))
	}
	if known, ok := c.certificates[string(der)]; ok {
		return known, nil
	}
	made, err := ParseCertificate(bytes.Clone(der))
	if err != nil || len(der) > maxCachedOctets {
		return made, err
	}
	if c.certificates == nil || c.octets+len(der) > maxCachedOctets {
		c.certificates, c.octets = make(map[string]*Certificate), 0 // the capture goes on with others
	}
	made.Subject.text = made.Subject.String()
	c.certificates[string(der)] = made
	c.octets += len(der)
	return made, nil
}

// MatchSIPDomain is the function [MatchSIPDomain], but that others may have got the result: it is
// not to be changed.
func (c *Cache) MatchSIPDomain(cert *Certificate, host string) *IdentityResult {
	question := asked{cert.SHA256, host}
	if known, ok := c.matches[question]; ok {
		return known
	}
	made := MatchSIPDomain(cert, host)
	if len(host)+made.octets() > maxCachedName {
		return &made
	}
	if c.matches == nil || len(c.matches) >= maxCachedMatches {
		c.matches = make(map[asked]*IdentityResult)
	}
	c.matches[question] = &made
	return &made
}
