package pki

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"

	"sipsecdump/cipher/rsadp"
)

// PrivateKey is a private key and where it came from. It never prints itself: String, GoString,
// Format and MarshalJSON give the kind and the file only.
type PrivateKey struct {
	Key    crypto.PrivateKey // *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey, *ecdh.PrivateKey
	Public crypto.PublicKey
	Source string // the file as named by the user

	rsadp *rsadp.Key // nil if there is none, or if the key was not read from a file
}

// newPrivateKey returns nil if the key is of a type that is not used.
func newPrivateKey(key crypto.PrivateKey, source string) *PrivateKey {
	signer, ok := key.(interface{ Public() crypto.PublicKey })
	if !ok {
		return nil
	}
	switch key.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey, *ecdh.PrivateKey:
		private, _ := key.(*rsa.PrivateKey)
		return &PrivateKey{Key: key, Public: signer.Public(), Source: source, rsadp: rsadp.New(private)}
	}
	return nil
}

// The methods that print have value receivers, so that a copy does not print its fields either.

// String describes the key: "RSA key of 2048 bits from \"fluffy.pem\"".
func (k PrivateKey) String() string {
	description := "private key"
	switch pub := k.Public.(type) {
	case *rsa.PublicKey:
		description = fmt.Sprintf("RSA key of %d bits", pub.N.BitLen())
	case *ecdsa.PublicKey:
		description = "EC key on " + pub.Curve.Params().Name
	case ed25519.PublicKey:
		description = "Ed25519 key"
	case *ecdh.PublicKey:
		description = fmt.Sprintf("%v key", pub.Curve())
	}
	if k.Source == "" {
		return description
	}
	return fmt.Sprintf("%s from %q", description, k.Source)
}

// GoString is String.
func (k PrivateKey) GoString() string { return k.String() }

// Format writes String for all verbs and flags, so that none of them prints the fields.
func (k PrivateKey) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// MarshalJSON encodes String.
func (k PrivateKey) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }

// Is tells whether the key is the private part of pub.
func (k *PrivateKey) Is(pub crypto.PublicKey) bool { return equalPublic(k.Public, pub) }

// equalPublic compares two public keys. An EC key may be meant for signatures or for key agreement:
// the same point is the same key.
func equalPublic(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	if !ok || b == nil {
		return false
	}
	if key.Equal(b) {
		return true
	}
	x, y := ecdhPublic(a), ecdhPublic(b)
	return x != nil && y != nil && x.Curve() == y.Curve() && bytes.Equal(x.Bytes(), y.Bytes())
}

func ecdhPublic(pub crypto.PublicKey) *ecdh.PublicKey {
	switch pub := pub.(type) {
	case *ecdh.PublicKey:
		return pub
	case *ecdsa.PublicKey:
		if key, err := pub.ECDH(); err == nil {
			return key
		}
	}
	return nil
}
