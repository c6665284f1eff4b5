//go:build !purego

package rsadp

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"sync"
	"testing"
)

// keyOf makes a key of its primes. It is nil if e has no inverse.
func keyOf(e int, primes ...*big.Int) *rsa.PrivateKey {
	n, order := big.NewInt(1), big.NewInt(1)
	for _, p := range primes {
		n.Mul(n, p)
		order.Mul(order, new(big.Int).Sub(p, one))
	}
	d := new(big.Int).ModInverse(big.NewInt(int64(e)), order)
	if d == nil {
		return nil
	}
	return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: e}, D: d, Primes: primes}
}

// prime makes a random one.
func prime(t testing.TB, bits int) *big.Int {
	t.Helper()
	p, err := rand.Prime(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var (
	// highest and lowest are the highest and the lowest prime of 1024 bits.
	highest = new(big.Int).Sub(power2(1024), big.NewInt(105))
	lowest  = new(big.Int).Add(power2(1023), big.NewInt(1155))
	// second is the next one below highest.
	second = new(big.Int).Sub(power2(1024), big.NewInt(179))
)

func TestDecrypt(t *testing.T) {
	needIFMA(t)
	generated, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p512, p1000, p1024 := prime(t, 512), prime(t, 1000), prime(t, 1024)
	for name, key := range map[string]*rsa.PrivateKey{
		"generated":                  generated,
		"highest primes":             keyOf(65537, highest, second),
		"highest primes, other way":  keyOf(65537, second, highest),
		"highest and lowest":         keyOf(65537, highest, lowest),
		"lowest and highest":         keyOf(65537, lowest, highest),
		"1024 bits":                  keyOf(65537, p512, prime(t, 512)),
		"unequal":                    keyOf(65537, p512, p1024),
		"unequal, other way":         keyOf(65537, p1024, p512),
		"24 bits less":               keyOf(65537, p1000, p1024),
		"tiny and highest":           keyOf(65537, big.NewInt(5), highest),
		"highest and tiny":           keyOf(65537, highest, big.NewInt(5)),
		"tiny":                       keyOf(5, big.NewInt(3), big.NewInt(17)),
		"small exponent":             keyOf(17, p1024, prime(t, 1024)),
		"large exponent":             keyOf(1<<31-1, p1024, prime(t, 1024)),
		"exponent above the modulus": keyOf(65537, big.NewInt(11), big.NewInt(23)),
	} {
		t.Run(name, func(t *testing.T) {
			if key == nil {
				t.Skip("the public exponent has no inverse")
			}
			k := New(key)
			if k == nil {
				t.Fatal("no key")
			}
			p, q := key.Primes[0], key.Primes[1]
			var given []*big.Int
			for _, prime := range key.Primes {
				other := new(big.Int).Div(key.N, prime)
				for _, times := range []*big.Int{new(big.Int), one, new(big.Int).Sub(other, one), new(big.Int).Rsh(other, 1)} {
					multiple := new(big.Int).Mul(prime, times)
					given = append(given, multiple, new(big.Int).Add(multiple, one))
					if multiple.Sign() > 0 {
						given = append(given, new(big.Int).Sub(multiple, one))
					}
				}
			}
			given = append(given, new(big.Int).Sub(key.N, one), new(big.Int).Rsh(key.N, 1), new(big.Int).Mod(new(big.Int).Add(p, q), key.N))
			exact := len(given)
			for range 400 {
				c, err := rand.Int(rand.Reader, key.N)
				if err != nil {
					t.Fatal(err)
				}
				given = append(given, c)
			}
			e, c, m := big.NewInt(int64(key.E)), make([]byte, key.Size()), make([]byte, key.Size())
			for i, number := range given {
				number.FillBytes(c)
				if !k.Decrypt(m, c) {
					t.Fatalf("%x: not decrypted", c)
				}
				got := new(big.Int).SetBytes(m)
				// RSA is a permutation, if the factors are prime: one number alone leads back.
				if got.Cmp(key.N) >= 0 || new(big.Int).Exp(got, e, key.N).Cmp(number) != 0 {
					t.Fatalf("%x: got %x", c, m)
				}
				if i < exact+10 && got.Cmp(new(big.Int).Exp(number, key.D, key.N)) != 0 {
					t.Fatalf("%x: got %x", c, m)
				}
				if k.Decrypt(c, c); !bytes.Equal(c, m) {
					t.Fatalf("in place: %x instead of %x", c, m)
				}
			}
			room := new(big.Int).Lsh(one, uint(8*key.Size()))
			for _, number := range []*big.Int{key.N, new(big.Int).Add(key.N, one), room.Sub(room, one)} {
				if number.BitLen() <= 8*key.Size() && k.Decrypt(m, number.FillBytes(c)) {
					t.Errorf("%x is not below the modulus", c)
				}
			}
			clear(c)
			if k.Decrypt(m[1:], c) || k.Decrypt(m, append(c, 0)) || k.Decrypt(nil, nil) {
				t.Error("a wrong length")
			}
			if !k.Decrypt(m, nil) || !bytes.Equal(m, c) {
				t.Errorf("0 without octets is %x", m)
			}
		})
	}
}

// TestUnusable has keys that are left to others.
func TestUnusable(t *testing.T) {
	needIFMA(t)
	key, even := keyOf(65537, highest, lowest), keyOf(3, big.NewInt(2), big.NewInt(5))
	if New(key) == nil {
		t.Fatal("not even the key that the others are made of")
	}
	other := func(change func(*rsa.PrivateKey)) *rsa.PrivateKey {
		k := *key
		change(&k)
		return &k
	}
	for name, key := range map[string]*rsa.PrivateKey{
		"none":            nil,
		"empty":           {},
		"no D":            other(func(k *rsa.PrivateKey) { k.D = nil }),
		"no primes":       other(func(k *rsa.PrivateKey) { k.Primes = nil }),
		"one prime":       other(func(k *rsa.PrivateKey) { k.Primes = k.Primes[:1] }),
		"no second prime": other(func(k *rsa.PrivateKey) { k.Primes = []*big.Int{highest, nil} }),
		"negative primes": other(func(k *rsa.PrivateKey) {
			k.Primes = []*big.Int{new(big.Int).Neg(highest), new(big.Int).Neg(lowest)}
		}),
		"other modulus":   other(func(k *rsa.PrivateKey) { k.N = new(big.Int).Add(k.N, one) }),
		"even":            even,
		"one as a prime":  keyOf(3, one, highest),
		"a prime twice":   keyOf(65537, highest, highest),
		"three primes":    keyOf(65537, prime(t, 512), prime(t, 512), prime(t, 512)),
		"1020, 1028 bits": keyOf(65537, prime(t, 1020), prime(t, 1028)),
		"1025 bits":       keyOf(65537, prime(t, 1025), highest),
	} {
		if New(key) != nil {
			t.Errorf("%s: taken", name)
		}
	}
	available = false
	defer func() { available = true }()
	if New(key) != nil {
		t.Error("taken without the instructions")
	}
	var none *Key
	if none.Decrypt(make([]byte, 256), make([]byte, 256)) {
		t.Error("decrypted without a key")
	}
}

// TestCheck: what the public exponent does not lead back from is refused.
func TestCheck(t *testing.T) {
	needIFMA(t)
	key := keyOf(65537, highest, lowest)
	other := func(change func(*rsa.PrivateKey)) *rsa.PrivateKey {
		k := *key
		change(&k)
		return &k
	}
	composite := new(big.Int).Mul(prime(t, 512), prime(t, 512))
	c := new(big.Int).Rsh(key.N, 1).FillBytes(make([]byte, key.Size()))
	m := make([]byte, len(c))
	for name, key := range map[string]*rsa.PrivateKey{
		"another private exponent": other(func(k *rsa.PrivateKey) { k.D = new(big.Int).Add(k.D, big.NewInt(2)) }),
		"another public exponent":  other(func(k *rsa.PrivateKey) { k.E = 17 }),
		"no public exponent":       other(func(k *rsa.PrivateKey) { k.E = 0 }),
		"negative public exponent": other(func(k *rsa.PrivateKey) { k.E = -1 }),
		"private exponent 0":       other(func(k *rsa.PrivateKey) { k.D = new(big.Int) }),
		"no prime": {PublicKey: rsa.PublicKey{N: new(big.Int).Mul(highest, composite), E: 65537},
			D: key.D, Primes: []*big.Int{highest, composite}},
	} {
		k := New(key)
		if k == nil {
			t.Errorf("%s: no key", name)
			continue
		}
		if k.Decrypt(m[:k.size], c[len(c)-k.size:]) {
			t.Errorf("%s: decrypted", name)
		}
	}
	// Any value that mul works with, when it is another, is found out.
	for name, spoil := range map[string]func(*Key){
		"one":     func(k *Key) { k.one[1][3]++ },
		"square":  func(k *Key) { k.square[0][0]++ },
		"cube":    func(k *Key) { k.cube[1][19]++ },
		"inverse": func(k *Key) { k.inverses[0] += 2 },
		"qInv":    func(k *Key) { k.qInv[0][7]++ },
		"aboveQ":  func(k *Key) { k.aboveQ[2]++ },
		"q":       func(k *Key) { k.q[2]++ },
		"digits":  func(k *Key) { k.digits[100][1] ^= 1 },
	} {
		k := New(key)
		if spoil(k); k.Decrypt(m, c) {
			t.Errorf("%s: decrypted", name)
		}
	}
}

func TestConcurrent(t *testing.T) {
	needIFMA(t)
	k := New(keyOf(65537, highest, lowest))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			c, want := make([]byte, k.size), make([]byte, k.size)
			c[k.size-1] = byte(i)
			k.Decrypt(want, c)
			for range 200 {
				m := make([]byte, k.size)
				if !k.Decrypt(m, c) || !bytes.Equal(m, want) {
					t.Errorf("%d: got %x, then %x", i, want, m)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestAllocs(t *testing.T) {
	needIFMA(t)
	k := New(keyOf(65537, highest, lowest))
	m, c := make([]byte, k.size), make([]byte, k.size)
	c[5] = 1
	if n := testing.AllocsPerRun(10, func() { k.Decrypt(m, c) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDecrypt(f *testing.F) {
	needIFMA(f)
	var keys []*Key
	for _, key := range []*rsa.PrivateKey{keyOf(65537, highest, lowest), keyOf(65537, second, highest), keyOf(65537, big.NewInt(5), highest)} {
		keys = append(keys, New(key))
		f.Add(key.Primes[0].Bytes())
		f.Add(new(big.Int).Sub(key.N, one).Bytes())
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, octets []byte) {
		for _, k := range keys {
			c, m := make([]byte, k.size), make([]byte, k.size)
			copy(c[max(0, len(c)-len(octets)):], octets)
			given, n := new(big.Int).SetBytes(c), k.n.big()
			if k.Decrypt(m, c) != (given.Cmp(n) < 0) {
				t.Fatalf("%x: %v", c, given.Cmp(n) >= 0)
			}
			if given.Cmp(n) >= 0 {
				continue
			}
			got := new(big.Int).SetBytes(m)
			if got.Cmp(n) >= 0 || new(big.Int).Exp(got, big.NewInt(int64(k.e)), n).Cmp(given) != 0 {
				t.Fatalf("%x: got %x", c, m)
			}
		}
	})
}

// BenchmarkDecrypt has crypto/rsa beside it, which checks nothing, but removes padding.
func BenchmarkDecrypt(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	//lint:ignore SA1019 it is the padding of what is opened
	c, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, make([]byte, 48))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("rsadp", func(b *testing.B) {
		needIFMA(b)
		k, m := New(key), make([]byte, len(c))
		b.ReportAllocs()
		for b.Loop() {
			if !k.Decrypt(m, c) {
				b.Fatal("not decrypted")
			}
		}
	})
	b.Run("crypto/rsa", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			//lint:ignore SA1019 it is the padding of what is opened
			if _, err := rsa.DecryptPKCS1v15(nil, key, c); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkNew is what preparing a key costs.
func BenchmarkNew(b *testing.B) {
	needIFMA(b)
	key := keyOf(65537, highest, lowest)
	b.ReportAllocs()
	for b.Loop() {
		New(key)
	}
}
