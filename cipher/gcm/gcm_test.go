package gcm

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"sipsecdump/cipher/aria"
	"sipsecdump/cipher/camellia"
	"sipsecdump/cipher/ciphertest"
)

// TestVectors are those of McGrew and Viega, "The Galois/Counter Mode of Operation", Appendix B.
func TestVectors(t *testing.T) {
	const key, nonce = "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888"
	const plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
	for _, v := range []struct{ key, nonce, plain, additional, sealed string }{
		{"00000000000000000000000000000000", "000000000000000000000000", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
		{"00000000000000000000000000000000", "000000000000000000000000", "00000000000000000000000000000000", "",
			"0388dace60b6a392f328c2b971b2fe78" + "ab6e47d42cec13bdf53a67b21257bddf"},
		{key, nonce, plain, "feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091" +
				"5bc94fbc3221a5db94fae95ae7121a47"},
	} {
		block, err := aes.NewCipher(ciphertest.Unhex(t, v.key))
		if err != nil {
			t.Fatal(err)
		}
		a, err := New(block)
		if err != nil {
			t.Fatal(err)
		}
		sealed := a.Seal(nil, ciphertest.Unhex(t, v.nonce), ciphertest.Unhex(t, v.plain), ciphertest.Unhex(t, v.additional))
		if got := hex.EncodeToString(sealed); got != v.sealed {
			t.Errorf("sealed %s, want %s", got, v.sealed)
		}
		opened, err := a.Open(nil, ciphertest.Unhex(t, v.nonce), sealed, ciphertest.Unhex(t, v.additional))
		if err != nil || hex.EncodeToString(opened) != v.plain {
			t.Errorf("opened %x, %v", opened, err)
		}
	}
}

// TestPeer compares with crypto/cipher for every length, and changes each octet.
func TestPeer(t *testing.T) {
	random := rand.NewChaCha8([32]byte{2})
	for _, newCipher := range []func([]byte) (cipher.Block, error){aes.NewCipher, aria.New, camellia.New} {
		key, nonce, additional := make([]byte, 32), make([]byte, NonceSize), make([]byte, 35)
		random.Read(key)
		random.Read(nonce)
		random.Read(additional)
		block, err := newCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := New(block)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 70 {
			plain := make([]byte, n)
			random.Read(plain)
			sealed := ours.Seal([]byte("before"), nonce, plain, additional[:n/2])
			want := theirs.Seal([]byte("before"), nonce, plain, additional[:n/2])
			if !bytes.Equal(sealed, want) {
				t.Fatalf("%d octets: %x, want %x", n, sealed, want)
			}
			sealed = sealed[len("before"):]
			opened, err := ours.Open(nil, nonce, sealed, additional[:n/2])
			if err != nil || !bytes.Equal(opened, plain) {
				t.Fatalf("%d octets: opened %x, %v", n, opened, err)
			}
			for i := range sealed {
				sealed[i] ^= 4
				if opened, err := ours.Open(nil, nonce, sealed, additional[:n/2]); err == nil || opened != nil {
					t.Fatalf("%d octets: octet %d changed, and it opens", n, i)
				}
				sealed[i] ^= 4
			}
			for i := range sealed {
				if _, err := ours.Open(nil, nonce, sealed[:i], additional[:n/2]); err == nil {
					t.Fatalf("%d octets: cut to %d, and it opens", n, i)
				}
			}
		}
	}
}

func TestInPlaceAllocs(t *testing.T) {
	block, err := camellia.New(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(block)
	if err != nil {
		t.Fatal(err)
	}
	nonce, plain := make([]byte, NonceSize), bytes.Repeat([]byte("text"), 100)
	sealed := a.Seal(nil, nonce, plain, nil)
	buf := make([]byte, len(sealed))
	if n := testing.AllocsPerRun(100, func() {
		copy(buf, sealed)
		if opened, err := a.Open(buf[:0], nonce, buf, nonce[:5]); err == nil {
			t.Fatalf("opened with other additional data: %x", opened)
		}
		opened, err := a.Open(buf[:0], nonce, buf, nil)
		if err != nil || !bytes.Equal(opened, plain) {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkOpen(b *testing.B) {
	for name, newCipher := range map[string]func([]byte) (cipher.Block, error){"aria": aria.New, "camellia": camellia.New} {
		b.Run(name, func(b *testing.B) {
			block, err := newCipher(make([]byte, 16))
			if err != nil {
				b.Fatal(err)
			}
			a, err := New(block)
			if err != nil {
				b.Fatal(err)
			}
			nonce, buf := make([]byte, NonceSize), make([]byte, 0, 16384)
			sealed := a.Seal(nil, nonce, make([]byte, 16384), nil)
			b.SetBytes(16384)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Open(buf, nonce, sealed, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
