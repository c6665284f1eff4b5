package pki

import "bytes"

// Cache takes certificates apart, those that come again and again only once: the servers of a
// capture are few, its connections many. The zero value is ready. It is for one goroutine.
type Cache struct {
	certificates map[string]*Certificate // by their octets
	octets       int                     // of them all
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
	c.certificates[string(der)] = made
	c.octets += len(der)
	return made, nil
}
