// Package seed is the block cipher SEED (RFC 4269), which the cipher suites of RFC 4162 use. It
// is meant for reading captures: lookups in its tables take a time that depends on the key.
package seed

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
)

const (
	// BlockSize is the size of a block, in octets.
	BlockSize = 16
	rounds    = 16
)

// s1 and s2 are the S-boxes (RFC 4269, Appendix A).
var s1 = [256]byte{
	169, 133, 214, 211, 84, 29, 172, 37, 93, 67, 24, 30, 81, 252, 202, 99,
	40, 68, 32, 157, 224, 226, 200, 23, 165, 143, 3, 123, 187, 19, 210, 238,
	112, 140, 63, 168, 50, 221, 246, 116, 236, 149, 11, 87, 92, 91, 189, 1,
	36, 28, 115, 152, 16, 204, 242, 217, 44, 231, 114, 131, 155, 209, 134, 201,
	96, 80, 163, 235, 13, 182, 158, 79, 183, 90, 198, 120, 166, 18, 175, 213,
	97, 195, 180, 65, 82, 125, 141, 8, 31, 153, 0, 25, 4, 83, 247, 225,
	253, 118, 47, 39, 176, 139, 14, 171, 162, 110, 147, 77, 105, 124, 9, 10,
	191, 239, 243, 197, 135, 20, 254, 100, 222, 46, 75, 26, 6, 33, 107, 102,
	2, 245, 146, 138, 12, 179, 126, 208, 122, 71, 150, 229, 38, 128, 173, 223,
	161, 48, 55, 174, 54, 21, 34, 56, 244, 167, 69, 76, 129, 233, 132, 151,
	53, 203, 206, 60, 113, 17, 199, 137, 117, 251, 218, 248, 148, 89, 130, 196,
	255, 73, 57, 103, 192, 207, 215, 184, 15, 142, 66, 35, 145, 108, 219, 164,
	52, 241, 72, 194, 111, 61, 45, 64, 190, 62, 188, 193, 170, 186, 78, 85,
	59, 220, 104, 127, 156, 216, 74, 86, 119, 160, 237, 70, 181, 43, 101, 250,
	227, 185, 177, 159, 94, 249, 230, 178, 49, 234, 109, 95, 228, 240, 205, 136,
	22, 58, 88, 212, 98, 41, 7, 51, 232, 27, 5, 121, 144, 106, 42, 154,
}

var s2 = [256]byte{
	56, 232, 45, 166, 207, 222, 179, 184, 175, 96, 85, 199, 68, 111, 107, 91,
	195, 98, 51, 181, 41, 160, 226, 167, 211, 145, 17, 6, 28, 188, 54, 75,
	239, 136, 108, 168, 23, 196, 22, 244, 194, 69, 225, 214, 63, 61, 142, 152,
	40, 78, 246, 62, 165, 249, 13, 223, 216, 43, 102, 122, 39, 47, 241, 114,
	66, 212, 65, 192, 115, 103, 172, 139, 247, 173, 128, 31, 202, 44, 170, 52,
	210, 11, 238, 233, 93, 148, 24, 248, 87, 174, 8, 197, 19, 205, 134, 185,
	255, 125, 193, 49, 245, 138, 106, 177, 209, 32, 215, 2, 34, 4, 104, 113,
	7, 219, 157, 153, 97, 190, 230, 89, 221, 81, 144, 220, 154, 163, 171, 208,
	129, 15, 71, 26, 227, 236, 141, 191, 150, 123, 92, 162, 161, 99, 35, 77,
	200, 158, 156, 58, 12, 46, 186, 110, 159, 90, 242, 146, 243, 73, 120, 204,
	21, 251, 112, 117, 127, 53, 16, 3, 100, 109, 198, 116, 213, 180, 234, 9,
	118, 25, 254, 64, 18, 224, 189, 5, 250, 1, 240, 42, 94, 169, 86, 67,
	133, 20, 137, 155, 176, 229, 72, 121, 151, 252, 30, 130, 33, 140, 27, 95,
	119, 84, 178, 29, 37, 79, 0, 70, 237, 88, 82, 235, 126, 218, 201, 253,
	48, 149, 101, 60, 182, 228, 187, 124, 14, 80, 57, 38, 50, 132, 105, 147,
	55, 231, 36, 164, 203, 83, 10, 135, 217, 76, 131, 143, 206, 59, 74, 183,
}

// spread are the extended S-boxes SS0 to SS3, for the octets of a word from the lowest up: what
// G makes of each (RFC 4269, Section 2.2).
var spread = func() (t [4][256]uint32) {
	const m0, m1, m2, m3 = 0xfc, 0xf3, 0xcf, 0x3f
	masks := [4]uint32{m3<<24 | m2<<16 | m1<<8 | m0, m0<<24 | m3<<16 | m2<<8 | m1,
		m1<<24 | m0<<16 | m3<<8 | m2, m2<<24 | m1<<16 | m0<<8 | m3}
	for i := range t {
		for x := range 256 {
			s := s1[x]
			if i%2 == 1 {
				s = s2[x]
			}
			t[i][x] = 0x01010101 * uint32(s) & masks[i]
		}
	}
	return t
}()

func g(x uint32) uint32 {
	return spread[0][x&0xff] ^ spread[1][x>>8&0xff] ^ spread[2][x>>16&0xff] ^ spread[3][x>>24]
}

type seed struct{ encrypt, decrypt [rounds][2]uint32 }

// New returns the cipher with a key of 16 octets.
func New(key []byte) (cipher.Block, error) {
	if len(key) != 16 {
		return nil, fmt.Errorf("seed: a key of %d octets is not possible", len(key))
	}
	c := new(seed)
	left, right := binary.BigEndian.Uint64(key), binary.BigEndian.Uint64(key[8:])
	constant := uint32(0x9e3779b9)
	for i := range rounds { // RFC 4269, Section 2.3
		k := [2]uint32{
			g(uint32(left>>32) + uint32(right>>32) - constant),
			g(uint32(left) - uint32(right) + constant),
		}
		c.encrypt[i], c.decrypt[rounds-1-i] = k, k
		if i%2 == 0 {
			left = left>>8 | left<<56
		} else {
			right = right<<8 | right>>56
		}
		constant = constant<<1 | constant>>31
	}
	return c, nil
}

// f is RFC 4269, Section 2.1.
func f(c, d uint32, k *[2]uint32) (uint32, uint32) {
	c ^= k[0]
	d = g(d ^ k[1] ^ c)
	c = g(c + d)
	d = g(d + c)
	return c + d, d
}

// crypt is RFC 4269, Section 2.
func crypt(keys *[rounds][2]uint32, dst, src []byte) {
	_, _ = dst[BlockSize-1], src[BlockSize-1]
	l0, l1 := binary.BigEndian.Uint32(src), binary.BigEndian.Uint32(src[4:])
	r0, r1 := binary.BigEndian.Uint32(src[8:]), binary.BigEndian.Uint32(src[12:])
	for i := range keys {
		c, d := f(r0, r1, &keys[i])
		l0, l1, r0, r1 = r0, r1, l0^c, l1^d
	}
	binary.BigEndian.PutUint32(dst, r0)
	binary.BigEndian.PutUint32(dst[4:], r1)
	binary.BigEndian.PutUint32(dst[8:], l0)
	binary.BigEndian.PutUint32(dst[12:], l1)
}

func (c *seed) BlockSize() int { return BlockSize }

// Encrypt and Decrypt may work in place.
func (c *seed) Encrypt(dst, src []byte) { crypt(&c.encrypt, dst, src) }
func (c *seed) Decrypt(dst, src []byte) { crypt(&c.decrypt, dst, src) }
