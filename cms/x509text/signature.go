package x509text

import (
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// pssParameters are RSASSA-PSS-params (RFC 4055, Section 3.1); the zero value has the defaults.
type pssParameters struct {
	hash, mask, maskHash pki.OID // "" if absent
	salt, trailer        []byte  // content of the INTEGER; nil if absent
}

func readPSSParameters(der []byte) (s pssParameters, ok bool) {
	c := ber.NewCursor(der)
	seq, err := c.Sequence()
	if err != nil {
		return s, false
	}
	for !seq.Empty() {
		e, err := seq.Next()
		if err != nil || e.Class != ber.ContextSpecific || !e.Constructed {
			return s, false
		}
		inner := e.Children()
		switch e.Tag {
		case 0, 1:
			a, err := pki.ReadAlgorithmIdentifier(&inner)
			if err != nil {
				return s, false
			}
			if e.Tag == 0 {
				s.hash = a.OID
				continue
			}
			s.mask = a.OID
			parameters := ber.NewCursor(a.Parameters)
			if hash, err := pki.ReadAlgorithmIdentifier(&parameters); err == nil && a.OID == oidMGF1 {
				s.maskHash = hash.OID
			}
		case 2, 3:
			number, err := inner.Expect(ber.Universal, ber.TagInteger)
			if err != nil || number.Constructed {
				return s, false
			}
			if e.Tag == 2 {
				s.salt = number.Content
			} else {
				s.trailer = number.Content
			}
		}
	}
	return s, true
}

// pssParameters ends the line and prints a signature's parameters.
func (p *printer) pssParameters(der []byte) {
	const indent = 8
	p.indent(indent)
	s, ok := readPSSParameters(der)
	if !ok {
		p.text("(INVALID PSS PARAMETERS)\n")
		return
	}
	p.text("\n")
	p.indent(indent)
	p.text("Hash Algorithm: ")
	if s.hash != "" {
		p.text(oidName(s.hash))
	} else {
		p.text("sha1 (default)")
	}
	p.text("\n")
	p.indent(indent)
	p.text("Mask Algorithm: ")
	switch {
	case s.mask == "":
		p.text("mgf1 with sha1 (default)")
	case s.maskHash == "":
		p.text(oidName(s.mask))
		p.text(" with INVALID")
	default:
		p.text(oidName(s.mask))
		p.text(" with ")
		p.text(oidName(s.maskHash))
	}
	p.text("\n")
	p.indent(indent)
	p.text(" Salt Length: 0x")
	p.hexInteger(s.salt, "14 (default)")
	p.indent(indent)
	p.text("Trailer Field: 0x")
	p.hexInteger(s.trailer, "01 (default)")
}

// hexInteger prints the content of an INTEGER in hex, or what stands for its absence, and ends
// the line.
func (p *printer) hexInteger(content []byte, absent string) {
	if content == nil {
		p.text(absent)
		p.text("\n")
		return
	}
	negative, magnitude := magnitudeOf(content)
	if negative {
		p.text("-")
	}
	for _, b := range magnitude {
		p.b = append(p.b, upperHex[b>>4], upperHex[b&15])
	}
	p.text("\n")
}

// pssRestrictions prints what a key's parameters restrict its use to (RFC 4055, Section 3.1).
func (p *printer) pssRestrictions(der []byte) {
	s, ok := readPSSParameters(der)
	if !ok {
		p.indent(keyIndent)
		p.text("No PSS parameter restrictions\n")
		return
	}
	value := func(oid pki.OID) (string, string) {
		if oid == "" || oid == oidSHA1 {
			return "SHA1", " (default)"
		}
		return digestNames[oid], ""
	}
	p.indent(keyIndent)
	p.text("PSS parameter restrictions:\n")
	name, note := value(s.hash)
	p.printf("                  Hash Algorithm: %s%s\n", name, note)
	name, note = value(s.maskHash)
	p.printf("                  Mask Algorithm: MGF1 with %s%s\n", name, note)
	p.printf("                  Minimum Salt Length: ")
	p.restriction(s.salt, "20 (default)", "%d")
	p.printf("                  Trailer Field: 0x")
	p.restriction(s.trailer, "1 (default)", "%x")
}

func (p *printer) restriction(content []byte, standard, format string) {
	if content == nil {
		p.text(standard)
	} else {
		v := 0
		_, magnitude := magnitudeOf(content)
		for _, b := range magnitude[:min(len(magnitude), 4)] {
			v = v<<8 | int(b)
		}
		p.printf(format, v)
	}
	p.text("\n")
}

// digestNames are OpenSSL's names of the algorithms that PSS takes.
var digestNames = map[pki.OID]string{
	"2.16.840.1.101.3.4.2.4": "SHA2-224", "2.16.840.1.101.3.4.2.1": "SHA2-256",
	"2.16.840.1.101.3.4.2.2": "SHA2-384", "2.16.840.1.101.3.4.2.3": "SHA2-512",
	"2.16.840.1.101.3.4.2.5": "SHA2-512/224", "2.16.840.1.101.3.4.2.6": "SHA2-512/256",
}

// dsaSignature prints a Dss-Sig-Value (RFC 3279, Section 2.2.2).
func (p *printer) dsaSignature(signature []byte) bool {
	numbers, ok := integers(ber.NewCursor(signature), 2)
	if !ok {
		return false
	}
	for i, label := range []string{"r:   ", "s:   "} {
		_, magnitude := magnitudeOf(numbers[i])
		p.indent(8)
		p.text(label)
		p.text("\n")
		if len(magnitude) > 0 && magnitude[0] >= 0x80 {
			magnitude = append([]byte{0}, magnitude...)
		}
		p.hexLines(magnitude, 12, keyOctets)
	}
	return true
}
