//go:build !purego

package rsadp

import (
	"crypto/rsa"
	"math/big"
	"math/bits"

	"golang.org/x/sys/cpu"
)

const (
	maxPrime = 1024 // bits; those of RSA-2048
	window   = 5    // bits of the exponents that are taken at once
)

// available includes that the operating system keeps the registers.
var available = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512IFMA

// Key is a private key in the form that mul works with. Its primes are p and q; R is 2^1040. It is
// safe for concurrent use.
type Key struct {
	moduli
	one, square, cube pair   // R, R^2 and R^3
	qInv              pair   // R^2 / q modulo p, and 0
	q                 number // as it is
	aboveQ            number // the lowest multiple of p above q
	n                 wide
	size              int        // octets of n
	digits            [][2]uint8 // of the two private exponents in base 2^window, the highest first
	e                 uint
}

// New prepares a key, from which it copies what it needs. It returns nil if the processor lacks the
// instructions, or the key is none with two primes of at most 1024 bits.
func New(key *rsa.PrivateKey) *Key {
	if !available || key == nil || key.N == nil || key.D == nil || len(key.Primes) != 2 {
		return nil
	}
	for _, prime := range key.Primes {
		if prime == nil || prime.Sign() <= 0 || prime.Bit(0) == 0 || prime.BitLen() > maxPrime {
			return nil
		}
	}
	p, q := key.Primes[0], key.Primes[1]
	qInv := new(big.Int).ModInverse(q, p)
	if qInv == nil || new(big.Int).Mul(p, q).Cmp(key.N) != 0 {
		return nil
	}
	k := &Key{size: key.Size(), e: uint(key.E)}
	k.n.setBytes(key.N.Bytes())
	radix := new(big.Int).Lsh(big.NewInt(1), limbBits)
	r := new(big.Int).Lsh(big.NewInt(1), limbBits*limbs)
	var exponents [2]*big.Int
	for i, prime := range key.Primes {
		k.primes[i] = numberOf(prime)
		inverse := new(big.Int).ModInverse(prime, radix)
		k.inverses[i] = inverse.Sub(radix, inverse).Uint64()
		power := big.NewInt(1)
		for _, z := range []*pair{&k.one, &k.square, &k.cube} {
			power.Mul(power, r).Mod(power, prime)
			z[i] = numberOf(power)
		}
		order := new(big.Int).Sub(prime, big.NewInt(1))
		exponents[i] = order.Mod(key.D, order)
	}
	k.qInv[0] = numberOf(qInv.Mul(qInv, r).Mul(qInv, r).Mod(qInv, p))
	k.q = k.primes[1]
	aboveQ := new(big.Int).Sub(p, new(big.Int).Mod(q, p))
	k.aboveQ = numberOf(aboveQ.Add(aboveQ, q))
	for i := (max(exponents[0].BitLen(), exponents[1].BitLen()) - 1) / window; i >= 0; i-- {
		k.digits = append(k.digits, [2]uint8{digit(exponents[0], i), digit(exponents[1], i)})
	}
	return k
}

func digit(exponent *big.Int, i int) (d uint8) {
	for bit := range window {
		d |= uint8(exponent.Bit(window*i+bit)) << bit
	}
	return d
}

// Decrypt sets m to c^d mod n. m has the length of the modulus in octets, c at most that; they may be
// the same. It is false, and m of no use, if they have not, if c is n or more, if the public exponent
// does not lead from m back to c, or if k is nil. Looking at that costs 2 %, and leaves nothing to be
// believed: not that the factors are prime, nor that the private exponent is the right one, nor that
// mul has no fault.
func (k *Key) Decrypt(m, c []byte) bool {
	if k == nil || len(m) != k.size || len(c) > k.size {
		return false
	}
	var number wide
	number.setBytes(c)
	if !number.less(&k.n) {
		return false
	}
	var given, found pair
	k.reduce(&given, &number)
	k.private(&found, &given)
	k.leave(&found, &found)
	k.combine(&number, &found)
	number.fillBytes(m)

	k.reduce(&found, &number)
	k.public(&found)
	k.leave(&found, &found)
	k.leave(&given, &given)
	return found == given
}

// reduce sets z to x R: less than four times each prime.
func (k *Key) reduce(z *pair, x *wide) {
	var low, high pair
	for i := range z {
		copy(low[i][:limbs], x[:limbs])
		copy(high[i][:limbs], x[limbs:])
	}
	k.mul(&low, &low, &k.square)
	k.mul(&high, &high, &k.cube)
	for i := range z {
		z[i].add(&low[i], &high[i])
	}
}

// leave sets z to x / R, less than each prime.
func (k *Key) leave(z, x *pair) {
	mul(z, x, &unit, &unit, &k.moduli)
	for i := range z {
		if z[i] == k.primes[i] { // the bound of mul allows no more
			z[i] = number{}
		}
	}
}

// private sets z to x raised to the private exponents. z is not x.
func (k *Key) private(z, x *pair) {
	var powers [1 << window]pair
	powers[0] = k.one
	for i := range powers[1:] {
		k.mul(&powers[i+1], &powers[i], x)
	}
	*z = k.one
	for _, d := range k.digits {
		for range window {
			k.mul(z, z, z)
		}
		mul(z, z, &powers[d[0]][0], &powers[d[1]][1], &k.moduli)
	}
}

// public raises z to the public exponent.
func (k *Key) public(z *pair) {
	x := *z
	for bit := bits.Len(k.e) - 2; bit >= 0; bit-- {
		k.mul(z, z, z)
		if k.e>>bit&1 != 0 {
			k.mul(z, z, &x)
		}
	}
}

// combine sets z to the number below n that is m modulo the primes (RFC 8017, Section 5.1.2, Step
// 2b).
func (k *Key) combine(z *wide, m *pair) {
	var h pair
	h[0].sub(&m[0], &m[1], &k.aboveQ)
	k.mul(&h, &h, &k.qInv)
	k.leave(&h, &h)
	z.mulAdd(&h[0], &k.q, &m[1])
}

func (k *Key) mul(z, x, y *pair) { mul(z, x, &y[0], &y[1], &k.moduli) }
