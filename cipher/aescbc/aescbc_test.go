package aescbc

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"

	"sipsecdump/cipher/ciphertest"
)

// keyOctets are the lengths that there are.
var keyOctets = []int{16, 24, 32}

func octets(random *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	random.Read(b)
	return b
}

// decrypter is the one under test.
func decrypter(t testing.TB, key []byte) Decrypter {
	t.Helper()
	d, err := New(key)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// library decrypts one block after the other.
func library(t testing.TB, key, iv, src []byte) []byte {
	t.Helper()
	b, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]byte, len(src))
	cipher.NewCBCDecrypter(b, iv).CryptBlocks(dst, src)
	return dst
}

// TestVectors has those of NIST SP 800-38A, Appendix F.2.
func TestVectors(t *testing.T) {
	const (
		iv    = "000102030405060708090a0b0c0d0e0f"
		plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
	)
	for _, v := range [][2]string{
		{"2b7e151628aed2a6abf7158809cf4f3c",
			"7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
		{"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
			"4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"},
		{"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
			"f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"},
	} {
		d := decrypter(t, ciphertest.Unhex(t, v[0]))
		d.SetIV(ciphertest.Unhex(t, iv))
		got := ciphertest.Unhex(t, v[1])
		if d.CryptBlocks(got, got); hex.EncodeToString(got) != plain {
			t.Errorf("key %s: %x", v[0], got)
		}
	}
}

// TestLibrary compares with crypto/cipher for each number of blocks, in place and not, wherever in memory
// they are.
func TestLibrary(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for _, n := range keyOctets {
		for blocks := range 65 {
			key, iv, src := octets(random, n), octets(random, aes.BlockSize), octets(random, blocks*aes.BlockSize)
			d, want := decrypter(t, key), library(t, key, iv, src)
			for shift := range 3 {
				around := octets(random, len(src)+shift+20)
				place := bytes.Clone(around)
				at := place[shift:]
				d.SetIV(iv)
				d.CryptBlocks(at, src)
				if !bytes.Equal(at[:len(src)], want) {
					t.Fatalf("key of %d octets, %d blocks: %x instead of %x", n, blocks, at[:len(src)], want)
				}
				if !bytes.Equal(place[:shift], around[:shift]) || !bytes.Equal(at[len(src):], around[shift+len(src):]) {
					t.Fatalf("%d blocks: octets beside the destination have changed", blocks)
				}
				copy(at, src)
				d.SetIV(iv)
				if d.CryptBlocks(at[:len(src)], at[:len(src)]); !bytes.Equal(at[:len(src)], want) {
					t.Fatalf("key of %d octets, %d blocks in place: %x instead of %x", n, blocks, at[:len(src)], want)
				}
			}
		}
	}
}

// TestChain has blocks in two calls, and before them what another vector was set for.
func TestChain(t *testing.T) {
	random := rand.NewChaCha8([32]byte{2})
	for _, n := range keyOctets {
		key, iv, src := octets(random, n), octets(random, aes.BlockSize), octets(random, 27*aes.BlockSize)
		d, want, dst := decrypter(t, key), library(t, key, iv, src), make([]byte, len(src))
		if d.CryptBlocks(dst, src); !bytes.Equal(dst, library(t, key, make([]byte, aes.BlockSize), src)) {
			t.Errorf("key of %d octets: the vector is not zero at first", n)
		}
		for split := 0; split <= len(src); split += aes.BlockSize {
			d.SetIV(iv)
			d.CryptBlocks(dst, src[:split])
			if d.CryptBlocks(dst[split:], src[split:]); !bytes.Equal(dst, want) {
				t.Fatalf("key of %d octets, split at %d: %x instead of %x", n, split, dst, want)
			}
			copy(dst, src)
			d.SetIV(iv)
			d.CryptBlocks(dst[:split], dst[:split])
			if d.CryptBlocks(dst[split:], dst[split:]); !bytes.Equal(dst, want) {
				t.Fatalf("key of %d octets, split at %d, in place: %x instead of %x", n, split, dst, want)
			}
		}
	}
}

func TestLengths(t *testing.T) {
	for n := range 66 {
		_, want := aes.NewCipher(make([]byte, n))
		if _, err := New(make([]byte, n)); err != want {
			t.Errorf("a key of %d octets: %v, not %v", n, err, want)
		}
	}
	d := decrypter(t, make([]byte, 16))
	if d.BlockSize() != aes.BlockSize {
		t.Errorf("blocks of %d octets", d.BlockSize())
	}
	b := make([]byte, 256)
	for name, wrong := range map[string]func(){
		"short vector":      func() { d.SetIV(b[:15]) },
		"long vector":       func() { d.SetIV(b[:17]) },
		"part of a block":   func() { d.CryptBlocks(b, b[:15]) },
		"a block and more":  func() { d.CryptBlocks(b, b[:129]) },
		"short destination": func() { d.CryptBlocks(b[:255], b) },
		"short for a block": func() { d.CryptBlocks(b[:15], b[:16]) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			wrong()
		}()
	}
	d.CryptBlocks(nil, nil)
}

func TestAllocs(t *testing.T) {
	d, b := decrypter(t, make([]byte, 32)), make([]byte, 432)
	if n := testing.AllocsPerRun(100, func() { d.SetIV(b[:16]); d.CryptBlocks(b, b) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDecrypt(f *testing.F) {
	f.Add([]byte{}, []byte{}, 0, 0)
	f.Add([]byte("sixteen octets.."), bytes.Repeat([]byte{5}, 300), 2, 8)
	f.Fuzz(func(t *testing.T, octets, src []byte, length, split int) {
		key, iv := make([]byte, keyOctets[uint(length)%3]), make([]byte, aes.BlockSize)
		copy(iv, octets[copy(key, octets):])
		src = src[:len(src)/aes.BlockSize*aes.BlockSize]
		at := int(uint(split) % uint(len(src)/aes.BlockSize+1) * aes.BlockSize)
		d, want, got := decrypter(t, key), library(t, key, iv, src), bytes.Clone(src)
		d.SetIV(iv)
		d.CryptBlocks(got[:at], src[:at])
		if d.CryptBlocks(got[at:], got[at:]); !bytes.Equal(got, want) {
			t.Fatalf("key %x, vector %x, split at %d: %x instead of %x", key, iv, at, got, want)
		}
	})
}

// BenchmarkDecrypt has records of several lengths.
func BenchmarkDecrypt(b *testing.B) {
	key := make([]byte, 32)
	block, err := aes.NewCipher(key)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{32, 432, 16384} {
		record := make([]byte, n)
		for name, d := range map[string]Decrypter{
			"aescbc":        decrypter(b, key),
			"crypto/cipher": cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).(Decrypter),
		} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.SetBytes(int64(n))
				b.ReportAllocs()
				for b.Loop() {
					d.SetIV(key[:aes.BlockSize])
					d.CryptBlocks(record, record)
				}
			})
		}
	}
}

// BenchmarkNew is what preparing a key costs.
func BenchmarkNew(b *testing.B) {
	key := make([]byte, 32)
	b.ReportAllocs()
	for b.Loop() {
		decrypter(b, key)
	}
}
