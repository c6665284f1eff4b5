package tlsparse

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"strings"
)

// suite is what a cipher suite asks of the key schedule and the record layer. It is read off
// the suite's name, which states it in full.
type suite struct {
	bulk *bulk
	// mac is the hash of the record MAC; 0 for AEAD.
	mac crypto.Hash
	// prf is the hash of TLS 1.2's PRF (RFC 5246, Section 5).
	prf crypto.Hash
}

// bulk is a bulk cipher.
type bulk struct {
	mode      mode
	keyLen    int // octets
	blockSize int // octets; of CBC
	block     func(key []byte) (cipher.Block, error)
}

type mode uint8

const (
	modeNull mode = iota
	modeCBC
	modeGCM
)

// bulks are the ciphers implemented, by their words in the suite names.
var bulks = map[string]*bulk{
	"NULL":         {mode: modeNull},
	"3DES_EDE_CBC": {mode: modeCBC, keyLen: 24, blockSize: des.BlockSize, block: des.NewTripleDESCipher},
	"AES_128_CBC":  {mode: modeCBC, keyLen: 16, blockSize: aes.BlockSize, block: aes.NewCipher},
	"AES_256_CBC":  {mode: modeCBC, keyLen: 32, blockSize: aes.BlockSize, block: aes.NewCipher},
	"AES_128_GCM":  {mode: modeGCM, keyLen: 16, block: aes.NewCipher},
	"AES_256_GCM":  {mode: modeGCM, keyLen: 32, block: aes.NewCipher},
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
	i := strings.LastIndexByte(rest, '_')
	if i < 0 {
		return suite{}, false
	}
	s.bulk = bulks[rest[:i]]
	hash := hashes[rest[i+1:]]
	if s.bulk == nil || hash == 0 || c == 0 {
		return suite{}, false
	}
	if s.bulk.mode != modeGCM {
		s.mac = hash
	}
	s.prf = crypto.SHA256
	if hash == crypto.SHA384 {
		s.prf = hash
	}
	return s, true
}
