package pki

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"math/big"
	"unicode/utf16"
)

// What a key is derived for (RFC 7292, Appendix B.3).
const (
	pkcs12KeyID = 1
	pkcs12IVID  = 2
	pkcs12MACID = 3
)

// bmpPassphrase returns a passphrase as PKCS#12 uses it: a BMPString with a terminating zero
// character (RFC 7292, Appendix B.1); nothing for nil.
func bmpPassphrase(passphrase []byte) []byte {
	if passphrase == nil {
		return nil
	}
	var b []byte
	for _, unit := range utf16.Encode([]rune(string(passphrase))) {
		b = binary.BigEndian.AppendUint16(b, unit)
	}
	return append(b, 0, 0)
}

// pkcs12KDF is RFC 7292, Appendix B.2: size octets derived for the purpose id.
func pkcs12KDF(hash crypto.Hash, id byte, password, salt []byte, iterations, size int) []byte {
	h := hash.New()
	v := h.BlockSize()
	d := bytes.Repeat([]byte{id}, v)
	i := append(fill(salt, v), fill(password, v)...)
	one := big.NewInt(1)
	var derived []byte
	for len(derived) < size {
		h.Reset()
		h.Write(d)
		h.Write(i)
		a := h.Sum(nil)
		for range iterations - 1 {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		derived = append(derived, a...)
		// Each block I_j of I becomes (I_j + B + 1) mod 2^(8v).
		b := new(big.Int).SetBytes(fill(a, v))
		b.Add(b, one)
		modulus := new(big.Int).Lsh(one, uint(8*v))
		for j := 0; j < len(i); j += v {
			sum := new(big.Int).SetBytes(i[j : j+v])
			sum.Add(sum, b)
			sum.Mod(sum, modulus).FillBytes(i[j : j+v])
		}
	}
	return derived[:size]
}

// fill repeats b up to a multiple of v octets; a single time at least one block, if there is
// anything.
func fill(b []byte, v int) []byte {
	if len(b) == 0 {
		return nil
	}
	size := (len(b) + v - 1) / v * v
	return bytes.Repeat(b, size/len(b)+1)[:size]
}
