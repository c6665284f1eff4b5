package pki

// KeyDerivation makes a key of a passphrase: PBKDF2 (RFC 8018, Section 5.2) or scrypt (RFC 7914).
type KeyDerivation struct {
	// Cost is what one derivation spends, in iterations times blocks of output. Many at a time
	// are the caller's to bound.
	Cost   int
	derive func(passphrase []byte) ([]byte, error)
}

// Derive returns the key.
func (d KeyDerivation) Derive(passphrase []byte) ([]byte, error) { return d.derive(passphrase) }

// ReadKeyDerivation reads a key derivation algorithm that is to make keys of so many octets. The
// error is nil or a *[KeyError] without a file.
func ReadKeyDerivation(a AlgorithmIdentifier, keyOctets int) (KeyDerivation, error) {
	derive, cost, err := readKDF(a, keyOctets)
	if err != nil {
		l := loader{}
		l.failure(err)
		return KeyDerivation{}, l.err
	}
	return KeyDerivation{cost, derive}, nil
}
