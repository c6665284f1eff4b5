package tlsparse

import "encoding/binary"

// FingerprintCache makes the fingerprints of hellos, those that come again and again only once: a
// client offers the same in each of its connections. The zero value is ready. It is for one goroutine.
type FingerprintCache struct {
	known map[string]fingerprints // by what they are made of
	key   []byte                  // reused
}

// fingerprints are those of a hello: JA3S and nothing, if it is the server's.
type fingerprints struct{ ja3, ja4 string }

// client is JA3 and JA4 of a hello. A nil cache remembers nothing.
func (c *FingerprintCache) client(h *ClientHello) fingerprints {
	made := func() (f fingerprints) {
		_, f.ja3 = h.JA3()
		f.ja4 = h.JA4(h.Version.datagram())
		return f
	}
	if c == nil {
		return made()
	}
	c.start(TypeClientHello, h.Version, len(h.CipherSuites))
	for _, s := range h.CipherSuites {
		c.add(uint16(s))
	}
	for _, e := range h.Extensions {
		c.add(uint16(e.Type))
		switch e.Type {
		case ExtSupportedGroups, ExtECPointFormats, ExtSignatureAlgorithms, ExtALPN, ExtSupportedVersions:
			c.add(uint16(len(e.Data)))
			c.key = append(c.key, e.Data...)
		}
	}
	return c.look(made)
}

// server is JA3S of a hello. A nil cache remembers nothing.
func (c *FingerprintCache) server(h *ServerHello) string {
	made := func() (f fingerprints) {
		_, f.ja3 = h.JA3S()
		return f
	}
	if c == nil {
		return made().ja3
	}
	c.start(TypeServerHello, h.Version, 1)
	c.add(uint16(h.CipherSuite))
	for _, e := range h.Extensions {
		c.add(uint16(e.Type))
	}
	return c.look(made).ja3
}

// start begins the key of a hello.
func (c *FingerprintCache) start(hello HandshakeType, v Version, suites int) {
	c.key = append(c.key[:0], byte(hello))
	c.add(uint16(v))
	c.add(uint16(suites))
}

func (c *FingerprintCache) add(v uint16) { c.key = binary.BigEndian.AppendUint16(c.key, v) }

// look is what the key stands for, which is made if it is not known.
func (c *FingerprintCache) look(made func() fingerprints) fingerprints {
	if f, ok := c.known[string(c.key)]; ok {
		return f
	}
	f := made()
	if len(c.key) > maxCachedHello {
		return f
	}
	if c.known == nil || len(c.known) >= maxCachedHellos {
		c.known = make(map[string]fingerprints) // the capture goes on with others
	}
	c.known[string(c.key)] = f
	return f
}
