package camellia

import (
	"testing"

	"sipsecdump/cipher/ciphertest"
)

// tested has the vectors of RFC 3713, Appendix A.
var tested = ciphertest.Cipher{
	New: New,
	Vectors: [][3]string{
		{"0123456789abcdeffedcba9876543210", "0123456789abcdeffedcba9876543210", "67673138549669730857065648eabe43"},
		{"0123456789abcdeffedcba98765432100011223344556677", "0123456789abcdeffedcba9876543210", "b4993401b3e996f84ee5cee7d79b09b9"},
		{"0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff", "0123456789abcdeffedcba9876543210", "9acc237dff16d76c20ef7c919e3a7509"},
	},
	OpenSSL: map[int]string{16: "camellia-128-ecb", 24: "camellia-192-ecb", 32: "camellia-256-ecb"},
}

func TestCipher(t *testing.T) { tested.Test(t) }

func BenchmarkDecrypt(b *testing.B) { tested.Benchmark(b) }
