package pki

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"sipsecdump/cms/ber"
)

func checkSignatureError(t testing.TB, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*SignatureError](err)
	if !ok || e.Code != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

// Certificates as openssl signs them, with every algorithm.
func TestCheckSignatureFromAsOpenSSL(t *testing.T) {
	for _, tt := range []struct{ name, args string }{
		{"RSA MD5", "-newkey rsa:1024 -md5"},
		{"RSA SHA-1", "-newkey rsa:1024 -sha1"},
		{"RSA SHA-224", "-newkey rsa:1024 -sha224"},
		{"RSA SHA-256", "-newkey rsa:2048 -sha256"},
		{"RSA SHA-384", "-newkey rsa:2048 -sha384"},
		{"RSA SHA-512", "-newkey rsa:2048 -sha512"},
		{"RSA SHA-512/256", "-newkey rsa:2048 -sha512-256"},
		{"RSA SHA3-256", "-newkey rsa:2048 -sha3-256"},
		{"RSA of 512 bits", "-newkey rsa:512 -sha256"},
		{"RSA of 1023 bits", "-newkey rsa:1023 -sha256"},
		{"RSA of 1025 bits", "-newkey rsa:1025 -sha256"},
		{"PSS SHA-1", "-newkey rsa:1024 -sha1 -sigopt rsa_padding_mode:pss"},
		{"PSS SHA-256", "-newkey rsa:2048 -sha256 -sigopt rsa_padding_mode:pss"},
		{"PSS salt of 20", "-newkey rsa:2048 -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20"},
		{"PSS salt of 0", "-newkey rsa:2048 -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:0"},
		{"PSS other MGF hash", "-newkey rsa:2048 -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha1"},
		{"PSS of 1025 bits", "-newkey rsa:1025 -sha256 -sigopt rsa_padding_mode:pss"},
		{"PSS of 1023 bits", "-newkey rsa:1023 -sha256 -sigopt rsa_padding_mode:pss"},
		{"PSS of 512 bits", "-newkey rsa:512 -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:16"},
		{"PSS key", "-newkey rsa-pss -pkeyopt rsa_keygen_bits:1024 -sha256"},
		{"ECDSA P-224 SHA-1", "-newkey ec -pkeyopt ec_paramgen_curve:P-224 -sha1"},
		{"ECDSA P-256 SHA-256", "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256"},
		{"ECDSA P-384 SHA-384", "-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384"},
		{"ECDSA P-521 SHA-512", "-newkey ec -pkeyopt ec_paramgen_curve:P-521 -sha512"},
		{"ECDSA P-256 SHA-224", "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha224"},
		{"Ed25519", "-newkey ed25519"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOpenSSL(t)
			args := append([]string{"req", "-x509", "-batch", "-nodes", "-subj", "/CN=x", "-keyout", "key", "-out", "cert"}, strings.Fields(tt.args)...)
			if _, err := o.try(args...); err != nil {
				t.Skipf("openssl cannot make it: %v", err)
			}
			m, err := ParseFile("cert", o.read("cert"), nil)
			if err != nil {
				t.Fatal(err)
			}
			c := m.Certificates[0]
			short := strings.Contains(tt.name, " 512 ") || strings.Contains(tt.name, " 1023 ")
			if got := codes(c); len(got) != 0 && !(short && slices.Equal(got, []string{"short-key"})) || short && len(got) == 0 {
				t.Errorf("findings %+v", c.Findings)
			}
			if err := c.CheckSignatureFrom(c); err != nil {
				t.Errorf("%v; %s", err, c.SignatureAlgorithm.OID)
			}
			for _, i := range []int{0, len(c.Signature) / 2, len(c.Signature) - 1} {
				forged := *c
				forged.Signature = bytes.Clone(c.Signature)
				forged.Signature[i] ^= 1
				checkSignatureError(t, forged.CheckSignatureFrom(c), "bad-signature")
			}
			forged := *c
			forged.RawTBS = append(bytes.Clone(c.RawTBS), 0)
			checkSignatureError(t, forged.CheckSignatureFrom(c), "bad-signature")
			if key, ok := c.PublicKey.(*rsa.PublicKey); ok {
				forged := *c
				forged.Signature = new(big.Int).Add(new(big.Int).SetBytes(c.Signature), key.N).Bytes()
				checkSignatureError(t, forged.CheckSignatureFrom(c), "bad-signature")
			}

			m, err = ParseFile("key", o.read("key"), nil)
			if err != nil || len(m.Keys) != 1 || !m.Keys[0].Is(c.PublicKey) {
				t.Errorf("key %v, %v", m.Keys, err)
			}
		})
	}
}

func TestSignatureErrors(t *testing.T) {
	c := loadCertificate(t, rfcCA)
	for _, tt := range []struct {
		name string
		pub  crypto.PublicKey
		oid  OID
		par  string
		code string
	}{
		{"unknown", c.PublicKey, "1.2.3", "", "unsupported-algorithm"},
		{"MD2", c.PublicKey, "1.2.840.113549.1.1.2", "05 00", "unsupported-algorithm"},
		{"no key", nil, "1.2.840.113549.1.1.5", "05 00", "no-public-key"},
		{"ECDSA with an RSA key", c.PublicKey, "1.2.840.10045.4.3.2", "", "key-type-mismatch"},
		{"Ed25519 with an RSA key", c.PublicKey, oidEd25519, "", "key-type-mismatch"},
		{"no hash", c.PublicKey, oidRSAEncryption, "05 00", "unsupported-algorithm"},
		{"PSS with bad parameters", c.PublicKey, oidRSASSAPSS, "05 00", "bad-parameters"},
		{"PSS with a negative salt", c.PublicKey, oidRSASSAPSS, "30 05 A2 03 02 01 FF", "bad-parameters"},
		{"PSS with another trailer", c.PublicKey, oidRSASSAPSS, "30 05 A3 03 02 01 02", "bad-parameters"},
		{"PSS with a salt too long", c.PublicKey, oidRSASSAPSS, "30 07 A2 05 02 03 7F FF FF", "bad-signature"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := AlgorithmIdentifier{tt.oid, octets(t, tt.par)}
			checkSignatureError(t, VerifySignature(tt.pub, a, c.RawTBS, c.Signature), tt.code)
		})
	}
	digest := sha256.Sum256(c.RawTBS)
	checkSignatureError(t, VerifyDigest(c.PublicKey, c.SignatureAlgorithm, crypto.SHA256, digest[:], c.Signature), "bad-parameters")
	rsaAnyHash := AlgorithmIdentifier{OID: oidRSAEncryption}
	sum := sha1.Sum(c.RawTBS)
	if err := VerifyDigest(c.PublicKey, rsaAnyHash, crypto.SHA1, sum[:], c.Signature); err != nil {
		t.Error(err)
	}
}

// block builds what RSA signs: 00 01 FF.. 00 and info, and signs it raw.
func signRaw(key *rsa.PrivateKey, em []byte) []byte {
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

func TestRecoverDigest(t *testing.T) {
	key := load(t, draftCerts+"user_key_fluffy@example.com.pem").Keys[0].Key.(*rsa.PrivateKey)
	digest := sha1.Sum([]byte("x"))
	info := func(parameters string) []byte {
		return tlv(0x30, tlv(0x30, octets(t, "06 05 2B 0E 03 02 1A"), octets(t, parameters)), tlv(4, digest[:]))
	}
	pad := func(prefix []byte, info []byte) []byte {
		fill := bytes.Repeat([]byte{0xff}, key.Size()-len(prefix)-1-len(info))
		return bytes.Join([][]byte{prefix, fill, {0}, info}, nil)
	}
	prefix := []byte{0, 1}
	for _, tt := range []struct {
		name string
		em   []byte
		ok   bool
	}{
		{"NULL", pad(prefix, info("05 00")), true},
		{"absent", pad(prefix, info("")), true},
		{"other parameters", pad(prefix, info("04 00")), false},
		{"more parameters", pad(prefix, info("05 00 05 00")), false},
		{"octets behind", pad(prefix, append(info("05 00"), 0)), false},
		{"block type 2", pad([]byte{0, 2}, info("05 00")), false},
		{"padding short", append(append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 7)...), append([]byte{0}, tlv(0x30, tlv(0x30, octets(t, "06 05 2B 0E 03 02 1A")), tlv(4, make([]byte, key.Size()-26)))...)...), false},
		{"padding of another octet", pad([]byte{0, 1, 0xfe}, info("05 00")), false},
		{"digest short", pad(prefix, tlv(0x30, tlv(0x30, octets(t, "06 05 2B 0E 03 02 1A")), tlv(4, digest[:19]))), false},
		{"BER length", pad(prefix, append([]byte{0x30, 0x81}, info("05 00")[1:]...)), false},
		{"segments", pad(prefix, tlv(0x30, tlv(0x30, octets(t, "06 05 2B 0E 03 02 1A")), tlv(0x24, tlv(4, digest[:])))), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sig := signRaw(key, tt.em)
			oid, got, ok := RecoverDigest(&key.PublicKey, sig)
			if ok != tt.ok || ok && (oid != oidSHA1 || !bytes.Equal(got, digest[:])) || !ok && (oid != "" || got != nil) {
				t.Errorf("%s, %x, %v", oid, got, ok)
			}
			if VerifyPKCS1v15(&key.PublicKey, crypto.SHA1, digest[:], sig) != tt.ok {
				t.Error("verification says something else")
			}
			if VerifyPKCS1v15(&key.PublicKey, crypto.SHA1, make([]byte, 20), sig) || VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, make([]byte, 32), sig) {
				t.Error("another digest is verified")
			}
		})
	}
	other := load(t, draftCerts+"user_key_kumiko@example.net.pem").Keys[0].Key.(*rsa.PrivateKey)
	if _, _, ok := RecoverDigest(&other.PublicKey, signRaw(key, pad(prefix, info("05 00")))); ok {
		t.Error("another key opens the signature")
	}
	for _, pub := range []*rsa.PublicKey{nil, {}, {N: big.NewInt(-7), E: 3}, {N: big.NewInt(8), E: 3}, {N: new(big.Int).SetBit(big.NewInt(1), maxRSABits, 1), E: 3}} {
		if _, _, ok := RecoverDigest(pub, []byte{1}); ok {
			t.Errorf("%v opens a signature", pub)
		}
	}
}

func TestDecryptPKCS1v15(t *testing.T) {
	for _, bits := range []string{"512", "1024", "2048", "2304"} {
		o := newOpenSSL(t)
		o.run("genrsa", "-traditional", "-out", "key", bits)
		m, err := ParseFile("key", o.read("key"), nil)
		if err != nil {
			t.Fatal(err)
		}
		private := m.Keys[0].Key.(*rsa.PrivateKey)
		o.write("plain", []byte("secret"))
		o.run("pkeyutl", "-encrypt", "-inkey", "key", "-in", "plain", "-out", "cipher")
		ciphertext := o.read("cipher")
		encrypt := func(em []byte) []byte {
			c := new(big.Int).SetBytes(em)
			return c.Exp(c, big.NewInt(int64(private.E)), private.N).FillBytes(make([]byte, private.Size()))
		}
		em := func(head, tail string) []byte {
			return []byte(head + strings.Repeat("p", private.Size()-len(head)-len(tail)) + tail)
		}
		short := ciphertext
		for i := 0; short[0] != 0; i++ { // one of 256 begins with 0
			short = encrypt(em(fmt.Sprintf("\x00\x02%06d", i), "\x00secret"))
		}
		for name, key := range map[string]*PrivateKey{"read": m.Keys[0], "made": {Key: private, Public: private.Public()}} {
			t.Run(bits+" "+name, func(t *testing.T) {
				for _, good := range [][]byte{ciphertext, short, bytes.TrimLeft(short, "\x00")} {
					if got, err := key.DecryptPKCS1v15(good); string(got) != "secret" || err != nil {
						t.Errorf("%x: %q, %v", good, got, err)
					}
				}
				for name, bad := range map[string][]byte{
					"another":       append([]byte{ciphertext[0] ^ 1}, ciphertext[1:]...),
					"nothing":       nil,
					"cut":           ciphertext[:private.Size()-1],
					"too long":      append([]byte{0}, ciphertext...),
					"too large":     bytes.Repeat([]byte{0xff}, private.Size()),
					"the modulus":   private.N.Bytes(),
					"of no type":    encrypt(em("\x00\x00", "\x00secret")),
					"of signatures": encrypt(em("\x00\x01", "\x00secret")),
					"another octet": encrypt(em("\x01\x02", "\x00secret")),
					"not ended":     encrypt(em("\x00\x02", "")),
					"short padding": encrypt(em("\x00\x02ppppppp\x00", "secret")),
				} {
					if got, err := key.DecryptPKCS1v15(bad); err == nil {
						t.Errorf("%s: %x", name, got)
					}
				}
			})
		}
	}
	for _, key := range []*PrivateKey{{}, {Key: new(rsa.PrivateKey)}, {Key: ed25519.PrivateKey{}}} {
		if _, err := key.DecryptPKCS1v15(nil); err == nil {
			t.Error("decrypted without a key")
		}
	}
}

func TestCompressedPoint(t *testing.T) {
	o := newOpenSSL(t)
	o.run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key")
	o.run("ec", "-in", "key", "-pubout", "-outform", "DER", "-out", "plain")
	o.run("ec", "-in", "key", "-pubout", "-outform", "DER", "-conv_form", "compressed", "-out", "compressed")
	one, err := ParsePublicKey(o.read("plain"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := ParsePublicKey(o.read("compressed"))
	if err != nil || !equalPublic(one, two) {
		t.Errorf("%v, %v", two, err)
	}
}

func TestReadAlgorithmIdentifier(t *testing.T) {
	for input, want := range map[string]AlgorithmIdentifier{
		"30 05 06 03 2B 65 70":       {oidEd25519, nil},
		"30 07 06 03 2B 65 70 05 00": {oidEd25519, []byte{5, 0}},
	} {
		c := ber.NewCursor(octets(t, input))
		if a, err := ReadAlgorithmIdentifier(&c); err != nil || !a.Equal(want) {
			t.Errorf("%s: %+v, %v", input, a, err)
		}
	}
	c := ber.NewCursor(octets(t, "30 09 06 03 2B 65 70 05 00 05 00"))
	if _, err := ReadAlgorithmIdentifier(&c); err == nil {
		t.Error("three components are taken")
	}
}

// TestCheckKeyAsOpenSSL has keys that certificates limit: what they sign otherwise is refused, as
// openssl refuses it.
func TestCheckKeyAsOpenSSL(t *testing.T) {
	const pss = "1.2.840.113549.1.1.10"
	parameters := func(hash, mgf, salt string) []byte { // of SHA-2
		sha := func(n string) string { return "300d06096086480165030402" + n + "0500" }
		if hash == "" {
			return nil
		}
		return octets(t, "3034a00f"+sha(hash)+"a11c301a06092a864886f70d010108"+sha(mgf)+"a2030201"+salt)
	}
	for _, tt := range []struct {
		name, key string
		algorithm AlgorithmIdentifier
		code      string
		text      string
	}{
		{"free", "rsa-pss -pkeyopt rsa_keygen_bits:1024", AlgorithmIdentifier{pss, parameters("02", "01", "20")}, "", ""},
		{"free, no parameters", "rsa-pss -pkeyopt rsa_keygen_bits:1024", AlgorithmIdentifier{OID: pss}, "", ""},
		{"free, another algorithm", "rsa-pss -pkeyopt rsa_keygen_bits:1024", AlgorithmIdentifier{OID: oidRSAEncryption}, "key-type-mismatch", "rsaEncryption"},
		{"limited", "limited", AlgorithmIdentifier{pss, parameters("01", "01", "20")}, "", ""},
		{"limited, a longer salt", "limited", AlgorithmIdentifier{pss, parameters("01", "01", "30")}, "", ""},
		{"limited, a shorter salt", "limited", AlgorithmIdentifier{pss, parameters("01", "01", "1f")}, "key-type-mismatch", "salt of 31"},
		{"limited, another digest", "limited", AlgorithmIdentifier{pss, parameters("02", "01", "20")}, "key-type-mismatch", "with SHA-384, MGF1 with SHA-256"},
		{"limited, another MGF", "limited", AlgorithmIdentifier{pss, parameters("01", "02", "20")}, "key-type-mismatch", "with SHA-256, MGF1 with SHA-384"},
		{"limited, damaged", "limited", AlgorithmIdentifier{pss, []byte{5, 0}}, "bad-parameters", ""},
		{"rsa", "rsa:1024", AlgorithmIdentifier{OID: pss}, "", ""},
		{"secp256k1", "ec -pkeyopt ec_paramgen_curve:secp256k1", AlgorithmIdentifier{OID: "1.2.840.10045.4.3.2"}, "unsupported-algorithm", "the curve secp256k1 is not implemented"},
		{"ed448", "ed448", AlgorithmIdentifier{OID: "1.2.840.10045.4.3.2"}, "unsupported-algorithm", "keys of the algorithm ED448 are not implemented"},
		{"unknown", "ed448", AlgorithmIdentifier{OID: "1.2.3"}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOpenSSL(t)
			key := tt.key
			if key == "limited" {
				key = "rsa-pss -pkeyopt rsa_keygen_bits:1024 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32"
			}
			args := []string{"req", "-x509", "-batch", "-nodes", "-subj", "/CN=x", "-keyout", "key", "-out", "cert", "-newkey"}
			o.run(append(args, strings.Fields(key)...)...)
			m, err := ParseFile("cert", o.read("cert"), nil)
			if err != nil {
				t.Fatal(err)
			}
			err = m.Certificates[0].CheckKey(tt.algorithm)
			if tt.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkSignatureError(t, err, tt.code)
			if !strings.Contains(err.Error(), tt.text) {
				t.Errorf("%v, want %q", err, tt.text)
			}
		})
	}
}
