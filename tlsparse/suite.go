package tlsparse

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"sipsecdump/cipher/aescbc"
	"sipsecdump/cipher/aria"
	"sipsecdump/cipher/camellia"
	"sipsecdump/cipher/ccm"
	"sipsecdump/cipher/gcm"
	"sipsecdump/cipher/idea"
	"sipsecdump/cipher/seed"
	"sipsecdump/cms/pki/rc2"
)

// suite is what a cipher suite asks of the key schedule and the record layer. It is read off
// the suite's name, which states it in full.
type suite struct {
	bulk *bulk
	// mac is the hash of the record MAC; 0 for AEAD.
	mac crypto.Hash
	// prf is the hash of TLS 1.2's PRF (RFC 5246, Section 5).
	prf crypto.Hash
	// export makes the final keys of what the key block gives (RFC 2246, Section 6.3.1).
	export bool
}

// bulk is a bulk cipher. One of block, stream and aead is set, as mode tells.
type bulk struct {
	mode   mode
	keyLen int // octets
	// material is how many octets of the key block an export cipher's key is made of.
	material  int
	blockSize int // octets; of CBC
	// implicit and explicit are the octets of an AEAD's nonce that the key block gives and that
	// the record carries. If it carries none, the sequence number is mixed in.
	implicit, explicit int

	block func(key []byte) (cipher.Block, error)
	// cbc decrypts what block encrypts; nil if that has nothing faster than crypto/cipher's.
	cbc    func(key []byte) (aescbc.Decrypter, error)
	stream func(key []byte) (cipher.Stream, error)
	aead   func(key []byte) (cipher.AEAD, error)
}

type mode uint8

const (
	modeNull mode = iota
	modeStream
	modeCBC
	modeAEAD
)

func cbc(keyLen, blockSize int, block func(key []byte) (cipher.Block, error)) *bulk {
	return &bulk{mode: modeCBC, keyLen: keyLen, material: keyLen, blockSize: blockSize, block: block}
}

func aesCBC(keyLen int) *bulk {
	b := cbc(keyLen, aes.BlockSize, aes.NewCipher)
	b.cbc = aescbc.New
	return b
}

// decrypter is the cipher in CBC mode.
func (b *bulk) decrypter(key []byte) (blockMode, error) {
	if b.cbc != nil {
		return b.cbc(key)
	}
	block, err := b.block(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewCBCDecrypter(block, make([]byte, b.blockSize)).(blockMode), nil
}

// exported is the same cipher with a key that fewer octets make.
func (b *bulk) exported(material int) *bulk {
	c := *b
	c.material = material
	return &c
}

func keyStream(keyLen int, stream func(key []byte) (cipher.Stream, error)) *bulk {
	return &bulk{mode: modeStream, keyLen: keyLen, material: keyLen, stream: stream}
}

// sealed is an AEAD with the nonce of RFC 5288, Section 3.
func sealed(keyLen int, aead func(key []byte) (cipher.AEAD, error)) *bulk {
	return &bulk{mode: modeAEAD, keyLen: keyLen, material: keyLen, implicit: 4, explicit: 8, aead: aead}
}

// over makes an AEAD of a block cipher and a mode.
func over(block func(key []byte) (cipher.Block, error), mode func(cipher.Block) (cipher.AEAD, error)) func(key []byte) (cipher.AEAD, error) {
	return func(key []byte) (cipher.AEAD, error) {
		b, err := block(key)
		if err != nil {
			return nil, err
		}
		return mode(b)
	}
}

func newCCM(b cipher.Block) (cipher.AEAD, error)  { return ccm.New(b, 12, 16) }
func newCCM8(b cipher.Block) (cipher.AEAD, error) { return ccm.New(b, 12, 8) }

func newRC4(key []byte) (cipher.Stream, error) { return rc4.NewCipher(key) }

// newRC2 has 128 effective bits for export keys too: what the peers did, whatever RFC 2246,
// Appendix C, says of the cipher by itself; the 40 bits are those of the key material.
func newRC2(key []byte) (cipher.Block, error) { return rc2.New(key, 8*len(key)) }

var (
	des56 = cbc(8, des.BlockSize, des.NewCipher)
	rc128 = keyStream(16, newRC4)
	rc2of = cbc(16, rc2.BlockSize, newRC2)
)

// bulks are the ciphers implemented, by their words in the suite names.
var bulks = map[string]*bulk{
	"NULL": {mode: modeNull},

	"RC4_128": rc128,
	"RC4_56":  rc128.exported(7),
	"RC4_40":  rc128.exported(5),

	"RC2_CBC_40":       rc2of.exported(5),
	"RC2_CBC_56":       rc2of.exported(7),
	"DES40_CBC":        des56.exported(5),
	"DES_CBC_40":       des56.exported(5),
	"DES_CBC":          des56,
	"3DES_EDE_CBC":     cbc(24, des.BlockSize, des.NewTripleDESCipher),
	"IDEA_CBC":         cbc(16, idea.BlockSize, idea.New),
	"SEED_CBC":         cbc(16, seed.BlockSize, seed.New),
	"AES_128_CBC":      aesCBC(16),
	"AES_256_CBC":      aesCBC(32),
	"CAMELLIA_128_CBC": cbc(16, camellia.BlockSize, camellia.New),
	"CAMELLIA_256_CBC": cbc(32, camellia.BlockSize, camellia.New),
	"ARIA_128_CBC":     cbc(16, aria.BlockSize, aria.New),
	"ARIA_256_CBC":     cbc(32, aria.BlockSize, aria.New),

	"AES_128_GCM":      sealed(16, over(aes.NewCipher, cipher.NewGCM)),
	"AES_256_GCM":      sealed(32, over(aes.NewCipher, cipher.NewGCM)),
	"AES_128_CCM":      sealed(16, over(aes.NewCipher, newCCM)),
	"AES_256_CCM":      sealed(32, over(aes.NewCipher, newCCM)),
	"AES_128_CCM_8":    sealed(16, over(aes.NewCipher, newCCM8)),
	"AES_256_CCM_8":    sealed(32, over(aes.NewCipher, newCCM8)),
	"CAMELLIA_128_GCM": sealed(16, over(camellia.New, gcm.New)),
	"CAMELLIA_256_GCM": sealed(32, over(camellia.New, gcm.New)),
	"ARIA_128_GCM":     sealed(16, over(aria.New, gcm.New)),
	"ARIA_256_GCM":     sealed(32, over(aria.New, gcm.New)),
	"CHACHA20_POLY1305": { // RFC 7905, Section 2
		mode: modeAEAD, keyLen: chacha20poly1305.KeySize, material: chacha20poly1305.KeySize,
		implicit: chacha20poly1305.NonceSize, aead: chacha20poly1305.New,
	},
}

var hashes = map[string]crypto.Hash{
	"MD5":    crypto.MD5,
	"SHA":    crypto.SHA1,
	"SHA256": crypto.SHA256,
	"SHA384": crypto.SHA384,
}

// lookupSuite finds a suite of SSL 3.0 to TLS 1.2; ok is false if its cipher or hash is not
// implemented, or the suite is none that is known.
func lookupSuite(c CipherSuite) (s suite, ok bool) {
	kx, rest, ok := strings.Cut(c.Name(), "_WITH_")
	if !ok || !strings.HasPrefix(kx, "TLS_") { // the SSL_RSA_FIPS ones have a PRF of their own
		return suite{}, false
	}
	// Those of RFC 6655 name no hash, and mean SHA-256.
	hash := crypto.SHA256
	if s.bulk, ok = bulks[rest]; !ok || s.bulk.mode != modeAEAD {
		i := strings.LastIndexByte(rest, '_')
		if i < 0 {
			return suite{}, false
		}
		s.bulk, hash = bulks[rest[:i]], hashes[rest[i+1:]]
	}
	if s.bulk == nil || hash == 0 || c == 0 {
		return suite{}, false
	}
	if s.bulk.mode != modeAEAD {
		s.mac = hash
	}
	s.prf = crypto.SHA256
	if hash == crypto.SHA384 {
		s.prf = hash
	}
	s.export = strings.Contains(kx, "_EXPORT")
	return s, true
}
