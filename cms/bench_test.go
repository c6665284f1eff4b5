package cms_test

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"dataSig/resip-sign-out-sig", "dataEnc/resip-encrypt-out"} {
		b.Run(name, func(b *testing.B) {
			object := read(b, draftDir, name)
			b.SetBytes(int64(len(object)))
			b.ReportAllocs()
			for b.Loop() {
				cms.Parse(object, cms.Limits{})
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	s := cms.Parse(read(b, draftDir, "dataSig/resip-sign-out-sig"), cms.Limits{}).Signed
	part := read(b, draftDir, "dataSig/resip-sign-out-data")
	in := cms.VerifyInput{
		Ranges:  []cms.Range{standard(part), withCRLF(part)},
		Keyring: given(draftCertificate(b, "user_cert_fluffy@example.com.pem")),
		At:      captured,
	}
	b.Run("object", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Verify(in)
		}
	})
	b.Run("primitive", func(b *testing.B) {
		b.ReportAllocs()
		key := in.Keyring.Certificates[0].PublicKey
		signer := &s.Signers[0]
		hash, _ := pki.HashOf(signer.DigestAlgorithm.OID)
		for b.Loop() {
			if pki.VerifyDigest(key, signer.SignatureAlgorithm, hash, digest(hash, part), signer.Signature) != nil {
				b.Fatal("not verified")
			}
		}
	})
}

// BenchmarkLarge has a megabyte signed and encrypted, and the primitives alone: the digest, and
// the cipher with a copy of what it decrypts.
func BenchmarkLarge(b *testing.B) {
	alice := certOptions{serial: 1, name: "alice"}.make(b, rsaKeys()[0])
	content := strings.Repeat("0123456789abcdef", 1<<16)
	b.Run("verify", func(b *testing.B) {
		s := cms.Parse(signing{content: content, attached: true}.make(b, alice), cms.Limits{}).Signed
		in := cms.VerifyInput{Keyring: given(alice.cert)}
		b.Run("object", func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if !s.Verify(in)[0].Verified {
					b.Fatal("not verified")
				}
			}
		})
		b.Run("primitive", func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				sum := sha256.Sum256(s.EContent)
				if !pki.VerifyPKCS1v15(alice.cert.PublicKey.(*rsa.PublicKey), crypto.SHA256, sum[:], s.Signers[0].Signature) {
					b.Fatal("not verified")
				}
			}
		})
	})
	b.Run("decrypt", func(b *testing.B) {
		e := cms.Parse(enveloping{content: pad(content)}.make(b, alice), cms.Limits{}).Enveloped
		k := keyring([]*identity{alice}, alice.cert)
		b.Run("object", func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if !e.Decrypt(k).Decrypted {
					b.Fatal("not decrypted")
				}
			}
		})
		b.Run("primitive", func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				key, err := k.Keys[0].DecryptPKCS1v15(e.Recipients[0].EncryptedKey)
				if err != nil {
					b.Fatal(err)
				}
				block, err := aes.NewCipher(key)
				if err != nil {
					b.Fatal(err)
				}
				plain := make([]byte, len(e.EncryptedContent))
				cipher.NewCBCDecrypter(block, []byte("fedcba9876543210")).CryptBlocks(plain, e.EncryptedContent)
			}
		})
	})
	b.Run("decrypt GCM", func(b *testing.B) {
		made := gcmEnveloping([]byte("twelve octet"), 16, nil)
		made.content = content
		e := cms.Parse(made.make(), cms.Limits{}).AuthEnveloped
		b.Run("object", func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if !e.Decrypt(kekRing).Decrypted {
					b.Fatal("not decrypted")
				}
			}
		})
		b.Run("primitive", func(b *testing.B) {
			sealed := slices.Concat(e.EncryptedContent, e.MAC)
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				block, err := aes.NewCipher(testContentKey)
				if err != nil {
					b.Fatal(err)
				}
				gcm, err := cipher.NewGCM(block)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := gcm.Open(nil, []byte("twelve octet"), sealed, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func BenchmarkDecrypt(b *testing.B) {
	e := cms.Parse(read(b, draftDir, "dataEnc/resip-encrypt-out"), cms.Limits{}).Enveloped
	key := draftKey(b, "user_key_kumiko@example.net.pem")
	k := &pki.Keyring{Keys: []*pki.PrivateKey{key}}
	b.Run("object", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Decrypt(k)
		}
	})
	b.Run("primitive", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := key.DecryptPKCS1v15(e.Recipients[0].EncryptedKey); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTree(b *testing.B) {
	o := cms.Parse(read(b, draftDir, "dataSig/resip-sign-out-sig"), cms.Limits{})
	for _, style := range cms.TreeStyles {
		b.Run(style.String(), func(b *testing.B) {
			b.SetBytes(int64(len(o.Raw)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				dst = o.AppendTree(dst[:0], cms.TreeOptions{Style: style})
			}
		})
	}
}
