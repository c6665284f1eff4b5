package aria

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"os/exec"
	"testing"
)

// vectors are those of RFC 5794, Appendix A: key, plaintext, ciphertext.
var vectors = [][3]string{
	{"000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "d718fbd6ab644c739da95f3be6451778"},
	{"000102030405060708090a0b0c0d0e0f1011121314151617", "00112233445566778899aabbccddeeff", "26449c1805dbe7aa25a468ce263a9e79"},
	{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "00112233445566778899aabbccddeeff", "f92bd7c79fb72e2f2b8f80c1972d24fc"},
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		c, err := New(unhex(t, v[0]))
		if err != nil {
			t.Fatal(err)
		}
		block := unhex(t, v[1])
		c.Encrypt(block, block)
		if got := hex.EncodeToString(block); got != v[2] {
			t.Errorf("key %s: encrypted %s, want %s", v[0], got, v[2])
		}
		c.Decrypt(block, block)
		if got := hex.EncodeToString(block); got != v[1] {
			t.Errorf("key %s: decrypted %s, want %s", v[0], got, v[1])
		}
	}
}

func TestKeyLengths(t *testing.T) {
	possible := map[int]bool{16: true, 24: true, 32: true}
	for n := range 66 {
		if _, err := New(make([]byte, n)); (err == nil) != possible[n] {
			t.Errorf("%d octets: %v", n, err)
		}
	}
}

// TestOpenSSL compares with another implementation, for many keys and blocks.
func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	random := rand.NewChaCha8([32]byte{1})
	for length, name := range map[int]string{
		16: "aria-128-ecb",
		24: "aria-192-ecb",
		32: "aria-256-ecb",
	} {
		for range 4 {
			key, plain := make([]byte, length), make([]byte, 256*BlockSize)
			random.Read(key)
			random.Read(plain)
			cmd := exec.Command("openssl", "enc", "-e", "-"+name, "-nopad", "-provider", "default", "-provider", "legacy", "-K", hex.EncodeToString(key))
			cmd.Stdin = bytes.NewReader(plain)
			want, err := cmd.Output()
			if err != nil {
				t.Skipf("openssl does not know %s: %v", name, err)
			}
			c, err := New(key)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(plain))
			for i := 0; i < len(got); i += BlockSize {
				c.Encrypt(got[i:], plain[i:])
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%s, key %x: not what openssl makes of it", name, key)
			}
			for i := 0; i < len(got); i += BlockSize {
				c.Decrypt(got[i:], got[i:])
			}
			if !bytes.Equal(got, plain) {
				t.Fatalf("%s, key %x: decryption does not undo encryption", name, key)
			}
		}
	}
}

func TestAllocs(t *testing.T) {
	c, err := New(unhex(t, vectors[0][0]))
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, BlockSize)
	if n := testing.AllocsPerRun(100, func() { c.Encrypt(block, block); c.Decrypt(block, block) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecrypt(b *testing.B) {
	c, err := New(unhex(b, vectors[0][0]))
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, BlockSize)
	b.SetBytes(BlockSize)
	b.ReportAllocs()
	for b.Loop() {
		c.Decrypt(block, block)
	}
}
