package cms_test

import (
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
