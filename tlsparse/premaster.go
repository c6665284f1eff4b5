package tlsparse

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
)

// preMasterLength is the length of an RSA premaster secret (RFC 5246, Section 7.4.7.1).
const preMasterLength = 48

var errPadding = errors.New("no PKCS #1 padding")

// decryptPreMaster opens an EncryptedPreMasterSecret. The version in it is not compared:
// clients differ in which one they write, and the record MACs decide.
func decryptPreMaster(key *rsa.PrivateKey, encrypted []byte) ([]byte, error) {
	size := key.Size()
	if len(encrypted) > size {
		return nil, fmt.Errorf("it has %d octets, the key's modulus %d", len(encrypted), size)
	}
	// Some peers cut off leading zeros.
	encrypted = append(make([]byte, size-len(encrypted), size), encrypted...)
	secret, err := decryptPKCS1v15(key, encrypted)
	if err != nil {
		return nil, err
	}
	if len(secret) != preMasterLength {
		return nil, fmt.Errorf("it holds %d octets, a premaster secret has %d", len(secret), preMasterLength)
	}
	return secret, nil
}

// decryptPKCS1v15 is RFC 8017, Section 7.2.2. crypto/rsa refuses the short keys of old
// captures; for those the plain arithmetic does. That it takes a time that depends on the
// key is of no concern to a program that reads files.
func decryptPKCS1v15(key *rsa.PrivateKey, encrypted []byte) ([]byte, error) {
	if key.N.BitLen() >= minStandardRSA {
		//lint:ignore SA1019 RSA key exchange is this padding, and no peer learns the result
		return rsa.DecryptPKCS1v15(nil, key, encrypted)
	}
	c := new(big.Int).SetBytes(encrypted)
	if key.N.Sign() <= 0 || c.Cmp(key.N) >= 0 {
		return nil, errPadding
	}
	padded := c.Exp(c, key.D, key.N).FillBytes(make([]byte, key.Size()))
	if len(padded) < 11 || padded[0] != 0 || padded[1] != 2 {
		return nil, errPadding
	}
	i := bytes.IndexByte(padded[2:], 0)
	if i < 8 {
		return nil, errPadding
	}
	return padded[2+i+1:], nil
}

// rsaKey is the temporary key of an export suite (RFC 2246, Section 7.4.3); nil if it is none.
func (m *ServerKeyExchange) rsaKey() *rsa.PublicKey {
	e := new(big.Int).SetBytes(m.G)
	if len(m.P) == 0 || !e.IsInt64() || e.Int64() < 2 || e.Int64() > 1<<31-1 {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(m.P), E: int(e.Int64())}
}
