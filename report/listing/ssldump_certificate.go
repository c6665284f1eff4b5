package listing

import (
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
	"sipsecdump/cms/x509text"
	"sipsecdump/tlsparse"
)

// ssldumpCertificates appends what ssldump -N prints of a chain: names, serial numbers and which
// extensions there are. The octets of a certificate without extensions are one of "all fields".
func (p *printer) ssldumpCertificates(m *tlsparse.Certificate) {
	for i, der := range m.Chain {
		c, err := m.Parsed(i)
		if err != nil {
			p.text(depthField, "Bad certificate")
			continue
		}
		p.text(depthField, "Subject")
		p.attributes(depthExtension, c.Subject)
		p.text(depthField, "Issuer")
		p.attributes(depthExtension, c.Issuer)
		p.b = append(p.b, blanks[:depthField]...)
		p.b = append(p.b, "Serial "...)
		p.hex(depthField, magnitude(c.SerialOctets))
		if len(c.Extensions) == 0 {
			if p.o.allFields() {
				p.octets(depthField, "certificate", der)
			}
			continue
		}
		p.text(depthField, "Extensions")
		for j := range c.Extensions {
			x := &c.Extensions[j]
			name, ok := ber.LongName(string(x.OID))
			if !ok {
				name = string(x.OID)
			}
			p.textf(depthExtension, "Extension: %s", name)
			if x.Critical {
				p.text(2*depthExtension, "Critical")
			}
		}
	}
}

// magnitude is a serial number's content without the octet that only keeps it positive.
func magnitude(content []byte) []byte {
	if len(content) > 1 && content[0] == 0 {
		return content[1:]
	}
	return content
}

// ssldumpName appends a name of a CertificateRequest, or its octets if it cannot be read.
func (p *printer) ssldumpName(depth int, der []byte) {
	name, err := pki.ParseName(der)
	if err != nil {
		p.hex(depth, der)
		return
	}
	p.attributes(depth, name)
}

// attributes appends the attributes of a name, one a line; ssldump has a line for an empty one.
func (p *printer) attributes(depth int, name pki.Name) {
	if len(name.RDNs) == 0 && p.o.Style == Ssldump {
		p.text(depth, "")
	}
	for _, rdn := range name.RDNs {
		for i := range rdn {
			p.b = append(p.b, blanks[:depth]...)
			p.b = x509text.AppendAttribute(p.b, &rdn[i])
			p.b = append(p.b, '\n')
		}
	}
}
