//go:build !purego

package rsadp

import (
	"math/big"
	"math/bits"
)

// Numbers are in radix 2^52, which is what the instructions of AVX-512 IFMA multiply, the lowest limb
// first.
const (
	limbBits = 52
	limbMask = 1<<limbBits - 1
	limbs    = 20 // of a number modulo a prime: 16 bits more than it needs
	lanes    = 24 // of the three registers that it is in
)

// number has 20 limbs; the lanes above are 0.
type number [lanes]uint64

// pair is a number modulo the first prime and one modulo the second.
type pair [2]number

// wide is a number modulo the product of the primes.
type wide [2 * limbs]uint64

var unit = number{1}

// numberOf takes what is not negative and has at most 1040 bits.
func numberOf(x *big.Int) (z number) {
	var w wide
	w.setBytes(x.Bytes())
	copy(z[:], w[:limbs])
	return z
}

// add sets z to x + y.
func (z *number) add(x, y *number) {
	var carry uint64
	for i := range limbs {
		carry += x[i] + y[i]
		z[i] = carry & limbMask
		carry >>= limbBits
	}
}

// sub sets z to x - y + w, which is not negative.
func (z *number) sub(x, y, w *number) {
	var carry int64
	for i := range limbs {
		carry += int64(x[i]) - int64(y[i]) + int64(w[i])
		z[i] = uint64(carry) & limbMask
		carry >>= limbBits
	}
}

// mulAdd sets z to x y + w.
func (z *wide) mulAdd(x, y, w *number) {
	var low, high, carry uint64
	for k := range z {
		if k < limbs {
			low, carry = bits.Add64(low, w[k], 0)
			high += carry
		}
		for i := max(0, k-limbs+1); i <= min(k, limbs-1); i++ {
			h, l := bits.Mul64(x[i], y[k-i])
			low, carry = bits.Add64(low, l, 0)
			high += h + carry
		}
		z[k] = low & limbMask
		low, high = high<<(64-limbBits)|low>>limbBits, high>>limbBits
	}
}

func (x *wide) less(y *wide) bool {
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// setBytes takes at most 260 octets, the highest first.
func (z *wide) setBytes(b []byte) {
	*z = wide{}
	for i := range b {
		octet := uint64(b[len(b)-1-i])
		limb, bit := 8*i/limbBits, 8*i%limbBits
		z[limb] |= octet << bit & limbMask
		if bit > limbBits-8 {
			z[limb+1] = octet >> (limbBits - bit)
		}
	}
}

// fillBytes writes as many of the lowest octets as b has room for, 260 at most, the highest first.
func (z *wide) fillBytes(b []byte) {
	for i := range b {
		limb, bit := 8*i/limbBits, 8*i%limbBits
		octet := z[limb] >> bit
		if bit > limbBits-8 {
			octet |= z[limb+1] << (limbBits - bit)
		}
		b[len(b)-1-i] = byte(octet)
	}
}
