package x509text

import (
	"encoding/binary"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// accessDescriptions prints RFC 5280, Sections 4.2.2.1 and 4.2.2.2.
func (p *printer) accessDescriptions(value ber.Cursor) bool {
	list, err := value.Sequence()
	if err != nil {
		return false
	}
	l := lines{p: p}
	for !list.Empty() {
		seq, err := list.Sequence()
		if err != nil {
			return false
		}
		method, err := seq.OID()
		if err != nil {
			return false
		}
		location, err := seq.Next()
		if err != nil {
			return false
		}
		l.next()
		p.text(oidName(pki.OID(method)))
		p.text(" - ")
		if !p.generalName(&location) {
			return false
		}
	}
	if !l.some {
		p.indent(valueIndent)
		p.text("<EMPTY>\n")
	}
	return true
}

// distributionPoints prints RFC 5280, Section 4.2.1.13.
func (p *printer) distributionPoints(value ber.Cursor) bool {
	list, err := value.Sequence()
	if err != nil {
		return false
	}
	for first := true; !list.Empty(); first = false {
		seq, err := list.Sequence()
		if err != nil {
			return false
		}
		if !first {
			p.text("\n")
		}
		if point, ok, err := seq.Optional(ber.ContextSpecific, 0); err != nil || ok && !p.pointName(point.Children()) {
			return false
		}
		if e, ok, err := seq.Optional(ber.ContextSpecific, 1); err != nil || ok && !p.reasons(&e) {
			return false
		}
		issuer, ok, err := seq.Optional(ber.ContextSpecific, 2)
		if err != nil {
			return false
		}
		if ok {
			p.text("                CRL Issuer:\n")
			if !p.lineNames(issuer.Children()) {
				return false
			}
		}
		if seq.Finish() != nil {
			return false
		}
	}
	return true
}

// pointName prints a DistributionPointName.
func (p *printer) pointName(c ber.Cursor) bool {
	e, err := c.Next()
	switch {
	case err != nil:
		return false
	case e.Is(ber.ContextSpecific, 0):
		p.text("                Full Name:\n")
		return p.lineNames(e.Children())
	case !e.Is(ber.ContextSpecific, 1):
		return false
	}
	p.text("                Relative Name:\n                  ")
	name := ber.NewCursor(element(0x30, element(0x31, e.Content)))
	relative, err := pki.ReadName(&name)
	if err != nil {
		return false
	}
	p.name(relative)
	p.text("\n")
	return true
}

// element returns an encoding: a relative name comes without those that make it a name.
func element(tag byte, content []byte) []byte {
	e := []byte{tag, 0x84, 0, 0, 0, 0}
	binary.BigEndian.PutUint32(e[2:], uint32(len(content)))
	return append(e, content...)
}

// lineNames prints GeneralNames in lines of their own.
func (p *printer) lineNames(c ber.Cursor) bool {
	for first := true; !c.Empty(); first = false {
		e, err := c.Next()
		if err != nil {
			return false
		}
		if !first {
			p.text("\n")
		}
		p.indent(valueIndent + 2)
		if !p.lineName(&e) {
			return false
		}
	}
	return true
}

// reasons prints ReasonFlags.
func (p *printer) reasons(e *ber.Element) bool {
	octets, err := e.NamedBits()
	if err != nil {
		return false
	}
	p.text("                Reasons:\n                  ")
	if !p.list(namedBits(octets, revocationReasons)) {
		p.text("<EMPTY>")
	}
	p.text("\n")
	return true
}

// nameConstraints prints RFC 5280, Section 4.2.1.10.
func (p *printer) nameConstraints(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	some := false
	for i, label := range []string{"Permitted:", "Excluded:"} {
		e, ok, err := seq.Optional(ber.ContextSpecific, uint32(i))
		if err != nil {
			return false
		}
		if !ok {
			continue
		}
		if some {
			p.text("\n")
		}
		some = true
		p.printf("                %s\n", label)
		if !p.subtrees(e.Children()) {
			return false
		}
	}
	return seq.Finish() == nil
}

func (p *printer) subtrees(c ber.Cursor) bool {
	for first := true; !c.Empty(); first = false {
		seq, err := c.Sequence()
		if err != nil {
			return false
		}
		base, err := seq.Next()
		if err != nil {
			return false
		}
		if !first {
			p.text("\n")
		}
		p.indent(valueIndent + 2)
		if base.Is(ber.ContextSpecific, tagIPAddress) {
			p.text("IP:")
			address, mask := splitNetwork(base.Content)
			p.address(address)
			p.text("/")
			p.address(mask)
		} else if !p.lineName(&base) {
			return false
		}
	}
	return true
}

// splitNetwork returns address and mask of a network, the first as long as an address is.
func splitNetwork(octets []byte) (address, mask []byte) {
	n := len(octets)
	switch {
	case n >= 16:
		n = 16
	case n >= 4:
		n = 4
	}
	return octets[:n], octets[n:]
}
