//go:build !purego

package rsadp

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"testing"
)

func (x *wide) big() *big.Int {
	z := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		z.Lsh(z, limbBits).Add(z, new(big.Int).SetUint64(x[i]))
	}
	return z
}

func TestOctets(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 261 {
		for _, fill := range []func() byte{
			func() byte { return 0xff },
			func() byte { return byte(r.Uint32()) },
		} {
			b := make([]byte, n)
			for i := range b {
				b[i] = fill()
			}
			w := wide{5, 5, 5}
			w.setBytes(b)
			if want := new(big.Int).SetBytes(b); w.big().Cmp(want) != 0 {
				t.Fatalf("%x is read as %x", b, w.big())
			}
			got := make([]byte, n)
			if w.fillBytes(got); !bytes.Equal(got, b) {
				t.Fatalf("%x is written as %x", b, got)
			}
		}
	}
}

func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		x, y, w := edgy(r, 1039), edgy(r, 1039), edgy(r, 1040)
		var sum, difference number
		sum.add(&x, &y)
		if want := new(big.Int).Add(x.big(), y.big()); sum.big().Cmp(want) != 0 {
			t.Fatalf("%x + %x is %x", x.big(), y.big(), sum.big())
		}
		above := numberOf(power2(1039))
		difference.sub(&x, &y, &above)
		want := new(big.Int).Sub(x.big(), y.big())
		if want.Add(want, power2(1039)); difference.big().Cmp(want) != 0 {
			t.Fatalf("%x - %x is %x", x.big(), y.big(), difference.big())
		}
		var product wide
		product.mulAdd(&x, &y, &w)
		want.Mul(x.big(), y.big())
		if want.Add(want, w.big()); product.big().Cmp(want) != 0 {
			t.Fatalf("%x times %x + %x is %x", x.big(), y.big(), w.big(), product.big())
		}
		var other wide
		other.setBytes(want.Bytes())
		if product.less(&other) || other.less(&product) {
			t.Fatalf("%x is less than itself", want)
		}
		other.setBytes(want.Add(want, one).Bytes())
		if !product.less(&other) || other.less(&product) {
			t.Fatalf("%x is not less than the next number", product.big())
		}
	}
}
