package pki

import (
	"bytes"

	"sipsecdump/cms/ber"
)

// keyBag is the object identifier of a private key that a PKCS#12 file has in the clear (RFC 7292,
// Section 4.2.1), encoded.
var keyBag = []byte("\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01")

// Of a private key that is not encrypted, the least octets that its numbers have: those of the
// modulus or prime, and those of the secret itself.
const (
	leastModulus = 32
	leastSecret  = 14
)

// shapeNodes is in how many elements the shape shows at the latest: the fields of an algorithm stand
// before the last of them.
const shapeNodes = 64

// IsPrivateKey tells by its shape whether an encoding is a private key, or a PKCS#12 file with one,
// that is not encrypted. It may be of any algorithm, or cut off: whether [ParseFile] can use it
// does not matter to what may be shown.
//
//	PrivateKeyInfo ::= SEQUENCE { version INTEGER, SEQUENCE { OBJECT IDENTIFIER, ... }, OCTET STRING, ... }
//	RSAPrivateKey, and openssl's of DSA ::= SEQUENCE { version INTEGER, INTEGER, INTEGER, ... }
//	ECPrivateKey ::= SEQUENCE { version INTEGER, OCTET STRING, [0] ECParameters OPTIONAL, [1] BIT STRING OPTIONAL }
func IsPrivateKey(octets []byte) bool {
	nodes, _ := ber.Walk(octets, ber.Limits{Nodes: shapeNodes})
	if len(nodes) == 0 || !nodes[0].Is(ber.TagSequence) {
		return false
	}
	var parts [3]int // the first components, as indices; 0 is none
	for i, n := 1, 0; i < len(nodes) && n < len(parts); i++ {
		if nodes[i].Depth == 1 {
			parts[n] = i
			n++
		}
	}
	first, second, third := &nodes[parts[0]], &nodes[parts[1]], &nodes[parts[2]]
	if parts[1] == 0 || !first.Is(ber.TagInteger) || len(first.Content) == 0 {
		return false
	}
	version := bytes.TrimLeft(first.Content, "\x00")
	switch {
	case len(version) == 1 && version[0] == 3: // PKCS#12
		return bytes.Contains(octets, keyBag)
	case len(version) > 1 || len(version) == 1 && version[0] > 1:
		return false
	case parts[2] == 0:
		return second.Is(ber.TagOctetString) && len(second.Content) >= leastSecret
	case second.Is(ber.TagSequence):
		return third.Is(ber.TagOctetString) && parts[1]+1 < parts[2] && nodes[parts[1]+1].Is(ber.TagOID)
	case second.Is(ber.TagInteger):
		return third.Is(ber.TagInteger) && second.Length >= leastModulus
	case second.Is(ber.TagOctetString) && third.Class == ber.ContextSpecific:
		// SNMP has an INTEGER behind its [0].
		inside := parts[2]+1 < len(nodes) && nodes[parts[2]+1].Is(ber.TagInteger)
		return len(second.Content) >= leastSecret && third.Tag <= 1 && !inside
	}
	return false
}
