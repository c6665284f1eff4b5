package rc2

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// The vectors are those of RFC 2268, Section 5.
func TestVectors(t *testing.T) {
	for _, tt := range []struct {
		bits                   int
		key, plain, ciphertext string
	}{
		{63, "0000000000000000", "0000000000000000", "ebb773f993278eff"},
		{64, "ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{64, "3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{64, "88", "0000000000000000", "61a8a244adacccf0"},
		{64, "88bca90e90875a", "0000000000000000", "6ccf4308974c267f"},
		{64, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "1a807d272bbe5db1"},
		{128, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
		{129, "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", "0000000000000000", "5b78d3a43dfff1f1"},
	} {
		key, plain, want := decode(t, tt.key), decode(t, tt.plain), decode(t, tt.ciphertext)
		c, err := New(key, tt.bits)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, BlockSize)
		c.Encrypt(got, plain)
		if !bytes.Equal(got, want) {
			t.Errorf("key %s: %x, want %x", tt.key, got, want)
		}
		c.Decrypt(got, got)
		if !bytes.Equal(got, plain) {
			t.Errorf("key %s: decrypted to %x, want %x", tt.key, got, plain)
		}
	}
}

func TestNew(t *testing.T) {
	for _, tt := range []struct{ octets, bits int }{{0, 64}, {129, 64}, {8, 0}, {8, 1025}} {
		if _, err := New(make([]byte, tt.octets), tt.bits); err == nil {
			t.Errorf("a key of %d octets and %d bits is taken", tt.octets, tt.bits)
		}
	}
}

func decode(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
