package x509text

import (
	"math/bits"
	"strconv"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// Object identifiers that keys and signatures are told by.
const (
	oidRSA             pki.OID = "1.2.840.113549.1.1.1"
	oidPSS             pki.OID = "1.2.840.113549.1.1.10"
	oidMGF1            pki.OID = "1.2.840.113549.1.1.8"
	oidSHA1            pki.OID = "1.3.14.3.2.26"
	oidEC              pki.OID = "1.2.840.10045.2.1"
	oidDSA             pki.OID = "1.2.840.10040.4.1"
	oidDSAWithSHA1     pki.OID = "1.2.840.10040.4.3"
	oidDSAWithSHA224   pki.OID = "2.16.840.1.101.3.4.3.1"
	oidDSAWithSHA256   pki.OID = "2.16.840.1.101.3.4.3.2"
	oidSHA256WithRSA   pki.OID = "1.2.840.113549.1.1.11"
	oidECDSAWithSHA256 pki.OID = "1.2.840.10045.4.3.2"
)

// edwards are the keys that are nothing but octets (RFC 8410), by OpenSSL's names.
var edwards = map[pki.OID]string{
	"1.3.101.110": "X25519", "1.3.101.111": "X448", "1.3.101.112": "ED25519", "1.3.101.113": "ED448",
}

// curve is a named curve; the name itself is OpenSSL's short name of its object identifier.
type curve struct {
	bits int    // of the order
	nist string // NIST's name; "" if it has none
}

var curves = map[string]curve{
	"1.2.840.10045.3.1.1":   {192, "P-192"},
	"1.3.132.0.33":          {224, "P-224"},
	"1.2.840.10045.3.1.7":   {256, "P-256"},
	"1.3.132.0.34":          {384, "P-384"},
	"1.3.132.0.35":          {521, "P-521"},
	"1.3.132.0.10":          {256, ""},
	"1.3.36.3.3.2.8.1.1.7":  {256, ""},
	"1.3.36.3.3.2.8.1.1.8":  {256, ""},
	"1.3.36.3.3.2.8.1.1.11": {384, ""},
	"1.3.36.3.3.2.8.1.1.12": {384, ""},
	"1.3.36.3.3.2.8.1.1.13": {512, ""},
	"1.3.36.3.3.2.8.1.1.14": {512, ""},
}

// keyIndent is the column of the key's fields; numbers stand further right.
const keyIndent = 16

// publicKey prints the DER of a SubjectPublicKeyInfo, whatever kind of key and however bad.
func (p *printer) publicKey(info []byte) {
	outer := ber.NewCursor(info)
	seq, err := outer.Sequence()
	if err != nil {
		return
	}
	a, err := pki.ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return
	}
	p.printf("            Public Key Algorithm: %s\n", oidName(a.OID))
	e, err := seq.Expect(ber.Universal, ber.TagBitString)
	var octets []byte
	if err == nil {
		octets, _, err = e.BitString()
	}
	if err == nil && p.try(func() bool { return p.key(a, octets) }) {
		return
	}
	p.text("            Unable to load Public Key\n")
}

func (p *printer) key(a pki.AlgorithmIdentifier, octets []byte) bool {
	if name, ok := edwards[a.OID]; ok {
		p.printf("                %s Public-Key:\n                pub:\n", name)
		p.hexLines(octets, keyIndent+4, keyOctets)
		return true
	}
	switch a.OID {
	case oidRSA, oidPSS:
		return p.rsaKey(a, octets)
	case oidEC:
		return p.ecKey(a, octets)
	case oidDSA:
		return p.dsaKey(a, octets)
	}
	return false
}

// rsaKey prints an RSAPublicKey (RFC 8017, Appendix A.1.1).
func (p *printer) rsaKey(a pki.AlgorithmIdentifier, octets []byte) bool {
	numbers, ok := integers(ber.NewCursor(octets), 2)
	if !ok {
		return false
	}
	_, modulus := magnitudeOf(numbers[0])
	size := bitLen(modulus)
	if p.old {
		p.printf("            RSA Public Key: (%d bit)\n", size)
		p.number("Modulus ("+strconv.Itoa(size)+" bit):", numbers[0])
	} else {
		p.printf("                Public-Key: (%d bit)\n", size)
		p.number("Modulus:", numbers[0])
	}
	p.number("Exponent:", numbers[1])
	if a.OID == oidPSS {
		p.pssRestrictions(a.Parameters)
	}
	return true
}

// integers reads a SEQUENCE of INTEGERs.
func integers(c ber.Cursor, count int) (contents [][]byte, ok bool) {
	seq, err := c.Sequence()
	if err != nil {
		return nil, false
	}
	for range count {
		e, err := seq.Expect(ber.Universal, ber.TagInteger)
		if err != nil || e.Constructed {
			return nil, false
		}
		contents = append(contents, e.Content)
	}
	return contents, true
}

func bitLen(magnitude []byte) int {
	for len(magnitude) > 0 && magnitude[0] == 0 {
		magnitude = magnitude[1:]
	}
	if len(magnitude) == 0 {
		return 0
	}
	return 8*(len(magnitude)-1) + bits.Len8(magnitude[0])
}

// number prints an INTEGER with a label in front: in decimal and hex if it has 64 bits at most,
// else in lines of hex.
func (p *printer) number(label string, content []byte) {
	negative, magnitude := magnitudeOf(content)
	sign := ""
	if negative {
		sign = "-"
	}
	p.indent(keyIndent)
	p.text(label)
	if len(magnitude) <= 8 {
		v := uint64(0)
		for _, b := range magnitude {
			v = v<<8 | uint64(b)
		}
		if v == 0 {
			p.text(" 0\n")
			return
		}
		p.printf(" %s%d (%s0x%x)\n", sign, v, sign, v)
		return
	}
	if negative {
		p.text(" (Negative)")
	}
	p.text("\n")
	if magnitude[0] >= 0x80 {
		magnitude = append([]byte{0}, magnitude...)
	}
	p.hexLines(magnitude, keyIndent+4, keyOctets)
}

// ecKey prints a point on a named curve (RFC 5480).
func (p *printer) ecKey(a pki.AlgorithmIdentifier, point []byte) bool {
	parameters := ber.NewCursor(a.Parameters)
	oid, err := parameters.OID()
	if err != nil {
		return false
	}
	curve, ok := curves[oid]
	if !ok || len(point) == 0 {
		return false
	}
	p.printf("                Public-Key: (%d bit)\n                pub:\n", curve.bits)
	p.hexLines(point, keyIndent+4, keyOctets)
	name, _ := ber.ShortName(oid)
	p.printf("                ASN1 OID: %s\n", name)
	if curve.nist != "" {
		p.printf("                NIST CURVE: %s\n", curve.nist)
	}
	return true
}

// dsaKey prints RFC 3279, Section 2.3.2. The parameters may be the issuer's.
func (p *printer) dsaKey(a pki.AlgorithmIdentifier, octets []byte) bool {
	c := ber.NewCursor(octets)
	e, err := c.Expect(ber.Universal, ber.TagInteger)
	parameters, ok := integers(ber.NewCursor(a.Parameters), 3)
	if err != nil || !ok {
		return false
	}
	_, prime := magnitudeOf(parameters[0])
	p.printf("                Public-Key: (%d bit)\n", bitLen(prime))
	p.number("pub: ", e.Content)
	for i, label := range []string{"P:   ", "Q:   ", "G:   "} {
		p.number(label, parameters[i])
	}
	return true
}
