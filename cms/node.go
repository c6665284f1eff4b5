package cms

import (
	"encoding/base64"
	"iter"
	"math/big"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"sipsecdump/cms/ber"
)

// TreeNode is an element of an Object in a form for programs.
type TreeNode struct {
	Offset int
	Header int // octets of identifier and length
	Length int // content octets as declared; -1 if indefinite
	Depth  int
	Class  string // "universal", "application", "context", "private"
	Tag    uint32
	Name   string // "SEQUENCE", "[0]"
	Value  string // as NodeValue has it
}

var treeClasses = [...]string{
	ber.Universal: "universal", ber.Application: "application", ber.ContextSpecific: "context", ber.Private: "private",
}

// Tree yields the elements of o in the order of their offsets.
func (o *Object) Tree() iter.Seq[TreeNode] {
	return func(yield func(TreeNode) bool) {
		for i := range o.Nodes {
			n := &o.Nodes[i]
			name := tagName(n.Class, n.Tag)
			if n.Class == ber.Universal {
				name = universalName(n.Tag)
			}
			if !yield(TreeNode{
				Offset: n.Offset, Header: n.Header, Length: n.Length, Depth: n.Depth,
				Class: treeClasses[n.Class&3], Tag: n.Tag, Name: name, Value: NodeValue(n),
			}) {
				return
			}
		}
	}
}

// NodeValue returns the value of a primitive element as text:
//
//   - "TRUE" or "FALSE"
//   - an INTEGER or ENUMERATED in decimal, or, of more than 32 octets, "0x" and the content in hex
//   - an object identifier's name and dotted form, "sha1 (1.3.14.3.2.26)", or that alone
//   - the characters of a string; what cannot be decoded becomes U+FFFD
//   - a time as RFC 3339 has it, in UTC, or as encoded if it cannot be read
//   - of all else the content octets in base64
//
// It is empty for a constructed element, one whose content is listed as elements of its own,
// NULL, and one without content. It is not escaped: hostile input puts control characters here.
func NodeValue(n *ber.Node) string {
	if n.Constructed || n.Encapsulated || len(n.Content) == 0 {
		return ""
	}
	if n.Class != ber.Universal {
		return base64.StdEncoding.EncodeToString(n.Content)
	}
	e := ber.Element{Class: n.Class, Tag: n.Tag, Content: n.Content}
	switch n.Tag {
	case ber.TagBoolean:
		if v, err := e.Bool(); err == nil && v {
			return "TRUE"
		} else if err == nil {
			return "FALSE"
		}
	case ber.TagInteger, ber.TagEnumerated:
		return integerValue(e)
	case ber.TagOID:
		if dotted, ok := ber.OIDString(n.Content); ok {
			if name, known := ber.DumpName(dotted); known {
				return name + " (" + dotted + ")"
			}
			return dotted
		}
	case ber.TagUTCTime, ber.TagGeneralizedTime:
		if t, err := e.Time(); err == nil {
			return t.Format(time.RFC3339Nano)
		}
		return stringValue(ber.TagIA5String, n.Content)
	case ber.TagUTF8String, ber.TagPrintableString, ber.TagIA5String, ber.TagTeletexString,
		ber.TagNumericString, ber.TagVisibleString, ber.TagGeneralString, ber.TagGraphicString,
		ber.TagBMPString, ber.TagVideotexString, ber.TagObjectDescriptor:
		return stringValue(n.Tag, n.Content)
	}
	return base64.StdEncoding.EncodeToString(n.Content)
}

// stringValue decodes a string to UTF-8; TeletexString is read as ISO 8859-1, which is how it is
// used.
func stringValue(tag uint32, octets []byte) string {
	switch tag {
	case ber.TagUTF8String:
		return strings.ToValidUTF8(string(octets), string(utf8.RuneError))
	case ber.TagBMPString:
		units := make([]uint16, 0, len(octets)/2+1)
		for ; len(octets) >= 2; octets = octets[2:] {
			units = append(units, uint16(octets[0])<<8|uint16(octets[1]))
		}
		if len(octets) > 0 {
			units = append(units, utf8.RuneError)
		}
		return string(utf16.Decode(units))
	}
	runes := make([]rune, len(octets))
	for i, b := range octets {
		runes[i] = rune(b)
		if b >= utf8.RuneSelf && tag != ber.TagTeletexString {
			runes[i] = utf8.RuneError
		}
	}
	return string(runes)
}

func integerValue(e ber.Element) string {
	if len(e.Content) > maxDecimalOctets {
		return "0x" + new(big.Int).SetBytes(e.Content).Text(16)
	}
	v, err := e.Integer()
	if err != nil {
		return ""
	}
	return v.String()
}
