package cms

import (
	"crypto/cipher"
	"crypto/rsa"
	"fmt"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// Decrypt opens the content with the first recipient's key that does (RFC 5652, Section 6). k
// may be nil.
//
// A recipient whose certificate is at hand is opened with that certificate's key. If none is,
// or that does not open, every RSA key at hand is tried. What such an opening proves is this: RFC
// 8017's padding, a key of exactly the length the content's cipher takes, and then its padding
// in full were right, by which a wrong key passes in less than one of 2^30 cases. There is
// nothing in an EnvelopedData that would prove the content itself unchanged; whether it is the
// MIME entity it should be is left to the caller.
func (e *EnvelopedData) Decrypt(k *pki.Keyring) *Decryption {
	d := opener{data: e, keyring: k, result: &Decryption{Recipients: make([]RecipientResult, len(e.Recipients)), Recipient: -1}}
	d.match()
	if d.prepare() {
		d.open()
	}
	d.conclude()
	return d.result
}

// opener carries out one Decrypt.
type opener struct {
	data    *EnvelopedData
	keyring *pki.Keyring
	result  *Decryption
	cipher  blockCipher
	iv      []byte
	unwraps int
}

// failure is a reason and its sentence.
type failure struct{ reason, detail string }

func (d *opener) fail(reason, format string, args ...any) {
	d.result.Reason, d.result.Detail = reason, fmt.Sprintf(format, args...)
}

// match finds the recipients' certificates and keys.
func (d *opener) match() {
	for i := range d.data.Recipients {
		r, result := &d.data.Recipients[i], &d.result.Recipients[i]
		if f := r.usable(); f.reason != "" {
			result.Reason, result.Detail = f.reason, f.detail
			continue
		}
		var named []*pki.Certificate
		if r.SerialOctets != nil {
			named = d.keyring.CertificatesFor(r.Issuer, r.SerialOctets)
		} else {
			named = d.keyring.CertificatesBySKI(r.SKI)
		}
		for _, c := range named { // the name may be ambiguous
			if result.Cert == nil {
				result.Cert = c
			}
			if key := d.keyring.KeyFor(c.PublicKey); key != nil {
				result.Matched, result.Key, result.Cert = true, key, c
				break
			}
		}
		switch {
		case result.Matched:
		case d.keyring == nil || len(d.keyring.Keys) == 0:
			result.Reason, result.Detail = "no-key", "no private key was given"
		case result.Cert != nil:
			result.Reason = "key-mismatch"
			result.Detail = fmt.Sprintf("the certificate%s names the recipient, but its public key belongs to none of the private keys given (%s)",
				from(result.Cert.Source), d.keys())
		default:
			result.Reason, result.Detail = "no-certificate", "no certificate at hand names the recipient"
		}
	}
}

func from(source string) string {
	if source == "" {
		return ""
	}
	return " " + source
}

// keys lists where the keys at hand came from.
func (d *opener) keys() string {
	const most = 4
	text := ""
	for i, key := range d.keyring.Keys {
		if i == most {
			return fmt.Sprintf("%s and %d more", text, len(d.keyring.Keys)-most)
		}
		if i > 0 {
			text += ", "
		}
		text += source(key)
	}
	return text
}

func source(key *pki.PrivateKey) string {
	if key.Source == "" {
		return "a key without a file"
	}
	return key.Source
}

// usable tells why a recipient's key cannot be unwrapped by this package, if so.
func (r *RecipientInfo) usable() failure {
	switch {
	case r.Kind == "":
		return failure{"malformed", "the recipient is of no kind that there is"}
	case r.Kind != "ktri":
		return failure{"algorithm-not-implemented", fmt.Sprintf("recipients of the kind %s are not implemented", r.Kind)}
	case r.incomplete:
		return failure{"malformed", "the recipient's data could not be read in full"}
	case r.KeyEncryptionAlgorithm.OID != oidRSA && r.KeyEncryptionAlgorithm.OID != oidOAEP:
		return failure{"algorithm-not-implemented", fmt.Sprintf("the key encryption algorithm %s is not implemented", algorithmName(r.KeyEncryptionAlgorithm.OID))}
	}
	return failure{}
}

// prepare checks what must be right whatever the key is.
func (d *opener) prepare() bool {
	e := d.data
	if e.incomplete {
		d.fail("malformed", "the encrypted content could not be read in full")
		return false
	}
	algorithm := e.ContentEncryptionAlgorithm
	var ok bool
	if d.cipher, ok = contentCiphers[algorithm.OID]; !ok {
		d.fail("algorithm-not-implemented", "the content encryption algorithm %s is not implemented", algorithmName(algorithm.OID))
		return false
	}
	c := ber.NewCursor(algorithm.Parameters)
	iv, err := c.OctetString()
	if err != nil || len(iv) != d.cipher.blockOctets || !c.Empty() {
		d.fail("bad-parameters", "the parameters of %s are not an initialization vector of %d octets", algorithmName(algorithm.OID), d.cipher.blockOctets)
		return false
	}
	d.iv = iv
	switch n := len(e.EncryptedContent); {
	case e.EncryptedContent == nil:
		d.fail("no-content", "the encrypted content is not in the object")
		return false
	case n == 0 || n%d.cipher.blockOctets != 0:
		d.fail("bad-length", "the encrypted content has %s, which is no multiple of the block's %d", countOctets(n), d.cipher.blockOctets)
		return false
	}
	return true
}

// open tries the matched recipients' keys, then all RSA keys at hand for the others.
func (d *opener) open() {
	for i := range d.result.Recipients {
		r := &d.result.Recipients[i]
		if !r.Matched {
			continue
		}
		f := d.try(i, r.Key)
		if f.reason == "" {
			return
		}
		r.Reason, r.Detail = f.reason, f.detail
	}
	if d.keyring == nil {
		return
	}
	for i := range d.result.Recipients {
		r := &d.result.Recipients[i]
		if usable := d.data.Recipients[i].usable(); usable.reason != "" {
			continue
		}
		for _, key := range d.keyring.Keys {
			if key == r.Key {
				continue
			}
			if d.unwraps == maxUnwraps {
				r.Detail += fmt.Sprintf("; not all were tried, but %d", maxUnwraps)
				return
			}
			f := d.try(i, key)
			if f.reason == "" {
				return
			}
			// A key that unwraps one of the right length is the right one, most likely:
			// that says more than that none is.
			if f.reason == "bad-padding" && !r.Matched {
				r.Reason, r.Detail = f.reason, f.detail
			}
		}
		if r.Reason == "no-certificate" {
			r.Reason = "wrong-key"
			r.Detail += ", and none of the private keys given opens the encrypted key (" + d.keys() + ")"
		}
	}
}

// try opens the content with recipient i's encrypted key and a private key.
func (d *opener) try(i int, key *pki.PrivateKey) failure {
	r := &d.data.Recipients[i]
	rsaKey, ok := key.Key.(*rsa.PrivateKey)
	if !ok {
		return failure{"wrong-key", fmt.Sprintf("the key of %s is not an RSA key", source(key))}
	}
	d.unwraps++
	var contentKey []byte
	var err error
	if r.KeyEncryptionAlgorithm.OID == oidOAEP {
		contentKey, err = decryptOAEP(rsaKey, r.KeyEncryptionAlgorithm.Parameters, r.EncryptedKey)
		if err == errOAEPParameters {
			return failure{"algorithm-not-implemented", err.Error()}
		}
	} else {
		contentKey, err = pki.DecryptPKCS1v15(rsaKey, r.EncryptedKey)
	}
	switch {
	case err != nil:
		return failure{"wrong-key", fmt.Sprintf("the key of %s does not open the encrypted key", source(key))}
	case len(contentKey) != d.cipher.keyOctets:
		return failure{"key-length", fmt.Sprintf("the key of %s opens the encrypted key, but that has %s and %s takes %d",
			source(key), countOctets(len(contentKey)), algorithmName(d.data.ContentEncryptionAlgorithm.OID), d.cipher.keyOctets)}
	}
	block, err := d.cipher.new(contentKey)
	if err != nil {
		return failure{"key-length", err.Error()}
	}
	content := make([]byte, len(d.data.EncryptedContent))
	cipher.NewCBCDecrypter(block, d.iv).CryptBlocks(content, d.data.EncryptedContent)
	padding, ok := paddingOctets(content, block.BlockSize())
	if !ok {
		return failure{"bad-padding", fmt.Sprintf("the key of %s opens the encrypted key, but the decrypted content does not end in padding: it was changed, or the key is not the one",
			source(key))}
	}
	d.opened(i, key, content[:len(content)-padding])
	return failure{}
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

func (d *opener) opened(i int, key *pki.PrivateKey, content []byte) {
	r := &d.result.Recipients[i]
	by := "no certificate at hand names this recipient"
	switch {
	case r.Matched && r.Key == key:
		by = "the certificate" + from(r.Cert.Source) + " names this recipient"
	case r.Cert != nil:
		by = "the certificate" + from(r.Cert.Source) + " names this recipient, but has another key"
	}
	r.Matched, r.Key, r.Reason, r.Detail = true, key, "", ""
	d.result.Decrypted, d.result.Content, d.result.Recipient = true, content, i
	d.result.Reason, d.result.Detail = "", fmt.Sprintf("opened with the key of %s; %s", source(key), by)
}

// reasonOrder has the reasons of recipients, the one first that says most about why the content
// was not opened.
var reasonOrder = []string{"bad-padding", "key-length", "wrong-key", "key-mismatch", "no-key", "algorithm-not-implemented", "malformed"}

// conclude takes the reason from the recipients if the content was not opened and there is none
// yet.
func (d *opener) conclude() {
	if d.result.Decrypted || d.result.Reason != "" {
		return
	}
	for _, reason := range reasonOrder {
		for i := range d.result.Recipients {
			if r := &d.result.Recipients[i]; r.Reason == reason {
				d.result.Reason, d.result.Detail = r.Reason, r.Detail
				return
			}
		}
	}
	d.fail("no-recipient", "the object names no recipient")
}
