// Package ciphertest holds the block ciphers beside it to what every one of them must do: give
// its standard's vectors, take its key lengths and no others, agree with openssl, and allocate
// nothing. Only tests import it.
package ciphertest

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"math/rand/v2"
	"os/exec"
	"testing"
)

// Cipher is a block cipher to be tested.
type Cipher struct {
	New func(key []byte) (cipher.Block, error)
	// Vectors are key, plaintext, ciphertext, in hexadecimal.
	Vectors [][3]string
	// OpenSSL names the cipher for openssl, in ECB mode, by the length of the key in octets.
	// No other length is a key's.
	OpenSSL map[int]string
}

// Test runs the tests.
func (c Cipher) Test(t *testing.T) {
	t.Run("vectors", c.vectors)
	t.Run("key lengths", c.keyLengths)
	t.Run("openssl", c.openSSL)
	t.Run("allocations", c.allocations)
}

// Unhex decodes what a vector has.
func Unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// block returns the cipher with a key.
func (c Cipher) block(t testing.TB, key []byte) cipher.Block {
	t.Helper()
	b, err := c.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (c Cipher) vectors(t *testing.T) {
	for _, v := range c.Vectors {
		b := c.block(t, Unhex(t, v[0]))
		block := Unhex(t, v[1])
		b.Encrypt(block, block)
		if got := hex.EncodeToString(block); got != v[2] {
			t.Errorf("key %s: encrypted %s, want %s", v[0], got, v[2])
		}
		b.Decrypt(block, block)
		if got := hex.EncodeToString(block); got != v[1] {
			t.Errorf("key %s: decrypted %s, want %s", v[0], got, v[1])
		}
	}
}

func (c Cipher) keyLengths(t *testing.T) {
	for n := range 66 {
		_, possible := c.OpenSSL[n]
		if _, err := c.New(make([]byte, n)); (err == nil) != possible {
			t.Errorf("%d octets: %v", n, err)
		}
	}
}

// openSSL compares with another implementation, for many keys and blocks.
func (c Cipher) openSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	random := rand.NewChaCha8([32]byte{1})
	for length, name := range c.OpenSSL {
		for range 4 {
			key := make([]byte, length)
			random.Read(key)
			b := c.block(t, key)
			size := b.BlockSize()
			plain := make([]byte, 256*size)
			random.Read(plain)
			cmd := exec.Command("openssl", "enc", "-e", "-"+name, "-nopad", "-provider", "default", "-provider", "legacy", "-K", hex.EncodeToString(key))
			cmd.Stdin = bytes.NewReader(plain)
			want, err := cmd.Output()
			if err != nil {
				t.Skipf("openssl does not know %s: %v", name, err)
			}
			got := make([]byte, len(plain))
			for i := 0; i < len(got); i += size {
				b.Encrypt(got[i:], plain[i:])
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%s, key %x: not what openssl makes of it", name, key)
			}
			for i := 0; i < len(got); i += size {
				b.Decrypt(got[i:], got[i:])
			}
			if !bytes.Equal(got, plain) {
				t.Fatalf("%s, key %x: decryption does not undo encryption", name, key)
			}
		}
	}
}

func (c Cipher) allocations(t *testing.T) {
	b := c.block(t, Unhex(t, c.Vectors[0][0]))
	block := make([]byte, b.BlockSize())
	if n := testing.AllocsPerRun(100, func() { b.Encrypt(block, block); b.Decrypt(block, block) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Benchmark decrypts block by block.
func (c Cipher) Benchmark(b *testing.B) {
	k := c.block(b, Unhex(b, c.Vectors[0][0]))
	block := make([]byte, k.BlockSize())
	b.SetBytes(int64(len(block)))
	b.ReportAllocs()
	for b.Loop() {
		k.Decrypt(block, block)
	}
}
