package listing

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
	"sipsecdump/tlsparse"
)

// certificates appends each certificate of a chain: a summary, or if asked for the whole.
func (p *printer) certificates(m *tlsparse.Certificate) {
	p.context(m.Context)
	if len(m.Chain) == 0 {
		p.text(depthField, "no certificate")
	}
	for i, der := range m.Chain {
		p.textf(depthField, "certificate[%d]", len(der))
		c, err := m.Parsed(i)
		switch {
		case err != nil:
			p.textf(depthExtension, "! %v", err)
		case p.o.Certificates:
			p.wholeCertificate(c)
		default:
			p.certificate(c)
		}
		if i < len(m.Extensions) && !p.o.omits(OmitExtensions) {
			for _, e := range m.Extensions[i] {
				p.extension(e, tlsparse.TypeCertificate)
			}
		}
		if p.o.AllFields {
			p.octets(depthExtension, "DER", der)
		}
	}
}

// context appends the certificate_request_context of TLS 1.3, which is empty in a handshake.
func (p *printer) context(octets []byte) {
	if len(octets) > 0 {
		p.octets(depthField, "certificate_request_context", octets)
	}
}

func (p *printer) certificate(c *pki.Certificate) {
	var buf [1 + len(c.SHA256)]byte
	key := append(append(buf[:0], keyCertificate), c.SHA256[:]...)
	if p.cached(key) {
		return
	}
	start := len(p.b)
	p.field(depthExtension, "subject", c.Subject.String())
	p.field(depthExtension, "issuer", c.Issuer.String())
	p.field(depthExtension, "serial", fmt.Sprintf("% x", c.SerialOctets))
	p.field(depthExtension, "validity", c.NotBefore.UTC().Format(time.RFC3339)+" to "+c.NotAfter.UTC().Format(time.RFC3339))
	p.field(depthExtension, "public key", keyKind(c))
	if names := alternativeNames(c); len(names) > 0 {
		p.list(depthExtension, "subjectAltName:", names)
	}
	p.field(depthExtension, "sha256", hex.EncodeToString(c.SHA256[:]))
	p.cache.keep(key, p.b[start:])
}

// wholeCertificate appends a certificate as "openssl x509 -text" prints it, and its fingerprint.
func (p *printer) wholeCertificate(c *pki.Certificate) {
	for line := range bytes.Lines(x509text.Append(nil, c, x509text.Options{})) {
		p.b = append(p.b, blanks[:depthExtension]...)
		p.b = append(p.b, line...)
	}
	p.field(depthExtension, "sha256", hex.EncodeToString(c.SHA256[:]))
}

// keyKind is "RSA, 2048 bits", or the algorithm's identifier if the key cannot be used.
func keyKind(c *pki.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return "RSA, " + strconv.Itoa(k.N.BitLen()) + " bits"
	case *ecdsa.PublicKey:
		return "ECDSA, " + k.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	case nil:
		return fmt.Sprintf("algorithm %s, which cannot be used", c.PublicKeyAlgorithm.OID)
	}
	return "algorithm " + string(c.PublicKeyAlgorithm.OID)
}

func alternativeNames(c *pki.Certificate) []string {
	var names []string
	for _, n := range c.DNSNames {
		names = append(names, "DNS:"+n)
	}
	for _, n := range c.URIs {
		names = append(names, "URI:"+n)
	}
	for _, n := range c.EmailAddresses {
		names = append(names, "email:"+n)
	}
	for _, n := range c.IPAddresses {
		names = append(names, "IP:"+n.String())
	}
	return names
}

// name appends a distinguished name, or its octets if it cannot be read.
func (p *printer) name(depth int, der []byte) {
	name, err := pki.ParseName(der)
	if err != nil {
		p.hex(depth, der)
		return
	}
	p.textf(depth, "%v", name)
}
