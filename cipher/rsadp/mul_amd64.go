//go:build !purego

package rsadp

// moduli is laid out as mul reads it.
type moduli struct {
	primes   pair
	inverses [2]uint64 // of minus the primes, modulo 2^52
}

// mul multiplies modulo both primes at once: it sets z to x y / R, where R is 2^1040 and the factor y
// comes in two parts. This is Montgomery's multiplication without its last subtraction: the result is
// not more than x y / R plus the modulus, and must be below R. As R has 16 bits more than a modulus,
// the product of a few times the modulus by as much is less than twice the modulus, and so is that of
// any x of 20 limbs by a y below the modulus. All limbs must be below 2^52, and those of z are. z may be
// x, and y part of it.
//
//go:noescape
func mul(z, x *pair, yp, yq *number, m *moduli)
