package ber

import (
	"math/big"
	"strconv"
)

// OIDString returns the dotted form of the content octets of an OBJECT IDENTIFIER (X.690, Section
// 8.19). It is false if they are not well-formed, or too many.
func OIDString(content []byte) (string, bool) {
	if len(content) == 0 || len(content) > maxOIDOctets {
		return "", false
	}
	var buf [64]byte // most fit
	dst := buf[:0]
	for len(content) > 0 {
		n := 0
		for n < len(content) && content[n] >= 0x80 {
			n++
		}
		if n == len(content) || content[0] == 0x80 { // cut off; or a leading zero
			return "", false
		}
		dst = appendSubidentifier(dst, content[:n+1])
		content = content[n+1:]
	}
	return string(dst), true
}

// appendSubidentifier appends what one subidentifier means: an arc with a dot before it, or, at
// the beginning, two arcs.
func appendSubidentifier(dst, octets []byte) []byte {
	first := len(dst) == 0
	if len(octets) <= 9 { // 63 bits
		var v uint64
		for _, b := range octets {
			v = v<<7 | uint64(b&0x7f)
		}
		if first {
			root := min(v/40, 2)
			dst = append(dst, byte('0'+root))
			v -= 40 * root
		}
		return strconv.AppendUint(append(dst, '.'), v, 10)
	}
	v, low := new(big.Int), new(big.Int)
	for _, b := range octets {
		v.Or(v.Lsh(v, 7), low.SetUint64(uint64(b&0x7f)))
	}
	if first {
		dst = append(dst, '2')
		v.Sub(v, low.SetUint64(80))
	}
	return v.Append(append(dst, '.'), 10)
}
