package pki

import (
	"crypto/dsa" //lint:ignore SA1019 only to name it
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
)

// KeyName tells kind and size of the public key: "RSA 2048", "ECDSA P-256", "Ed25519",
// "X25519"; the algorithm's identifier if this package cannot use the key.
func (c *Certificate) KeyName() string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	case *ecdh.PublicKey:
		return fmt.Sprint(k.Curve())
	case *dsa.PublicKey:
		if k.P != nil {
			return fmt.Sprintf("DSA %d", k.P.BitLen())
		}
		return "DSA with its issuer's parameters"
	}
	return string(c.PublicKeyAlgorithm.OID)
}
