package listing

import (
	"fmt"

	"sipsecdump/tlsparse"
)

func (p *printer) clientHello(h *tlsparse.ClientHello) {
	p.helloVersion(depthField, h.Version)
	if p.o.allFields() && !p.o.omits(OmitRandom) {
		p.octets(depthField, "random", h.Random)
	}
	switch {
	case p.o.omits(OmitSessionID):
	case p.o.Style == Full:
		p.octets(depthField, "session_id", h.SessionID)
	case len(h.SessionID) > 0:
		p.octets(depthField, "resume ", h.SessionID)
	}
	if h.Cookie != nil && p.o.Style == Full {
		p.octets(depthField, "cookie", h.Cookie)
	}
	p.text(depthField, "cipher suites")
	if h.SSLv2CipherSpecs != nil {
		for _, s := range h.SSLv2CipherSpecs {
			p.text(depthField, p.sslv2Suite(s, h.Version))
		}
	} else {
		for _, s := range h.CipherSuites {
			p.text(depthField, p.suite(s, h.Version))
		}
	}
	p.text(depthField, "compression methods")
	for _, m := range h.Compression {
		p.compression("", m)
	}
	p.extensions(h.Extensions, tlsparse.TypeClientHello)
}

func (p *printer) serverHello(h *tlsparse.ServerHello) {
	p.helloVersion(depthField, h.Version)
	if p.o.allFields() && !p.o.omits(OmitRandom) {
		p.octets(depthField, "random", h.Random)
	}
	if p.o.Style == Full && h.IsHelloRetryRequest() {
		p.text(depthField, "the random of a HelloRetryRequest")
	}
	if !p.o.omits(OmitSessionID) {
		p.octets(depthField, "session_id", h.SessionID)
	}
	p.text(depthField, "cipherSuite         "+p.suite(h.CipherSuite, h.Version))
	p.compression("compressionMethod", h.Compression)
	p.extensions(h.Extensions, tlsparse.TypeServerHello)
}

// sslv2Hello appends what the quoted programs have of an SSLv2-compatible hello.
func (p *printer) sslv2Hello(r *tlsparse.Record) {
	for i := range r.Messages {
		h, ok := r.Messages[i].Body.(*tlsparse.ClientHello)
		if !ok {
			continue
		}
		p.helloVersion(2, h.Version)
		p.text(2, "cipher suites")
		for _, s := range h.SSLv2CipherSpecs {
			p.b = append(p.b, blanks[:2]...)
			p.b = append(p.b, p.sslv2Suite(s, h.Version)...)
			p.blank()
			p.blank()
			p.b = append(p.b, '\n')
		}
	}
}

func (p *printer) helloVersion(depth int, v tlsparse.Version) {
	p.b = append(p.b, blanks[:depth]...)
	p.b = append(p.b, "Version "...)
	p.version(v)
	p.blank()
	p.b = append(p.b, '\n')
}

func (p *printer) compression(field string, m tlsparse.CompressionMethod) {
	name := m.String()
	if p.o.Style == RFC6216 && m != 0 {
		name = "" // NULL was the only one
	}
	p.enum(depthField, field, name)
}

// unknownSuite is what the quoted programs print for a cipher suite without a name.
func unknownSuite(number uint32) string { return fmt.Sprintf("Unknown value %#x", number) }
