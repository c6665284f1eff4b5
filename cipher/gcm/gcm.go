// Package gcm is Galois/Counter Mode (NIST SP 800-38D) for block ciphers that crypto/cipher has
// no code of its own for: other than its general way, this one allocates nothing for a message.
package gcm

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

const (
	// NonceSize is the length of a nonce, in octets; SP 800-38D has others, which no cipher
	// suite uses.
	NonceSize = 12
	// TagSize is the length of a tag, in octets.
	TagSize   = 16
	blockSize = 16
)

var (
	errBlock = errors.New("gcm: the cipher's block is not of 128 bits")
	errOpen  = errors.New("gcm: the tag is wrong")
)

// element is an element of GF(2^128): the first bit of a block is the highest of high.
type element struct{ high, low uint64 }

// aead holds scratch: what is passed to a cipher.Block escapes.
type aead struct {
	block cipher.Block
	// products are the multiples of H by all polynomials of degree below 4 (SP 800-38D, Section
	// 6.3; the index has the coefficient of x^0 as its highest bit).
	products [16]element

	counter, stream, tagMask [blockSize]byte
}

// New returns the mode with a tag of TagSize octets. It is not safe for concurrent use.
func New(block cipher.Block) (cipher.AEAD, error) {
	if block.BlockSize() != blockSize {
		return nil, errBlock
	}
	a := &aead{block: block}
	block.Encrypt(a.stream[:], a.stream[:])
	a.products[8] = element{binary.BigEndian.Uint64(a.stream[:]), binary.BigEndian.Uint64(a.stream[8:])}
	for i := 4; i > 0; i /= 2 {
		a.products[i] = a.products[2*i].timesX()
	}
	for i := 2; i < 16; i *= 2 {
		for j := 1; j < i; j++ {
			p, q := a.products[i], a.products[j]
			a.products[i+j] = element{p.high ^ q.high, p.low ^ q.low}
		}
	}
	return a, nil
}

// timesX multiplies by the polynomial x modulo x^128 + x^7 + x^2 + x + 1.
func (e element) timesX() element {
	carry := e.low & 1
	return element{e.high>>1 ^ carry*0xe1<<56, e.low>>1 | e.high<<63}
}

// reduction has what the four coefficients beyond x^127 come back as.
var reduction = func() (t [16]uint64) {
	for i := range t {
		e := element{low: uint64(i)}
		for range 4 {
			e = e.timesX()
		}
		t[i] = e.high
	}
	return t
}()

// timesH multiplies by H, four bits at a time from the last.
func (a *aead) timesH(y element) (z element) {
	for _, word := range [2]uint64{y.low, y.high} {
		for range 16 {
			out := z.low & 15
			p := &a.products[word&15]
			z.low = z.low>>4 | z.high<<60
			z.high = z.high>>4 ^ reduction[out] ^ p.high
			z.low ^= p.low
			word >>= 4
		}
	}
	return z
}

// hash is GHASH (SP 800-38D, Section 6.4) of b, filled up with zeros to whole blocks.
func (a *aead) hash(y element, b []byte) element {
	for ; len(b) >= blockSize; b = b[blockSize:] {
		y.high ^= binary.BigEndian.Uint64(b)
		y.low ^= binary.BigEndian.Uint64(b[8:])
		y = a.timesH(y)
	}
	if len(b) > 0 {
		var last [blockSize]byte
		copy(last[:], b)
		return a.hash(y, last[:])
	}
	return y
}

func (a *aead) NonceSize() int { return NonceSize }
func (a *aead) Overhead() int  { return TagSize }

// begin sets the counter behind the one that masks the tag.
func (a *aead) begin(nonce []byte) {
	if len(nonce) != NonceSize {
		panic("gcm: wrong length of nonce")
	}
	copy(a.counter[:], nonce)
	binary.BigEndian.PutUint32(a.counter[NonceSize:], 1)
	a.block.Encrypt(a.tagMask[:], a.counter[:])
}

// tag overwrites tagMask with the tag.
func (a *aead) tag(ciphertext, additional []byte) []byte {
	y := a.hash(a.hash(element{}, additional), ciphertext)
	y.high ^= uint64(len(additional)) * 8
	y.low ^= uint64(len(ciphertext)) * 8
	y = a.timesH(y)
	binary.BigEndian.PutUint64(a.tagMask[:], y.high^binary.BigEndian.Uint64(a.tagMask[:]))
	binary.BigEndian.PutUint64(a.tagMask[8:], y.low^binary.BigEndian.Uint64(a.tagMask[8:]))
	return a.tagMask[:]
}

// xor encrypts or decrypts.
func (a *aead) xor(dst, src []byte) {
	for n := uint32(2); len(src) > 0; n++ {
		binary.BigEndian.PutUint32(a.counter[NonceSize:], n)
		a.block.Encrypt(a.stream[:], a.counter[:])
		done := subtle.XORBytes(dst, src, a.stream[:])
		dst, src = dst[done:], src[done:]
	}
}

// Seal implements cipher.AEAD.
func (a *aead) Seal(dst, nonce, plaintext, additional []byte) []byte {
	a.begin(nonce)
	dst, out := extend(dst, len(plaintext))
	a.xor(out, plaintext)
	return append(dst, a.tag(out, additional)...)
}

// Open implements cipher.AEAD.
func (a *aead) Open(dst, nonce, ciphertext, additional []byte) ([]byte, error) {
	n := len(ciphertext) - TagSize
	if n < 0 {
		return nil, errOpen
	}
	a.begin(nonce)
	if subtle.ConstantTimeCompare(a.tag(ciphertext[:n], additional), ciphertext[n:]) != 1 {
		return nil, errOpen
	}
	dst, out := extend(dst, n)
	a.xor(out, ciphertext[:n])
	return dst, nil
}

// extend makes room for n octets behind b.
func extend(b []byte, n int) (whole, added []byte) {
	if cap(b)-len(b) < n {
		b = append(make([]byte, 0, len(b)+n+TagSize), b...)
	}
	whole = b[:len(b)+n]
	return whole, whole[len(b):]
}
