package cms_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

func TestDecryptDraft(t *testing.T) {
	kumikoKey := draftKey(t, "user_key_kumiko@example.net.pem")
	kumiko := draftCertificate(t, "user_cert_kumiko@example.net.pem")
	fluffy := draftCertificate(t, "user_cert_fluffy@example.com.pem")
	otherKey := draftKey(t, "user_key_fluffy@example.com.pem")
	for _, test := range []struct {
		name    string
		keyring *pki.Keyring
		reason  string
		matched bool
		detail  []string
	}{
		{"key alone", &pki.Keyring{Keys: []*pki.PrivateKey{kumikoKey}}, "", true,
			[]string{"opened with the key of user_key_kumiko@example.net.pem; no certificate at hand names this recipient"}},
		{"key and certificate", &pki.Keyring{Keys: []*pki.PrivateKey{otherKey, kumikoKey}, Certificates: []*pki.Certificate{fluffy, kumiko}}, "", true,
			[]string{"user_key_kumiko@example.net.pem", "user_cert_kumiko@example.net.pem names this recipient"}},
		{"no keyring", nil, "no-key", false, []string{"no private key was given"}},
		{"no key", &pki.Keyring{Certificates: []*pki.Certificate{kumiko}}, "no-key", false, nil},
		{"key of another", &pki.Keyring{Keys: []*pki.PrivateKey{otherKey}}, "wrong-key", false, []string{"user_key_fluffy@example.com.pem"}},
		{"key of another certificate", &pki.Keyring{Keys: []*pki.PrivateKey{otherKey}, Certificates: []*pki.Certificate{kumiko}}, "key-mismatch", false,
			[]string{"user_cert_kumiko@example.net.pem", "user_key_fluffy@example.com.pem"}},
	} {
		for _, dir := range []string{"dataEnc", "dataEncSig"} {
			t.Run(test.name+"/"+dir, func(t *testing.T) {
				o := cms.Parse(read(t, draftDir, dir, "resip-encrypt-out"), cms.Limits{})
				if len(o.Issues) != 0 || !o.DER || o.Enveloped == nil {
					t.Fatalf("%+v", o)
				}
				d := o.Enveloped.Decrypt(test.keyring)
				if d.Reason != test.reason || d.Decrypted != (test.reason == "") || (d.Content != nil) != d.Decrypted ||
					d.Recipients[0].Matched != test.matched || (d.Recipient == 0) != d.Decrypted {
					t.Fatalf("got %+v", d)
				}
				for _, part := range test.detail {
					if !strings.Contains(d.Detail, part) {
						t.Errorf("detail %q has no %q", d.Detail, part)
					}
				}
				if d.Decrypted && !bytes.Equal(d.Content, []byte("Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nhello")) {
					t.Errorf("content %q", d.Content)
				}
			})
		}
	}
}

func TestDecryptReasons(t *testing.T) {
	const text = "Content-Type: text/plain\r\n\r\nhello"
	alice := certOptions{serial: 1, name: "alice", ski: []byte("alice's")}.make(t, rsaKeys()[0])
	bob := certOptions{serial: 2, name: "bob"}.make(t, rsaKeys()[1])
	ec := certOptions{serial: 3, name: "ec"}.make(t, ecKeys()[0])
	// A certificate that has the same issuer and serial number as alice's, but another key.
	double := certOptions{serial: 1, name: "alice"}.make(t, rsaKeys()[2])
	both := keyring([]*identity{bob, alice}, bob.cert, alice.cert)
	iv := octetString(make([]byte, 16))

	for _, test := range []struct {
		name    string
		made    enveloping
		keyring *pki.Keyring
		reason  string
		detail  string
	}{
		{"opened", enveloping{content: pad(text)}, both, "", "alice.pem names this recipient"},
		{"opened by SKI", enveloping{content: pad(text), rid: element(0x80, []byte("alice's")), version: 2}, both, "", "alice.pem names"},
		{"opened, named by two certificates", enveloping{content: pad(text)}, keyring([]*identity{double, alice}, double.cert, alice.cert), "", "opened with the key of alice.pem"},
		{"opened though named otherwise", enveloping{content: pad(text)}, keyring([]*identity{alice}, double.cert), "", "has another key"},
		{"opened for the second recipient", enveloping{content: pad(text), recipients: [][]byte{
			element(0xa1, integer(3)),
			sequence(integer(0), issuerAndSerial(bob.cert), algorithm(rsaOID, null), octetString(make([]byte, 128))),
			nil, // filled in below
		}}, both, "", "alice.pem"},
		{"no octets", enveloping{content: pad("")}, both, "", ""},

		{"key of the wrong kind", enveloping{content: pad(text)}, keyring([]*identity{ec}), "wrong-key", "ec.pem"},
		{"encrypted key of another", enveloping{content: pad(text), wrapped: make([]byte, 128)}, both, "wrong-key", "alice.pem"},
		{"key of another length", enveloping{content: make([]byte, 32), contentKey: []byte("0123456789abcdef01234567")}, both, "key-length", "24 octets"},
		{"no multiple of the block", enveloping{content: []byte("12345")}, both, "bad-length", "5 octets"},
		{"empty", enveloping{content: []byte{}}, both, "bad-length", "0 octets"},
		{"padding of another length", enveloping{content: append(pad(text)[:47], 17)}, both, "bad-padding", "alice.pem"},
		{"padding without a certificate", enveloping{content: append(pad(text)[:47], 0)}, keyring([]*identity{bob, alice}), "bad-padding", "alice.pem"},
		{"unknown cipher", enveloping{content: pad(text), contentOID: algorithm("1.2.3.4")}, both, "algorithm-not-implemented", "1.2.3.4"},
		{"unknown cipher without a key", enveloping{content: pad(text), contentOID: algorithm("1.2.3.4")}, nil, "algorithm-not-implemented", "1.2.3.4"},
		{"unknown key encryption", enveloping{content: pad(text), keyOID: algorithm("1.2.3.4")}, both, "algorithm-not-implemented", "1.2.3.4"},
		{"unknown kind", enveloping{content: pad(text), recipients: [][]byte{element(0xa4, oid("1.2.3.4"), null)}}, both, "algorithm-not-implemented", "1.2.3.4"},
		{"damaged", enveloping{content: pad(text), recipients: [][]byte{element(0xa1, integer(3))}}, both, "malformed", ""},
		{"no kind", enveloping{content: pad(text), recipients: [][]byte{element(0xa9, integer(3))}}, both, "malformed", ""},
		{"no recipient", enveloping{content: pad(text), recipients: [][]byte{}}, both, "no-recipient", ""},
		{"no vector", enveloping{content: pad(text), contentOID: algorithm(aes128CBC)}, both, "bad-parameters", "16"},
		{"short vector", enveloping{content: pad(text), contentOID: algorithm(aes128CBC, octetString([]byte("short")))}, both, "bad-parameters", "16"},
		{"two vectors", enveloping{content: pad(text), contentOID: algorithm(aes128CBC, iv, iv)}, both, "malformed", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if n := len(test.made.recipients); n > 0 && test.made.recipients[n-1] == nil {
				whole := cms.Parse(enveloping{content: pad(text)}.make(t, alice), cms.Limits{})
				test.made.recipients[n-1] = sequence(integer(0), issuerAndSerial(alice.cert), algorithm(rsaOID, null),
					octetString(whole.Enveloped.Recipients[0].EncryptedKey))
			}
			o := cms.Parse(test.made.make(t, alice), cms.Limits{})
			if o.Enveloped == nil {
				t.Fatalf("not read: %+v", o.Issues)
			}
			d := o.Enveloped.Decrypt(test.keyring)
			if d.Reason != test.reason || d.Decrypted != (test.reason == "") || (d.Content != nil) != d.Decrypted {
				t.Fatalf("got %+v", d)
			}
			if d.Detail == "" || !strings.Contains(d.Detail, test.detail) || strings.HasSuffix(d.Detail, ".") {
				t.Errorf("detail %q has no %q", d.Detail, test.detail)
			}
			if want := strings.TrimRight(string(test.made.content), "\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10"); d.Decrypted && string(d.Content) != want {
				t.Errorf("content %q, want %q", d.Content, want)
			}
		})
	}
}

// TestDecryptPaddings changes the last octet of the content to each value, once by encrypting it
// and once, as an attacker would, in the ciphertext.
func TestDecryptPaddings(t *testing.T) {
	alice := certOptions{serial: 1, name: "alice"}.make(t, rsaKeys()[0])
	k := keyring([]*identity{alice}, alice.cert)
	for last := range 256 {
		plain := slices.Concat([]byte("hello, world, and 31 octets... "), bytes.Repeat([]byte{16}, 17))[:48]
		plain[47] = byte(last)
		good := last == 16 || last == 1
		d := cms.Parse(enveloping{content: plain}.make(t, alice), cms.Limits{}).Enveloped.Decrypt(k)
		if d.Decrypted != good || !good && (d.Content != nil || d.Reason != "bad-padding") {
			t.Errorf("%d: %+v", last, d)
		}
	}
	object := read(t, draftDir, "dataEnc/resip-encrypt-out")
	kumiko := &pki.Keyring{Keys: []*pki.PrivateKey{draftKey(t, "user_key_kumiko@example.net.pem")}}
	opened := 0
	for flip := 1; flip < 256; flip++ {
		changed := bytes.Clone(object)
		changed[len(changed)-17] ^= byte(flip)
		d := cms.Parse(changed, cms.Limits{}).Enveloped.Decrypt(kumiko)
		if d.Decrypted {
			opened++
		} else if d.Reason != "bad-padding" || d.Content != nil {
			t.Errorf("%d: %+v", flip, d)
		}
	}
	if opened > 1 {
		t.Errorf("%d changed objects opened", opened)
	}
}

// TestTruncations cuts the draft's objects at every octet: nothing may panic, be verified or be
// opened, and each says that it is cut.
func TestTruncations(t *testing.T) {
	k := &pki.Keyring{
		Keys:         []*pki.PrivateKey{draftKey(t, "user_key_kumiko@example.net.pem")},
		Certificates: []*pki.Certificate{draftCertificate(t, "user_cert_fluffy@example.com.pem")},
	}
	for _, l := range draftListings {
		object := read(t, draftDir, l.object)
		for n := range object {
			o := cms.Parse(object[:n:n], cms.Limits{})
			if len(o.Issues) == 0 || o.DER {
				t.Fatalf("%s cut at %d: no issue", l.object, n)
			}
			if o.Signed != nil {
				for _, r := range o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte("x"))}, Keyring: k}) {
					if r.Verified || r.Reason != "malformed" {
						t.Fatalf("%s cut at %d: %+v", l.object, n, r)
					}
				}
			}
			if o.Enveloped != nil {
				if d := o.Enveloped.Decrypt(k); d.Decrypted || d.Reason != "malformed" {
					t.Fatalf("%s cut at %d: %+v", l.object, n, d)
				}
			}
			o.AppendTree(nil, cms.TreeOptions{})
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	for _, dir := range []string{"dataEnc", "dataEncSig"} {
		f.Add(read(f, draftDir, dir, "resip-encrypt-out"))
	}
	alice := certOptions{serial: 1, name: "alice"}.make(f, rsaKeys()[0])
	f.Add(enveloping{content: pad("hello")}.make(f, alice))
	k := keyring([]*identity{alice}, alice.cert)
	k.Keys = append(k.Keys, draftKey(f, "user_key_kumiko@example.net.pem"))
	f.Fuzz(func(t *testing.T, object []byte) {
		o := cms.Parse(object, cms.Limits{Recipients: 4})
		if o.Enveloped == nil {
			return
		}
		d := o.Enveloped.Decrypt(k)
		if len(d.Recipients) != len(o.Enveloped.Recipients) || d.Detail == "" {
			t.Fatalf("%+v", d)
		}
		if d.Decrypted != (d.Reason == "") || d.Decrypted != (d.Content != nil) || d.Decrypted != (d.Recipient >= 0) {
			t.Fatalf("inconsistent: %+v", d)
		}
		if missing := len(o.Enveloped.EncryptedContent) - len(d.Content); d.Decrypted && (missing < 1 || missing > 16) {
			t.Fatalf("%d octets of padding", missing)
		}
	})
}
