// Package aescbc decrypts AES in CBC mode (NIST SP 800-38A, Section 6.2). A block of plaintext needs two
// of ciphertext and no other plaintext, and so many can be decrypted at once: 8 with AES-NI, in a quarter
// of the time that crypto/cipher takes for one after the other, and 16 with the AES instructions of
// AVX-512, in a tenth of it. On other processors, and with the build tag purego, it is crypto/cipher
// that decrypts.
package aescbc

import (
	"crypto/aes"
	"crypto/cipher"
)

// Decrypter is the mode with a key. As crypto/cipher's, it goes on from one call of CryptBlocks to the
// next, whose two slices overlap entirely or not at all, and panics if lengths are wrong. It allocates
// nothing, and is not safe for concurrent use.
type Decrypter interface {
	cipher.BlockMode
	// SetIV sets the initialization vector of what comes next: 16 octets, which are copied.
	SetIV(iv []byte)
}

// New returns a decrypter for a key of 16, 24 or 32 octets. Its initialization vector is zero.
func New(key []byte) (Decrypter, error) {
	if d := newHardware(key); d != nil {
		return d, nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).(Decrypter), nil
}
