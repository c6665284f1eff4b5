package cms

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKeyWrap has the vectors of RFC 3394, Section 4, and RFC 5649, Section 6.
func TestKeyWrap(t *testing.T) {
	const kek32 = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
	for _, v := range []struct{ name, kek, key, wrapped string }{
		{"3394-4.1", kek32[:32], "00112233445566778899AABBCCDDEEFF", "1FA68B0A8112B447 AEF34BD8FB5A7B82 9D3E862371D2CFE5"},
		{"3394-4.2", kek32[:48], "00112233445566778899AABBCCDDEEFF", "96778B25AE6CA435 F92B5B97C050AED2 468AB8A17AD84E5D"},
		{"3394-4.3", kek32, "00112233445566778899AABBCCDDEEFF", "64E8C3F9CE0F5BA2 63E9777905818A2A 93C8191E7D6E8AE7"},
		{"3394-4.6", kek32, "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
			"28C9F404C4B810F4 CBCCB35CFB87F826 3F5786E2D80ED326 CBC7F0E71A99F43B FB988B9B7A02DD21"},
		{"5649", "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "c37b7e6492584340bed12207808941155068f738",
			"138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"},
		{"5649", "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "466f7250617369", "afbeb0f07dfbf5419200f2ccb50bb24f"},
	} {
		unwrap := unwrapAES
		if v.name == "5649" {
			unwrap = unwrapAESPadded
		}
		kek, wrapped := unhex(t, v.kek), unhex(t, v.wrapped)
		if key, err := unwrap(kek, wrapped); err != nil || !bytes.Equal(key, unhex(t, v.key)) {
			t.Errorf("%s: %X, %v", v.name, key, err)
		}
		for i := range wrapped {
			changed := bytes.Clone(wrapped)
			changed[i] ^= 1
			if key, err := unwrap(kek, changed); err == nil {
				t.Errorf("%s, changed at %d: %X", v.name, i, key)
			}
			if key, err := unwrap(kek, wrapped[:i]); err == nil {
				t.Errorf("%s, cut at %d: %X", v.name, i, key)
			}
		}
	}
}

// TestCCM has vectors of RFC 3610, Section 8, and NIST SP 800-38C, Appendix C.
func TestCCM(t *testing.T) {
	const packetKey, nistKey = "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF", "404142434445464748494a4b4c4d4e4f"
	var long strings.Builder
	for i := range 65536 {
		long.WriteString(hex.EncodeToString([]byte{byte(i)}))
	}
	for _, v := range []struct{ name, key, nonce, additional, plaintext, ciphertext, tag string }{
		{"packet 1", packetKey, "00000003020100A0A1A2A3A4A5", "0001020304050607", "08090A0B0C0D0E0F101112131415161718191A1B1C1D1E",
			"588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384", "17E8D12CFDF926E0"},
		{"NIST 1", nistKey, "10111213141516", "0001020304050607", "20212223", "7162015b", "4dac255d"},
		{"NIST 2", nistKey, "1011121314151617", "000102030405060708090a0b0c0d0e0f", "202122232425262728292a2b2c2d2e2f",
			"d2a1f0e051ea5f62081a7792073d593d", "1fc64fbfaccd"},
		{"NIST 4", nistKey, "101112131415161718191a1b1c", long.String(), "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
			"69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72", "b4ac6bec93e8598e7f0dadbcea5b"},
	} {
		key, nonce, additional := unhex(t, v.key), unhex(t, v.nonce), unhex(t, v.additional)
		ciphertext, tag := unhex(t, v.ciphertext), unhex(t, v.tag)
		if plaintext, ok := openCCM(key, nonce, ciphertext, tag, additional); !ok || !bytes.Equal(plaintext, unhex(t, v.plaintext)) {
			t.Errorf("%s: %X, %v", v.name, plaintext, ok)
		}
		for _, change := range [][]byte{nonce, additional, ciphertext, tag} {
			change[len(change)-1] ^= 1
			if _, ok := openCCM(key, nonce, ciphertext, tag, additional); ok {
				t.Errorf("%s: opened though changed", v.name)
			}
			change[len(change)-1] ^= 1
		}
	}
}
