// Package idea is the block cipher IDEA (X. Lai, "On the Design and Security of Block Ciphers",
// 1992), which the cipher suites of RFC 5469 use. It is meant for reading captures.
package idea

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
)

const (
	// BlockSize is the size of a block, in octets.
	BlockSize = 8
	rounds    = 8
	subkeys   = 6*rounds + 4
)

type idea struct{ encrypt, decrypt [subkeys]uint16 }

// New returns the cipher with a key of 16 octets.
func New(key []byte) (cipher.Block, error) {
	if len(key) != 16 {
		return nil, fmt.Errorf("idea: a key of %d octets is not possible", len(key))
	}
	c := new(idea)
	// The subkeys are the key, eight at a time, turned left by 25 bits after each eight.
	high, low := binary.BigEndian.Uint64(key), binary.BigEndian.Uint64(key[8:])
	for i := range c.encrypt {
		if i > 0 && i%8 == 0 {
			high, low = high<<25|low>>39, low<<25|high>>39
		}
		word := high
		if i%8 >= 4 {
			word = low
		}
		c.encrypt[i] = uint16(word >> (48 - 16*(i%4)))
	}
	c.invert()
	return c, nil
}

// invert makes the subkeys of decryption: those of encryption from the last to the first, the
// ones of a group inverted each in its own arithmetic.
func (c *idea) invert() {
	e, d := &c.encrypt, &c.decrypt
	for round := range rounds + 1 {
		to, from := 6*round, 6*(rounds-round)
		d[to] = inverse(e[from])
		d[to+3] = inverse(e[from+3])
		d[to+1], d[to+2] = -e[from+2], -e[from+1]
		if round == 0 || round == rounds { // no exchange of the middle words around it
			d[to+1], d[to+2] = -e[from+1], -e[from+2]
		}
		if round < rounds {
			d[to+4], d[to+5] = e[from-2], e[from-1]
		}
	}
}

// multiply is modulo 2^16+1, where 0 stands for 2^16.
func multiply(a, b uint16) uint16 {
	if a == 0 {
		return 1 - b
	}
	if b == 0 {
		return 1 - a
	}
	p := uint32(a) * uint32(b)
	low, high := uint16(p), uint16(p>>16)
	if low < high {
		return low - high + 1
	}
	return low - high
}

// inverse is that of multiply: x^(2^16-1), since the group has 2^16 elements.
func inverse(x uint16) uint16 {
	y := x
	for range 15 {
		y = multiply(multiply(y, y), x)
	}
	return y
}

func crypt(k *[subkeys]uint16, dst, src []byte) {
	_, _ = dst[BlockSize-1], src[BlockSize-1]
	x1, x2 := binary.BigEndian.Uint16(src), binary.BigEndian.Uint16(src[2:])
	x3, x4 := binary.BigEndian.Uint16(src[4:]), binary.BigEndian.Uint16(src[6:])
	for i := 0; i < 6*rounds; i += 6 {
		x1, x4 = multiply(x1, k[i]), multiply(x4, k[i+3])
		x2, x3 = x2+k[i+1], x3+k[i+2]
		t := multiply(x1^x3, k[i+4])
		u := multiply(t+(x2^x4), k[i+5])
		t += u
		x1, x2, x3, x4 = x1^u, x3^u, x2^t, x4^t
	}
	const out = 6 * rounds
	binary.BigEndian.PutUint16(dst, multiply(x1, k[out]))
	binary.BigEndian.PutUint16(dst[2:], x3+k[out+1])
	binary.BigEndian.PutUint16(dst[4:], x2+k[out+2])
	binary.BigEndian.PutUint16(dst[6:], multiply(x4, k[out+3]))
}

func (c *idea) BlockSize() int { return BlockSize }

// Encrypt and Decrypt may work in place.
func (c *idea) Encrypt(dst, src []byte) { crypt(&c.encrypt, dst, src) }
func (c *idea) Decrypt(dst, src []byte) { crypt(&c.decrypt, dst, src) }
