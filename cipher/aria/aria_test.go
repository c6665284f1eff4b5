package aria

import (
	"testing"

	"sipsecdump/cipher/ciphertest"
)

// tested has the vectors of RFC 5794, Appendix A.
var tested = ciphertest.Cipher{
	New: New,
	Vectors: [][3]string{
		{"000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "d718fbd6ab644c739da95f3be6451778"},
		{"000102030405060708090a0b0c0d0e0f1011121314151617", "00112233445566778899aabbccddeeff", "26449c1805dbe7aa25a468ce263a9e79"},
		{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "00112233445566778899aabbccddeeff", "f92bd7c79fb72e2f2b8f80c1972d24fc"},
	},
	OpenSSL: map[int]string{16: "aria-128-ecb", 24: "aria-192-ecb", 32: "aria-256-ecb"},
}

func TestCipher(t *testing.T) { tested.Test(t) }

func BenchmarkDecrypt(b *testing.B) { tested.Benchmark(b) }
