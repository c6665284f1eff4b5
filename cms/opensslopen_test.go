package cms_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

const (
	testPassphrase = "correct horse"
	testKEK        = "000102030405060708090a0b0c0d0e0f"
	testKEK32      = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
)

func hexKey(t testing.TB, id, key string) pki.SymmetricKey {
	t.Helper()
	var k, i []byte
	if _, err := fmt.Sscanf(key, "%x", &k); err != nil {
		t.Fatal(err)
	}
	if id != "" {
		if _, err := fmt.Sscanf(id, "%x", &i); err != nil {
			t.Fatal(err)
		}
	}
	return pki.SymmetricKey{ID: i, Key: k}
}

// contentOptions are the ciphers that openssl cms encrypts content with, and how we answer those
// that are not implemented. RC4 it takes, but makes objects that it cannot open itself.
var contentOptions = []struct{ cipher, reason string }{
	{"aes-128-cbc", ""}, {"aes-192-cbc", ""}, {"aes-256-cbc", ""},
	{"aes-128-gcm", ""}, {"aes-192-gcm", ""}, {"aes-256-gcm", ""},
	{"des-ede3-cbc", ""}, {"des-cbc", ""},
	{"rc2-cbc", ""}, {"rc2-64-cbc", ""}, {"rc2-40-cbc", ""},
	{"camellia-128-cbc", "algorithm-not-implemented"},
	{"seed-cbc", "algorithm-not-implemented"},
	{"cast5-cbc", "algorithm-not-implemented"},
	{"aria-128-cbc", "algorithm-not-implemented"},
}

// The examples of RFC 4134 are not among the files of the tests, so that openssl's objects stand in
// for them.

// recipientOptions are the kinds of recipients that openssl cms makes. X25519 and AES-CCM it does
// not take for CMS before version 3.2.
var recipientOptions = []string{
	"rsa.pem",
	"-keyid rsa.pem",
	"-recip rsa.pem -keyopt rsa_padding_mode:oaep",
	"-recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
	"-recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha1",
	"-recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha224 -keyopt rsa_mgf1_md:sha512",
	"-recip rsa.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha1 -keyopt rsa_oaep_label:6c6162656c",
	"p256.pem", "p384.pem", "p521.pem",
	"-keyid p256.pem",
	"-recip p256.pem -keyopt ecdh_kdf_md:sha1",
	"-recip p256.pem -keyopt ecdh_kdf_md:sha224",
	"-recip p256.pem -keyopt ecdh_kdf_md:sha256",
	"-recip p384.pem -keyopt ecdh_kdf_md:sha384",
	"-recip p521.pem -keyopt ecdh_kdf_md:sha512",
	"-recip p256.pem -keyopt ecdh_cofactor_mode:1",
	"-recip p256.pem -keyopt ecdh_cofactor_mode:1 -keyopt ecdh_kdf_md:sha256",
	"-recip p256.pem -aes128-wrap", "-recip p256.pem -aes192-wrap", "-recip p256.pem -aes256-wrap", "-recip p256.pem -des3-wrap",
	"-secretkey " + testKEK + " -secretkeyid 0102",
	"-secretkey " + testKEK32 + " -secretkeyid 0304",
	"-pwri_password {passphrase}",
	"other.pem rsa.pem",
	"other.pem p256.pem",
	"p384.pem otherec.pem rsa.pem",
	"-pwri_password {passphrase} other.pem",
	"-secretkey " + testKEK + " -secretkeyid 0102 other.pem",
}

func TestOpenSSLOpen(t *testing.T) {
	p := newPeer(t)
	rsaID, ecID, _ := testIdentities(t)
	other := certOptions{serial: 9, name: "other"}.make(t, rsaKeys()[1])
	otherEC := certOptions{serial: 10, name: "otherec"}.make(t, ecKeys()[1])
	ids := []*identity{rsaID, ecID}
	p.add("rsa", rsaID)
	p.add("p256", ecID)
	p.add("other", other)
	p.add("otherec", otherEC)
	for i, curve := range []elliptic.Curve{elliptic.P384(), elliptic.P521()} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		id := certOptions{serial: int64(30 + i), name: curve.Params().Name}.make(t, key)
		p.add(strings.ToLower(strings.ReplaceAll(curve.Params().Name, "-", "")), id)
		ids = append(ids, id)
	}
	p.write("message", []byte(message))
	named := keyring(ids)
	for _, id := range ids {
		named.Certificates = append(named.Certificates, id.cert)
	}
	secrets := func(k *pki.Keyring) *pki.Keyring {
		k.Passphrases = [][]byte{[]byte("wrong"), []byte(testPassphrase)}
		k.SymmetricKeys = []pki.SymmetricKey{hexKey(t, "", testKEK32), hexKey(t, "0102", testKEK)}
		return k
	}
	all, alone := secrets(named), secrets(keyring(ids))
	strangers := keyring([]*identity{other, otherEC})
	strangers.Keys = strangers.Keys[:0]

	for _, content := range contentOptions {
		for n, recipients := range recipientOptions {
			if content.cipher != "aes-128-cbc" && content.cipher != "aes-256-gcm" && content.cipher != "des-ede3-cbc" && n%5 != 0 {
				continue // every cipher and every recipient, but not all pairs
			}
			for _, form := range []string{"", "-stream"} {
				t.Run(content.cipher+" "+recipients+" "+form, func(t *testing.T) {
					args := []string{"cms", "-encrypt", "-binary", "-outform", "DER", "-in", "message",
						"-provider", "default", "-provider", "legacy", "-" + content.cipher}
					if form != "" {
						args = append(args, form)
					}
					for _, a := range strings.Fields(recipients) {
						args = append(args, strings.ReplaceAll(a, "{passphrase}", testPassphrase))
					}
					cmd := exec.Command("openssl", args...)
					cmd.Dir = p.dir
					var stderr strings.Builder
					cmd.Stderr = &stderr
					object, err := cmd.Output()
					if err != nil {
						t.Skipf("this openssl does not make it: %v\n%s", err, &stderr)
					}
					o := cms.Parse(object, cms.Limits{})
					if len(o.Issues) != 0 {
						t.Fatalf("%+v", o.Issues)
					}
					for i, k := range []*pki.Keyring{all, alone} {
						d := o.Open(k)
						if d.Reason != content.reason || d.Decrypted && string(d.Content) != message {
							t.Errorf("keyring %d: %s: %s", i, d.Reason, d.Detail)
						}
						if d.Authenticated != (d.Decrypted && o.AuthEnveloped != nil) || d.Detail == "" {
							t.Errorf("keyring %d: %+v", i, d)
						}
						if d.Decrypted && (d.Recipient < 0 || d.Recipients[d.Recipient].By == "") {
							t.Errorf("keyring %d: %+v", i, d)
						}
					}
					if d := o.Open(strangers); d.Decrypted || d.Reason != "no-key" && d.Reason != content.reason {
						t.Errorf("without keys: %+v", d)
					}
				})
			}
		}
	}
}
