//go:build !purego

package aescbc

import "testing"

// TestWithout has processors that lack the instructions of this one.
func TestWithout(t *testing.T) {
	defer func(a, v bool) { aesni, vaes = a, v }(aesni, vaes)
	for _, less := range []struct {
		name string
		lack *bool
	}{{"AVX-512", &vaes}, {"AES-NI", &aesni}} {
		if *less.lack = false; less.lack == &aesni && newHardware(make([]byte, 16)) != nil {
			t.Fatal("there is a decrypter")
		}
		t.Run(less.name, func(t *testing.T) {
			t.Run("vectors", TestVectors)
			t.Run("library", TestLibrary)
			t.Run("chain", TestChain)
			t.Run("lengths", TestLengths)
			t.Run("allocs", TestAllocs)
		})
	}
}
