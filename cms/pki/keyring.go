package pki

import "crypto"

// PrivateKey is a private key and where it came from. It never prints itself: String and
// GoString give the kind and the file only.
type PrivateKey struct {
	Key    crypto.PrivateKey // *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey, *ecdh.PrivateKey
	Public crypto.PublicKey
	Source string // the file as named by the user
}

// Keyring holds the private keys and certificates at hand. It is filled before the run and
// not changed by it; reading it is safe from several goroutines.
type Keyring struct {
	Keys []*PrivateKey
	// Certificates are those given to be used, CAs those given to be trusted.
	Certificates []*Certificate
	CAs          []*Certificate
}
