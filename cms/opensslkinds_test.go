package cms_test

import (
	"encoding/pem"
	"os/exec"
	"strings"
	"testing"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

// TestOpenSSLKinds has the kinds of objects of openssl cms that are neither signed nor for
// recipients. AuthenticatedData it does not make; CompressedData only if built with zlib.
func TestOpenSSLKinds(t *testing.T) {
	p := newPeer(t)
	rsaID, ecID, ca := testIdentities(t)
	p.add("rsa", rsaID)
	p.add("ec", ecID)
	p.add("ca", ca)
	p.write("message", []byte(message))
	k := &pki.Keyring{SymmetricKeys: []pki.SymmetricKey{hexKey(t, "", testKEK), hexKey(t, "", testKEK32)}}

	t.Run("Data", func(t *testing.T) {
		p.t = t
		for _, form := range []string{"-noindef", "-stream"} {
			o := cms.Parse(p.run("cms", "-data_create", "-binary", "-outform", "DER", "-in", "message", form), cms.Limits{})
			if len(o.Issues) != 0 || string(o.Data) != message || o.Open(k) != nil {
				t.Errorf("%s: %+v, %q", form, o.Issues, o.Data)
			}
		}
	})
	t.Run("DigestedData", func(t *testing.T) {
		p.t = t
		for _, md := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "ripemd160", "sm3"} {
			object := p.run("cms", "-digest_create", "-binary", "-outform", "DER", "-in", "message", "-md", md)
			o := cms.Parse(object, cms.Limits{})
			if o.Digested == nil || len(o.Issues) != 0 {
				t.Fatalf("%s: %+v", md, o.Issues)
			}
			c := o.Digested.Check()
			if unknown := md == "ripemd160" || md == "sm3"; unknown != (c.Reason == "algorithm-not-implemented") || unknown == c.Matched {
				t.Errorf("%s: %+v", md, c)
			}
			object[len(object)-1] ^= 1
			if c := cms.Parse(object, cms.Limits{}).Digested.Check(); c.Matched || c.Reason == "" {
				t.Errorf("%s, changed: %+v", md, c)
			}
		}
	})
	t.Run("EncryptedData", func(t *testing.T) {
		p.t = t
		for _, cipher := range []string{"aes-128-cbc", "aes-256-cbc", "camellia-128-cbc"} {
			key := testKEK
			if strings.Contains(cipher, "256") {
				key = testKEK32
			}
			o := cms.Parse(p.run("cms", "-EncryptedData_encrypt", "-binary", "-outform", "DER", "-in", "message", "-secretkey", key, "-"+cipher), cms.Limits{})
			if o.Encrypted == nil || len(o.Issues) != 0 {
				t.Fatalf("%s: %+v", cipher, o.Issues)
			}
			d := o.Open(k)
			if unknown := strings.HasPrefix(cipher, "camellia"); unknown != (d.Reason == "algorithm-not-implemented") || unknown == d.Decrypted || d.Decrypted && string(d.Content) != message {
				t.Errorf("%s: %+v", cipher, d)
			}
			if d := o.Open(nil); !strings.HasPrefix(cipher, "camellia") && d.Reason != "no-key" {
				t.Errorf("%s, no key: %+v", cipher, d)
			}
		}
	})
	t.Run("CompressedData", func(t *testing.T) {
		cmd := exec.Command("openssl", "cms", "-compress", "-binary", "-outform", "DER", "-in", "message")
		cmd.Dir = p.dir
		object, err := cmd.Output()
		if err != nil {
			t.Skip("this openssl has no zlib")
		}
		o := cms.Parse(object, cms.Limits{})
		if d := o.Compressed.Decompress(0); string(d.Content) != message {
			t.Errorf("%+v", d)
		}
	})
	t.Run("certificates only", func(t *testing.T) {
		p.t = t
		o := cms.Parse(p.run("crl2pkcs7", "-nocrl", "-certfile", "rsa.pem", "-certfile", "ca.pem", "-outform", "DER"), cms.Limits{})
		if o.Signed == nil || len(o.Issues) != 0 || !o.Signed.CertsOnly() || len(o.Signed.Certificates) != 2 || len(o.Signed.Verify(cms.VerifyInput{})) != 0 {
			t.Errorf("%+v", o)
		}
	})
}

// TestOpenSSLDSA has signers of DSA, which openssl makes with the digests of RFC 5754, Section 3.1.
func TestOpenSSLDSA(t *testing.T) {
	p := newPeer(t)
	p.write("message", []byte(message))
	p.run("genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-pkeyopt", "dsa_paramgen_q_bits:160", "-out", "dsa.params")
	p.run("req", "-x509", "-batch", "-nodes", "-newkey", "dsa:dsa.params", "-subj", "/CN=dsa", "-keyout", "dsa.key", "-out", "dsa.pem")
	for _, md := range []string{"sha1", "sha224", "sha256"} {
		for _, attributes := range []string{"-nosmimecap", "-noattr"} {
			o := cms.Parse(p.run("cms", "-sign", "-binary", "-outform", "DER", "-in", "message", "-signer", "dsa.pem", "-inkey", "dsa.key", "-md", md, attributes), cms.Limits{})
			r := o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte(message))}})[0]
			if len(o.Issues) != 0 || !r.Verified || r.Certificate.KeyName() != "DSA 1024" {
				t.Errorf("%s: %+v, %+v", md, o.Issues, r)
			}
			r = o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte("other"))}})[0]
			if r.Verified || attributes == "-noattr" && r.Reason != "signature-mismatch" {
				t.Errorf("%s, other content: %+v", md, r)
			}
		}
	}
}

// TestOpenSSLKeys has signers whose keys this program does not implement, and those whose certificates
// say that they are not for such signatures, which openssl refuses too.
func TestOpenSSLKeys(t *testing.T) {
	p := newPeer(t)
	p.write("message", []byte(message))
	const pss = "rsa-pss -pkeyopt rsa_keygen_bits:1024"
	const limited = pss + " -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32"
	for _, test := range []struct {
		name, key, sign, reason, detail string
	}{
		{"brainpool", "ec -pkeyopt ec_paramgen_curve:brainpoolP256r1", "",
			"algorithm-not-implemented", "but the curve brainpoolP256r1 is not implemented"},
		{"secp256k1", "ec -pkeyopt ec_paramgen_curve:secp256k1", "",
			"algorithm-not-implemented", "but the curve secp256k1 is not implemented"},
		{"PSS", pss, "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32", "", ""},
		// openssl names rsaEncryption, and then does not take it.
		{"PSS under another name", pss, "",
			"key-unusable", "but the key is one for rsassaPss only, and not for rsaEncryption (RFC 4055, Section 1.2)"},
		{"PSS, limited", limited, "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32", "", ""},
		{"PSS, limited, a longer salt", limited, "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:40", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.t = t
			p.run(append([]string{"req", "-x509", "-batch", "-nodes", "-subj", "/CN=x", "-keyout", "x.key", "-out", "x.pem", "-newkey"}, strings.Fields(test.key)...)...)
			signed := p.run(append([]string{"cms", "-sign", "-binary", "-outform", "DER", "-in", "message", "-md", "sha256", "-signer", "x.pem", "-inkey", "x.key"}, strings.Fields(test.sign)...)...)
			o := cms.Parse(signed, cms.Limits{})
			r := o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte(message))}})[0]
			if r.Reason != test.reason || r.Verified != (test.reason == "") || !strings.HasSuffix(r.Detail, test.detail) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestRevokedSigner has a message that brings the CRL along which revokes its signer.
func TestRevokedSigner(t *testing.T) {
	p := newPeer(t)
	rsaID, _, ca := testIdentities(t)
	p.add("rsa", rsaID)
	p.add("ca", ca)
	p.write("message", []byte(message))
	p.write("index.txt", []byte("R\t300101000000Z\t050601000000Z,keyCompromise\t15\tunknown\t/CN=rsa\n"))
	p.write("ca.cnf", []byte("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n"))
	p.run("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "crl.pem",
		"-crl_lastupdate", "20050101000000Z", "-crl_nextupdate", "20300101000000Z")
	block, _ := pem.Decode(p.run("crl", "-in", "crl.pem"))
	object := signing{content: message, certs: [][]byte{rsaID.cert.Raw}}.make(t, rsaID)
	o := cms.Parse(object, cms.Limits{})
	in := cms.VerifyInput{Ranges: []cms.Range{standard([]byte(message))}, Keyring: &pki.Keyring{CAs: []*pki.Certificate{ca.cert}}, At: captured, AOR: "sip:nobody@example.com"}
	if r := o.Signed.Verify(in)[0]; !r.Verified || !r.Chain.Trusted || r.Chain.Revocation != nil || r.Identity == nil || r.Identity.Matched {
		t.Fatalf("%+v", r)
	}
	crl, err := pki.ParseCRL(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	in.Keyring.CRLs = []*pki.CRL{crl}
	r := o.Signed.Verify(in)[0]
	if !r.Verified || r.Chain.Trusted || r.Chain.Reason != "revoked" || len(r.Chain.Revocation) != 1 || r.Chain.Revocation[0].Entry.Reason != "keyCompromise" {
		t.Errorf("given: %+v", r.Chain)
	}
	in.Keyring.CRLs = nil
	withCRL := signing{content: message, certs: [][]byte{rsaID.cert.Raw}, crls: [][]byte{block.Bytes}}.make(t, rsaID)
	o = cms.Parse(withCRL, cms.Limits{})
	if len(o.Issues) != 0 || len(o.Signed.CRLs) != 1 {
		t.Fatalf("%+v", o.Issues)
	}
	results := o.Signed.Verify(in)
	if r := results[0]; !r.Verified || r.Chain.Trusted || r.Chain.Reason != "revoked" {
		t.Errorf("in the message: %+v", r.Chain)
	}
	clone := o.Clone()
	copied := cms.CloneResults(results, clone)
	clear(withCRL)
	if c := copied[0]; c.Signer != &clone.Signed.Signers[0] || !c.Certificate.Subject.Equal(rsaID.cert.Subject) ||
		c.Chain.Failures[0].Certificate != c.Certificate || c.Chain.Revocation[0].CRL.Entries != 1 {
		t.Errorf("copy: %+v", c)
	}
}
