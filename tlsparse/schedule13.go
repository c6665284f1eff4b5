package tlsparse

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"

	"sipsecdump/amount"
)

// expandLabel is HKDF-Expand-Label with an empty context (RFC 8446, Section 7.1).
func expandLabel(h crypto.Hash, secret []byte, label string, length int) []byte {
	var b cryptobyte.Builder
	b.AddUint16(uint16(length))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8(0)
	out, err := hkdf.Expand(h.New, secret, string(b.BytesOrPanic()), length)
	if err != nil {
		panic("tlsparse: " + err.Error()) // the length is one of a hash or a key
	}
	return out
}

// verifyData13 is verify_data of RFC 8446, Section 4.4.4.
func verifyData13(h crypto.Hash, trafficSecret, transcriptHash []byte) []byte {
	mac := hmac.New(h.New, expandLabel(h, trafficSecret, "finished", h.Size()))
	mac.Write(transcriptHash)
	return mac.Sum(nil)
}

// nextTrafficSecret is application_traffic_secret_N+1 (RFC 8446, Section 7.2).
func nextTrafficSecret(h crypto.Hash, secret []byte) []byte {
	return expandLabel(h, secret, "traffic upd", h.Size())
}

// suite13 is a cipher suite of TLS 1.3 (RFC 8446, Section B.4).
type suite13 struct {
	keyLen int // octets
	aead   func(key []byte) (cipher.AEAD, error)
	hash   crypto.Hash
}

var suites13 = map[CipherSuite]suite13{
	0x1301: {16, over(aes.NewCipher, cipher.NewGCM), crypto.SHA256}, // TLS_AES_128_GCM_SHA256
	0x1302: {32, over(aes.NewCipher, cipher.NewGCM), crypto.SHA384}, // TLS_AES_256_GCM_SHA384
	0x1303: {32, chacha20poly1305.New, crypto.SHA256},               // TLS_CHACHA20_POLY1305_SHA256
	0x1304: {16, over(aes.NewCipher, newCCM), crypto.SHA256},        // TLS_AES_128_CCM_SHA256
	0x1305: {16, over(aes.NewCipher, newCCM8), crypto.SHA256},       // TLS_AES_128_CCM_8_SHA256
}

// mode13 is the record protection of TLS 1.3.
const mode13 mode = 13

// newOpener13 makes the opener of a direction from its traffic secret (RFC 8446, Section 7.3).
func newOpener13(s suite13, secret []byte) (*opener, error) {
	aead, err := s.aead(expandLabel(s.hash, secret, "key", s.keyLen))
	if err != nil {
		return nil, err
	}
	o := &opener{mode: mode13, version: TLS13, aead: aead}
	copy(o.nonce[:], expandLabel(s.hash, secret, "iv", len(o.nonce)))
	return o, nil
}

// open13 is TLSCiphertext (RFC 8446, Section 5.2). What it returns has type and padding still
// behind the content.
func (o *opener) open13(r *Record, fragment, buf []byte, tries int) ([]byte, int, *Error) {
	if len(fragment) < o.aead.Overhead()+1 {
		return nil, 0, tooShort(len(fragment))
	}
	for lost := range tries {
		nonce := o.header[:len(o.nonce)]
		copy(nonce, o.nonce[:])
		for i := range 8 { // the sequence number is mixed into the last octets (Section 5.3)
			nonce[len(nonce)-1-i] ^= byte((o.seq + uint64(lost)) >> (8 * i))
		}
		if plain, err := o.aead.Open(buf[:0], nonce, fragment, r.Raw[:recordHeader]); err == nil {
			return plain, lost, nil
		}
	}
	return nil, 0, badMAC("the tag is wrong")
}

// unpad13 takes padding and type off TLSInnerPlaintext (RFC 8446, Section 5.4).
func unpad13(inner []byte) (content []byte, typ ContentType, padding int, err *Error) {
	n := len(inner)
	for n > 0 && inner[n-1] == 0 {
		n--
	}
	if n == 0 {
		return nil, 0, 0, &Error{Code: CodeInnerType, Offset: recordHeader, Field: "TLSInnerPlaintext.type",
			Section: "RFC 8446, Section 5.4", Text: fmt.Sprintf("is nowhere among %s of zero", amount.Octets(len(inner)))}
	}
	return inner[:n-1], ContentType(inner[n-1]), len(inner) - n, nil
}
