package cms

import (
	"crypto"
	"crypto/rsa"
	"errors"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

const (
	oidMGF1       pki.OID = "1.2.840.113549.1.1.8"
	oidPSpecified pki.OID = "1.2.840.113549.1.1.9"
)

var errOAEPParameters = errors.New("the parameters of RSAES-OAEP cannot be read, or ask for what is not implemented")

// decryptOAEP is RFC 8017, Section 7.1.2. The error is errOAEPParameters or says no more than
// that it failed.
func decryptOAEP(key *rsa.PrivateKey, parameters, ciphertext []byte) ([]byte, error) {
	options, err := readOAEP(parameters)
	if err != nil {
		return nil, errOAEPParameters
	}
	return key.Decrypt(nil, ciphertext, options)
}

// readOAEP reads RFC 4055, Section 4.1:
//
//	RSAES-OAEP-params ::= SEQUENCE {
//	  hashFunc [0] AlgorithmIdentifier DEFAULT sha1Identifier,
//	  maskGenFunc [1] AlgorithmIdentifier DEFAULT mgf1SHA1Identifier,
//	  pSourceFunc [2] AlgorithmIdentifier DEFAULT pSpecifiedEmptyIdentifier }
func readOAEP(parameters []byte) (*rsa.OAEPOptions, error) {
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	if parameters == nil {
		return options, nil
	}
	c := ber.NewCursor(parameters)
	in, err := c.Sequence()
	if err != nil {
		return nil, err
	}
	for tag := uint32(0); tag <= 2; tag++ {
		if !in.PeekIs(ber.ContextSpecific, tag) {
			continue
		}
		field, err := in.Explicit(tag)
		if err != nil {
			return nil, err
		}
		a, err := pki.ReadAlgorithmIdentifier(&field)
		if err != nil {
			return nil, err
		}
		inner := ber.NewCursor(a.Parameters)
		switch tag {
		case 0:
			options.Hash, err = hashOf(a)
		case 1:
			if a.OID != oidMGF1 {
				return nil, errOAEPParameters
			}
			var digest pki.AlgorithmIdentifier
			if digest, err = pki.ReadAlgorithmIdentifier(&inner); err == nil {
				options.MGFHash, err = hashOf(digest)
			}
		case 2:
			if a.OID != oidPSpecified {
				return nil, errOAEPParameters
			}
			options.Label, err = inner.OctetString()
		}
		if err != nil {
			return nil, err
		}
	}
	return options, in.Finish()
}

func hashOf(a pki.AlgorithmIdentifier) (crypto.Hash, error) {
	hash, ok := pki.HashOf(a.OID)
	if !ok {
		return 0, errOAEPParameters
	}
	return hash, nil
}
