package cms_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

const (
	digestedData      = "1.2.840.113549.1.7.5"
	encryptedData     = "1.2.840.113549.1.7.6"
	authenticatedData = "1.2.840.113549.1.9.16.1.2"
	compressedData    = "1.2.840.113549.1.9.16.1.9"
	authEnvelopedData = "1.2.840.113549.1.9.16.1.23"
	zlibOID           = "1.2.840.113549.1.9.16.3.8"
	gcm128            = "2.16.840.1.101.3.4.1.6"
	ccm128            = "2.16.840.1.101.3.4.1.7"
	chacha            = "1.2.840.113549.1.9.16.3.18"
	wrap128           = "2.16.840.1.101.3.4.1.5"
	hmacSHA256        = "1.2.840.113549.2.9"
	hkdfSHA256        = "1.2.840.113549.1.9.16.3.19"
)

func contentInfo(kind string, content ...[]byte) []byte {
	return sequence(oid(kind), element(0xa0, sequence(content...)))
}

// wrapAES is RFC 3394, Section 2.2.1.
func wrapAES(kek, key []byte) []byte {
	block, err := aes.NewCipher(kek)
	if err != nil {
		panic(err)
	}
	n := len(key) / 8
	r := slices.Clone(key)
	var b [16]byte
	a := bytes.Repeat([]byte{0xa6}, 8)
	for t := 1; t <= 6*n; t++ {
		i := 8 * ((t - 1) % n)
		copy(b[:], a)
		copy(b[8:], r[i:])
		block.Encrypt(b[:], b[:])
		binary.BigEndian.PutUint64(a, binary.BigEndian.Uint64(b[:])^uint64(t))
		copy(r[i:], b[8:])
	}
	return append(a, r...)
}

var (
	testKEKOctets  = []byte("0123456789abcdef")
	testContentKey = []byte("fedcba9876543210")
)

// byKEK is a recipient that testKEKOctets open.
func byKEK(contentKey []byte) []byte {
	return element(0xa2, integer(4), sequence(octetString([]byte("kek"))), algorithm(wrap128), octetString(wrapAES(testKEKOctets, contentKey)))
}

var kekRing = &pki.Keyring{SymmetricKeys: []pki.SymmetricKey{{ID: []byte("kek"), Key: testKEKOctets}}}

// authEnveloping makes an AuthEnvelopedData.
type authEnveloping struct {
	algorithm  []byte
	seal       func(plaintext, additional []byte) []byte // ciphertext and tag
	tag        int
	attributes [][]byte
	content    string
	contentKey []byte
}

func (a authEnveloping) make() []byte {
	var additional, attributes []byte
	if a.attributes != nil {
		sorted := slices.Clone(a.attributes)
		slices.SortFunc(sorted, bytes.Compare)
		additional, attributes = element(0x31, sorted...), element(0xa1, a.attributes...)
	}
	sealed := a.seal([]byte(a.content), additional)
	end := len(sealed) - a.tag
	if a.contentKey == nil {
		a.contentKey = testContentKey
	}
	return contentInfo(authEnvelopedData, integer(0), element(0x31, byKEK(a.contentKey)),
		sequence(oid(data), a.algorithm, element(0x80, sealed[:end])), attributes, octetString(sealed[end:]))
}

func gcmEnveloping(nonce []byte, tag int, attributes [][]byte) authEnveloping {
	block, err := aes.NewCipher(testContentKey)
	if err != nil {
		panic(err)
	}
	parameters := sequence(octetString(nonce), integer(tag))
	if tag == 12 {
		parameters = sequence(octetString(nonce))
	}
	return authEnveloping{algorithm: algorithm(gcm128, parameters), tag: tag, attributes: attributes, content: message,
		seal: func(plaintext, additional []byte) []byte {
			gcm, err := cipher.NewGCMWithNonceSize(block, len(nonce))
			if err != nil {
				panic(err)
			}
			sealed := gcm.Seal(nil, nonce, plaintext, additional)
			return sealed[:len(sealed)-16+tag]
		}}
}

func chachaEnveloping() authEnveloping {
	key, nonce := bytes.Repeat(testContentKey, 2), []byte("twelve octet")
	return authEnveloping{algorithm: algorithm(chacha, octetString(nonce)), tag: 16, content: message, contentKey: key,
		seal: func(plaintext, additional []byte) []byte {
			c, err := chacha20poly1305.New(key)
			if err != nil {
				panic(err)
			}
			return c.Seal(nil, nonce, plaintext, additional)
		}}
}

func TestAuthEnveloped(t *testing.T) {
	attributes := [][]byte{contentTypeAttribute(data), attribute("1.2.3.4", null)}
	twelve := []byte("twelve octet")
	for name, made := range map[string]authEnveloping{
		"GCM":                         gcmEnveloping(twelve, 16, nil),
		"GCM, tag by default":         gcmEnveloping(twelve, 12, nil),
		"GCM, tag of 13":              gcmEnveloping(twelve, 13, attributes),
		"GCM, nonce of 8":             gcmEnveloping([]byte("8 octets"), 16, attributes),
		"GCM, nonce of 20, tag of 12": gcmEnveloping([]byte("twenty octets, surely"), 12, attributes),
		"ChaCha20-Poly1305":           chachaEnveloping(),
	} {
		t.Run(name, func(t *testing.T) {
			object := made.make()
			o := cms.Parse(object, cms.Limits{})
			if o.AuthEnveloped == nil || len(o.Issues) != 0 {
				t.Fatalf("%+v", o.Issues)
			}
			d := o.Open(kekRing)
			if !d.Decrypted || !d.Authenticated || string(d.Content) != message || d.Recipients[0].By == "" {
				t.Fatalf("%+v", d)
			}
			// Any other ciphertext, tag or attribute is noticed.
			at := bytes.Index(object, o.AuthEnveloped.EncryptedContent)
			for _, i := range []int{at, at + 5, len(object) - 1} {
				changed := bytes.Clone(object)
				changed[i] ^= 1
				if d := cms.Parse(changed, cms.Limits{}).Open(kekRing); d.Decrypted || d.Authenticated || d.Reason != "bad-mac" || d.Content != nil {
					t.Errorf("changed at %d: %+v", i, d)
				}
			}
		})
	}
	for name, test := range map[string]struct {
		made   authEnveloping
		reason string
	}{
		"tag too short": {gcmEnveloping(twelve, 8, nil), "bad-parameters"},
		"tag of another length": {func() authEnveloping {
			a := gcmEnveloping(twelve, 16, nil)
			a.algorithm = algorithm(gcm128, sequence(octetString(twelve), integer(13)))
			return a
		}(), "bad-length"},
		"no parameters": {authEnveloping{algorithm: algorithm(gcm128), seal: chachaEnveloping().seal, tag: 16}, "bad-parameters"},
		"CBC":           {authEnveloping{algorithm: algorithm(aes128CBC, octetString(make([]byte, 16))), seal: chachaEnveloping().seal, tag: 16}, "algorithm-not-implemented"},
		"key length":    {authEnveloping{algorithm: algorithm(chacha, octetString(twelve)), seal: chachaEnveloping().seal, tag: 16}, "key-length"},
		"CCM, nonce":    {authEnveloping{algorithm: algorithm(ccm128, sequence(octetString(nil))), seal: chachaEnveloping().seal, tag: 16}, "bad-parameters"},
		"CCM, tag":      {authEnveloping{algorithm: algorithm(ccm128, sequence(octetString(twelve), integer(16))), seal: chachaEnveloping().seal, tag: 16}, "bad-mac"},
	} {
		if d := cms.Parse(test.made.make(), cms.Limits{}).Open(kekRing); d.Decrypted || d.Reason != test.reason || d.Detail == "" {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// authenticating makes an AuthenticatedData.
type authenticating struct {
	attributes  [][]byte
	macOID      string
	content     string
	contentType string
}

func (a authenticating) make() []byte {
	if a.macOID == "" {
		a.macOID = hmacSHA256
	}
	if a.contentType == "" {
		a.contentType = data
	}
	covered := []byte(a.content)
	var digestAlgorithm, attributes []byte
	if a.attributes != nil {
		sorted := slices.Clone(a.attributes)
		slices.SortFunc(sorted, bytes.Compare)
		covered = element(0x31, sorted...)
		digestAlgorithm, attributes = element(0xa1, oid(sha256OID)), element(0xa2, a.attributes...)
	}
	mac := hmac.New(sha256.New, testContentKey)
	mac.Write(covered)
	return contentInfo(authenticatedData, integer(0), element(0x31, byKEK(testContentKey)), algorithm(a.macOID), digestAlgorithm,
		sequence(oid(a.contentType), element(0xa0, octetString([]byte(a.content)))), attributes, octetString(mac.Sum(nil)))
}

func TestAuthenticated(t *testing.T) {
	good := [][]byte{contentTypeAttribute(data), messageDigestAttribute(crypto.SHA256, message)}
	for name, test := range map[string]struct {
		made   authenticating
		reason string
		codes  []string
	}{
		"without attributes": {authenticating{content: message}, "", nil},
		"with attributes":    {authenticating{content: message, attributes: good}, "", nil},
		"another type":       {authenticating{content: message, contentType: "1.2.3"}, "", []string{"auth-attributes-missing"}},
		"other content":      {authenticating{content: message + "!", attributes: good}, "digest-mismatch", nil},
		"other content type": {authenticating{content: message, contentType: "1.2.3", attributes: good}, "content-type-mismatch", nil},
		"no digest":          {authenticating{content: message, attributes: good[:1]}, "message-digest-attribute", nil},
		"no content type":    {authenticating{content: message, attributes: good[1:]}, "content-type-attribute", nil},
		"another MAC":        {authenticating{content: message, macOID: "1.2.840.113549.2.10"}, "bad-mac", nil},
		"unknown MAC":        {authenticating{content: message, macOID: "1.2.3.4"}, "algorithm-not-implemented", nil},
	} {
		o := cms.Parse(test.made.make(), cms.Limits{})
		if o.Authenticated == nil || !slices.Equal(codes(o), test.codes) {
			t.Fatalf("%s: %+v", name, o.Issues)
		}
		d := o.Open(kekRing)
		if d.Reason != test.reason || d.Authenticated != (test.reason == "") || d.Decrypted || d.Authenticated && string(d.Content) != message || d.Detail == "" {
			t.Errorf("%s: %+v", name, d)
		}
		if d := o.Open(nil); d.Authenticated || test.reason == "" && d.Reason != "no-key" {
			t.Errorf("%s, no key: %+v", name, d)
		}
	}
}

// TestX25519 agrees on a key as RFC 8418 has it, with user keying material and without, and with
// originators that name a certificate.
func TestX25519(t *testing.T) {
	alice, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := ephemeral.ECDH(alice.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	wrapping := algorithm(wrap128)
	for _, ukm := range [][]byte{nil, []byte("user keying material")} {
		var entity, field []byte
		if ukm != nil {
			entity, field = element(0xa0, octetString(ukm)), element(0xa1, octetString(ukm))
		}
		kek, err := hkdf.Key(sha256.New, secret, nil, string(sequence(wrapping, entity, element(0xa2, octetString([]byte{0, 0, 0, 128})))), 16)
		if err != nil {
			t.Fatal(err)
		}
		object := enveloping{content: pad(message), contentKey: testContentKey, version: 2, wrapped: []byte{}, rid: []byte{}, recipients: [][]byte{
			element(0xa1, integer(3), element(0xa0, element(0xa1, algorithm("1.3.101.110"), element(3, []byte{0}, ephemeral.PublicKey().Bytes()))),
				field, algorithm(hkdfSHA256, wrapping),
				sequence(sequence(element(0xa0, octetString([]byte("ski"))), octetString(wrapAES(kek, testContentKey))))),
		}}.make(t, nil)
		o := cms.Parse(object, cms.Limits{})
		if len(o.Issues) != 0 {
			t.Fatalf("%+v", o.Issues)
		}
		if r := o.Enveloped.Recipients[0]; r.Kind != "kari" || string(r.SKI) != "ski" || !bytes.Equal(r.UKM, ukm) {
			t.Errorf("%+v", r)
		}
		d := o.Open(&pki.Keyring{Keys: []*pki.PrivateKey{{Key: alice, Public: alice.Public(), Source: "alice"}}})
		if !d.Decrypted || string(d.Content) != message {
			t.Errorf("%+v", d)
		}
		if d := o.Open(&pki.Keyring{Keys: []*pki.PrivateKey{{Key: ephemeral, Public: ephemeral.Public(), Source: "other"}}}); d.Reason != "wrong-key" {
			t.Errorf("%+v", d)
		}
	}
}

// TestStaticOriginator agrees on a key with an originator that names a certificate (RFC 5753,
// Section 3.1.1), which openssl does not.
func TestStaticOriginator(t *testing.T) {
	from := certOptions{serial: 7, name: "from", ski: []byte("from's")}.make(t, ecKeys()[1])
	to := certOptions{serial: 8, name: "to"}.make(t, ecKeys()[0])
	private, err := ecKeys()[1].ECDH()
	if err != nil {
		t.Fatal(err)
	}
	public, err := ecKeys()[0].PublicKey.ECDH()
	if err != nil {
		t.Fatal(err)
	}
	secret, err := private.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	wrapping := algorithm(wrap128)
	info := sequence(wrapping, element(0xa2, octetString([]byte{0, 0, 0, 128})))
	kek := digest(crypto.SHA256, slices.Concat(secret, []byte{0, 0, 0, 1}, info))[:16]
	for name, originator := range map[string][]byte{
		"SKI": element(0x80, []byte("from's")), "issuer and serial": issuerAndSerial(from.cert),
	} {
		o := cms.Parse(enveloping{content: pad(message), contentKey: testContentKey, version: 2, wrapped: []byte{}, rid: []byte{}, recipients: [][]byte{
			element(0xa1, integer(3), element(0xa0, originator), algorithm("1.3.132.1.11.1", wrapping),
				sequence(sequence(issuerAndSerial(to.cert), octetString(wrapAES(kek, testContentKey))))),
		}}.make(t, nil), cms.Limits{})
		if len(o.Issues) != 0 {
			t.Fatalf("%+v", o.Issues)
		}
		if d := o.Open(keyring([]*identity{to}, to.cert, from.cert)); !d.Decrypted || string(d.Content) != message {
			t.Errorf("%s: %+v", name, d)
		}
		if d := o.Open(keyring([]*identity{to}, to.cert)); d.Reason != "no-originator" {
			t.Errorf("%s, not at hand: %+v", name, d)
		}
	}
}

// TestEd448 has the algorithm named that is not implemented.
func TestEd448(t *testing.T) {
	signer := certOptions{serial: 1, name: "signer"}.make(t, rsaKeys()[1])
	o := cms.Parse(signing{content: "x", algorithm: algorithm("1.3.101.113")}.make(t, signer), cms.Limits{})
	r := o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte("x"))}, Keyring: given(signer.cert)})[0]
	if r.Tried || r.Reason != "algorithm-not-implemented" || !strings.Contains(r.Detail, "ED448") {
		t.Errorf("%+v", r)
	}
}

func compressed(content string) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(content))
	_ = w.Close()
	return b.Bytes()
}

func TestCompressed(t *testing.T) {
	good := compressed(message)
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1] ^= 1
	for name, test := range map[string]struct {
		algorithm string
		content   []byte
		limit     int
		reason    string
	}{
		"good":           {zlibOID, good, 0, ""},
		"just":           {zlibOID, good, len(message), ""},
		"too much":       {zlibOID, good, len(message) - 1, "decompression-limit"},
		"bomb":           {zlibOID, compressed(strings.Repeat("x", 20<<20)), 0, "decompression-limit"},
		"checksum":       {zlibOID, damaged, 0, "bad-compression"},
		"cut off":        {zlibOID, good[:len(good)-6], 0, "bad-compression"},
		"something else": {zlibOID, []byte("text"), 0, "bad-compression"},
		"octets behind":  {zlibOID, append(bytes.Clone(good), 0), 0, "bad-compression"},
		"unknown":        {"1.2.3", good, 0, "algorithm-not-implemented"},
		"no content":     {zlibOID, nil, 0, "no-content"},
	} {
		content := element(0xa0, octetString(test.content))
		if test.content == nil {
			content = nil
		}
		o := cms.Parse(contentInfo(compressedData, integer(0), algorithm(test.algorithm), sequence(oid(data), content)), cms.Limits{})
		if o.Compressed == nil || len(o.Issues) != 0 {
			t.Fatalf("%s: %+v", name, o.Issues)
		}
		if d := o.Compressed.Decompress(test.limit); d.Reason != test.reason || (d.Content != nil) != (test.reason == "") || (d.Detail == "") != (test.reason == "") {
			t.Errorf("%s: %+v", name, d)
		} else if d.Content != nil && string(d.Content) != message {
			t.Errorf("%s: %q", name, d.Content)
		}
	}
}

func TestEncrypted(t *testing.T) {
	block, err := aes.NewCipher(testContentKey)
	if err != nil {
		t.Fatal(err)
	}
	iv := make([]byte, 16)
	encrypted := pad(message)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(encrypted, encrypted)
	object := contentInfo(encryptedData, integer(0), sequence(oid(data), algorithm(aes128CBC, octetString(iv)), element(0x80, encrypted)))
	o := cms.Parse(object, cms.Limits{})
	if o.Encrypted == nil || len(o.Issues) != 0 {
		t.Fatalf("%+v", o.Issues)
	}
	right, short := pki.SymmetricKey{Key: testContentKey}, pki.SymmetricKey{Key: []byte("short")}
	wrong := pki.SymmetricKey{Key: testKEKOctets, ID: []byte{1}}
	for name, test := range map[string]struct {
		keys   []pki.SymmetricKey
		reason string
		detail string
	}{
		"right":       {[]pki.SymmetricKey{short, wrong, right}, "", "all there is"},
		"twice right": {[]pki.SymmetricKey{right, right}, "", "2 of the keys"},
		"wrong":       {[]pki.SymmetricKey{wrong}, "bad-padding", "the symmetric key 01"},
		"short":       {[]pki.SymmetricKey{short}, "key-length", "16 octets"},
		"none":        {nil, "no-key", "no symmetric key"},
	} {
		d := o.Open(&pki.Keyring{SymmetricKeys: test.keys})
		if d.Reason != test.reason || d.Decrypted != (test.reason == "") || d.Recipient != -1 || !strings.Contains(d.Detail, test.detail) {
			t.Errorf("%s: %+v", name, d)
		}
		if d.Decrypted && string(d.Content) != message {
			t.Errorf("%s: %q", name, d.Content)
		}
	}
}

// TestUntried has recipients of whom nothing is known but that they were not needed, or no use.
func TestUntried(t *testing.T) {
	alice := certOptions{serial: 1, name: "alice"}.make(t, rsaKeys()[0])
	made := enveloping{content: pad(message), contentKey: testContentKey}
	wrapped := cms.Parse(made.make(t, alice), cms.Limits{}).Enveloped.Recipients[0].EncryptedKey
	made.version, made.wrapped = 3, []byte{}
	made.recipients = [][]byte{
		sequence(integer(0), issuerAndSerial(alice.cert), algorithm(rsaOID, null), octetString(wrapped)),
		byKEK(testContentKey), passwordRecipient(0),
	}
	unknown := made
	unknown.contentOID = algorithm("1.2.3.4")
	ring := func(ids []*identity, keys ...pki.SymmetricKey) *pki.Keyring {
		k := keyring(ids, alice.cert)
		k.SymmetricKeys = keys
		return k
	}
	right, wrong := pki.SymmetricKey{Key: testKEKOctets}, pki.SymmetricKey{Key: make([]byte, 16)}
	for name, test := range map[string]struct {
		made      enveloping
		keyring   *pki.Keyring
		recipient int
		reasons   string
	}{
		"first opened":   {made, ring([]*identity{alice}, right), 0, ", not-tried, not-tried"},
		"second opened":  {made, ring(nil, right), 1, "no-key, , not-tried"},
		"none opened":    {made, ring(nil, wrong), -1, "no-key, wrong-key, wrong-key"},
		"no key":         {made, ring(nil), -1, "no-key, no-key, no-key"},
		"unknown cipher": {unknown, ring([]*identity{alice}, right), -1, ", not-tried, not-tried"},
	} {
		t.Run(name, func(t *testing.T) {
			d := cms.Parse(test.made.make(t, alice), cms.Limits{}).Enveloped.Decrypt(test.keyring)
			var reasons []string
			for _, r := range d.Recipients {
				reasons = append(reasons, r.Reason)
				if strings.Contains(r.Detail, "opens") != (r.Reason == "wrong-key") {
					t.Errorf("%s: %s", r.Reason, r.Detail)
				}
			}
			if got := strings.Join(reasons, ", "); got != test.reasons || d.Recipient != test.recipient {
				t.Errorf("recipient %d, %s; want %d, %s", d.Recipient, got, test.recipient, test.reasons)
			}
		})
	}
}

// everyKind has an object of each kind that a key opens, and the keyring that does.
func everyKind(t testing.TB) (map[string][]byte, *pki.Keyring) {
	t.Helper()
	alice := certOptions{serial: 1, name: "alice"}.make(t, rsaKeys()[0])
	block, err := aes.NewCipher(testContentKey)
	if err != nil {
		t.Fatal(err)
	}
	iv := []byte("fedcba9876543210")
	encrypted := pad(message)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(encrypted, encrypted)
	k := keyring([]*identity{alice}, alice.cert)
	k.SymmetricKeys = append(slices.Clone(kekRing.SymmetricKeys), pki.SymmetricKey{Key: testContentKey})
	return map[string][]byte{
		"ktri":          enveloping{content: pad(message)}.make(t, alice),
		"kekri":         enveloping{content: pad(message), contentKey: testContentKey, version: 2, wrapped: []byte{}, rid: []byte{}, recipients: [][]byte{byKEK(testContentKey)}}.make(t, nil),
		"encrypted":     contentInfo(encryptedData, integer(0), sequence(oid(data), algorithm(aes128CBC, octetString(iv)), element(0x80, encrypted))),
		"gcm":           gcmEnveloping([]byte("twelve octet"), 16, [][]byte{attribute("1.2.3.4", null)}).make(),
		"chacha":        chachaEnveloping().make(),
		"authenticated": authenticating{content: message}.make(),
	}, k
}

// TestEveryKindCut cuts every kind of object at every octet, and changes every octet of it:
// nothing panics, and what is opened is opened for a reason.
func TestEveryKindCut(t *testing.T) {
	objects, k := everyKind(t)
	objects["digested"] = contentInfo(digestedData, integer(0), algorithm(sha256OID), sequence(oid(data), element(0xa0, octetString([]byte(message)))), octetString(digest(crypto.SHA256, []byte(message))))
	objects["compressed"] = contentInfo(compressedData, integer(0), algorithm(zlibOID), sequence(oid(data), element(0xa0, octetString(compressed(message)))))
	objects["data"] = sequence(oid(data), element(0xa0, octetString([]byte(message))))
	for name, object := range objects {
		whole := cms.Parse(object, cms.Limits{})
		if len(whole.Issues) != 0 {
			t.Fatalf("%s: %+v", name, whole.Issues)
		}
		if d := whole.Open(k); d != nil && string(d.Content) != message {
			t.Fatalf("%s: %+v", name, d)
		}
		for n := range object {
			o := cms.Parse(object[:n:n], cms.Limits{})
			if len(o.Issues) == 0 {
				t.Fatalf("%s cut at %d: no issue", name, n)
			}
			if d := o.Open(k); d != nil && (d.Decrypted || d.Authenticated || d.Reason == "" || d.Content != nil) {
				t.Fatalf("%s cut at %d: %+v", name, n, d)
			}
			if o.Digested != nil && o.Digested.Check().Matched || o.Compressed != nil && o.Compressed.Decompress(0).Content != nil {
				t.Fatalf("%s cut at %d: opened", name, n)
			}
			changed := bytes.Clone(object)
			changed[n] ^= 0x11
			o = cms.Parse(changed, cms.Limits{})
			if d := o.Open(k); d != nil {
				consistent(t, d)
				if d.Authenticated && string(d.Content) != message {
					t.Fatalf("%s changed at %d: %+v", name, n, d)
				}
			}
			if o.Digested != nil {
				o.Digested.Check()
			}
			if o.Compressed != nil {
				o.Compressed.Decompress(0)
			}
		}
	}
}

// consistent checks what holds of every result.
func consistent(t testing.TB, d *cms.Decryption) {
	t.Helper()
	opened := d.Decrypted || d.Authenticated
	if opened != (d.Reason == "") || opened != (d.Content != nil) || d.Detail == "" || strings.HasSuffix(d.Detail, ".") || !opened && d.Recipient >= 0 {
		t.Fatalf("inconsistent: %+v", d)
	}
}

// TestEveryPadding changes the last octet of the encrypted content to each value: what is opened
// has padding that is right in full, and nothing is opened of what is authenticated.
func TestEveryPadding(t *testing.T) {
	objects, k := everyKind(t)
	for name, object := range objects {
		whole := cms.Parse(object, cms.Limits{})
		content := whole.EncryptedContent()
		if content == nil {
			continue
		}
		at := bytes.Index(object, content.EncryptedContent) + len(content.EncryptedContent) - 17
		opened := 0
		for flip := 1; flip < 256; flip++ {
			changed := bytes.Clone(object)
			changed[at] ^= byte(flip)
			k := k
			if whole.Encrypted != nil { // that another key passes in one of 256 cases is not the point
				k = &pki.Keyring{SymmetricKeys: []pki.SymmetricKey{{Key: testContentKey}}}
			}
			d := cms.Parse(changed, cms.Limits{}).Open(k)
			consistent(t, d)
			switch {
			case d.Decrypted:
				opened++
			case d.Reason != "bad-padding" && d.Reason != "bad-mac":
				t.Errorf("%s: %d: %+v", name, flip, d)
			}
		}
		if opened > 1 || opened > 0 && whole.AuthEnveloped != nil {
			t.Errorf("%s: %d changed objects opened", name, opened)
		}
	}
}

func FuzzOpen(f *testing.F) {
	objects, k := everyKind(f)
	for _, object := range objects {
		f.Add(object)
	}
	f.Add(contentInfo(compressedData, integer(0), algorithm(zlibOID), sequence(oid(data), element(0xa0, octetString(compressed(message))))))
	k.Passphrases = [][]byte{[]byte("passphrase")}
	f.Add(enveloping{content: pad(message), contentKey: testContentKey, version: 3, wrapped: []byte{}, rid: []byte{}, recipients: [][]byte{passwordRecipient(0)}}.make(f, nil))
	f.Fuzz(func(t *testing.T, object []byte) {
		o := cms.Parse(object, cms.Limits{Recipients: 4})
		d := o.Open(k)
		if (d == nil) != (o.Enveloped == nil && o.AuthEnveloped == nil && o.Encrypted == nil && o.Authenticated == nil) {
			t.Fatal("no result")
		}
		if d != nil {
			consistent(t, d)
			if len(d.Recipients) != len(o.Recipients()) || len(d.Content) > len(object) {
				t.Fatalf("%+v", d)
			}
		}
		if o.Compressed != nil {
			if c := o.Compressed.Decompress(1 << 16); len(c.Content) > 1<<16 || (c.Content == nil) != (c.Reason != "") {
				t.Fatalf("%+v", c)
			}
		}
		if o.Digested != nil {
			if c := o.Digested.Check(); c.Matched != (c.Reason == "") {
				t.Fatalf("%+v", c)
			}
		}
	})
}
