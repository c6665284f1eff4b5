package pki

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"sipsecdump/cms/ber"
)

// descriptors are the names of attribute types in RFC 4514, Section 3 and RFC 4519, and
// emailAddress of RFC 2985.
var descriptors = map[OID]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L",
	"2.5.4.8": "ST", "2.5.4.9": "STREET", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title",
	"2.5.4.13": "description", "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode",
	"2.5.4.42": "givenName", "2.5.4.43": "initials", "2.5.4.44": "generationQualifier",
	"2.5.4.46": "dnQualifier", "2.5.4.97": "organizationIdentifier",
	"0.9.2342.19200300.100.1.1":  "UID",
	"0.9.2342.19200300.100.1.25": "DC",
	oidEmailAddress:              "emailAddress",
}

// String returns the name as RFC 4514 writes it: the last RDN first, special characters
// escaped. So are all that do not print, as the octets of their UTF-8: the result is safe to
// show. Attributes of types or values that have no string form are written as #hex.
func (n Name) String() string {
	if n.text != "" {
		return n.text
	}
	var b strings.Builder
	for i := len(n.RDNs) - 1; i >= 0; i-- {
		for j := range n.RDNs[i] {
			a := &n.RDNs[i][j]
			if j > 0 {
				b.WriteByte('+')
			}
			if descriptor, ok := descriptors[a.Type]; ok && isString(a.Tag) {
				b.WriteString(descriptor)
				b.WriteByte('=')
				escape4514(&b, a.Value)
			} else {
				b.WriteString(string(a.Type))
				b.WriteString("=#")
				b.WriteString(hex.EncodeToString(a.Encoded))
			}
		}
		if i > 0 {
			b.WriteByte(',')
		}
	}
	return b.String()
}

// escape4514 writes a value as RFC 4514, Section 2.4 asks.
func escape4514(b *strings.Builder, s string) {
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf && isAlphanumeric(byte(r)): // nearly all
			b.WriteByte(byte(r))
		case strings.ContainsRune(`"+,;<>\`, r), r == '#' && i == 0, r == ' ' && (i == 0 || i == len(s)-1):
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			writeEscapedOctets(b, r)
		}
	}
}

// writeEscapedOctets writes the UTF-8 of r as \xx\xx.
func writeEscapedOctets(b *strings.Builder, r rune) {
	var buf [utf8.UTFMax]byte
	for _, octet := range buf[:utf8.EncodeRune(buf[:], r)] {
		fmt.Fprintf(b, "\\%02X", octet)
	}
}

// OpenSSL returns the name as openssl x509 -subject writes it: "C = US, O = sipit", in wire
// order. Values with special characters are quoted; characters beyond ASCII and those that do
// not print are written as \XX for each octet of their UTF-8.
func (n Name) OpenSSL() string {
	var b strings.Builder
	for i, rdn := range n.RDNs {
		for j := range rdn {
			switch {
			case j > 0:
				b.WriteString(" + ")
			case i > 0:
				b.WriteString(", ")
			}
			a := &rdn[j]
			label, ok := ber.ShortName(string(a.Type))
			if !ok {
				label = string(a.Type)
			}
			b.WriteString(label)
			b.WriteString(" = ")
			if isString(a.Tag) {
				escapeOpenSSL(&b, a.latin1())
			} else {
				fmt.Fprintf(&b, "#%X", a.Encoded)
			}
		}
	}
	return b.String()
}

// latin1 is the value as OpenSSL reads it: strings of octets that must be ASCII and are not are
// ISO 8859-1, as those who made them thought.
func (a *Attribute) latin1() string {
	switch a.Tag {
	case ber.TagNumericString, ber.TagPrintableString, ber.TagIA5String, ber.TagVisibleString:
		return decodeString(ber.TagTeletexString, a.Raw)
	}
	return a.Value
}

func escapeOpenSSL(b *strings.Builder, s string) {
	quote := strings.ContainsAny(s, `,+<>;`) || strings.HasPrefix(s, "#") ||
		strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ")
	if quote {
		b.WriteByte('"')
		defer b.WriteByte('"')
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		default:
			writeEscapedOctets(b, r)
		}
	}
}
