package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/youmark/pkcs8"
)

// KeyKind is an algorithm and size of key.
type KeyKind int

const (
	RSA2048 KeyKind = iota
	RSA1024         // as the draft's keys; refused by default almost everywhere today
	ECDSAP256
	ECDSAP384
	ECDSAP521
	Ed25519
)

var keyKindNames = []string{"rsa-2048", "rsa-1024", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519"}

// KeyKinds returns the names that [ParseKeyKind] knows, the default first.
func KeyKinds() []string { return append([]string(nil), keyKindNames...) }

// ParseKeyKind returns the kind of that name, or an [*UnknownError].
func ParseKeyKind(name string) (KeyKind, error) {
	for kind, have := range keyKindNames {
		if have == name {
			return KeyKind(kind), nil
		}
	}
	return 0, &UnknownError{What: "key kind", Name: name, Have: KeyKinds()}
}

// String returns the name that [ParseKeyKind] reads.
func (k KeyKind) String() string {
	if k < 0 || int(k) >= len(keyKindNames) {
		return fmt.Sprintf("KeyKind(%d)", int(k))
	}
	return keyKindNames[k]
}

// Generate makes a new key of the kind.
func (k KeyKind) Generate() (crypto.Signer, error) {
	switch k {
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case RSA1024:
		return rsa.GenerateKey(rand.Reader, 1024)
	case ECDSAP256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case ECDSAP384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case ECDSAP521:
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, &UnknownError{What: "key kind", Name: k.String(), Have: KeyKinds()}
}

// signatureAlgorithm is what a key signs with, given the digest asked for;
// none asked for is SHA-256.
func signatureAlgorithm(public crypto.PublicKey, digest crypto.Hash) (x509.SignatureAlgorithm, error) {
	asked := digest
	if digest == 0 {
		digest = crypto.SHA256
	}
	var byDigest map[crypto.Hash]x509.SignatureAlgorithm
	switch public.(type) {
	case *rsa.PublicKey:
		byDigest = map[crypto.Hash]x509.SignatureAlgorithm{
			crypto.SHA1: x509.SHA1WithRSA, crypto.SHA256: x509.SHA256WithRSA,
			crypto.SHA384: x509.SHA384WithRSA, crypto.SHA512: x509.SHA512WithRSA,
		}
	case *ecdsa.PublicKey:
		byDigest = map[crypto.Hash]x509.SignatureAlgorithm{
			crypto.SHA1: x509.ECDSAWithSHA1, crypto.SHA256: x509.ECDSAWithSHA256,
			crypto.SHA384: x509.ECDSAWithSHA384, crypto.SHA512: x509.ECDSAWithSHA512,
		}
	case ed25519.PublicKey:
		if asked != 0 {
			return 0, fmt.Errorf("an Ed25519 key signs without a digest of its own, %v cannot be asked of it (RFC 8410, Section 3)", asked)
		}
		return x509.PureEd25519, nil
	default:
		return 0, fmt.Errorf("a key of type %T cannot sign here", public)
	}
	algorithm, ok := byDigest[digest]
	if !ok {
		return 0, fmt.Errorf("%v cannot be a certificate's digest here (SHA-1, SHA-256, SHA-384 and SHA-512 can)", digest)
	}
	return algorithm, nil
}

// keyUsage is RFC 6216's (Section 2.2), fitted to the key: an elliptic curve
// key agrees on a key where RSA enciphers one (RFC 8813, Section 3), an Ed25519
// key does neither (RFC 8410, Section 5).
func keyUsage(public crypto.PublicKey) x509.KeyUsage {
	signs := x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	switch public.(type) {
	case *rsa.PublicKey:
		return signs | x509.KeyUsageKeyEncipherment
	case *ecdsa.PublicKey:
		return signs | x509.KeyUsageKeyAgreement
	}
	return signs
}

// keyPEM encodes a private key without protection: RSA as the documents' files
// have it (PKCS#1), the others as PKCS#8.
func keyPEM(key crypto.Signer) ([]byte, error) {
	if key, ok := key.(*rsa.PrivateKey); ok {
		return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// encryptedKey encodes a private key as EncryptedPrivateKeyInfo in DER
// (RFC 5958, Section 3; PBES2 with AES-256).
func encryptedKey(key crypto.Signer, passphrase string) ([]byte, error) {
	return pkcs8.MarshalPrivateKey(key, []byte(passphrase), nil)
}

// parseKey reads the first private key in PEM, protected or not: PKCS#8,
// PKCS#1, SEC 1, and PKCS#1 with the DEK-Info header of old (RFC 1421).
func parseKey(text []byte, passphrase string) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM private key in it")
	}
	der := block.Bytes
	if block.Headers["DEK-Info"] != "" {
		var err error
		//lint:ignore SA1019 the draft's own key is protected this way
		if der, err = x509.DecryptPEMBlock(block, []byte(passphrase)); err != nil {
			return nil, errors.New("the key cannot be decrypted: wrong passphrase?")
		}
	}
	var (
		key any
		err error
	)
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(der)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(der)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(der)
	case "ENCRYPTED PRIVATE KEY":
		if key, err = pkcs8.ParsePKCS8PrivateKey(der, []byte(passphrase)); err != nil {
			return nil, errors.New("the key cannot be decrypted: wrong passphrase?")
		}
	default:
		return nil, fmt.Errorf("PEM %q is no private key", block.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("the key cannot be read: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of type %T cannot sign", key)
	}
	return signer, nil
}
