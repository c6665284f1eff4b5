package tlsparse

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"testing"
)

var (
	testMACKey = bytes.Repeat([]byte{0x11}, 20)
	testKey    = bytes.Repeat([]byte{0x22}, 16)
	testIV     = bytes.Repeat([]byte{0x33}, 16)
)

// macOf is the MAC of a record (RFC 5246, Section 6.2.3.1).
func macOf(seq uint64, typ ContentType, version Version, data []byte) []byte {
	h := hmac.New(crypto.SHA1.New, testMACKey)
	binary.Write(h, binary.BigEndian, seq)
	h.Write([]byte{byte(typ), byte(version >> 8), byte(version), byte(len(data) >> 8), byte(len(data))})
	h.Write(data)
	return h.Sum(nil)
}

// encryptCBC puts the vector in front from TLS 1.1 on. The data must be whole blocks.
func encryptCBC(version Version, data []byte) []byte {
	block, err := aes.NewCipher(testKey)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(data))
	cipher.NewCBCEncrypter(block, testIV).CryptBlocks(out, data)
	if version >= TLS11 {
		out = append(bytes.Clone(testIV), out...)
	}
	return out
}

func testOpener(t testing.TB, version Version, encryptThenMAC bool) *opener {
	t.Helper()
	s, _ := lookupSuite(0x002f)
	o, err := newOpener(version, s, encryptThenMAC, testMACKey, testKey, testIV)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestPaddings tries every value of the last octet with every number of octets that agree
// with it: only a padding that is right in full opens, and the text never is another.
func TestPaddings(t *testing.T) {
	const text = "a text"
	buf := make([]byte, 1<<10)
	for _, version := range []Version{TLS10, TLS11, TLS12} {
		for _, encryptThenMAC := range []bool{false, true} {
			for last := range 256 {
				for _, wrong := range []int{-1, 0, last / 2, last - 1} {
					content := []byte(text)
					if !encryptThenMAC {
						content = append(content, macOf(0, ApplicationData, version, content)...)
					}
					start := len(content)
					content = append(content, bytes.Repeat([]byte{byte(last)}, last+1)...)
					if wrong >= 0 && wrong < last {
						content[start+wrong] ^= 1
					}
					// Fill up in front, so that the blocks are whole: the text changes with it.
					if odd := len(content) % aes.BlockSize; odd != 0 {
						front := bytes.Repeat([]byte{'.'}, aes.BlockSize-odd)
						all := append(front, text...)
						if !encryptThenMAC {
							all = append(all, macOf(0, ApplicationData, version, all)...)
						}
						content = append(all, content[start:]...)
					}
					fragment := encryptCBC(version, content)
					if encryptThenMAC {
						fragment = append(fragment, macOf(0, ApplicationData, version, fragment)...)
					}
					o := testOpener(t, version, encryptThenMAC)
					plain, err := o.open(&Record{Type: ApplicationData, Version: version}, fragment, buf)
					good := wrong < 0 || wrong >= last
					switch {
					case good && (err != nil || !bytes.HasSuffix(plain, []byte(text))):
						t.Fatalf("%v, padding %d: %q, %v", version, last, plain, err)
					case !good && (err == nil || plain != nil || err.Code != CodeBadMAC):
						t.Fatalf("%v, padding %d wrong at %d: %q, %v", version, last, wrong, plain, err)
					}
				}
			}
		}
	}
}

// TestTruncations cuts records of every kind at every length and flips every octet: none
// opens, nothing panics.
func TestTruncations(t *testing.T) {
	text := []byte("a text")
	buf := make([]byte, 1<<10)
	type maker func() (o *opener, fragment []byte)
	cases := map[string]maker{}
	for _, version := range []Version{TLS10, TLS11, TLS12} {
		padded := append(append(bytes.Clone(text), macOf(0, ApplicationData, version, text)...), 5, 5, 5, 5, 5, 5)
		cases[fmt.Sprint(version, " CBC")] = func() (*opener, []byte) {
			return testOpener(t, version, false), encryptCBC(version, padded)
		}
		cases[fmt.Sprint(version, " encrypt-then-MAC")] = func() (*opener, []byte) {
			fragment := encryptCBC(version, append(bytes.Clone(text), 9, 9, 9, 9, 9, 9, 9, 9, 9, 9))
			return testOpener(t, version, true), append(fragment, macOf(0, ApplicationData, version, fragment)...)
		}
	}
	cases["GCM"] = func() (*opener, []byte) {
		s, _ := lookupSuite(0x009c)
		o, err := newOpener(TLS12, s, false, nil, testKey, testIV[:4])
		if err != nil {
			t.Fatal(err)
		}
		nonce := append(bytes.Clone(testIV[:4]), 1, 2, 3, 4, 5, 6, 7, 8)
		header := []byte{0, 0, 0, 0, 0, 0, 0, 0, byte(ApplicationData), 3, 3, 0, byte(len(text))}
		return o, o.aead.Seal(bytes.Clone(nonce[4:]), nonce, text, header)
	}
	cases["NULL"] = func() (*opener, []byte) {
		s, _ := lookupSuite(0x0002)
		o, err := newOpener(TLS12, s, false, testMACKey, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return o, append(bytes.Clone(text), macOf(0, ApplicationData, TLS12, text)...)
	}
	for name, make := range cases {
		t.Run(name, func(t *testing.T) {
			o, fragment := make()
			r := &Record{Type: ApplicationData, Version: o.version}
			if plain, err := o.open(r, fragment, buf); err != nil || !bytes.Equal(plain, text) {
				t.Fatalf("whole: %q, %v", plain, err)
			}
			for n := range fragment {
				o, fragment := make()
				if plain, err := o.open(r, fragment[:n], buf); err == nil {
					t.Fatalf("cut to %d: %q", n, plain)
				}
				o, fragment = make()
				fragment[n] ^= 0x80
				if plain, err := o.open(r, fragment, buf); err == nil {
					t.Fatalf("octet %d changed: %q", n, plain)
				}
			}
			for _, wrong := range []*Record{
				{Type: Alert, Version: o.version}, {Type: ApplicationData, Version: SSL30},
			} {
				o, fragment := make()
				if plain, err := o.open(wrong, fragment, buf); err == nil {
					t.Fatalf("under the header %v: %q", wrong, plain)
				}
			}
		})
	}
}

// appData makes a session that has keys for the client's direction, and a record of n octets
// that it opens again and again.
func appData(t testing.TB, suiteID CipherSuite, n int) (s *Session, record []byte, again func()) {
	t.Helper()
	text := bytes.Repeat([]byte("0123456789abcdef"), n/16)
	su, ok := lookupSuite(suiteID)
	if !ok {
		t.Fatalf("%v is not implemented", suiteID)
	}
	var o *opener
	var err error
	var fragment []byte
	if su.bulk.mode == modeGCM {
		o, err = newOpener(TLS12, su, false, nil, testKey, testIV[:4])
		if err != nil {
			t.Fatal(err)
		}
		nonce := append(bytes.Clone(testIV[:4]), make([]byte, 8)...)
		header := []byte{0, 0, 0, 0, 0, 0, 0, 0, byte(ApplicationData), 3, 3, byte(len(text) >> 8), byte(len(text))}
		fragment = o.aead.Seal(bytes.Clone(nonce[4:]), nonce, text, header)
	} else {
		if o, err = newOpener(TLS12, su, false, testMACKey, testKey, nil); err != nil {
			t.Fatal(err)
		}
		padded := append(bytes.Clone(text), macOf(0, ApplicationData, TLS12, text)...)
		pad := aes.BlockSize - 1 - len(padded)%aes.BlockSize
		padded = append(padded, bytes.Repeat([]byte{byte(pad)}, pad+1)...)
		fragment = encryptCBC(TLS12, padded)
	}
	s = NewSession(nil)
	dir := &s.dirs[ClientToServer]
	dir.switched, dir.opener, dir.keys = true, o, &negotiation{proved: true}
	return s, rec(ApplicationData, TLS12, string(fragment)), func() { o.seq = 0 }
}

func TestRecordAllocs(t *testing.T) {
	for _, suite := range []CipherSuite{0x002f, 0x009c} {
		s, record, again := appData(t, suite, 1024)
		opened := 0
		yield := func(r *Record) {
			if r.Decrypted {
				opened++
			}
		}
		feed := func() {
			again()
			s.Feed(ClientToServer, record, yield)
			again()
			s.Feed(ClientToServer, record[:100], yield)
			s.Feed(ClientToServer, record[100:], yield)
		}
		feed()
		if n := testing.AllocsPerRun(100, feed); n != 0 {
			t.Errorf("%v: %v allocations", suite, n)
		}
		if opened == 0 || opened%2 != 0 {
			t.Errorf("%v: %d records opened", suite, opened)
		}
	}
}

func BenchmarkApplicationData(b *testing.B) {
	for _, suite := range []CipherSuite{0x002f, 0x009c} {
		for _, n := range []int{512, 16384} {
			b.Run(fmt.Sprintf("%v/%d", suite, n), func(b *testing.B) {
				s, record, again := appData(b, suite, n)
				yield := func(r *Record) {
					if !r.Decrypted {
						b.Fatal(r.Err)
					}
				}
				b.SetBytes(int64(len(record)))
				b.ReportAllocs()
				for b.Loop() {
					again()
					s.Feed(ClientToServer, record, yield)
				}
			})
		}
	}
}
