package pki

import (
	"encoding/json"
	"fmt"
	"io"
)

// SymmetricKey is a key that both sides of an encryption have. Like [PrivateKey] it never prints
// itself.
type SymmetricKey struct {
	ID  []byte // what an object may name it by (RFC 5652, Section 6.2.3); nil if it has none
	Key []byte
	// Source tells where it came from, as named by the user.
	Source string
}

// String describes the key: "the symmetric key 0102 of 16 octets".
func (k SymmetricKey) String() string {
	s := "a symmetric key"
	if k.ID != nil {
		s = fmt.Sprintf("the symmetric key %X", k.ID)
	}
	s += fmt.Sprintf(" of %d octets", len(k.Key))
	if k.Source != "" {
		s += fmt.Sprintf(" from %q", k.Source)
	}
	return s
}

// GoString is String.
func (k SymmetricKey) GoString() string { return k.String() }

// Format writes String for all verbs and flags, so that none of them prints the fields.
func (k SymmetricKey) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// MarshalJSON encodes String.
func (k SymmetricKey) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }
