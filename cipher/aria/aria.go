// Package aria is the block cipher ARIA (RFC 5794), which the cipher suites of RFC 6209 use. It
// is meant for reading captures: lookups in its tables take a time that depends on the key.
package aria

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"
)

// BlockSize is the size of a block, in octets.
const BlockSize = 16

// maxRounds is the number of rounds with the longest key (RFC 5794, Section 2.2).
const maxRounds = 16

// boxes are SB1, SB2, SB3 = SB1's inverse and SB4 = SB2's inverse (RFC 5794, Section 2.4.2).
var boxes [4][256]byte

// fillTables fills boxes and spread, which most runs do without.
var fillTables = sync.OnceFunc(func() {
	b := &boxes
	for x := range 256 {
		// SB1 is that of AES, SB2 an affine map of x^247.
		b[0][x] = affine(power(byte(x), 254), [8]byte{0xf1, 0xe3, 0xc7, 0x8f, 0x1f, 0x3e, 0x7c, 0xf8}, 0x63)
		b[1][x] = affine(power(byte(x), 247), [8]byte{0x7a, 0xbc, 0xeb, 0xb9, 0x34, 0x81, 0xba, 0xcb}, 0xe2)
	}
	for x := range 256 {
		b[2][b[0][x]] = byte(x)
		b[3][b[1][x]] = byte(x)
	}
	for i := range spread {
		for x := range 256 {
			spread[i][x] = 0x01010101 * uint32(b[i][x]) &^ (0xff000000 >> (8 * i))
		}
	}
})

// power is in the field of AES, GF(2^8) modulo x^8+x^4+x^3+x+1.
func power(x byte, n int) byte {
	p := byte(1)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			p = multiply(p, x)
		}
		x = multiply(x, x)
	}
	return p
}

func multiply(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 != 0 {
			p ^= a
		}
		carry := a >> 7
		a = a<<1 ^ carry*0x1b
	}
	return p
}

// affine multiplies by a matrix, whose rows stand from the lowest bit of the result up, and adds.
func affine(x byte, rows [8]byte, c byte) (y byte) {
	for i, row := range rows {
		y |= byte(bits.OnesCount8(row&x)&1) << i
	}
	return y ^ c
}

// spread has for each box, and each value of an octet, the box's output in three octets of a
// word: all but the one at its own place, 0, 1, 2 or 3 for the four boxes. That is the first of
// the three steps that the diffusion layer is made of; the others are words and octets.
var spread [4][256]uint32

// state is a block: four words.
type state [4]uint32

func (s *state) add(k *state) {
	s[0] ^= k[0]
	s[1] ^= k[1]
	s[2] ^= k[2]
	s[3] ^= k[3]
}

// odd is substitution layer 1 and the diffusion layer (RFC 5794, Section 2.4.1: FO).
func (s *state) odd() {
	for i, w := range s {
		s[i] = spread[0][w>>24] ^ spread[1][w>>16&0xff] ^ spread[2][w>>8&0xff] ^ spread[3][w&0xff]
	}
	s.mixWords()
	s.mixOctets(0)
	s.mixWords()
}

// even is substitution layer 2 and the diffusion layer (RFC 5794, Section 2.4.1: FE). The boxes
// stand two places aside, and so do the octets that their tables leave out.
func (s *state) even() {
	for i, w := range s {
		s[i] = spread[2][w>>24] ^ spread[3][w>>16&0xff] ^ spread[0][w>>8&0xff] ^ spread[1][w&0xff]
	}
	s.mixWords()
	s.mixOctets(2)
	s.mixWords()
}

// diffuse is the diffusion layer alone (RFC 5794, Section 2.4.3).
func (s *state) diffuse() {
	for i, w := range s {
		s[i] = bits.RotateLeft32(w, 8) ^ bits.RotateLeft32(w, 16) ^ bits.RotateLeft32(w, 24)
	}
	s.mixWords()
	s.mixOctets(0)
	s.mixWords()
}

// mixWords adds words to each other.
func (s *state) mixWords() {
	s[1] ^= s[2]
	s[2] ^= s[3]
	s[0] ^= s[1]
	s[3] ^= s[1]
	s[2] ^= s[0]
	s[1] ^= s[2]
}

// mixOctets turns the octets of the words, of the first least, in pairs, halves and whole.
func (s *state) mixOctets(first int) {
	a, b, c := &s[(first+1)&3], &s[(first+2)&3], &s[(first+3)&3]
	*a = *a<<8&0xff00ff00 | *a>>8&0x00ff00ff
	*b = bits.RotateLeft32(*b, 16)
	*c = bits.ReverseBytes32(*c)
}

// last is substitution layer 2 alone.
func (s *state) last() {
	for i, w := range s {
		s[i] = uint32(boxes[2][w>>24])<<24 | uint32(boxes[3][w>>16&0xff])<<16 |
			uint32(boxes[0][w>>8&0xff])<<8 | uint32(boxes[1][w&0xff])
	}
}

type aria struct {
	rounds           int
	encrypt, decrypt [maxRounds + 1]state
}

// New returns the cipher with a key of 16, 24 or 32 octets.
func New(key []byte) (cipher.Block, error) {
	switch len(key) {
	case 16, 24, 32:
	default:
		return nil, fmt.Errorf("aria: a key of %d octets is not possible", len(key))
	}
	fillTables()
	c := &aria{rounds: 8 + len(key)/4}
	c.expand(key)
	return c, nil
}

// expand is RFC 5794, Section 2.2.
func (c *aria) expand(key []byte) {
	constants := [3]state{
		{0x517cc1b7, 0x27220a94, 0xfe13abe8, 0xfa9a6ee0},
		{0x6db14acc, 0x9e21c820, 0xff28b1d5, 0xef5de2b0},
		{0xdb92371d, 0x2126e970, 0x03249775, 0x04e8c90e},
	}
	from := (len(key) - 16) / 8
	var padded [32]byte
	copy(padded[:], key)
	var w [4]state
	for i := range 4 {
		w[0][i] = binary.BigEndian.Uint32(padded[4*i:])
		w[1][i] = binary.BigEndian.Uint32(padded[16+4*i:])
	}
	next := func(in state, i int, round func(*state)) state {
		in.add(&constants[(from+i)%3])
		round(&in)
		return in
	}
	right := w[1]
	w[1] = next(w[0], 0, (*state).odd)
	w[1].add(&right)
	w[2] = next(w[1], 1, (*state).even)
	w[2].add(&w[0])
	w[3] = next(w[2], 2, (*state).odd)
	w[3].add(&w[1])

	turns := [5]int{-19, -31, 61, 31, 19}
	for i := range c.rounds + 1 {
		k := w[(i+1)%4].rotated(turns[i/4])
		if i%4 == 3 {
			k = w[0].rotated(turns[i/4])
		}
		k.add(&w[i%4])
		c.encrypt[i] = k
	}
	for i := range c.rounds + 1 {
		k := c.encrypt[c.rounds-i]
		if i > 0 && i < c.rounds {
			k.diffuse()
		}
		c.decrypt[i] = k
	}
}

// rotated is the block turned left, as one number.
func (s state) rotated(n int) (r state) {
	n = (n + 128) % 128
	for i := range r {
		a, b := s[(i+n/32)%4], s[(i+n/32+1)%4]
		r[i] = a<<(n%32) | b>>(32-n%32)
	}
	return r
}

// crypt is RFC 5794, Section 2.3.
func (c *aria) crypt(keys *[maxRounds + 1]state, dst, src []byte) {
	_, _ = dst[BlockSize-1], src[BlockSize-1]
	var s state
	for i := range s {
		s[i] = binary.BigEndian.Uint32(src[4*i:])
	}
	for i := 0; i < c.rounds-2; i += 2 {
		s.add(&keys[i])
		s.odd()
		s.add(&keys[i+1])
		s.even()
	}
	s.add(&keys[c.rounds-2])
	s.odd()
	s.add(&keys[c.rounds-1])
	s.last()
	s.add(&keys[c.rounds])
	for i, w := range s {
		binary.BigEndian.PutUint32(dst[4*i:], w)
	}
}

func (c *aria) BlockSize() int { return BlockSize }

// Encrypt and Decrypt may work in place.
func (c *aria) Encrypt(dst, src []byte) { c.crypt(&c.encrypt, dst, src) }
func (c *aria) Decrypt(dst, src []byte) { c.crypt(&c.decrypt, dst, src) }
