//go:build !purego

package rsadp

import (
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"testing"
)

var (
	one   = big.NewInt(1)
	radix = new(big.Int).Lsh(one, limbBits*limbs)
)

func power2(n uint) *big.Int { return new(big.Int).Lsh(one, n) }

func (x *number) big() *big.Int {
	z := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		z.Lsh(z, limbBits).Add(z, new(big.Int).SetUint64(x[i]))
	}
	return z
}

func needIFMA(t testing.TB) {
	t.Helper()
	if !available {
		t.Skip("the processor has no AVX-512 IFMA")
	}
}

// modulus makes what mul needs of two odd numbers.
func modulus(p, q *big.Int) *moduli {
	m := &moduli{primes: pair{numberOf(p), numberOf(q)}}
	for i, n := range []*big.Int{p, q} {
		inverse := new(big.Int).ModInverse(n, power2(limbBits))
		m.inverses[i] = inverse.Sub(power2(limbBits), inverse).Uint64()
	}
	return m
}

// checkMul holds a product against the contract of mul: congruent, bounded, limbs of 52 bits.
func checkMul(t *testing.T, x, y *pair, m *moduli) {
	t.Helper()
	var z pair
	mul(&z, x, &y[0], &y[1], m)
	for i := range z {
		n, got := m.primes[i].big(), z[i].big()
		product := new(big.Int).Mul(x[i].big(), y[i].big())
		low := new(big.Int).Mul(got, radix) // z R = x y modulo n
		if low.Sub(low, product).Mod(low, n).Sign() != 0 {
			t.Fatalf("modulo %x: %x times %x is not %x", n, x[i].big(), y[i].big(), got)
		}
		if most := product.Rsh(product, limbBits*limbs).Add(product, n); got.Cmp(most) > 0 {
			t.Fatalf("modulo %x: %x times %x is %x, more than %x", n, x[i].big(), y[i].big(), got, most)
		}
		for lane, limb := range z[i] {
			if limb > limbMask || lane >= limbs && limb != 0 {
				t.Fatalf("modulo %x: %x times %x: lane %d is %x", n, x[i].big(), y[i].big(), lane, limb)
			}
		}
	}
	for name, alias := range map[string]func(*pair){
		"z is x": func(a *pair) { *a = *x; mul(a, a, &y[0], &y[1], m) },
		"z is y": func(a *pair) { *a = *y; mul(a, x, &a[0], &a[1], m) },
	} {
		var a pair
		if alias(&a); a != z {
			t.Fatalf("%s: %x instead of %x", name, a, z)
		}
	}
}

// edgy makes numbers of limbs that are where carries begin and end.
func edgy(r *rand.Rand, bits uint) number {
	var w number
	for i := range limbs {
		switch r.IntN(6) {
		case 0:
		case 1, 2:
			w[i] = limbMask
		case 3:
			w[i] = uint64(r.IntN(3))
		case 4:
			w[i] = limbMask - uint64(r.IntN(3))
		case 5:
			w[i] = r.Uint64() & limbMask
		}
	}
	return numberOf(new(big.Int).Mod(w.big(), power2(bits)))
}

func TestMul(t *testing.T) {
	needIFMA(t)
	r := rand.New(rand.NewPCG(1, 2))
	ones := new(big.Int).Sub(power2(1024), one)
	moduli := []*moduli{
		modulus(one, big.NewInt(3)),
		modulus(ones, new(big.Int).Add(power2(1023), one)),
		modulus(new(big.Int).Sub(power2(1024), big.NewInt(105)), new(big.Int).Sub(power2(52), one)),
		modulus(new(big.Int).Add(power2(1023), big.NewInt(1155)), new(big.Int).Sub(power2(1024), power2(972)).SetBit(ones, 0, 1)),
	}
	for range 60 {
		var n [2]*big.Int
		for i := range n {
			w := edgy(r, 1024)
			n[i] = w.big().SetBit(w.big(), 0, 1)
		}
		moduli = append(moduli, modulus(n[0], n[1]))
	}
	for _, m := range moduli {
		var extremes []pair
		for _, f := range []func(n *big.Int) *big.Int{
			func(n *big.Int) *big.Int { return new(big.Int) },
			func(n *big.Int) *big.Int { return one },
			func(n *big.Int) *big.Int { return new(big.Int).Sub(n, one) },
			func(n *big.Int) *big.Int { return n },
			func(n *big.Int) *big.Int { return new(big.Int).Sub(new(big.Int).Lsh(n, 1), one) },
			func(n *big.Int) *big.Int { return new(big.Int).Mod(radix, n) },
			func(n *big.Int) *big.Int { return new(big.Int).Sub(power2(1039), one) },
		} {
			extremes = append(extremes, pair{numberOf(f(m.primes[0].big())), numberOf(f(m.primes[1].big()))})
		}
		for range 20 {
			extremes = append(extremes, pair{edgy(r, 1039), edgy(r, 1039)})
		}
		for i := range extremes {
			for j := range extremes {
				checkMul(t, &extremes[i], &extremes[j], m)
			}
		}
		// As it is used: a factor of 1040 bits by one below the modulus.
		for range 20 {
			y := pair{edgy(r, 1024), edgy(r, 1024)}
			for i := range y {
				y[i] = numberOf(new(big.Int).Mod(y[i].big(), m.primes[i].big()))
			}
			checkMul(t, &pair{edgy(r, 1040), edgy(r, 1040)}, &y, m)
		}
	}
}

// TestMulCarries chooses the factors by their product, so that carries run over many limbs of it.
func TestMulCarries(t *testing.T) {
	needIFMA(t)
	r := rand.New(rand.NewPCG(3, 4))
	prime := new(big.Int).Sub(power2(1024), big.NewInt(105))
	m := modulus(prime, prime)
	for range 2000 {
		var x, y pair
		for i := range x {
			product, factor := edgy(r, 1024), edgy(r, 1023)
			factor[0] |= 1
			y[i] = factor
			back := new(big.Int).ModInverse(factor.big(), prime)
			back.Mul(back, radix).Mul(back, product.big())
			x[i] = numberOf(back.Mod(back, prime))
		}
		checkMul(t, &x, &y, m)
	}
}

// FuzzMul takes six numbers of 20 limbs: two odd moduli of 1024 bits, two factors for each.
func FuzzMul(f *testing.F) {
	needIFMA(f)
	f.Add([]byte{})
	full := make([]byte, 6*8*limbs)
	for i := range full {
		full[i] = 0xff
	}
	f.Add(full)
	f.Fuzz(func(t *testing.T, octets []byte) {
		next := func(bits uint) *big.Int {
			var w number
			for i := range limbs {
				var limb [8]byte
				octets = octets[copy(limb[:], octets):]
				w[i] = binary.LittleEndian.Uint64(limb[:]) & limbMask
			}
			return new(big.Int).Mod(w.big(), power2(bits))
		}
		p, q := next(1024), next(1024)
		m := modulus(p.SetBit(p, 0, 1), q.SetBit(q, 0, 1))
		checkMul(t, &pair{numberOf(next(1040)), numberOf(next(1040))}, &pair{numberOf(next(1039)), numberOf(next(1039))}, m)
	})
}

func BenchmarkMul(b *testing.B) {
	needIFMA(b)
	m := modulus(new(big.Int).Sub(power2(1024), big.NewInt(105)), new(big.Int).Add(power2(1023), big.NewInt(1155)))
	z := pair{unit, unit}
	for b.Loop() {
		mul(&z, &z, &z[0], &z[1], m)
	}
}
