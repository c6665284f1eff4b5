package seed

import (
	"testing"

	"sipsecdump/cipher/ciphertest"
)

// tested has the vectors of RFC 4269, Appendix B.
var tested = ciphertest.Cipher{
	New: New,
	Vectors: [][3]string{
		{"00000000000000000000000000000000", "000102030405060708090a0b0c0d0e0f", "5ebac6e0054e166819aff1cc6d346cdb"},
		{"000102030405060708090a0b0c0d0e0f", "00000000000000000000000000000000", "c11f22f20140505084483597e4370f43"},
	},
	OpenSSL: map[int]string{16: "seed-ecb"},
}

func TestCipher(t *testing.T) { tested.Test(t) }

func BenchmarkDecrypt(b *testing.B) { tested.Benchmark(b) }
