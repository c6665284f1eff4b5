package pki

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"encoding/hex"
	"encoding/pem"
	"strings"
)

// pem reads all blocks of a file (RFC 7468, and RFC 1421 for the old encrypted ones).
func (l *loader) pem(data []byte) {
	blocks := 0
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		data = rest
		blocks++
		l.block(block)
	}
	if blocks == 0 {
		l.fail("unreadable", "the file looks like PEM, but has no block that is whole")
	}
}

func (l *loader) block(b *pem.Block) {
	switch b.Type {
	case "CERTIFICATE", "X509 CERTIFICATE":
		l.certificate(b.Bytes)
	case "TRUSTED CERTIFICATE": // OpenSSL's, with what it is trusted for behind it
		l.certificate(firstElement(b.Bytes))
	case "X509 CRL":
		l.crl(b.Bytes)
	case "PKCS7", "CMS":
		l.pkcs7(b.Bytes)
	case "RSA PRIVATE KEY":
		l.traditional(b, parsePKCS1)
	case "EC PRIVATE KEY":
		l.traditional(b, parseSEC1)
	case "PRIVATE KEY":
		l.privateKey(parsePKCS8, b.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		l.encryptedKey(b.Bytes)
	case "PKCS12":
		l.pkcs12(b.Bytes)
	default:
		if strings.HasSuffix(b.Type, "PRIVATE KEY") {
			l.fail("unsupported-algorithm", "private keys of the kind %q are not implemented", b.Type)
		}
		// Parameters, public keys and requests stand beside keys, and are not needed.
	}
}

// traditional reads a key that may be encrypted as RFC 1421 says, in OpenSSL's manner.
func (l *loader) traditional(b *pem.Block, parse keyParser) {
	info, encrypted := b.Headers["DEK-Info"]
	if !encrypted {
		l.privateKey(parse, b.Bytes)
		return
	}
	name, ivHex, _ := strings.Cut(info, ",")
	newCipher, keySize := dekCipher(name)
	if newCipher == nil {
		l.fail("unsupported-algorithm", "the key is encrypted with %q, which is not implemented", name)
		return
	}
	iv, err := hex.DecodeString(strings.TrimSpace(ivHex))
	if err != nil || len(iv) < 8 {
		l.fail("unreadable", "the key is encrypted, but its initialization vector cannot be read")
		return
	}
	err = l.tryPassphrases("the key", 1, func(passphrase []byte) error {
		block, err := newCipher(bytesToKey(passphrase, iv[:8], keySize))
		if err != nil {
			return unreadable("the key's encryption cannot be used: %v", err)
		}
		if len(iv) != block.BlockSize() {
			return unreadable("the initialization vector has not the length of a block")
		}
		der, err := decryptCBC(block, iv, b.Bytes)
		if err != nil {
			return err
		}
		key, err := parse(der)
		if err != nil { // one padding in 256 is right by chance
			return errWrongPassphrase
		}
		l.addKey(key)
		return nil
	})
	if err != nil {
		l.failure(err)
	}
}

func dekCipher(name string) (newCipher func([]byte) (cipher.Block, error), keySize int) {
	switch name {
	case "DES-CBC":
		return des.NewCipher, 8
	case "DES-EDE3-CBC":
		return des.NewTripleDESCipher, 24
	case "AES-128-CBC":
		return aes.NewCipher, 16
	case "AES-192-CBC":
		return aes.NewCipher, 24
	case "AES-256-CBC":
		return aes.NewCipher, 32
	}
	return nil, 0
}

// bytesToKey is OpenSSL's EVP_BytesToKey with MD5 and one iteration.
func bytesToKey(passphrase, salt []byte, size int) []byte {
	var key, digest []byte
	for len(key) < size {
		h := md5.New()
		h.Write(digest)
		h.Write(passphrase)
		h.Write(salt)
		digest = h.Sum(nil)
		key = append(key, digest...)
	}
	return key[:size]
}
