//go:build !amd64 || purego

package rsadp

import "crypto/rsa"

// Key does not exist without the instructions that it is for.
type Key struct{}

// New returns nil.
func New(*rsa.PrivateKey) *Key { return nil }

// Decrypt is false.
func (*Key) Decrypt(m, c []byte) bool { return false }
