package certs

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Attribute is one attribute of a distinguished name.
type Attribute struct {
	Type  string // C, ST, L, O, OU, CN, DC, serialNumber or emailAddress
	Value string
}

// A Subject is a distinguished name, its attributes in the order encoded, one
// to each relative distinguished name (RFC 5280, Section 4.1.2.4).
type Subject []Attribute

// attributeType says how one attribute type is encoded.
type attributeType struct {
	name string
	oid  asn1.ObjectIdentifier
	tag  int // asn1.TagUTF8String unless the type's own syntax is narrower
	max  int // characters, RFC 5280, Appendix A.1; 0 is unbounded there
}

var attributeTypes = []attributeType{
	{"C", asn1.ObjectIdentifier{2, 5, 4, 6}, asn1.TagPrintableString, 2},
	{"ST", asn1.ObjectIdentifier{2, 5, 4, 8}, asn1.TagUTF8String, 128},
	{"L", asn1.ObjectIdentifier{2, 5, 4, 7}, asn1.TagUTF8String, 128},
	{"O", asn1.ObjectIdentifier{2, 5, 4, 10}, asn1.TagUTF8String, 64},
	{"OU", asn1.ObjectIdentifier{2, 5, 4, 11}, asn1.TagUTF8String, 64},
	{"CN", asn1.ObjectIdentifier{2, 5, 4, 3}, asn1.TagUTF8String, maxCommonName},
	{"DC", asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, asn1.TagIA5String, 0},
	{"serialNumber", asn1.ObjectIdentifier{2, 5, 4, 5}, asn1.TagPrintableString, 64},
	{"emailAddress", asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, asn1.TagIA5String, 255},
}

// sipit is what the names of the documents' certificates begin with.
var sipit = Subject{{"C", "US"}, {"ST", "California"}, {"L", "San Jose"}, {"O", "sipit"}}

// authoritySubject is the name of the documents' mock authorities.
var authoritySubject = append(slices.Clone(sipit), Attribute{"OU", "Sipit Test Certificate Authority"})

// ParseSubject reads a distinguished name, either as openssl's -subj takes it
// ("/C=US/O=sipit/CN=example.com") or as its listings print it ("C=US, O=sipit,
// CN=example.com"), first attribute first. A backslash takes the next
// character as it is.
func ParseSubject(s string) (Subject, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("subject %q is not UTF-8", s)
	}
	separator := ','
	if rest, ok := strings.CutPrefix(s, "/"); ok {
		separator, s = '/', rest
	}
	var (
		subject Subject
		key     string
		keyed   bool
		part    strings.Builder
		escaped bool
	)
	flush := func() error {
		if !keyed {
			return fmt.Errorf("subject attribute %q is not TYPE=VALUE", part.String())
		}
		subject = append(subject, Attribute{Type: key, Value: part.String()})
		key, keyed = "", false
		part.Reset()
		return nil
	}
	for _, r := range s {
		switch {
		case escaped:
			escaped = false
			part.WriteRune(r)
		case r == '\\':
			escaped = true
		case r == separator:
			if err := flush(); err != nil {
				return nil, err
			}
		case r == '=' && !keyed:
			key, keyed = strings.TrimSpace(part.String()), true
			part.Reset()
		case r == ' ' && keyed && part.Len() == 0:
		default:
			part.WriteRune(r)
		}
	}
	if escaped {
		return nil, fmt.Errorf("subject %q ends in a backslash", s)
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return subject, subject.check()
}

// String returns the name in the form of openssl's -subj, which ParseSubject reads.
func (s Subject) String() string {
	escape := strings.NewReplacer(`\`, `\\`, `/`, `\/`)
	var b strings.Builder
	for _, a := range s {
		b.WriteString("/" + a.Type + "=")
		value := escape.Replace(a.Value)
		if strings.HasPrefix(value, " ") {
			b.WriteByte('\\')
		}
		b.WriteString(value)
	}
	return b.String()
}

func (s Subject) check() error {
	for _, a := range s {
		t, err := lookupAttribute(a.Type)
		if err != nil {
			return err
		}
		if err := t.check(a.Value); err != nil {
			return fmt.Errorf("subject attribute %s=%q: %w", a.Type, a.Value, err)
		}
	}
	return nil
}

func lookupAttribute(name string) (attributeType, error) {
	for _, t := range attributeTypes {
		if t.name == name {
			return t, nil
		}
	}
	have := make([]string, len(attributeTypes))
	for i, t := range attributeTypes {
		have[i] = t.name
	}
	return attributeType{}, &UnknownError{What: "subject attribute type", Name: name, Have: have}
}

func (t attributeType) check(value string) error {
	switch {
	case value == "":
		return errors.New("it is empty")
	case !utf8.ValidString(value):
		return errors.New("it is not UTF-8")
	case strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("it holds an unprintable character")
	case t.name == "C" && len(value) != t.max:
		return errors.New("it is not two letters (RFC 5280, Appendix A.1)")
	case t.max > 0 && utf8.RuneCountInString(value) > t.max:
		return fmt.Errorf("it is longer than %d characters (RFC 5280, Appendix A.1)", t.max)
	case t.tag == asn1.TagPrintableString && strings.ContainsFunc(value, notPrintableString):
		return errors.New("it is no PrintableString (RFC 5280, Appendix A.1)")
	case t.tag == asn1.TagIA5String && strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII }):
		return errors.New("it is not ASCII (RFC 5280, Appendix A.1)")
	}
	return nil
}

func notPrintableString(r rune) bool {
	return r > unicode.MaxASCII || !isAlnum(byte(r)) && !strings.ContainsRune(" '()+,-./:=?", r)
}

// marshal encodes the name (RFC 5280, Section 4.1.2.4). Strings are UTF8String
// where the type lets them, as the section recommends and RFC 6216 does.
func (s Subject) marshal() ([]byte, error) {
	rdns := make(pkix.RDNSequence, 0, len(s))
	for _, a := range s {
		t, err := lookupAttribute(a.Type)
		if err != nil {
			return nil, err
		}
		rdns = append(rdns, pkix.RelativeDistinguishedNameSET{{
			Type:  t.oid,
			Value: asn1.RawValue{Tag: t.tag, Bytes: []byte(a.Value)},
		}})
	}
	return asn1.Marshal(rdns)
}
