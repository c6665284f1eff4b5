//go:build !purego

package aescbc

import (
	"crypto/aes"

	"golang.org/x/sys/cpu"
)

// What the processor has; vaes includes that the operating system keeps the registers.
var (
	aesni = cpu.X86.HasAES
	vaes  = cpu.X86.HasAVX512VAES && cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasBMI2
)

// eight is the octets that decryptAESNI decrypts at once.
const eight = 8 * aes.BlockSize

type block [aes.BlockSize]byte

// hardware is a Decrypter.
type hardware struct {
	keys schedule
	iv   block
}

// newHardware returns nil if the processor lacks the instructions, or there are no such keys.
func newHardware(key []byte) Decrypter {
	if !aesni || len(key) != 16 && len(key) != 24 && len(key) != 32 {
		return nil
	}
	h := new(hardware)
	h.keys.expand(key)
	return h
}

func (h *hardware) BlockSize() int { return aes.BlockSize }

func (h *hardware) SetIV(iv []byte) {
	if len(iv) != len(h.iv) {
		panic("aescbc: incorrect length IV")
	}
	copy(h.iv[:], iv)
}

func (h *hardware) CryptBlocks(dst, src []byte) {
	switch {
	case len(src)%aes.BlockSize != 0:
		panic("aescbc: input not full blocks")
	case len(dst) < len(src):
		panic("aescbc: output smaller than input")
	case len(src) == 0:
	case vaes:
		decryptVAES(&dst[0], &src[0], len(src), &h.keys, &h.iv)
	default:
		h.byEight(dst, src)
	}
}

func (h *hardware) byEight(dst, src []byte) {
	if n := len(src) / eight * eight; n > 0 {
		decryptAESNI(&dst[0], &src[0], n, &h.keys, &h.iv)
		dst, src = dst[n:], src[n:]
	}
	if len(src) == 0 {
		return
	}
	// What is left is put behind its vector at the end of eight blocks.
	var last [eight]byte
	rest := last[eight-len(src):]
	copy(rest, src)
	copy(last[eight-len(src)-aes.BlockSize:], h.iv[:])
	decryptAESNI(&last[0], &last[0], eight, &h.keys, &h.iv)
	copy(dst, rest)
}

// decryptAESNI decrypts n octets from src to dst, which may be src, and leaves the last block of
// ciphertext in iv. n is a multiple of eight, and not zero.
//
//go:noescape
func decryptAESNI(dst, src *byte, n int, keys *schedule, iv *block)

// decryptVAES does the same by 16 blocks, where n is a multiple of one.
//
//go:noescape
func decryptVAES(dst, src *byte, n int, keys *schedule, iv *block)
