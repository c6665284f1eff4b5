package cms

import (
	"crypto/aes"

	"sipsecdump/cipher/ccm"
)

// readCCM bounds the parameters as RFC 5084, Section 3.1 does.
func readCCM(parameters []byte) ([]byte, int, bool) {
	nonce, tag, ok := readAESParameters(parameters)
	return nonce, tag, ok && len(nonce) >= 7 && len(nonce) <= 13 && tag >= 4 && tag <= 16 && tag%2 == 0
}

// openCCM decrypts AES in Counter with CBC-MAC mode (RFC 3610, Section 2).
func openCCM(key, nonce, ciphertext, tag, additional []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	mode, err := ccm.New(block, len(nonce), len(tag))
	if err != nil {
		return nil, false
	}
	sealed := append(append(make([]byte, 0, len(ciphertext)+len(tag)), ciphertext...), tag...)
	plaintext, err := mode.Open(sealed[:0], nonce, sealed, additional)
	return plaintext, err == nil
}
