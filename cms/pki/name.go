package pki

import (
	"bytes"
	"errors"

	"sipsecdump/cms/ber"
)

// OID is an object identifier in dotted form: "1.2.840.113549.1.7.2".
type OID string

// Attribute is one attribute of a relative distinguished name.
type Attribute struct {
	Type  OID
	Tag   uint32 // universal tag of the value's string type; 0 if its tag is not universal
	Value string // decoded to UTF-8; undecodable octets become U+FFFD
	Raw   []byte // content octets as encoded
	// Encoded is the value as encoded, tag and length included.
	Encoded []byte
}

// Name is a distinguished name (RFC 5280, Section 4.1.2.4), in wire order.
type Name struct {
	RDNs [][]Attribute
	Raw  []byte // DER, as encoded: what identity is decided by
	text string // what String gives, if it is known
}

// ReadName reads a Name; its slices alias the cursor's input.
//
//	Name ::= SEQUENCE OF SET SIZE (1..MAX) OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
func ReadName(c *ber.Cursor) (Name, error) {
	whole, err := c.Expect(ber.Universal, ber.TagSequence)
	n := Name{Raw: whole.Raw}
	if err != nil {
		return n, err
	}
	for rdns := whole.Children(); !rdns.Empty(); {
		set, err := rdns.Set()
		if err != nil {
			return n, err
		}
		var rdn []Attribute
		for !set.Empty() {
			a, err := readAttribute(&set)
			if err != nil {
				return n, err
			}
			rdn = append(rdn, a)
		}
		n.RDNs = append(n.RDNs, rdn)
	}
	return n, nil
}

// ParseName reads a Name that der holds, and nothing else; its slices alias der.
func ParseName(der []byte) (Name, error) {
	c := ber.NewCursor(der)
	n, err := ReadName(&c)
	if err == nil && !c.Empty() {
		err = errors.New("octets follow the name")
	}
	return n, err
}

func readAttribute(c *ber.Cursor) (Attribute, error) {
	seq, err := c.Sequence()
	if err != nil {
		return Attribute{}, err
	}
	oid, err := seq.OID()
	if err != nil {
		return Attribute{}, err
	}
	value, err := seq.Next()
	if err != nil {
		return Attribute{}, err
	}
	a := Attribute{Type: OID(oid), Raw: value.Content, Encoded: value.Raw}
	if value.Class == ber.Universal {
		a.Tag = value.Tag
		if octets, err := value.Octets(); err == nil {
			a.Value = decodeString(a.Tag, octets)
		}
	}
	return a, seq.Finish()
}

// Get returns the values of all attributes of a type, in wire order.
func (n Name) Get(attribute OID) []string {
	var values []string
	for _, rdn := range n.RDNs {
		for i := range rdn {
			if rdn[i].Type == attribute {
				values = append(values, rdn[i].Value)
			}
		}
	}
	return values
}

// CommonNames returns the values of the commonName attributes, in wire order.
func (n Name) CommonNames() []string { return n.Get(oidCommonName) }

// EmailAddresses returns the values of the emailAddress attributes, in wire order.
func (n Name) EmailAddresses() []string { return n.Get(oidEmailAddress) }

// Equal tells whether two names are the same: in the same octets, or attribute by attribute when
// case and the amount of white space in strings are disregarded, and the string type with
// them. That is what RFC 5280, Section 7.1 asks, without the tables of RFC 4518.
func (n Name) Equal(o Name) bool {
	if bytes.Equal(n.Raw, o.Raw) && n.Raw != nil {
		return true
	}
	if len(n.RDNs) != len(o.RDNs) {
		return false
	}
	for i, rdn := range n.RDNs {
		if !equalRDN(rdn, o.RDNs[i]) {
			return false
		}
	}
	return true
}

// equalRDN compares sets: the order is of no account.
func equalRDN(a, b []Attribute) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) == 1 {
		return equalAttribute(&a[0], &b[0])
	}
	if len(a) > maxRDNAttributes {
		return false
	}
	taken := make([]bool, len(b))
next:
	for i := range a {
		for j := range b {
			if !taken[j] && equalAttribute(&a[i], &b[j]) {
				taken[j] = true
				continue next
			}
		}
		return false
	}
	return true
}

func equalAttribute(a, b *Attribute) bool {
	switch {
	case a.Type != b.Type:
		return false
	case a.Tag == b.Tag && bytes.Equal(a.Raw, b.Raw):
		return true
	case !isString(a.Tag) || !isString(b.Tag):
		return false
	}
	return foldString(a.Value) == foldString(b.Value)
}
