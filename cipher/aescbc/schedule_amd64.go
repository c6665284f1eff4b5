//go:build !purego

package aescbc

import (
	"encoding/binary"
	"math/bits"
)

// maxRounds is that of keys of 256 bits.
const maxRounds = 14

// schedule is the key schedule of the equivalent inverse cipher (FIPS 197, Section 5.3.5), in the order
// in which decryption goes through it: assembly knows where what lies.
type schedule struct {
	keys   [maxRounds + 1]block
	rounds int
}

// expand fills in the schedule of a key of 16, 24 or 32 octets: KeyExpansion of FIPS 197, Section 5.2,
// with words in the order of octets that the processor has.
func (s *schedule) expand(key []byte) {
	n := len(key) / 4
	s.rounds = n + 6
	var words [4 * (maxRounds + 1)]uint32
	for i := range n {
		words[i] = binary.LittleEndian.Uint32(key[4*i:])
	}
	constant := uint32(1) // a power of x modulo the polynomial of FIPS 197, Section 4
	for i := n; i < 4*(s.rounds+1); i++ {
		word := words[i-1]
		switch {
		case i%n == 0:
			word = bits.RotateLeft32(substitute(word), -8) ^ constant
			constant = constant<<1 ^ constant>>7*0x11b
		case n == 8 && i%n == 4:
			word = substitute(word)
		}
		words[i] = words[i-n] ^ word
	}
	for i := range s.rounds + 1 {
		for j, word := range words[4*(s.rounds-i):][:4] {
			binary.LittleEndian.PutUint32(s.keys[i][4*j:], word)
		}
		if i > 0 && i < s.rounds {
			inverseMix(&s.keys[i])
		}
	}
}

// substitute is SubWord of FIPS 197, Section 5.2.
func substitute(word uint32) uint32

// inverseMix is InvMixColumns of FIPS 197, Section 5.3.3.
//
//go:noescape
func inverseMix(key *block)
