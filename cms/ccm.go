package cms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// readCCM bounds the parameters as RFC 5084, Section 3.1 does.
func readCCM(parameters []byte) ([]byte, int, bool) {
	nonce, tag, ok := readAESParameters(parameters)
	return nonce, tag, ok && len(nonce) >= 7 && len(nonce) <= 13 && tag >= 4 && tag <= 16 && tag%2 == 0
}

// openCCM decrypts AES in Counter with CBC-MAC mode (RFC 3610, Section 2).
func openCCM(key, nonce, ciphertext, tag, additional []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	lengthOctets := 15 - len(nonce) // L of RFC 3610
	if lengthOctets < 8 && len(ciphertext) >= 1<<(8*lengthOctets) {
		return nil, false
	}
	// A_0 = L' || nonce || 0, the counter of the tag's key stream; the content's begins at 1.
	var counter, tagStream [aes.BlockSize]byte
	counter[0] = byte(lengthOctets - 1)
	copy(counter[1:], nonce)
	block.Encrypt(tagStream[:], counter[:])
	counter[15] = 1
	plaintext := make([]byte, len(ciphertext))
	cipher.NewCTR(block, counter[:]).XORKeyStream(plaintext, ciphertext)

	mac := ccmMAC{block: block}
	// B_0 = flags || nonce || length of the message
	binary.BigEndian.PutUint64(mac.x[8:], uint64(len(plaintext)))
	copy(mac.x[1:], nonce)
	mac.x[0] = byte(lengthOctets-1) | byte((len(tag)-2)/2)<<3
	if len(additional) > 0 {
		mac.x[0] |= 1 << 6
	}
	block.Encrypt(mac.x[:], mac.x[:])
	if n := len(additional); n > 0 {
		var length []byte
		if n < 0xff00 {
			length = binary.BigEndian.AppendUint16(nil, uint16(n))
		} else {
			length = binary.BigEndian.AppendUint32([]byte{0xff, 0xfe}, uint32(n))
		}
		mac.write(length)
		mac.write(additional)
		mac.pad()
	}
	mac.write(plaintext)
	mac.pad()
	subtle.XORBytes(mac.x[:], mac.x[:], tagStream[:])
	return plaintext, subtle.ConstantTimeCompare(mac.x[:len(tag)], tag) == 1
}

// ccmMAC is the CBC-MAC of RFC 3610, Section 2.2.
type ccmMAC struct {
	block cipher.Block
	x     [aes.BlockSize]byte
	n     int // octets of x that are filled since it was last encrypted
}

func (m *ccmMAC) write(b []byte) {
	for len(b) > 0 {
		n := subtle.XORBytes(m.x[m.n:], m.x[m.n:], b)
		b, m.n = b[n:], m.n+n
		if m.n == len(m.x) {
			m.pad()
		}
	}
}

// pad ends a block with zeros.
func (m *ccmMAC) pad() {
	if m.n > 0 {
		m.block.Encrypt(m.x[:], m.x[:])
		m.n = 0
	}
}
