package ccm

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"sipsecdump/cipher/ciphertest"
)

func ascending(from byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = from + byte(i)
	}
	return b
}

func TestVectors(t *testing.T) {
	long := make([]byte, 65536)
	for i := range long {
		long[i] = byte(i)
	}
	for _, v := range []struct {
		name                          string
		key, nonce, additional, plain []byte
		tag                           int
		sealed                        string
	}{
		{"RFC 3610, packet vector 1", ascending(0xc0, 16), ciphertest.Unhex(t, "00000003020100a0a1a2a3a4a5"), ascending(0, 8), ascending(8, 23), 8,
			"588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0"},
		{"RFC 3610, packet vector 2", ascending(0xc0, 16), ciphertest.Unhex(t, "00000004030201a0a1a2a3a4a5"), ascending(0, 8), ascending(8, 24), 8,
			"72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916"},
		{"SP 800-38C, example 1", ascending(0x40, 16), ascending(0x10, 7), ascending(0, 8), ascending(0x20, 4), 4, "7162015b4dac255d"},
		{"SP 800-38C, example 2", ascending(0x40, 16), ascending(0x10, 8), ascending(0, 16), ascending(0x20, 16), 6,
			"d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd"},
		{"SP 800-38C, example 3", ascending(0x40, 16), ascending(0x10, 12), ascending(0, 20), ascending(0x20, 24), 8,
			"e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"},
		{"SP 800-38C, example 4", ascending(0x40, 16), ascending(0x10, 13), long, ascending(0x20, 32), 14,
			"69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72b4ac6bec93e8598e7f0dadbcea5b"},
	} {
		t.Run(v.name, func(t *testing.T) {
			block, err := aes.NewCipher(v.key)
			if err != nil {
				t.Fatal(err)
			}
			a, err := New(block, len(v.nonce), v.tag)
			if err != nil {
				t.Fatal(err)
			}
			sealed := a.Seal(nil, v.nonce, v.plain, v.additional)
			if got := hex.EncodeToString(sealed); got != v.sealed {
				t.Fatalf("sealed %s, want %s", got, v.sealed)
			}
			opened, err := a.Open([]byte("before"), v.nonce, sealed, v.additional)
			if err != nil || string(opened) != "before"+string(v.plain) {
				t.Fatalf("opened %x, %v", opened, err)
			}
			for i := range sealed {
				changed := bytes.Clone(sealed)
				changed[i] ^= 0x20
				if _, err := a.Open(nil, v.nonce, changed, v.additional); err == nil {
					t.Fatalf("octet %d changed, and it opens", i)
				}
				if _, err := a.Open(nil, v.nonce, sealed[:i], v.additional); err == nil {
					t.Fatalf("cut to %d, and it opens", i)
				}
			}
			buf := bytes.Clone(sealed)
			if opened, err := a.Open(buf[:0], v.nonce, buf, v.additional); err != nil || !bytes.Equal(opened, v.plain) {
				t.Fatalf("in place: %x, %v", opened, err)
			}
			if n := testing.AllocsPerRun(10, func() {
				copy(buf, sealed)
				a.Open(buf[:0], v.nonce, buf, v.additional)
			}); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

// TestLongest: the longer the nonce, the shorter the messages.
func TestLongest(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(block, 13, 16)
	if err != nil {
		t.Fatal(err)
	}
	nonce := make([]byte, 13)
	plain := bytes.Repeat([]byte{1, 2, 3}, 0xffff/3) // the counter passes from one octet to two
	binary.BigEndian.PutUint16(plain, 7)
	sealed := a.Seal(nil, nonce, plain, nil)
	if opened, err := a.Open(nil, nonce, sealed, nil); err != nil || !bytes.Equal(opened, plain) {
		t.Error(err)
	}
	if _, err := a.Open(nil, nonce, append(sealed, 0), nil); err == nil {
		t.Error("a message of 65536 octets opens")
	}
}

func TestParameters(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	for nonce := range 20 {
		for tag := range 20 {
			_, err := New(block, nonce, tag)
			if possible := nonce >= 7 && nonce <= 13 && tag >= 4 && tag <= 16 && tag%2 == 0; possible != (err == nil) {
				t.Errorf("nonce %d, tag %d: %v", nonce, tag, err)
			}
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		b.Fatal(err)
	}
	a, err := New(block, 12, 16)
	if err != nil {
		b.Fatal(err)
	}
	nonce, buf := make([]byte, 12), make([]byte, 0, 16384)
	sealed := a.Seal(nil, nonce, make([]byte, 16384), nil)
	b.SetBytes(16384)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Open(buf, nonce, sealed, nil); err != nil {
			b.Fatal(err)
		}
	}
}
