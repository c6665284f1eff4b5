package cms

import (
	"errors"
	"fmt"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

const oidPWRIKEK pki.OID = "1.2.840.113549.1.9.16.3.9"

// passwordCipher reads the keyEncryptionAlgorithm of a pwri (RFC 3211, Section 2.3):
//
//	id-alg-PWRI-KEK with AlgorithmIdentifier of a block cipher and its vector as parameters
func (r *RecipientInfo) passwordCipher() (block blockCipher, iv []byte, f failure) {
	const notImplemented = "algorithm-not-implemented"
	a := r.KeyEncryptionAlgorithm
	if a.OID != oidPWRIKEK {
		return block, nil, failuref(notImplemented, "the key encryption algorithm %s is not implemented", algorithmName(a.OID))
	}
	c := ber.NewCursor(a.Parameters)
	inner, err := pki.ReadAlgorithmIdentifier(&c)
	if err != nil || !c.Empty() {
		return block, nil, failuref("bad-parameters", "the parameters of %s are not an encryption algorithm", algorithmName(a.OID))
	}
	var known bool
	if block, known = blockCiphers[inner.OID]; !known {
		return block, nil, failuref(notImplemented, "the key encryption algorithm %s is not implemented", algorithmName(inner.OID))
	}
	c = ber.NewCursor(inner.Parameters)
	if iv, err = c.OctetString(); err != nil || len(iv) != block.blockOctets {
		return block, nil, failuref("bad-parameters", "the parameters of %s are not an initialization vector of %d octets", algorithmName(inner.OID), block.blockOctets)
	}
	return block, iv, failure{}
}

// unwrapPassword unwraps a pwri's key with a passphrase, or with a key encryption key if the
// recipient does not say how to derive one.
func (d *opener) unwrapPassword(r *RecipientInfo, with credential) ([]byte, failure) {
	block, iv, f := r.passwordCipher()
	if f.reason != "" {
		return nil, f
	}
	var kek []byte
	if with.symmetric != nil {
		kek = with.symmetric.Key
	} else if kek, f = d.derive(r, block.keyOctets, with.passphrase); f.reason != "" {
		return nil, f
	}
	wrong := failuref("wrong-key", "%v does not open the encrypted key", with)
	if len(kek) != block.keyOctets {
		return nil, wrong
	}
	c, err := block.new(kek)
	if err != nil {
		return nil, wrong
	}
	key, err := unwrapPassword(c, iv, r.EncryptedKey)
	if err != nil {
		return nil, wrong
	}
	return key, failure{}
}

// derive makes a key of the n-th passphrase, within what may be spent on that.
func (d *opener) derive(r *RecipientInfo, octets, n int) ([]byte, failure) {
	kdf, err := pki.ReadKeyDerivation(r.KeyDerivationAlgorithm, octets)
	if err == nil && d.derivations+kdf.Cost > maxDerivations {
		return nil, failuref("iteration-limit", "deriving keys from passphrases would take more than %d iterations", maxDerivations)
	}
	var e *pki.KeyError
	switch {
	case errors.As(err, &e) && e.Code == "unsupported-algorithm":
		return nil, failure{"algorithm-not-implemented", e.Text}
	case errors.As(err, &e) && e.Code == "iteration-limit":
		return nil, failure{e.Code, e.Text}
	case err != nil:
		return nil, failure{"bad-parameters", "the key derivation cannot be read"}
	}
	// Recipients may ask for the same, and a hostile object for the same a hundred times.
	id := fmt.Sprint(n, octets, r.KeyDerivationAlgorithm.OID, r.KeyDerivationAlgorithm.Parameters)
	if key, ok := d.derived[id]; ok {
		return key, failure{}
	}
	d.derivations += kdf.Cost
	key, err := kdf.Derive(d.keyring.Passphrases[n-1])
	if err != nil {
		return nil, failure{"bad-parameters", "the key derivation cannot be used"}
	}
	if d.derived == nil {
		d.derived = map[string][]byte{}
	}
	d.derived[id] = key
	return key, failure{}
}
