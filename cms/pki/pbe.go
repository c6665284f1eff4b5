package pki

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/pbkdf2"
	"hash"

	"golang.org/x/crypto/scrypt"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki/rc2"
)

// pbeScheme is a password-based encryption with its parameters.
type pbeScheme struct {
	// cost is what one attempt spends on key derivation: iterations times blocks of output.
	cost int
	// key derives the cipher and the initialization vector. The passphrase is in UTF-8; nil
	// stands for none (see loader.tryPassphrases).
	key func(passphrase []byte) (cipher.Block, []byte, error)
}

// decrypt returns errWrongPassphrase if the padding is wrong.
func (s *pbeScheme) decrypt(passphrase, ciphertext []byte) ([]byte, error) {
	block, iv, err := s.key(passphrase)
	if err != nil {
		return nil, err
	}
	return decryptCBC(block, iv, ciphertext)
}

// decryptCBC decrypts into a copy and takes away the padding (RFC 5652, Section 6.3).
func decryptCBC(block cipher.Block, iv, ciphertext []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(iv) != size {
		return nil, unreadable("the initialization vector has not the length of a block")
	}
	if len(ciphertext) == 0 || len(ciphertext)%size != 0 {
		return nil, unreadable("what is encrypted does not have whole blocks")
	}
	out := make([]byte, len(ciphertext))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, ciphertext)
	padding := int(out[len(out)-1])
	if padding == 0 || padding > size {
		return nil, errWrongPassphrase
	}
	end := len(out) - padding
	for _, b := range out[end:] {
		if int(b) != padding {
			return nil, errWrongPassphrase
		}
	}
	return out[:end], nil
}

// readPBE reads the parameters of a password-based encryption. The error is a *formError.
func readPBE(a AlgorithmIdentifier) (*pbeScheme, error) {
	switch a.OID {
	case "1.2.840.113549.1.5.13":
		return readPBES2(a.Parameters)
	case "1.2.840.113549.1.5.3": // pbeWithMD5AndDES-CBC
		return readPBES1(a.Parameters, md5.New)
	case "1.2.840.113549.1.5.10": // pbeWithSHA1AndDES-CBC
		return readPBES1(a.Parameters, crypto.SHA1.New)
	case "1.2.840.113549.1.12.1.3": // pbeWithSHAAnd3-KeyTripleDES-CBC
		return readPKCS12PBE(a.Parameters, 24, des.NewTripleDESCipher)
	case "1.2.840.113549.1.12.1.4": // pbeWithSHAAnd2-KeyTripleDES-CBC
		return readPKCS12PBE(a.Parameters, 16, func(key []byte) (cipher.Block, error) {
			return des.NewTripleDESCipher(append(key[:16:16], key[:8]...))
		})
	case "1.2.840.113549.1.12.1.5": // pbeWithSHAAnd128BitRC2-CBC
		return readPKCS12PBE(a.Parameters, 16, func(key []byte) (cipher.Block, error) { return rc2.New(key, 128) })
	case "1.2.840.113549.1.12.1.6": // pbeWithSHAAnd40BitRC2-CBC
		return readPKCS12PBE(a.Parameters, 5, func(key []byte) (cipher.Block, error) { return rc2.New(key, 40) })
	}
	return nil, unsupported("the encryption %s is not implemented", algorithmName(a.OID))
}

// readSaltAndIterations reads the parameters that all of the older schemes have.
//
//	SEQUENCE { salt OCTET STRING, iterations INTEGER }
func readSaltAndIterations(der []byte) (salt []byte, iterations int, err error) {
	c := ber.NewCursor(der)
	seq, err := c.Sequence()
	if err == nil {
		salt, iterations, err = readSalt(&seq)
	}
	if err != nil {
		return nil, 0, unreadable("the parameters of the encryption cannot be read: %v", err)
	}
	return salt, iterations, checkKDF(salt, iterations)
}

func readSalt(c *ber.Cursor) (salt []byte, iterations int, err error) {
	if salt, err = c.OctetString(); err != nil {
		return nil, 0, err
	}
	iterations, err = c.Int()
	return salt, iterations, err
}

// checkKDF bounds what a key derivation may be given.
func checkKDF(salt []byte, iterations int) error {
	switch {
	case iterations < 1 || len(salt) > maxSaltOctets:
		return unreadable("the salt or the number of iterations of the key derivation is impossible")
	case iterations > MaxKDFIterations:
		return &formError{"iteration-limit", "the key derivation demands more iterations than are allowed"}
	}
	return nil
}

// readPBES1 reads RFC 8018, Section 6.1.
func readPBES1(parameters []byte, newHash func() hash.Hash) (*pbeScheme, error) {
	salt, iterations, err := readSaltAndIterations(parameters)
	if err != nil {
		return nil, err
	}
	return &pbeScheme{cost: iterations, key: func(passphrase []byte) (cipher.Block, []byte, error) {
		h := newHash()
		h.Write(passphrase)
		h.Write(salt)
		derived := h.Sum(nil)
		for range iterations - 1 {
			h.Reset()
			h.Write(derived)
			derived = h.Sum(derived[:0])
		}
		block, err := des.NewCipher(derived[:8])
		return block, derived[8:16], err
	}}, nil
}

// readPKCS12PBE reads RFC 7292, Appendix C.
func readPKCS12PBE(parameters []byte, keySize int, newCipher func([]byte) (cipher.Block, error)) (*pbeScheme, error) {
	salt, iterations, err := readSaltAndIterations(parameters)
	if err != nil {
		return nil, err
	}
	// A key of 24 octets takes two blocks of SHA-1, the initialization vector one.
	return &pbeScheme{cost: 3 * iterations, key: func(passphrase []byte) (cipher.Block, []byte, error) {
		password := bmpPassphrase(passphrase)
		key := pkcs12KDF(crypto.SHA1, pkcs12KeyID, password, salt, iterations, keySize)
		iv := pkcs12KDF(crypto.SHA1, pkcs12IVID, password, salt, iterations, 8)
		block, err := newCipher(key)
		return block, iv, err
	}}, nil
}

// readPBES2 reads RFC 8018, Section 6.2.
//
//	PBES2-params ::= SEQUENCE {
//	    keyDerivationFunc AlgorithmIdentifier, encryptionScheme AlgorithmIdentifier }
func readPBES2(parameters []byte) (*pbeScheme, error) {
	c := ber.NewCursor(parameters)
	seq, err := c.Sequence()
	if err != nil {
		return nil, unreadable("the parameters of PBES2 cannot be read: %v", err)
	}
	kdf, err := ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return nil, unreadable("the key derivation of PBES2 cannot be read: %v", err)
	}
	encryption, err := ReadAlgorithmIdentifier(&seq)
	if err != nil {
		return nil, unreadable("the encryption of PBES2 cannot be read: %v", err)
	}
	keySize, newCipher, iv, err := readCipher(encryption)
	if err != nil {
		return nil, err
	}
	derive, cost, err := readKDF(kdf, keySize)
	if err != nil {
		return nil, err
	}
	return &pbeScheme{cost: cost, key: func(passphrase []byte) (cipher.Block, []byte, error) {
		if passphrase == nil {
			return nil, nil, errWrongPassphrase // the empty one was tried
		}
		key, err := derive(passphrase)
		if err != nil {
			return nil, nil, unreadable("the key derivation cannot be used: %v", err)
		}
		block, err := newCipher(key)
		return block, iv, err
	}}, nil
}

// readCipher reads the encryption scheme of PBES2 (RFC 8018, Appendix B.2).
func readCipher(a AlgorithmIdentifier) (keySize int, newCipher func([]byte) (cipher.Block, error), iv []byte, err error) {
	c := ber.NewCursor(a.Parameters)
	switch a.OID {
	case "1.3.14.3.2.7":
		keySize, newCipher = 8, des.NewCipher
	case "1.2.840.113549.3.7":
		keySize, newCipher = 24, des.NewTripleDESCipher
	case "2.16.840.1.101.3.4.1.2":
		keySize, newCipher = 16, aes.NewCipher
	case "2.16.840.1.101.3.4.1.22":
		keySize, newCipher = 24, aes.NewCipher
	case "2.16.840.1.101.3.4.1.42":
		keySize, newCipher = 32, aes.NewCipher
	default:
		return 0, nil, nil, unsupported("the encryption %s is not implemented", algorithmName(a.OID))
	}
	if iv, err = c.OctetString(); err != nil {
		return 0, nil, nil, unreadable("the initialization vector cannot be read: %v", err)
	}
	return keySize, newCipher, iv, nil
}

// readKDF reads the key derivation function of PBES2: PBKDF2 (RFC 8018, Appendix A.2) or scrypt
// (RFC 7914, Section 7).
func readKDF(a AlgorithmIdentifier, keySize int) (derive func([]byte) ([]byte, error), cost int, err error) {
	c := ber.NewCursor(a.Parameters)
	seq, err := c.Sequence()
	if err != nil {
		return nil, 0, unreadable("the parameters of the key derivation cannot be read: %v", err)
	}
	switch a.OID {
	case "1.2.840.113549.1.5.12":
		return readPBKDF2(&seq, keySize)
	case "1.3.6.1.4.1.11591.4.11":
		return readScrypt(&seq, keySize)
	}
	return nil, 0, unsupported("the key derivation %s is not implemented", algorithmName(a.OID))
}

// readPBKDF2 reads the components of PBKDF2-params.
//
//	PBKDF2-params ::= SEQUENCE {
//	    salt OCTET STRING, iterationCount INTEGER, keyLength INTEGER OPTIONAL,
//	    prf AlgorithmIdentifier DEFAULT hmacWithSHA1 }
func readPBKDF2(c *ber.Cursor, keySize int) (derive func([]byte) ([]byte, error), cost int, err error) {
	salt, iterations, err := readSalt(c)
	if err != nil {
		return nil, 0, unreadable("the salt and iterations of PBKDF2 cannot be read: %v", err)
	}
	if err := checkKDF(salt, iterations); err != nil {
		return nil, 0, err
	}
	if length, ok, _ := c.Optional(ber.Universal, ber.TagInteger); ok {
		if n, err := length.Int(); err != nil || n != keySize {
			return nil, 0, unreadable("the key length of PBKDF2 is not the one of the cipher")
		}
	}
	prf := crypto.SHA1
	if !c.Empty() {
		a, err := ReadAlgorithmIdentifier(c)
		if err != nil {
			return nil, 0, unreadable("the pseudorandom function of PBKDF2 cannot be read: %v", err)
		}
		var ok bool
		if prf, ok = hmacs[a.OID]; !ok {
			return nil, 0, unsupported("the pseudorandom function %s is not implemented", algorithmName(a.OID))
		}
	}
	blocks := (keySize + prf.Size() - 1) / prf.Size()
	return func(passphrase []byte) ([]byte, error) {
		return pbkdf2.Key(prf.New, string(passphrase), salt, iterations, keySize)
	}, iterations * blocks, nil
}

// hmacs are the pseudorandom functions of RFC 8018, Appendix B.1.
var hmacs = map[OID]crypto.Hash{
	"1.2.840.113549.2.7": crypto.SHA1, "1.2.840.113549.2.8": crypto.SHA224,
	"1.2.840.113549.2.9": crypto.SHA256, "1.2.840.113549.2.10": crypto.SHA384,
	"1.2.840.113549.2.11": crypto.SHA512, "1.2.840.113549.2.12": crypto.SHA512_224,
	"1.2.840.113549.2.13": crypto.SHA512_256,
}

// readScrypt reads the components of scrypt-params.
//
//	scrypt-params ::= SEQUENCE {
//	    salt OCTET STRING, costParameter INTEGER, blockSize INTEGER,
//	    parallelizationParameter INTEGER, keyLength INTEGER OPTIONAL }
func readScrypt(c *ber.Cursor, keySize int) (derive func([]byte) ([]byte, error), cost int, err error) {
	salt, n, err := readSalt(c)
	if err != nil {
		return nil, 0, unreadable("the salt and cost of scrypt cannot be read: %v", err)
	}
	r, err := c.Int()
	if err != nil {
		return nil, 0, unreadable("the block size of scrypt cannot be read: %v", err)
	}
	p, err := c.Int()
	if err != nil {
		return nil, 0, unreadable("the parallelization of scrypt cannot be read: %v", err)
	}
	if n < 2 || n&(n-1) != 0 || r < 1 || p < 1 || len(salt) > maxSaltOctets {
		return nil, 0, unreadable("the parameters of scrypt are impossible")
	}
	const blockOctets = 128
	if r > maxScryptOctets/blockOctets || n > maxScryptOctets/blockOctets/r || p > maxScryptParallel {
		return nil, 0, &formError{"iteration-limit", "the key derivation demands more memory or time than is allowed"}
	}
	return func(passphrase []byte) ([]byte, error) {
		return scrypt.Key(passphrase, salt, n, r, p, keySize)
	}, 2 * n * r * p, nil // each block is mixed twice
}
