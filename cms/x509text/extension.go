package x509text

import (
	"slices"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// valueIndent is the column of an extension's value.
const valueIndent = 16

// valuePrinter prints the value of an extension without ending its last line. It returns false if
// it cannot be read: what was printed until then is taken back.
type valuePrinter func(p *printer, value ber.Cursor) bool

// extensionPrinters are the extensions that are shown in readable form.
var extensionPrinters = map[pki.OID]valuePrinter{
	"2.5.29.14":               (*printer).keyIdentifier,
	"2.5.29.15":               bitNames(keyUsages),
	"2.5.29.16":               (*printer).usagePeriod,
	"2.5.29.17":               (*printer).altNames,
	"2.5.29.18":               (*printer).altNames,
	"2.5.29.19":               (*printer).basicConstraints,
	"2.5.29.30":               (*printer).nameConstraints,
	"2.5.29.31":               (*printer).distributionPoints,
	"2.5.29.32":               (*printer).policies,
	"2.5.29.33":               (*printer).policyMappings,
	"2.5.29.35":               (*printer).authorityKeyIdentifier,
	"2.5.29.36":               (*printer).policyConstraints,
	"2.5.29.37":               (*printer).extKeyUsage,
	"2.5.29.46":               (*printer).distributionPoints,
	"2.5.29.54":               (*printer).integerValue,
	"1.3.6.1.5.5.7.1.1":       (*printer).accessDescriptions,
	"1.3.6.1.5.5.7.1.11":      (*printer).accessDescriptions,
	"1.3.6.1.5.5.7.1.24":      (*printer).tlsFeatures,
	"1.3.6.1.5.5.7.48.1.5":    (*printer).nothing,
	"1.3.6.1.4.1.11129.2.4.2": (*printer).timestamps,
	"1.3.6.1.4.1.11129.2.4.3": (*printer).poison,
	"1.3.6.1.4.1.11129.2.4.5": (*printer).timestamps,
	"2.16.840.1.113730.1.1":   bitNames(netscapeTypes),
	"2.16.840.1.113730.1.2":   (*printer).ia5String,
	"2.16.840.1.113730.1.3":   (*printer).ia5String,
	"2.16.840.1.113730.1.4":   (*printer).ia5String,
	"2.16.840.1.113730.1.7":   (*printer).ia5String,
	"2.16.840.1.113730.1.8":   (*printer).ia5String,
	"2.16.840.1.113730.1.12":  (*printer).ia5String,
	"2.16.840.1.113730.1.13":  (*printer).ia5String,
}

func (p *printer) extensions(c *pki.Certificate) {
	if len(c.Extensions) == 0 {
		return
	}
	p.text("        X509v3 extensions:\n")
	for i := range c.Extensions {
		x := &c.Extensions[i]
		p.printf("            %s: ", oidName(x.OID))
		if x.Critical {
			p.text("critical")
		}
		p.text("\n")
		p.extensionValue(x)
		p.text("\n")
	}
}

func (p *printer) extensionValue(x *pki.Extension) {
	if known, ok := extensionPrinters[x.OID]; ok {
		if p.try(func() bool { return known(p, ber.NewCursor(x.Value)) }) {
			return
		}
	}
	p.indent(valueIndent)
	p.dots(x.Value)
}

func (p *printer) nothing(ber.Cursor) bool { return true }

func (p *printer) keyIdentifier(value ber.Cursor) bool {
	id, err := value.OctetString()
	if err != nil {
		return false
	}
	p.indent(valueIndent)
	p.colons(id, upperHex)
	return true
}

func (p *printer) ia5String(value ber.Cursor) bool {
	e, err := value.Expect(ber.Universal, ber.TagIA5String)
	if err != nil || e.Constructed {
		return false
	}
	p.indent(valueIndent)
	p.string(e.Content)
	return true
}

func (p *printer) integerValue(value ber.Cursor) bool {
	e, err := value.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		return false
	}
	p.indent(valueIndent)
	return p.integer(&e)
}

// integer prints an INTEGER in decimal, or in hex if it is large.
func (p *printer) integer(e *ber.Element) bool {
	negative, magnitude := magnitudeOf(e.Content)
	if e.Constructed || len(magnitude) == 0 {
		return false
	}
	if bitLen(magnitude) < maxDecimalBits {
		v, err := e.Integer()
		if err != nil {
			return false
		}
		p.b = v.Append(p.b, 10)
		return true
	}
	if negative {
		p.text("-")
	}
	p.text("0x")
	for _, b := range magnitude {
		p.b = append(p.b, upperHex[b>>4], upperHex[b&15])
	}
	return true
}

var keyUsages = []string{
	"Digital Signature", "Non Repudiation", "Key Encipherment", "Data Encipherment",
	"Key Agreement", "Certificate Sign", "CRL Sign", "Encipher Only", "Decipher Only",
}

var netscapeTypes = []string{
	"SSL Client", "SSL Server", "S/MIME", "Object Signing", "Unused", "SSL CA", "S/MIME CA",
	"Object Signing CA",
}

var revocationReasons = []string{
	"Unused", "Key Compromise", "CA Compromise", "Affiliation Changed", "Superseded",
	"Cessation Of Operation", "Certificate Hold", "Privilege Withdrawn", "AA Compromise",
}

// namedBits returns the names of the bits that are set.
func namedBits(octets []byte, names []string) []string {
	var set []string
	for i, name := range names {
		if i/8 < len(octets) && octets[i/8]&(0x80>>(i%8)) != 0 {
			set = append(set, name)
		}
	}
	return set
}

// bitNames returns the printer of a BIT STRING with these names.
func bitNames(names []string) valuePrinter {
	return func(p *printer, value ber.Cursor) bool {
		e, err := value.Expect(ber.Universal, ber.TagBitString)
		if err != nil {
			return false
		}
		octets, err := e.NamedBits()
		if err != nil {
			return false
		}
		p.indent(valueIndent)
		return p.list(namedBits(octets, names))
	}
}

// list prints texts with commas between. OpenSSL takes a list without any for unreadable.
func (p *printer) list(texts []string) bool {
	for i, text := range texts {
		if i > 0 {
			p.text(", ")
		}
		p.text(text)
	}
	return len(texts) > 0
}

// usagePeriod prints RFC 3280, Section 4.2.1.4.
func (p *printer) usagePeriod(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	p.indent(valueIndent)
	for i, label := range []string{"Not Before: ", "Not After: "} {
		e, ok, err := seq.Optional(ber.ContextSpecific, uint32(i))
		if err != nil {
			return false
		}
		if !ok {
			continue
		}
		e.Class, e.Tag = ber.Universal, ber.TagGeneralizedTime
		t, err := e.Time()
		if err != nil {
			return false
		}
		if i > 0 && p.b[len(p.b)-1] != ' ' {
			p.text(", ")
		}
		p.text(label)
		p.time(t)
	}
	return seq.Finish() == nil
}

// basicConstraints prints RFC 5280, Section 4.2.1.9.
func (p *printer) basicConstraints(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	isCA := false
	if e, ok, err := seq.Optional(ber.Universal, ber.TagBoolean); ok {
		if err == nil {
			isCA, err = e.Bool()
		}
		if err != nil {
			return false
		}
	}
	p.indent(valueIndent)
	if isCA {
		p.text("CA:TRUE")
	} else {
		p.text("CA:FALSE")
	}
	if seq.Empty() {
		return true
	}
	e, err := seq.Expect(ber.Universal, ber.TagInteger)
	if err != nil {
		return false
	}
	p.text(", pathlen:")
	return p.integer(&e) && seq.Finish() == nil
}

// extKeyUsage prints RFC 5280, Section 4.2.1.12.
func (p *printer) extKeyUsage(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	var names []string
	for !seq.Empty() {
		oid, err := seq.OID()
		if err != nil {
			return false
		}
		names = append(names, oidName(pki.OID(oid)))
	}
	p.indent(valueIndent)
	return p.list(names)
}

// tlsFeatures prints RFC 7633, Section 4.
func (p *printer) tlsFeatures(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	if seq.Empty() {
		return false
	}
	p.indent(valueIndent)
	for first := true; !seq.Empty(); first = false {
		e, err := seq.Expect(ber.Universal, ber.TagInteger)
		if err != nil {
			return false
		}
		if !first {
			p.text(", ")
		}
		switch n, _ := e.Int(); n {
		case 5:
			p.text("status_request")
		case 17:
			p.text("status_request_v2")
		default:
			if !p.integer(&e) {
				return false
			}
		}
	}
	return true
}

// authorityKeyIdentifier prints RFC 5280, Section 4.2.1.1.
func (p *printer) authorityKeyIdentifier(value ber.Cursor) bool {
	seq, err := value.Sequence()
	if err != nil {
		return false
	}
	var id, issuer, serial ber.Element
	var has [3]bool
	for i, e := range []*ber.Element{&id, &issuer, &serial} {
		if *e, has[i], err = seq.Optional(ber.ContextSpecific, uint32(i)); err != nil {
			return false
		}
	}
	if seq.Finish() != nil {
		return false
	}
	if !slices.Contains(has[:], true) {
		p.indent(valueIndent)
		p.text("<EMPTY>\n")
		return true
	}
	l := lines{p: p}
	if has[0] {
		octets, err := id.Octets()
		if err != nil {
			return false
		}
		l.next()
		if has[1] || has[2] {
			p.text("keyid:")
		}
		p.colons(octets, upperHex)
	}
	if has[1] {
		for names := issuer.Children(); !names.Empty(); {
			e, err := names.Next()
			if err != nil {
				return false
			}
			l.next()
			if !p.generalName(&e) {
				return false
			}
		}
	}
	if has[2] {
		l.next()
		p.text("serial:")
		_, magnitude := magnitudeOf(serial.Content)
		p.colons(magnitude, upperHex)
	}
	if p.old {
		p.text("\n")
	}
	return true
}

// lines puts line ends between values in lines of their own.
type lines struct {
	p    *printer
	some bool
}

func (l *lines) next() {
	if l.some {
		l.p.text("\n")
	}
	l.some = true
	l.p.indent(valueIndent)
}
