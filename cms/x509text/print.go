package x509text

import (
	"bytes"
	"fmt"
	"time"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
	"sipsecdump/escape"
)

// Append appends the text of a certificate to dst. Lines end in LF; all else are graphic
// characters. The text's size is linear in that of the certificate.
func Append(dst []byte, c *pki.Certificate, o Options) []byte {
	p := printer{options: o, old: o.Style != OpenSSL, b: dst}
	start := len(dst)
	p.certificate(c)
	if p.old {
		p.document(start)
	}
	return p.b
}

// printer collects the text in OpenSSL's columns.
type printer struct {
	options Options
	old     bool // the rules of OpenSSL 0.9.8, where they are not those of 3.0
	b       []byte
}

func (p *printer) text(s string) { p.b = append(p.b, s...) }

func (p *printer) printf(format string, args ...any) { p.b = fmt.Appendf(p.b, format, args...) }

const blanks = "                                "

func (p *printer) indent(n int) { p.text(blanks[:n]) }

func (p *printer) certificate(c *pki.Certificate) {
	p.text("Certificate:\n    Data:\n")
	if c.Version >= 1 && c.Version <= 3 {
		p.printf("        Version: %d (0x%x)\n", c.Version, c.Version-1)
	} else {
		p.printf("        Version: Unknown (%d)\n", c.Version-1)
	}
	p.serial(c.SerialOctets)
	tbs := fields(c)
	p.text("    ")
	p.signatureAlgorithm(tbs.signature, nil)
	p.text("        Issuer: ")
	p.name(c.Issuer)
	p.text("\n        Validity\n            Not Before: ")
	p.time(c.NotBefore)
	p.text("\n            Not After : ")
	p.time(c.NotAfter)
	p.text("\n        Subject: ")
	p.name(c.Subject)
	p.text("\n        Subject Public Key Info:\n")
	p.publicKey(c.RawPublicKeyInfo)
	p.uniqueID("Issuer", tbs.issuerID)
	p.uniqueID("Subject", tbs.subjectID)
	p.extensions(c)
	p.signatureAlgorithm(c.SignatureAlgorithm, c.Signature)
}

// tbsFields are those that pki.Certificate does not have.
type tbsFields struct {
	signature           pki.AlgorithmIdentifier
	issuerID, subjectID []byte // nil if absent
}

// fields reads them from the TBSCertificate (RFC 5280, Section 4.1). It is known to be one.
func fields(c *pki.Certificate) (f tbsFields) {
	outer := ber.NewCursor(c.RawTBS)
	seq, err := outer.Sequence()
	for err == nil && !seq.Empty() {
		if seq.PeekIs(ber.Universal, ber.TagSequence) && f.signature.OID == "" {
			if f.signature, err = pki.ReadAlgorithmIdentifier(&seq); err != nil {
				break
			}
			continue
		}
		var e ber.Element
		if e, err = seq.Next(); err != nil {
			break
		}
		if e.Class != ber.ContextSpecific || e.Tag != 1 && e.Tag != 2 {
			continue
		}
		id, _, _ := e.BitString()
		if e.Tag == 1 {
			f.issuerID = id
		} else {
			f.subjectID = id
		}
	}
	return f
}

// serial prints the content of an INTEGER: in decimal if it fits the C type long.
func (p *printer) serial(octets []byte) {
	long := 8
	if p.options.Style == Draft {
		long = 4 // the authors' machine had long integers of 32 bits
	}
	p.text("        Serial Number:")
	negative, magnitude := magnitudeOf(octets)
	v, fits := uint64(0), len(magnitude) <= long && (len(magnitude) < long || magnitude[0] < 0x80)
	for _, b := range magnitude {
		v = v<<8 | uint64(b)
	}
	if fits && !(negative && v == 1) { // OpenSSL takes -1 for an error of its own
		sign := ""
		if negative {
			sign = "-"
		}
		p.printf(" %s%d (%s0x%x)\n", sign, v, sign, v)
		return
	}
	p.text("\n            ")
	if negative {
		p.text(" (Negative)")
	}
	p.colons(magnitude, lowerHex)
	p.text("\n")
}

const (
	lowerHex = "0123456789abcdef"
	upperHex = "0123456789ABCDEF"
)

// colons prints octets in hex with colons between.
func (p *printer) colons(octets []byte, digits string) {
	for i, b := range octets {
		if i > 0 {
			p.text(":")
		}
		p.b = append(p.b, digits[b>>4], digits[b&15])
	}
}

// hexLines prints octets in lines, with colons between, and at the ends of lines but the last.
func (p *printer) hexLines(octets []byte, indent, width int) {
	for i, b := range octets {
		if i%width == 0 {
			if i > 0 {
				p.text("\n")
			}
			p.indent(indent)
		}
		p.b = append(p.b, lowerHex[b>>4], lowerHex[b&15])
		if i+1 < len(octets) {
			p.text(":")
		}
	}
	p.text("\n")
}

const (
	signatureOctets = 18 // in a line
	keyOctets       = 15
)

// signatureAlgorithm prints an algorithm, its parameters if it is RSASSA-PSS, and the signature if
// it is not nil.
func (p *printer) signatureAlgorithm(a pki.AlgorithmIdentifier, signature []byte) {
	p.text("    Signature Algorithm: ")
	p.text(oidName(a.OID))
	if signature != nil && !p.old {
		p.text("\n    Signature Value:")
	}
	if a.OID == oidPSS {
		p.pssParameters(a.Parameters)
	} else {
		p.text("\n")
	}
	if signature == nil {
		return
	}
	if a.OID == oidDSAWithSHA1 || a.OID == oidDSAWithSHA224 || a.OID == oidDSAWithSHA256 {
		if p.try(func() bool { return p.dsaSignature(signature) }) {
			return
		}
	}
	p.hexLines(signature, 8, signatureOctets)
}

// try takes back what f printed if it fails.
func (p *printer) try(f func() bool) bool {
	mark := len(p.b)
	ok := f()
	if !ok {
		p.b = p.b[:mark]
	}
	return ok
}

func (p *printer) uniqueID(whose string, id []byte) {
	if id == nil {
		return
	}
	p.printf("        %s Unique ID: ", whose)
	p.hexLines(id, 12, signatureOctets)
}

func (p *printer) time(t time.Time) {
	if t.IsZero() {
		p.text("Bad time value")
		return
	}
	p.b = t.UTC().AppendFormat(p.b, "Jan _2 15:04:05 2006 GMT")
}

// oidName is OpenSSL's long name of an object identifier, or its dotted form.
func oidName(oid pki.OID) string {
	if name, ok := ber.LongName(string(oid)); ok {
		return name
	}
	return string(oid)
}

// name prints a distinguished name on the line.
func (p *printer) name(n pki.Name) {
	switch {
	case p.options.RFC4514:
		p.text(n.String())
	case p.old:
		p.oneline(n.RDNs, ", ", len(n.Raw)*maxEscape)
	default:
		p.text(n.OpenSSL())
	}
}

// maxEscape is how many characters an octet becomes at most in oneline: \xC3.
const maxEscape = 4

// oneline prints attributes in OpenSSL's old form, each but the first with separator in front:
// "C=US, O=sipit" or, with a slash, "/C=US/O=sipit". Those that would exceed limit are left out.
func (p *printer) oneline(rdns [][]pki.Attribute, separator string, limit int) {
	start := len(p.b)
	for i, rdn := range rdns {
		for j := range rdn {
			mark := len(p.b)
			switch {
			case j > 0:
				p.text("+")
			case i > 0 || separator == "/":
				p.text(separator)
			}
			p.b = appendAttribute(p.b, &rdn[j], separator == "/")
			if len(p.b)-start > limit {
				p.b = p.b[:mark]
				return
			}
		}
	}
}

// AppendAttribute appends an attribute of a name as OpenSSL's one-line form of names has it,
// "CN=example.com": the short name of its type, and its octets, those that are not printable
// ASCII as \xC3.
func AppendAttribute(dst []byte, a *pki.Attribute) []byte { return appendAttribute(dst, a, false) }

func appendAttribute(dst []byte, a *pki.Attribute, slashes bool) []byte {
	label, ok := ber.ShortName(string(a.Type))
	if !ok {
		label = string(a.Type)
	}
	dst = append(append(dst, label...), '=')
	for _, b := range a.Raw {
		switch {
		case b < ' ' || b > '~':
			dst = append(dst, '\\', 'x', upperHex[b>>4], upperHex[b&15])
		case (b == '/' || b == '+') && slashes:
			dst = append(dst, '\\', b)
		default:
			dst = append(dst, b)
		}
	}
	return dst
}

// dots prints octets with a dot for all that is not printable ASCII.
func (p *printer) dots(octets []byte) {
	for _, b := range octets {
		if b < ' ' || b > '~' {
			b = '.'
		}
		p.b = append(p.b, b)
	}
}

// string prints octets as they are if they are graphic characters, else escaped.
func (p *printer) string(octets []byte) { p.b = escape.AppendText(p.b, octets) }

// magnitudeOf returns the sign and the octets of the absolute value of an INTEGER's content, the
// latter without the octet that only keeps it positive; they alias the content or are a copy.
func magnitudeOf(content []byte) (negative bool, magnitude []byte) {
	if len(content) == 0 || content[0] < 0x80 {
		for len(content) > 1 && content[0] == 0 {
			content = content[1:]
		}
		return false, content
	}
	magnitude = bytes.Clone(content)
	carry := true
	for i := len(magnitude) - 1; i >= 0; i-- {
		magnitude[i] = ^magnitude[i]
		if carry {
			magnitude[i]++
			carry = magnitude[i] == 0
		}
	}
	for len(magnitude) > 1 && magnitude[0] == 0 {
		magnitude = magnitude[1:]
	}
	return true, magnitude
}
