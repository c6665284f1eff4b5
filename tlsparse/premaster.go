package tlsparse

import (
	"crypto/rsa"
	"fmt"
	"math/big"

	"sipsecdump/amount"
	"sipsecdump/cms/pki"
)

// preMasterLength is the length of an RSA premaster secret (RFC 5246, Section 7.4.7.1).
const preMasterLength = 48

// decryptPreMaster opens an EncryptedPreMasterSecret with an RSA key whose modulus has size octets.
// The version in it is not compared: clients differ in which one they write, and the record MACs
// decide.
func decryptPreMaster(key *pki.PrivateKey, size int, encrypted []byte) ([]byte, error) {
	if len(encrypted) > size {
		return nil, fmt.Errorf("it has %d octets, the key's modulus %d", len(encrypted), size)
	}
	secret, err := key.DecryptPKCS1v15(encrypted)
	if err != nil {
		return nil, err
	}
	if len(secret) != preMasterLength {
		return nil, fmt.Errorf("it holds %s, a premaster secret has %d", amount.Octets(len(secret)), preMasterLength)
	}
	return secret, nil
}

// rsaKey is the temporary key of an export suite (RFC 2246, Section 7.4.3); nil if it is none.
func (m *ServerKeyExchange) rsaKey() *rsa.PublicKey {
	e := new(big.Int).SetBytes(m.G)
	if len(m.P) == 0 || !e.IsInt64() || e.Int64() < 2 || e.Int64() > 1<<31-1 {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(m.P), E: int(e.Int64())}
}
