package idea

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"sipsecdump/cipher/ciphertest"
)

// tested has the vectors of the design: X. Lai, 1992.
var tested = ciphertest.Cipher{
	New: New,
	Vectors: [][3]string{
		{"00010002000300040005000600070008", "0000000100020003", "11fbed2b01986de5"},
		{"2bd6459f82c5b300952c49104881ff48", "f129a6601ef62a47", "ea024714ad5c4d84"},
	},
	OpenSSL: map[int]string{16: "idea-ecb"},
}

func TestCipher(t *testing.T) { tested.Test(t) }

// TestInverse: decryption undoes encryption, whatever the subkeys are.
func TestInverse(t *testing.T) {
	random := rand.NewChaCha8([32]byte{2})
	key, plain, block := make([]byte, 16), make([]byte, BlockSize), make([]byte, BlockSize)
	for i := range 1000 {
		random.Read(key)
		random.Read(plain)
		if i%3 == 0 { // subkeys that are zero
			clear(key[i%8 : i%8+8])
		}
		c, err := New(key)
		if err != nil {
			t.Fatal(err)
		}
		c.Encrypt(block, plain)
		c.Decrypt(block, block)
		if !bytes.Equal(block, plain) {
			t.Fatalf("key %x: %x becomes %x", key, plain, block)
		}
	}
}

func BenchmarkDecrypt(b *testing.B) { tested.Benchmark(b) }
