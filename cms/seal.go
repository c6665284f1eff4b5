package cms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/subtle"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"sipsecdump/amount"
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
	"sipsecdump/cms/pki/rc2"
)

// seal is what a key for the content opens: an algorithm, with its parameters and the octets.
type seal struct {
	algorithm string // its name
	keyOctets string // how many it takes, for sentences
	takes     func(keyOctets int) bool
	// open returns the content, a copy, or why the key does not open it.
	open func(key []byte) ([]byte, failure)
	// encrypts and authenticates tell what open undoes and proves.
	encrypts, authenticates bool
}

// failure is a reason and its sentence.
type failure struct{ reason, detail string }

func failuref(reason, format string, args ...any) failure {
	return failure{reason, fmt.Sprintf(format, args...)}
}

// blockCipher is a content encryption algorithm in CBC mode with the padding of RFC 5652,
// Section 6.3.
type blockCipher struct {
	keyOctets, blockOctets int

	new func(key []byte) (cipher.Block, error)
}

// blockCiphers are those of RFC 3370, Section 5.1, RFC 3565, Section 4, and DES. They all have
// their initialization vector for parameters.
var blockCiphers = map[pki.OID]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {16, aes.BlockSize, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.BlockSize, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.BlockSize, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.BlockSize, des.NewTripleDESCipher},
	"1.3.14.3.2.7":            {8, des.BlockSize, des.NewCipher},
}

const oidRC2CBC pki.OID = "1.2.840.113549.3.2"

// aead is an authenticated content encryption algorithm. open returns false if the tag is not the
// one that belongs to the rest.
type aead struct {
	keyOctets int
	// read returns nonce and tag length from the parameters.
	read func(parameters []byte) (nonce []byte, tagOctets int, ok bool)
	open func(key, nonce, ciphertext, tag, additional []byte) ([]byte, bool)
}

// aeads are RFC 5084, Section 3, and RFC 8103, Section 2.
var aeads = map[pki.OID]aead{
	"2.16.840.1.101.3.4.1.6":     {16, readGCM, openGCM},
	"2.16.840.1.101.3.4.1.26":    {24, readGCM, openGCM},
	"2.16.840.1.101.3.4.1.46":    {32, readGCM, openGCM},
	"2.16.840.1.101.3.4.1.7":     {16, readCCM, openCCM},
	"2.16.840.1.101.3.4.1.27":    {24, readCCM, openCCM},
	"2.16.840.1.101.3.4.1.47":    {32, readCCM, openCCM},
	"1.2.840.113549.1.9.16.3.18": {chacha20poly1305.KeySize, readChaCha20, openChaCha20},
}

// seal prepares the decryption of what has no authentication (RFC 5652, Section 6.3).
func (e *EncryptedContentInfo) seal() (*seal, failure) {
	algorithm := e.ContentEncryptionAlgorithm
	name := algorithmName(algorithm.OID)
	keyOctets := 0
	var block blockCipher
	var iv []byte
	if _, authenticated := aeads[algorithm.OID]; authenticated {
		return nil, failuref("algorithm-not-implemented", "%s is authenticated, and its code has no place here (RFC 5083, Section 2.1 has one)", name)
	}
	if algorithm.OID == oidRC2CBC {
		bits, vector, ok := readRC2(algorithm.Parameters)
		if !ok {
			return nil, failuref("bad-parameters", "the parameters of %s are not a version and an initialization vector of %d octets", name, rc2.BlockSize)
		}
		keyOctets, iv = (bits+7)/8, vector
		block = blockCipher{keyOctets, rc2.BlockSize, func(key []byte) (cipher.Block, error) { return rc2.New(key, bits) }}
	} else {
		var known bool
		if block, known = blockCiphers[algorithm.OID]; !known {
			return nil, failuref("algorithm-not-implemented", "the content encryption algorithm %s is not implemented", name)
		}
		c := ber.NewCursor(algorithm.Parameters)
		var err error
		if iv, err = c.OctetString(); err != nil || len(iv) != block.blockOctets || !c.Empty() {
			return nil, failuref("bad-parameters", "the parameters of %s are not an initialization vector of %d octets", name, block.blockOctets)
		}
	}
	switch n := len(e.EncryptedContent); {
	case e.EncryptedContent == nil:
		return nil, failure{"no-content", "the encrypted content is not in the object"}
	case n == 0 || n%block.blockOctets != 0:
		return nil, failuref("bad-length", "the encrypted content has %s, which is no multiple of the block's %d", amount.Octets(n), block.blockOctets)
	}
	return &seal{
		algorithm: name, keyOctets: fmt.Sprint(block.keyOctets), encrypts: true,
		takes: func(n int) bool { return n == block.keyOctets },
		open:  func(key []byte) ([]byte, failure) { return block.open(key, iv, e.EncryptedContent) },
	}, failure{}
}

func (b *blockCipher) open(key, iv, ciphertext []byte) ([]byte, failure) {
	block, err := b.new(key)
	if err != nil {
		return nil, failure{"key-length", err.Error()}
	}
	content := make([]byte, len(ciphertext))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(content, ciphertext)
	padding, ok := paddingOctets(content, b.blockOctets)
	if !ok {
		return nil, failure{"bad-padding", "the decrypted content does not end in padding: it was changed, or the key is not the one"}
	}
	return content[:len(content)-padding], failure{}
}

// paddingOctets is the number of octets of the padding that content ends in (RFC 5652, Section
// 6.3); all of them must be right.
func paddingOctets(content []byte, block int) (n int, ok bool) {
	n = int(content[len(content)-1])
	if n == 0 || n > block || n > len(content) {
		return 0, false
	}
	for _, b := range content[len(content)-n:] {
		if int(b) != n {
			return 0, false
		}
	}
	return n, true
}

// readRC2 reads RFC 3370, Section 5.2, and RFC 2268, Section 6; the key's octets are taken to be
// as many as its effective bits fill.
//
//	RC2-CBCParameter ::= CHOICE {
//	  iv OCTET STRING,
//	  params SEQUENCE { rc2ParameterVersion INTEGER, iv OCTET STRING } }
func readRC2(parameters []byte) (effectiveBits int, iv []byte, ok bool) {
	c := ber.NewCursor(parameters)
	effectiveBits = 32
	var err error
	if c.PeekIs(ber.Universal, ber.TagSequence) {
		if c, err = c.Sequence(); err != nil {
			return 0, nil, false
		}
		version, err := c.Int()
		if err != nil {
			return 0, nil, false
		}
		switch version { // an encoding that hides the number, for historic reasons
		case 160:
			effectiveBits = 40
		case 120:
			effectiveBits = 64
		case 58:
			effectiveBits = 128
		default:
			effectiveBits = version
			if version < 256 || version > 1024 {
				return 0, nil, false
			}
		}
	}
	iv, err = c.OctetString()
	return effectiveBits, iv, err == nil && len(iv) == rc2.BlockSize && c.Empty()
}

// seal prepares the decryption of RFC 5083, Section 2.2.
func (e *AuthEnvelopedData) seal() (*seal, failure) {
	algorithm := e.ContentEncryptionAlgorithm
	name := algorithmName(algorithm.OID)
	if e.incomplete {
		return nil, failure{"malformed", "the encrypted content could not be read in full"}
	}
	a, known := aeads[algorithm.OID]
	if !known {
		return nil, failuref("algorithm-not-implemented", "the authenticated encryption algorithm %s is not implemented", name)
	}
	nonce, tagOctets, ok := a.read(algorithm.Parameters)
	switch {
	case !ok:
		return nil, failuref("bad-parameters", "the parameters of %s are not a nonce and a length that it may have", name)
	case e.EncryptedContent == nil:
		return nil, failure{"no-content", "the encrypted content is not in the object"}
	case len(e.MAC) != tagOctets:
		return nil, failuref("bad-length", "the authentication code has %s, and the parameters say %d", amount.Octets(len(e.MAC)), tagOctets)
	}
	return &seal{
		algorithm: name, keyOctets: fmt.Sprint(a.keyOctets), encrypts: true, authenticates: true,
		takes: func(n int) bool { return n == a.keyOctets },
		open: func(key []byte) ([]byte, failure) {
			content, ok := a.open(key, nonce, e.EncryptedContent, e.MAC, e.rawAuthAttrs)
			if !ok {
				return nil, failure{"bad-mac", "the authentication code is another: the content or the attributes were changed, or the key is not the one"}
			}
			return content, failure{}
		},
	}, failure{}
}

// readAESParameters reads what RFC 5084, Sections 3.1 and 3.2 have for both:
//
//	SEQUENCE { aes-nonce OCTET STRING, aes-ICVlen INTEGER DEFAULT 12 }
func readAESParameters(parameters []byte) (nonce []byte, tagOctets int, ok bool) {
	c := ber.NewCursor(parameters)
	in, err := c.Sequence()
	if err != nil {
		return nil, 0, false
	}
	if nonce, err = in.OctetString(); err != nil {
		return nil, 0, false
	}
	tagOctets = 12
	if !in.Empty() {
		if tagOctets, err = in.Int(); err != nil || !in.Empty() {
			return nil, 0, false
		}
	}
	return nonce, tagOctets, c.Empty()
}

// readGCM bounds them as RFC 5084, Section 3.2 does.
func readGCM(parameters []byte) ([]byte, int, bool) {
	nonce, tag, ok := readAESParameters(parameters)
	return nonce, tag, ok && len(nonce) > 0 && tag >= 12 && tag <= 16
}

// gcmNonce is the size, in octets, that crypto/cipher has tags of any length for.
const gcmNonce = 12

func openGCM(key, nonce, ciphertext, tag, additional []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	if len(nonce) == gcmNonce {
		gcm, err := cipher.NewGCMWithTagSize(block, len(tag))
		if err != nil {
			return nil, false
		}
		return openInPlace(gcm, nonce, ciphertext, tag, additional)
	}
	// Of other nonces crypto/cipher has tags of 16 octets only. What encrypting makes again of
	// the plaintext has the whole tag, of which the one sent must be the beginning; encrypting
	// zeros makes the key stream.
	gcm, err := cipher.NewGCMWithNonceSize(block, len(nonce))
	if err != nil {
		return nil, false
	}
	plaintext := gcm.Seal(nil, nonce, make([]byte, len(ciphertext)), nil)[:len(ciphertext)]
	subtle.XORBytes(plaintext, plaintext, ciphertext)
	whole := gcm.Seal(nil, nonce, plaintext, additional)[len(ciphertext):]
	return plaintext, subtle.ConstantTimeCompare(whole[:len(tag)], tag) == 1
}

// openInPlace decrypts a copy, which crypto/cipher wants to have the tag behind it.
func openInPlace(c cipher.AEAD, nonce, ciphertext, tag, additional []byte) ([]byte, bool) {
	sealed := make([]byte, len(ciphertext)+len(tag))
	copy(sealed, ciphertext) // right behind make, which leaves it out to write zeros first
	copy(sealed[len(ciphertext):], tag)
	plaintext, err := c.Open(sealed[:0], nonce, sealed, additional)
	return plaintext, err == nil
}

// readChaCha20 reads RFC 8103, Section 2's AEADChaCha20Poly1305Nonce, an OCTET STRING of 12.
func readChaCha20(parameters []byte) ([]byte, int, bool) {
	c := ber.NewCursor(parameters)
	nonce, err := c.OctetString()
	return nonce, chacha20poly1305.Overhead, err == nil && len(nonce) == chacha20poly1305.NonceSize && c.Empty()
}

func openChaCha20(key, nonce, ciphertext, tag, additional []byte) ([]byte, bool) {
	c, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, false
	}
	return openInPlace(c, nonce, ciphertext, tag, additional)
}
