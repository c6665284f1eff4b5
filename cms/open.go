package cms

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"

	"sipsecdump/amount"
	"sipsecdump/cms/pki"
)

// Decryption is what was established about content that a key opens: it is decrypted, or a code
// over it is verified, or both.
type Decryption struct {
	// Decrypted is set if encrypted content was decrypted and everything that can be checked of
	// it held.
	Decrypted bool
	// Authenticated is set if a message authentication code over the content was verified. That
	// shows that somebody made it who has the key, as every recipient does.
	Authenticated bool
	// Reason is the stable code of why not; "" if opened:
	//
	//	no-key           no key of the kind that is asked for was given
	//	key-mismatch     a certificate names a recipient; its key is not among those given
	//	wrong-key        no key at hand opens an encrypted key
	//	key-length       one does, but what is in it is not as long as the cipher's key
	//	bad-padding      one does, but the content does not end in padding
	//	bad-mac          one does, but the authentication code is another
	//	no-originator    the originator's certificate is not at hand
	//	iteration-limit  deriving a key from the passphrase would take too long
	//	digest-mismatch, content-type-mismatch, content-type-attribute, message-digest-attribute
	//	                 the authenticated attributes are not in order
	//	no-recipient, no-content, bad-length, bad-parameters, malformed
	//	                 the object is not in order
	//	algorithm-not-implemented
	Reason string
	// Detail is a sentence: lower case, without a full stop. If opened it says with which key,
	// and whether a certificate at hand names the recipient.
	Detail  string
	Content []byte // the content, a copy; nil if not opened
	// Recipient is the index of the one whose key opened the content; -1 if none did, or there
	// are none.
	Recipient int
	// Recipients has one entry for each of the object's, in order.
	Recipients []RecipientResult
}

// RecipientResult tells whether a recipient's key is at hand.
type RecipientResult struct {
	// Matched is set if what names the recipient leads to a key at hand, or if a key opened the
	// content.
	Matched bool
	// By names what was matched, in a sentence: "the key of alice.pem", "passphrase 1", "the
	// symmetric key 0102"; "" if not matched.
	By   string
	Key  *pki.PrivateKey  // nil if not matched, or matched with something else
	Cert *pki.Certificate // that names the recipient; nil if not at hand
	// Reason is the stable code of why it was not matched or not opened: one of Decryption's, or
	// "no-certificate" if no certificate at hand names the recipient and no key was tried, or
	// "not-tried" if no passphrase or symmetric key was, since another recipient's opened the
	// content, or none could; "" if it was opened, or is matched and was not tried either.
	Reason string
	Detail string
}

// Open opens the content of an EnvelopedData, an AuthEnvelopedData, an EncryptedData or an
// AuthenticatedData with the first key at hand that does; nil is returned for all others. k may
// be nil.
//
// A recipient whose certificate is at hand is tried with that certificate's key, and one whose
// key encryption key is named with the one of that name. If that does not open the content,
// every key at hand of the right kind is tried. See [EnvelopedData.Decrypt] for what an opening
// proves.
func (o *Object) Open(k *pki.Keyring) *Decryption {
	switch {
	case o.Enveloped != nil:
		return o.Enveloped.Decrypt(k)
	case o.AuthEnveloped != nil:
		return o.AuthEnveloped.Decrypt(k)
	case o.Encrypted != nil:
		return o.Encrypted.Decrypt(k)
	case o.Authenticated != nil:
		return o.Authenticated.Authenticate(k)
	}
	return nil
}

// Recipients are those of the object, whatever its kind; nil if it has none.
func (o *Object) Recipients() []RecipientInfo {
	switch {
	case o.Enveloped != nil:
		return o.Enveloped.Recipients
	case o.AuthEnveloped != nil:
		return o.AuthEnveloped.Recipients
	case o.Authenticated != nil:
		return o.Authenticated.Recipients
	}
	return nil
}

// HoldsData tells whether what the object protects is of the type data, which in S/MIME is a MIME
// entity (RFC 8551, Section 2.4.1). What is of another type, such as a receipt or a time stamp, is an
// encoding of its own.
func (o *Object) HoldsData() bool {
	switch encrypted := o.EncryptedContent(); {
	case encrypted != nil:
		return encrypted.ContentType == oidData
	case o.Signed != nil:
		return o.Signed.EContentType == oidData
	case o.Authenticated != nil:
		return o.Authenticated.EContentType == oidData
	case o.Digested != nil:
		return o.Digested.EContentType == oidData
	case o.Compressed != nil:
		return o.Compressed.EContentType == oidData
	}
	return o.ContentType == oidData
}

// EncryptedContent is what the object has encrypted, whatever its kind; nil if it has nothing.
func (o *Object) EncryptedContent() *EncryptedContentInfo {
	switch {
	case o.Enveloped != nil:
		return &o.Enveloped.EncryptedContentInfo
	case o.AuthEnveloped != nil:
		return &o.AuthEnveloped.EncryptedContentInfo
	case o.Encrypted != nil:
		return &o.Encrypted.EncryptedContentInfo
	}
	return nil
}

// Decrypt opens the content (RFC 5652, Section 6). k may be nil.
//
// What an opening proves is this: the encrypted key had the form that its algorithm demands and
// exactly the length the content's cipher takes, and then the content's padding in full was
// right, by which a wrong key passes in less than one of 2^30 cases. There is nothing in an
// EnvelopedData that would prove the content itself unchanged; whether it is the MIME entity it
// should be is left to the caller.
func (e *EnvelopedData) Decrypt(k *pki.Keyring) *Decryption {
	d := newOpener(k, e.Recipients, e.Originators)
	if e.incomplete {
		d.fail(failure{"malformed", "the encrypted content could not be read in full"})
		return d.run(nil)
	}
	return d.run(d.prepared(e.seal()))
}

// Decrypt opens the content and verifies its authentication code (RFC 5083, Section 2.2), as
// [EnvelopedData.Decrypt] does. An opening proves that whoever made the object had the key.
func (e *AuthEnvelopedData) Decrypt(k *pki.Keyring) *Decryption {
	d := newOpener(k, e.Recipients, e.Originators)
	return d.run(d.prepared(e.seal()))
}

// Authenticate verifies the authentication code of the content (RFC 5652, Section 9.3) with a
// recipient's key. k may be nil.
func (a *AuthenticatedData) Authenticate(k *pki.Keyring) *Decryption {
	d := newOpener(k, a.Recipients, a.Originators)
	return d.run(d.prepared(a.seal()))
}

// Decrypt opens the content with a symmetric key of the keyring (RFC 5652, Section 8). k may be
// nil. There is nothing but the padding to tell the right key by: a wrong one passes in one of
// 256 cases. Hence all keys of the right length are tried, and if not exactly one passes that is
// said in Detail.
func (e *EncryptedData) Decrypt(k *pki.Keyring) *Decryption {
	result := &Decryption{Recipient: -1}
	fail := func(f failure) *Decryption {
		result.Reason, result.Detail = f.reason, f.detail
		return result
	}
	if e.incomplete {
		return fail(failure{"malformed", "the encrypted content could not be read in full"})
	}
	s, f := e.seal()
	if f.reason != "" {
		return fail(f)
	}
	if k == nil || len(k.SymmetricKeys) == 0 {
		return fail(failure{"no-key", "no symmetric key was given"})
	}
	f = failuref("key-length", "no symmetric key given has the length that %s takes, %s octets", s.algorithm, s.keyOctets)
	passed, tried := 0, 0
	for i := range k.SymmetricKeys {
		key := &k.SymmetricKeys[i]
		if !s.takes(len(key.Key)) {
			continue
		}
		if tried++; tried > maxUnwraps {
			f.detail += fmt.Sprintf("; not all keys were tried, but %d", maxUnwraps)
			break
		}
		content, why := s.open(key.Key)
		if why.reason != "" {
			f = failuref(why.reason, "%v does not open it: %s", key, why.detail)
			continue
		}
		if passed++; passed == 1 {
			result.Decrypted, result.Content = true, content
			result.Detail = fmt.Sprintf("opened with %v; that its padding is right is all there is to tell the key by", key)
		}
	}
	if passed > 1 {
		result.Detail += fmt.Sprintf(", and so it is with %d of the keys given", passed)
	}
	if passed == 0 {
		return fail(f)
	}
	return result
}

// opener carries out one opening of content that has recipients.
type opener struct {
	recipients  []RecipientInfo
	originators []*pki.Certificate
	keyring     *pki.Keyring
	result      *Decryption
	seal        *seal
	named       []credential // of each recipient, what its name leads to
	unwraps     int          // private key operations so far
	derivations int          // iterations of key derivations so far
	derived     map[string][]byte
}

// credential is a key or passphrase that is tried. At most one field is set.
type credential struct {
	private    *pki.PrivateKey
	symmetric  *pki.SymmetricKey
	passphrase int // counted from 1
}

func (c credential) String() string {
	switch {
	case c.private != nil:
		return "the key of " + source(c.private)
	case c.symmetric != nil:
		return c.symmetric.String()
	}
	return fmt.Sprintf("passphrase %d", c.passphrase)
}

func newOpener(k *pki.Keyring, recipients []RecipientInfo, originators []*pki.Certificate) *opener {
	if k == nil {
		k = &pki.Keyring{}
	}
	return &opener{
		recipients: recipients, originators: originators, keyring: k,
		result: &Decryption{Recipients: make([]RecipientResult, len(recipients)), Recipient: -1},
		named:  make([]credential, len(recipients)),
	}
}

func (d *opener) fail(f failure) { d.result.Reason, d.result.Detail = f.reason, f.detail }

// prepared takes note of a failure that does not depend on the key.
func (d *opener) prepared(s *seal, f failure) *seal {
	if f.reason != "" {
		d.fail(f)
	}
	return s
}

// run opens s, or, if it is nil, tells of the recipients only.
func (d *opener) run(s *seal) *Decryption {
	d.match()
	if s != nil {
		d.seal = s
		d.open()
	}
	d.conclude()
	return d.result
}

// match finds the recipients' certificates and keys.
func (d *opener) match() {
	for i := range d.recipients {
		r, result := &d.recipients[i], &d.result.Recipients[i]
		if f := r.usable(); f.reason != "" {
			result.Reason, result.Detail = f.reason, f.detail
			continue
		}
		switch r.Kind {
		case "ktri", "kari":
			d.matchCertificate(i)
		case "kekri":
			d.matchKeyID(i)
		case "pwri":
			if len(d.credentials(r)) == 0 {
				result.Reason, result.Detail = "no-key", "no "+r.secret()+" was given"
			} else {
				result.Reason, result.Detail = "not-tried", "no "+r.secret()+" was tried"
			}
		}
	}
}

func (d *opener) matchCertificate(i int) {
	r, result := &d.recipients[i], &d.result.Recipients[i]
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
			d.named[i] = credential{private: key}
			result.Matched, result.Key, result.Cert, result.By = true, key, c, d.named[i].String()
			break
		}
	}
	switch {
	case result.Matched:
	case len(d.keyring.Keys) == 0:
		result.Reason, result.Detail = "no-key", "no private key was given"
	case result.Cert != nil:
		result.Reason = "key-mismatch"
		result.Detail = fmt.Sprintf("the certificate%s names the recipient, but its public key belongs to none of the private keys given (%s)",
			from(result.Cert.Source), d.keys())
	default:
		result.Reason, result.Detail = "no-certificate", "no certificate at hand names the recipient"
	}
}

func (d *opener) matchKeyID(i int) {
	r, result := &d.recipients[i], &d.result.Recipients[i]
	for n := range d.keyring.SymmetricKeys {
		key := &d.keyring.SymmetricKeys[n]
		if key.ID != nil && bytes.Equal(key.ID, r.KeyID) {
			d.named[i] = credential{symmetric: key}
			result.Matched, result.By = true, key.String()
			return
		}
	}
	if len(d.keyring.SymmetricKeys) == 0 {
		result.Reason, result.Detail = "no-key", "no symmetric key was given"
	} else {
		result.Reason, result.Detail = "not-tried", "no "+r.secret()+" was tried"+r.nobodys()
	}
}

// secret is what opens the recipient's encrypted key, if that is no private key.
func (r *RecipientInfo) secret() string {
	if r.Kind == "pwri" && r.KeyDerivationAlgorithm.OID != "" {
		return "passphrase"
	}
	return "symmetric key"
}

// nobodys goes on with a sentence about symmetric keys, none of which the recipient names.
func (r *RecipientInfo) nobodys() string {
	if r.Kind == "kekri" {
		return ", and none has the identifier " + hexShort(r.KeyID)
	}
	return ""
}

func from(source string) string {
	if source == "" {
		return ""
	}
	return " " + source
}

// keys lists where the private keys at hand came from.
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
	const notImplemented = "algorithm-not-implemented"
	algorithm := r.KeyEncryptionAlgorithm.OID
	switch {
	case r.Kind == "":
		return failure{"malformed", "the recipient is of no kind that there is"}
	case r.incomplete:
		return failure{"malformed", "the recipient's data could not be read in full"}
	case r.Kind == "ori":
		return failuref(notImplemented, "recipients of the kind %s are not implemented", algorithmName(r.OtherType))
	case r.Kind == "ktri" && algorithm != oidRSA && algorithm != oidOAEP:
		return failuref(notImplemented, "the key encryption algorithm %s is not implemented", algorithmName(algorithm))
	case r.Kind == "kari":
		_, _, f := readAgreement(r.KeyEncryptionAlgorithm)
		return f
	case r.Kind == "kekri" && keyWraps[algorithm].unwrap == nil:
		return failuref(notImplemented, "the key wrap algorithm %s is not implemented", algorithmName(algorithm))
	case r.Kind == "pwri":
		_, _, f := r.passwordCipher()
		return f
	}
	return failure{}
}

// credentials are those at hand of the kind that a recipient asks for.
func (d *opener) credentials(r *RecipientInfo) (list []credential) {
	switch {
	case r.Kind == "ktri", r.Kind == "kari":
		for _, key := range d.keyring.Keys {
			list = append(list, credential{private: key})
		}
	case r.Kind == "pwri" && r.KeyDerivationAlgorithm.OID != "":
		for i := range d.keyring.Passphrases {
			list = append(list, credential{passphrase: i + 1})
		}
	case r.Kind == "pwri", r.Kind == "kekri":
		for i := range d.keyring.SymmetricKeys {
			list = append(list, credential{symmetric: &d.keyring.SymmetricKeys[i]})
		}
	}
	return list
}

// open tries what the recipients' names lead to, then all that is at hand.
func (d *opener) open() {
	for i := range d.recipients {
		if !d.result.Recipients[i].Matched {
			continue
		}
		f := d.try(i, d.named[i])
		if f.reason == "" {
			return
		}
		r := &d.result.Recipients[i]
		r.Reason, r.Detail = f.reason, f.detail
	}
	for i := range d.recipients {
		if d.recipients[i].usable().reason != "" {
			continue
		}
		if d.tryAll(i) {
			return
		}
	}
}

// tryAll tries recipient i's encrypted key with everything at hand. It is true if there is no
// need, or no permission, to go on.
func (d *opener) tryAll(i int) bool {
	r := &d.result.Recipients[i]
	for _, with := range d.credentials(&d.recipients[i]) {
		if with == d.named[i] {
			continue
		}
		if d.unwraps == maxUnwraps {
			r.Detail += fmt.Sprintf("; not all were tried, but %d", maxUnwraps)
			return true
		}
		f := d.try(i, with)
		if r.Reason == "not-tried" {
			r.Reason, r.Detail = "wrong-key", "no "+d.recipients[i].secret()+" given opens the encrypted key"+d.recipients[i].nobodys()
		}
		switch {
		case f.reason == "":
			return true
		case r.Matched || f.reason == "wrong-key":
		default:
			// One that unwraps a key is the right one, most likely, and one that cannot be
			// tried may be: that says more than that none is.
			r.Reason, r.Detail = f.reason, f.detail
		}
	}
	if r.Reason == "no-certificate" && len(d.keyring.Keys) > 0 {
		r.Reason = "wrong-key"
		r.Detail += ", and none of the private keys given opens the encrypted key (" + d.keys() + ")"
	}
	return false
}

// try opens the content with recipient i's encrypted key.
func (d *opener) try(i int, with credential) failure {
	d.unwraps++
	r := &d.recipients[i]
	key, f := d.unwrap(r, with)
	if f.reason != "" {
		return f
	}
	if !d.seal.takes(len(key)) {
		return failuref("key-length", "%v opens the encrypted key, but that has %s and %s takes %s",
			with, amount.Octets(len(key)), d.seal.algorithm, d.seal.keyOctets)
	}
	content, f := d.seal.open(key)
	if f.reason != "" {
		return failuref(f.reason, "%v opens the encrypted key, but %s", with, f.detail)
	}
	d.opened(i, with, content)
	return failure{}
}

// unwrap returns the key that is encrypted for a recipient.
func (d *opener) unwrap(r *RecipientInfo, with credential) ([]byte, failure) {
	switch r.Kind {
	case "ktri":
		return unwrapRSA(r, with.private)
	case "kari":
		return d.agree(r, with.private)
	case "pwri":
		return d.unwrapPassword(r, with)
	}
	wrap := keyWraps[r.KeyEncryptionAlgorithm.OID]
	if len(with.symmetric.Key) != wrap.kekOctets {
		return nil, failuref("wrong-key", "%v has %s, and %s takes %d", with, amount.Octets(len(with.symmetric.Key)),
			algorithmName(r.KeyEncryptionAlgorithm.OID), wrap.kekOctets)
	}
	key, err := wrap.unwrap(with.symmetric.Key, r.EncryptedKey)
	if err != nil {
		return nil, failuref("wrong-key", "%v does not open the encrypted key", with)
	}
	return key, failure{}
}

// unwrapRSA is RFC 3370, Section 4.2.1, and RFC 3560.
func unwrapRSA(r *RecipientInfo, key *pki.PrivateKey) ([]byte, failure) {
	private, ok := key.Key.(*rsa.PrivateKey)
	if !ok {
		return nil, failuref("wrong-key", "the key of %s is not an RSA key", source(key))
	}
	var contentKey []byte
	var err error
	if r.KeyEncryptionAlgorithm.OID == oidOAEP {
		contentKey, err = decryptOAEP(private, r.KeyEncryptionAlgorithm.Parameters, r.EncryptedKey)
		if errors.Is(err, errOAEPParameters) {
			return nil, failure{"algorithm-not-implemented", err.Error()}
		}
	} else {
		contentKey, err = key.DecryptPKCS1v15(r.EncryptedKey)
	}
	if err != nil {
		return nil, failuref("wrong-key", "the key of %s does not open the encrypted key", source(key))
	}
	return contentKey, failure{}
}

func (d *opener) opened(i int, with credential, content []byte) {
	r := &d.result.Recipients[i]
	by := ""
	switch {
	case with.private == nil:
	case r.Matched && with == d.named[i]:
		by = "; the certificate" + from(r.Cert.Source) + " names this recipient"
	case r.Cert != nil:
		by = "; the certificate" + from(r.Cert.Source) + " names this recipient, but has another key"
	default:
		by = "; no certificate at hand names this recipient"
	}
	r.Matched, r.Key, r.By, r.Reason, r.Detail = true, with.private, with.String(), "", ""
	d.result.Decrypted, d.result.Authenticated = d.seal.encrypts, d.seal.authenticates
	d.result.Content, d.result.Recipient = content, i
	d.result.Reason, d.result.Detail = "", fmt.Sprintf("opened with %v%s", with, by)
}

// reasonOrder has the reasons of recipients, the one first that says most about why the content
// was not opened.
var reasonOrder = []string{
	"bad-mac", "bad-padding", "key-length", "no-originator", "iteration-limit", "wrong-key", "key-mismatch", "no-key",
	"bad-parameters", "algorithm-not-implemented", "malformed", "not-tried",
}

// conclude takes the reason from the recipients if the content was not opened and there is none
// yet.
func (d *opener) conclude() {
	if d.result.Recipient >= 0 || d.result.Reason != "" {
		return
	}
	for _, reason := range reasonOrder {
		for i := range d.result.Recipients {
			if r := &d.result.Recipients[i]; r.Reason == reason {
				d.fail(failure{r.Reason, r.Detail})
				return
			}
		}
	}
	d.fail(failure{"no-recipient", "the object names no recipient"})
}
