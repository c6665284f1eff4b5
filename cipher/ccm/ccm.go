// Package ccm is Counter with CBC-MAC (RFC 3610, NIST SP 800-38C) over any block cipher of 128
// bits: the mode of the AES-CCM cipher suites (RFC 6655, RFC 7251, RFC 8446) and of CMS content
// (RFC 5084).
package ccm

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

const blockSize = 16

var (
	errParameters = errors.New("ccm: no such parameters")
	errOpen       = errors.New("ccm: the tag is wrong")
)

// aead holds scratch: what is passed to a cipher.Block escapes.
type aead struct {
	block     cipher.Block
	nonceSize int
	tagSize   int

	counter, stream [blockSize]byte
	mac             [blockSize]byte
	filled          int // octets of mac added to since it was last encrypted
	tag             [blockSize]byte
}

// New returns the mode with nonces of 7 to 13 octets and tags of 4, 6, ... 16 octets (RFC 3610,
// Section 2). It allocates nothing for a message, and is not safe for concurrent use.
func New(block cipher.Block, nonceSize, tagSize int) (cipher.AEAD, error) {
	if block.BlockSize() != blockSize || nonceSize < 7 || nonceSize > 13 || tagSize < 4 || tagSize > 16 || tagSize%2 != 0 {
		return nil, errParameters
	}
	return &aead{block: block, nonceSize: nonceSize, tagSize: tagSize}, nil
}

func (a *aead) NonceSize() int { return a.nonceSize }
func (a *aead) Overhead() int  { return a.tagSize }

// fits tells whether a message of n octets has a length that the nonce leaves room for.
func (a *aead) fits(n int) bool {
	lengthOctets := 15 - a.nonceSize // L of RFC 3610
	return lengthOctets >= 8 || uint64(n)>>(8*lengthOctets) == 0
}

// authenticate is RFC 3610, Section 2.2, with the tag encrypted as Section 2.3 says.
func (a *aead) authenticate(nonce, plaintext, additional []byte) []byte {
	clear(a.mac[:])
	// B_0 = flags || nonce || length of the message
	binary.BigEndian.PutUint64(a.mac[8:], uint64(len(plaintext)))
	copy(a.mac[1:], nonce)
	a.mac[0] = byte(14-a.nonceSize) | byte((a.tagSize-2)/2)<<3
	if len(additional) > 0 {
		a.mac[0] |= 1 << 6
	}
	a.filled = blockSize
	a.pad()
	if n := len(additional); n > 0 {
		if n < 0xff00 {
			a.writeOctets(uint64(n), 2)
		} else {
			a.writeOctets(0xfffe<<32|uint64(uint32(n)), 6)
		}
		a.write(additional)
		a.pad()
	}
	a.write(plaintext)
	a.pad()
	a.setCounter(nonce, 0)
	a.block.Encrypt(a.tag[:], a.counter[:])
	subtle.XORBytes(a.tag[:], a.tag[:], a.mac[:])
	return a.tag[:a.tagSize]
}

func (a *aead) write(b []byte) {
	for len(b) > 0 {
		n := subtle.XORBytes(a.mac[a.filled:], a.mac[a.filled:], b)
		b, a.filled = b[n:], a.filled+n
		if a.filled == blockSize {
			a.pad()
		}
	}
}

// writeOctets writes the last n octets of v.
func (a *aead) writeOctets(v uint64, n int) {
	for n--; n >= 0; n-- {
		a.mac[a.filled] ^= byte(v >> (8 * n))
		a.filled++ // at the start of a block: it does not end here
	}
}

// pad ends a block with zeros.
func (a *aead) pad() {
	if a.filled > 0 {
		a.block.Encrypt(a.mac[:], a.mac[:])
		a.filled = 0
	}
}

// setCounter makes A_n (RFC 3610, Section 2.3).
func (a *aead) setCounter(nonce []byte, n uint64) {
	binary.BigEndian.PutUint64(a.counter[8:], n)
	a.counter[0] = byte(14 - a.nonceSize)
	copy(a.counter[1:], nonce)
}

// xor encrypts or decrypts.
func (a *aead) xor(nonce, dst, src []byte) {
	a.setCounter(nonce, 0)
	for len(src) > 0 {
		for i := blockSize - 1; i > a.nonceSize; i-- {
			if a.counter[i]++; a.counter[i] != 0 {
				break
			}
		}
		a.block.Encrypt(a.stream[:], a.counter[:])
		n := subtle.XORBytes(dst, src, a.stream[:])
		dst, src = dst[n:], src[n:]
	}
}

func (a *aead) check(nonce []byte) {
	if len(nonce) != a.nonceSize {
		panic("ccm: wrong length of nonce")
	}
}

// Seal implements cipher.AEAD. It panics if the message is longer than the length of the nonce
// allows.
func (a *aead) Seal(dst, nonce, plaintext, additional []byte) []byte {
	a.check(nonce)
	if !a.fits(len(plaintext)) {
		panic("ccm: the message is too long")
	}
	tag := a.authenticate(nonce, plaintext, additional)
	dst, out := extend(dst, len(plaintext), a.tagSize)
	a.xor(nonce, out, plaintext)
	return append(dst, tag...)
}

// Open implements cipher.AEAD. If the tag is wrong, what was decrypted is overwritten.
func (a *aead) Open(dst, nonce, ciphertext, additional []byte) ([]byte, error) {
	a.check(nonce)
	n := len(ciphertext) - a.tagSize
	if n < 0 || !a.fits(n) {
		return nil, errOpen
	}
	// In place, the plaintext overwrites nothing of the tag: it is shorter.
	dst, out := extend(dst, n, 0)
	a.xor(nonce, out, ciphertext[:n])
	if subtle.ConstantTimeCompare(a.authenticate(nonce, out, additional), ciphertext[n:]) != 1 {
		clear(out)
		return nil, errOpen
	}
	return dst, nil
}

// extend makes room for n octets behind b, and more behind those.
func extend(b []byte, n, more int) (whole, added []byte) {
	if cap(b)-len(b) < n {
		b = append(make([]byte, 0, len(b)+n+more), b...)
	}
	whole = b[:len(b)+n]
	return whole, whole[len(b):]
}
