package cms

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"slices"

	"sipsecdump/cms/pki"
)

// keyWrap is an algorithm that encrypts a key with another.
type keyWrap struct {
	kekOctets int
	unwrap    func(kek, wrapped []byte) ([]byte, error)
}

// keyWraps are RFC 3394, RFC 5649 and RFC 3217, Section 3.
var keyWraps = map[pki.OID]keyWrap{
	"2.16.840.1.101.3.4.1.5":    {16, unwrapAES},
	"2.16.840.1.101.3.4.1.25":   {24, unwrapAES},
	"2.16.840.1.101.3.4.1.45":   {32, unwrapAES},
	"2.16.840.1.101.3.4.1.8":    {16, unwrapAESPadded},
	"2.16.840.1.101.3.4.1.28":   {24, unwrapAESPadded},
	"2.16.840.1.101.3.4.1.48":   {32, unwrapAESPadded},
	"1.2.840.113549.1.9.16.3.6": {24, unwrap3DES},
}

var errUnwrap = errors.New("the integrity check of the wrapped key fails")

// unwrapBlocks is the unwrapping process of RFC 3394, Section 2.2.2, without the check of the
// initial value that it returns.
func unwrapBlocks(kek, wrapped []byte) (initial, key []byte, err error) {
	n := len(wrapped)/8 - 1
	if len(wrapped)%8 != 0 || n < 2 {
		return nil, nil, errUnwrap
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, nil, err
	}
	var b [aes.BlockSize]byte // A || R[i]
	copy(b[:8], wrapped)
	key = slices.Clone(wrapped[8:])
	for t := 6 * n; t > 0; t-- {
		r := key[8*((t-1)%n):][:8]
		binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(t))
		copy(b[8:], r)
		block.Decrypt(b[:], b[:])
		copy(r, b[8:])
	}
	return b[:8], key, nil
}

func unwrapAES(kek, wrapped []byte) ([]byte, error) {
	initial, key, err := unwrapBlocks(kek, wrapped)
	if err != nil || subtle.ConstantTimeCompare(initial, bytes.Repeat([]byte{0xa6}, 8)) != 1 {
		return nil, errUnwrap
	}
	return key, nil
}

// unwrapAESPadded is RFC 5649, Section 4.2.
func unwrapAESPadded(kek, wrapped []byte) ([]byte, error) {
	var initial, key []byte
	if len(wrapped) == aes.BlockSize { // one block of key, not wrapped as more are
		block, err := aes.NewCipher(kek)
		if err != nil {
			return nil, errUnwrap
		}
		b := make([]byte, aes.BlockSize)
		block.Decrypt(b, wrapped)
		initial, key = b[:8], b[8:]
	} else {
		var err error
		if initial, key, err = unwrapBlocks(kek, wrapped); err != nil {
			return nil, errUnwrap
		}
	}
	length := binary.BigEndian.Uint32(initial[4:])
	if !bytes.Equal(initial[:4], []byte{0xa6, 0x59, 0x59, 0xa6}) || uint64(length) > uint64(len(key)) || len(key)-int(length) > 7 ||
		len(bytes.Trim(key[length:], "\x00")) > 0 {
		return nil, errUnwrap
	}
	return key[:length], nil
}

// unwrap3DES is RFC 3217, Section 3.2. It takes keys of any number of blocks: OpenSSL wraps those
// of other ciphers too.
func unwrap3DES(kek, wrapped []byte) ([]byte, error) {
	block, err := des.NewTripleDESCipher(kek)
	if err != nil || len(wrapped) < 8+8+8 || len(wrapped)%8 != 0 {
		return nil, errUnwrap
	}
	outer := []byte{0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05}
	b := make([]byte, len(wrapped))
	cipher.NewCBCDecrypter(block, outer).CryptBlocks(b, wrapped)
	slices.Reverse(b)
	iv, b := b[:8], b[8:] // IV || key || checksum
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(b, b)
	key, checksum := b[:len(b)-8], b[len(b)-8:]
	if sum := sha1.Sum(key); subtle.ConstantTimeCompare(sum[:8], checksum) != 1 {
		return nil, errUnwrap
	}
	return key, nil
}

// unwrapPassword is RFC 3211, Section 2.3.2: what a key encryption key made of a password wraps.
func unwrapPassword(block cipher.Block, iv, wrapped []byte) ([]byte, error) {
	size := block.BlockSize()
	n := len(wrapped)
	if n < 2*size || n%size != 0 || len(iv) != size {
		return nil, errUnwrap
	}
	// The outer layer began with the last block of the inner one as its vector.
	b := slices.Clone(wrapped)
	last := b[n-size:]
	cipher.NewCBCDecrypter(block, wrapped[n-2*size:n-size]).CryptBlocks(last, last)
	cipher.NewCBCDecrypter(block, last).CryptBlocks(b[:n-size], b[:n-size])
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(b, b)
	// COUNT || three octets, the complement of the key's first || key || padding
	length := int(b[0])
	if length < 3 || 4+length > n || b[1] != ^b[4] || b[2] != ^b[5] || b[3] != ^b[6] {
		return nil, errUnwrap
	}
	return b[4 : 4+length], nil
}
