// Package camellia is the block cipher Camellia (RFC 3713), which the cipher suites of RFC 5932
// and RFC 6367 use. It is meant for reading captures: lookups in its tables take a time that
// depends on the key.
package camellia

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"
)

// BlockSize is the size of a block, in octets.
const BlockSize = 16

// sbox1 is SBOX1 of RFC 3713, Section 2.4.1; the other three are rotations of it.
var sbox1 = [256]byte{
	112, 130, 44, 236, 179, 39, 192, 229, 228, 133, 87, 53, 234, 12, 174, 65,
	35, 239, 107, 147, 69, 25, 165, 33, 237, 14, 79, 78, 29, 101, 146, 189,
	134, 184, 175, 143, 124, 235, 31, 206, 62, 48, 220, 95, 94, 197, 11, 26,
	166, 225, 57, 202, 213, 71, 93, 61, 217, 1, 90, 214, 81, 86, 108, 77,
	139, 13, 154, 102, 251, 204, 176, 45, 116, 18, 43, 32, 240, 177, 132, 153,
	223, 76, 203, 194, 52, 126, 118, 5, 109, 183, 169, 49, 209, 23, 4, 215,
	20, 88, 58, 97, 222, 27, 17, 28, 50, 15, 156, 22, 83, 24, 242, 34,
	254, 68, 207, 178, 195, 181, 122, 145, 36, 8, 232, 168, 96, 252, 105, 80,
	170, 208, 160, 125, 161, 137, 98, 151, 84, 91, 30, 149, 224, 255, 100, 210,
	16, 196, 0, 72, 163, 247, 117, 219, 138, 3, 230, 218, 9, 63, 221, 148,
	135, 92, 131, 2, 205, 74, 144, 51, 115, 103, 246, 243, 157, 127, 191, 226,
	82, 155, 216, 38, 200, 55, 198, 59, 129, 150, 111, 75, 19, 190, 99, 46,
	233, 121, 167, 140, 159, 110, 188, 142, 41, 245, 249, 182, 47, 253, 180, 89,
	120, 152, 6, 106, 231, 70, 113, 186, 212, 37, 171, 66, 136, 162, 141, 250,
	114, 7, 185, 85, 248, 238, 172, 10, 54, 73, 42, 104, 60, 56, 241, 164,
	64, 40, 211, 123, 187, 201, 67, 193, 21, 227, 173, 244, 119, 199, 128, 158,
}

// spread has for each octet of F's input, and each value of it, what S-function and P-function
// together make of it (RFC 3713, Section 2.4.1): F is the sum of eight lookups.
var spread [8][256]uint64

// fillTable fills spread, which most runs do without.
var fillTable = sync.OnceFunc(func() {
	// Which octets of the output, y1 first, take up each octet of the input.
	masks := [8]uint64{
		0xff_ff_ff_00_ff_00_00_ff,
		0x00_ff_ff_ff_ff_ff_00_00,
		0xff_00_ff_ff_00_ff_ff_00,
		0xff_ff_00_ff_00_00_ff_ff,
		0x00_ff_ff_ff_00_ff_ff_ff,
		0xff_00_ff_ff_ff_00_ff_ff,
		0xff_ff_00_ff_ff_ff_00_ff,
		0xff_ff_ff_00_ff_ff_ff_00,
	}
	boxes := [8]func(x byte) byte{sbox1At, sbox2At, sbox3At, sbox4At, sbox2At, sbox3At, sbox4At, sbox1At}
	for i := range spread {
		for x := range spread[i] {
			spread[i][x] = masks[i] & (0x0101010101010101 * uint64(boxes[i](byte(x))))
		}
	}
})

func sbox1At(x byte) byte { return sbox1[x] }
func sbox2At(x byte) byte { return bits.RotateLeft8(sbox1[x], 1) }
func sbox3At(x byte) byte { return bits.RotateLeft8(sbox1[x], 7) }
func sbox4At(x byte) byte { return sbox1[bits.RotateLeft8(x, 1)] }

// f is the F-function (RFC 3713, Section 2.4.1).
func f(in, ke uint64) uint64 {
	x := in ^ ke
	return spread[0][x>>56] ^ spread[1][x>>48&0xff] ^ spread[2][x>>40&0xff] ^ spread[3][x>>32&0xff] ^
		spread[4][x>>24&0xff] ^ spread[5][x>>16&0xff] ^ spread[6][x>>8&0xff] ^ spread[7][x&0xff]
}

// fl is the FL-function (RFC 3713, Section 2.4.2).
func fl(in, ke uint64) uint64 {
	x1, x2 := uint32(in>>32), uint32(in)
	x2 ^= bits.RotateLeft32(x1&uint32(ke>>32), 1)
	x1 ^= x2 | uint32(ke)
	return uint64(x1)<<32 | uint64(x2)
}

// flInv is the FLINV-function (RFC 3713, Section 2.4.3).
func flInv(in, ke uint64) uint64 {
	y1, y2 := uint32(in>>32), uint32(in)
	y1 ^= y2 | uint32(ke)
	y2 ^= bits.RotateLeft32(y1&uint32(ke>>32), 1)
	return uint64(y1)<<32 | uint64(y2)
}

// schedule are the subkeys in the order of their use: whitening, six rounds, two for FL and its
// inverse, six rounds, ..., whitening.
type schedule struct {
	before, after [2]uint64
	rounds        [4][6]uint64
	layers        [3][2]uint64
	groups        int // of six rounds: 3 or 4
}

type camellia struct{ encrypt, decrypt schedule }

// New returns the cipher with a key of 16, 24 or 32 octets.
func New(key []byte) (cipher.Block, error) {
	var kl, kr [2]uint64
	switch len(key) {
	case 16:
	case 24:
		kr[0] = binary.BigEndian.Uint64(key[16:])
		kr[1] = ^kr[0]
	case 32:
		kr = [2]uint64{binary.BigEndian.Uint64(key[16:]), binary.BigEndian.Uint64(key[24:])}
	default:
		return nil, fmt.Errorf("camellia: a key of %d octets is not possible", len(key))
	}
	fillTable()
	kl = [2]uint64{binary.BigEndian.Uint64(key), binary.BigEndian.Uint64(key[8:])}
	c := new(camellia)
	c.encrypt.expand(kl, kr, len(key) > 16)
	c.decrypt = c.encrypt.reverse()
	return c, nil
}

// rotated is the 128-bit value, turned left.
func rotated(v [2]uint64, n uint) [2]uint64 {
	if n >= 64 {
		v[0], v[1] = v[1], v[0]
		n -= 64
	}
	return [2]uint64{v[0]<<n | v[1]>>(64-n), v[1]<<n | v[0]>>(64-n)}
}

// expand is RFC 3713, Section 2.2.
func (s *schedule) expand(kl, kr [2]uint64, long bool) {
	sigma := [6]uint64{
		0xA09E667F3BCC908B, 0xB67AE8584CAA73B2, 0xC6EF372FE94F82BE,
		0x54FF53A5F1D36F1C, 0x10E527FADE682D1D, 0xB05688C2B3E6C1FD,
	}
	d1, d2 := kl[0]^kr[0], kl[1]^kr[1]
	d2 ^= f(d1, sigma[0])
	d1 ^= f(d2, sigma[1])
	d1 ^= kl[0]
	d2 ^= kl[1]
	d2 ^= f(d1, sigma[2])
	d1 ^= f(d2, sigma[3])
	ka := [2]uint64{d1, d2}
	if !long {
		s.groups = 3
		kl15, kl45, kl60, kl77, kl94, kl111 := rotated(kl, 15), rotated(kl, 45), rotated(kl, 60), rotated(kl, 77), rotated(kl, 94), rotated(kl, 111)
		ka15, ka30, ka45, ka60, ka94, ka111 := rotated(ka, 15), rotated(ka, 30), rotated(ka, 45), rotated(ka, 60), rotated(ka, 94), rotated(ka, 111)
		s.before, s.after = kl, ka111
		s.rounds[0] = [6]uint64{ka[0], ka[1], kl15[0], kl15[1], ka15[0], ka15[1]}
		s.layers[0] = ka30
		s.rounds[1] = [6]uint64{kl45[0], kl45[1], ka45[0], kl60[1], ka60[0], ka60[1]}
		s.layers[1] = kl77
		s.rounds[2] = [6]uint64{kl94[0], kl94[1], ka94[0], ka94[1], kl111[0], kl111[1]}
		return
	}
	d1, d2 = ka[0]^kr[0], ka[1]^kr[1]
	d2 ^= f(d1, sigma[4])
	d1 ^= f(d2, sigma[5])
	kb := [2]uint64{d1, d2}
	s.groups = 4
	kl45, kl60, kl77, kl111 := rotated(kl, 45), rotated(kl, 60), rotated(kl, 77), rotated(kl, 111)
	kr15, kr30, kr60, kr94 := rotated(kr, 15), rotated(kr, 30), rotated(kr, 60), rotated(kr, 94)
	ka15, ka45, ka77, ka94 := rotated(ka, 15), rotated(ka, 45), rotated(ka, 77), rotated(ka, 94)
	kb30, kb60, kb111 := rotated(kb, 30), rotated(kb, 60), rotated(kb, 111)
	s.before, s.after = kl, kb111
	s.rounds[0] = [6]uint64{kb[0], kb[1], kr15[0], kr15[1], ka15[0], ka15[1]}
	s.layers[0] = kr30
	s.rounds[1] = [6]uint64{kb30[0], kb30[1], kl45[0], kl45[1], ka45[0], ka45[1]}
	s.layers[1] = kl60
	s.rounds[2] = [6]uint64{kr60[0], kr60[1], kb60[0], kb60[1], kl77[0], kl77[1]}
	s.layers[2] = ka77
	s.rounds[3] = [6]uint64{kr94[0], kr94[1], ka94[0], ka94[1], kl111[0], kl111[1]}
}

// reverse gives the subkeys of decryption (RFC 3713, Section 2.3.3).
func (s *schedule) reverse() schedule {
	r := schedule{before: s.after, after: s.before, groups: s.groups}
	for i := range s.groups {
		for j := range 6 {
			r.rounds[i][j] = s.rounds[s.groups-1-i][5-j]
		}
	}
	for i := range s.groups - 1 {
		layer := s.layers[s.groups-2-i]
		r.layers[i] = [2]uint64{layer[1], layer[0]}
	}
	return r
}

// crypt is RFC 3713, Sections 2.3.1 and 2.3.2.
func (s *schedule) crypt(dst, src []byte) {
	_, _ = dst[BlockSize-1], src[BlockSize-1]
	d1 := binary.BigEndian.Uint64(src) ^ s.before[0]
	d2 := binary.BigEndian.Uint64(src[8:]) ^ s.before[1]
	for i := range s.groups {
		if i > 0 {
			d1 = fl(d1, s.layers[i-1][0])
			d2 = flInv(d2, s.layers[i-1][1])
		}
		k := &s.rounds[i]
		for j := 0; j < len(k); j += 2 {
			d2 ^= f(d1, k[j])
			d1 ^= f(d2, k[j+1])
		}
	}
	binary.BigEndian.PutUint64(dst, d2^s.after[0])
	binary.BigEndian.PutUint64(dst[8:], d1^s.after[1])
}

func (c *camellia) BlockSize() int { return BlockSize }

// Encrypt and Decrypt may work in place.
func (c *camellia) Encrypt(dst, src []byte) { c.encrypt.crypt(dst, src) }
func (c *camellia) Decrypt(dst, src []byte) { c.decrypt.crypt(dst, src) }
