package pki

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

func TestKeysOfTheDocuments(t *testing.T) {
	for _, pattern := range []string{"draft-sec-flows/certs/*key*.pem", "rfc6216/*key*.pem"} {
		files, _ := filepath.Glob(testdata + pattern)
		if len(files) == 0 {
			t.Fatalf("no file matches %s", pattern)
		}
		for _, file := range files {
			m, err := ParseFile(file, read(t, file), [][]byte{[]byte("wrong"), passphrase})
			if err != nil || len(m.Keys) != 1 || len(m.Certificates) != 0 {
				t.Errorf("%s: %+v, %v", file, m, err)
				continue
			}
			if _, ok := m.Keys[0].Key.(*rsa.PrivateKey); !ok || m.Keys[0].Source != file {
				t.Errorf("%s: %v", file, m.Keys[0])
			}
		}
	}
}

// keyForms are all forms of key files that are read, and how openssl makes them of key.pem, in
// PKCS#8, and cert.pem.
var keyForms = []struct {
	name      string
	args      string // of openssl; it writes to "out"
	encrypted bool
	only      string // kind of key; "" for all
}{
	{"PKCS#8", "pkcs8 -topk8 -nocrypt -in key.pem -out out", false, ""},
	{"PKCS#8 DER", "pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out out", false, ""},
	{"PKCS#1", "rsa -in key.pem -traditional -out out", false, "rsa"},
	{"PKCS#1 DER", "rsa -in key.pem -traditional -outform DER -out out", false, "rsa"},
	{"SEC 1", "ec -in key.pem -out out", false, "ec"},
	{"SEC 1 DER", "ec -in key.pem -outform DER -out out", false, "ec"},
	{"traditional DES", "rsa -in key.pem -traditional -des -passout pass:password -out out -provider legacy -provider default", true, "rsa"},
	{"traditional 3DES", "rsa -in key.pem -traditional -des3 -passout pass:password -out out", true, "rsa"},
	{"traditional AES-128", "rsa -in key.pem -traditional -aes128 -passout pass:password -out out", true, "rsa"},
	{"traditional AES-192", "rsa -in key.pem -traditional -aes192 -passout pass:password -out out", true, "rsa"},
	{"traditional AES-256", "ec -in key.pem -aes256 -passout pass:password -out out", true, "ec"},
	{"PBES2 default", "pkcs8 -topk8 -in key.pem -passout pass:password -out out", true, ""},
	{"PBES2 DER", "pkcs8 -topk8 -in key.pem -outform DER -passout pass:password -out out", true, ""},
	{"PBES2 3DES SHA-1", "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1 -in key.pem -passout pass:password -out out", true, ""},
	{"PBES2 AES-128 SHA-1", "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -in key.pem -passout pass:password -out out", true, ""},
	{"PBES2 AES-192 SHA-256", "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA256 -in key.pem -passout pass:password -out out", true, ""},
	{"PBES2 AES-256 SHA-512", "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 -in key.pem -passout pass:password -out out", true, ""},
	{"PBES2 DES", "pkcs8 -topk8 -v2 des-cbc -in key.pem -passout pass:password -out out -provider legacy -provider default", true, ""},
	{"PBES2 scrypt", "pkcs8 -topk8 -scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 1 -in key.pem -passout pass:password -out out", true, ""},
	{"PBES1 MD5 DES", "pkcs8 -topk8 -v1 PBE-MD5-DES -in key.pem -passout pass:password -out out -provider legacy -provider default", true, ""},
	{"PBES1 SHA-1 DES", "pkcs8 -topk8 -v1 PBE-SHA1-DES -in key.pem -passout pass:password -out out -provider legacy -provider default", true, ""},
	{"PBES1 3DES", "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in key.pem -passout pass:password -out out", true, ""},
	{"PBES1 2-key 3DES", "pkcs8 -topk8 -v1 PBE-SHA1-2DES -in key.pem -passout pass:password -out out", true, ""},
	{"PBES1 RC2-40", "pkcs8 -topk8 -v1 PBE-SHA1-RC2-40 -in key.pem -passout pass:password -out out -provider legacy -provider default", true, ""},
	{"PBES1 RC2-128", "pkcs8 -topk8 -v1 PBE-SHA1-RC2-128 -in key.pem -passout pass:password -out out -provider legacy -provider default", true, ""},
	{"PKCS#12", "pkcs12 -export -inkey key.pem -in cert.pem -passout pass:password -out out", true, ""},
	{"PKCS#12 legacy", "pkcs12 -export -legacy -inkey key.pem -in cert.pem -passout pass:password -out out", true, ""},
	{"PKCS#12 3DES", "pkcs12 -export -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -inkey key.pem -in cert.pem -passout pass:password -out out", true, ""},
	{"PKCS#12 without MAC", "pkcs12 -export -nomac -inkey key.pem -in cert.pem -passout pass:password -out out", true, ""},
	{"PKCS#12 with the empty passphrase", "pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -out out", false, ""},
	{"PKCS#12 with nothing encrypted", "pkcs12 -export -keypbe NONE -certpbe NONE -nomac -inkey key.pem -in cert.pem -passout pass: -out out", false, ""},
}

func TestKeyForms(t *testing.T) {
	for kind, newKey := range map[string]string{
		"rsa":     "rsa:1024",
		"ec":      "ec -pkeyopt ec_paramgen_curve:P-256",
		"ed25519": "ed25519",
	} {
		t.Run(kind, func(t *testing.T) {
			o := newOpenSSL(t)
			c := o.certificate(append([]string{"-subj", "/CN=" + kind, "-newkey"}, strings.Fields(newKey)...)...)
			for _, form := range keyForms {
				if form.only != "" && form.only != kind {
					continue
				}
				t.Run(form.name, func(t *testing.T) {
					if _, err := o.try(strings.Fields(form.args)...); err != nil {
						t.Skipf("openssl cannot make it: %v", err)
					}
					data := o.read("out")
					m, err := ParseFile("out", data, [][]byte{[]byte("wrong"), passphrase})
					if err != nil {
						t.Fatal(err)
					}
					if len(m.Keys) != 1 || !m.Keys[0].Is(c.PublicKey) {
						t.Errorf("keys %v", m.Keys)
					}
					if p12 := strings.HasPrefix(form.name, "PKCS#12"); p12 != (len(m.Certificates) == 1) || p12 && m.Certificates[0].SHA256 != c.SHA256 {
						t.Errorf("%d certificates", len(m.Certificates))
					}
					if !form.encrypted {
						return
					}
					m, err = ParseFile("out", data, nil)
					checkKeyError(t, err, "encrypted-no-passphrase")
					if len(m.Keys) != 0 {
						t.Error("a key without a passphrase")
					}
					_, err = ParseFile("out", data, [][]byte{[]byte("wrong"), []byte("Password")})
					checkKeyError(t, err, "wrong-passphrase")
				})
			}
		})
	}
}

// What go-pkcs12 makes, with passphrases of letters beyond ASCII too.
func TestPKCS12OfAnotherMaker(t *testing.T) {
	key := load(t, draftCerts+"user_key_fluffy@example.com.pem").Keys[0]
	c := loadCertificate(t, draftCerts+"user_cert_fluffy@example.com.pem")
	ca := loadCertificate(t, rfcCA)
	leaf, err := x509.ParseCertificate(c.Raw)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(ca.Raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, encoder := range map[string]*pkcs12.Encoder{
		"legacy RC2": pkcs12.LegacyRC2, "legacy DES": pkcs12.LegacyDES,
		"modern 2023": pkcs12.Modern2023, "modern 2026": pkcs12.Modern2026,
	} {
		for _, password := range []string{"password", "p\u00e4ssw\u00f6rd \u6f22", ""} {
			t.Run(name+"/"+password, func(t *testing.T) {
				pfx, err := encoder.Encode(key.Key, leaf, []*x509.Certificate{root}, password)
				if err != nil {
					t.Fatal(err)
				}
				m, err := ParseFile("x.p12", pfx, [][]byte{[]byte("wrong"), []byte(password)})
				if err != nil {
					t.Fatal(err)
				}
				if len(m.Keys) != 1 || !m.Keys[0].Is(key.Public) || len(m.Certificates) != 2 {
					t.Errorf("%d keys, %d certificates", len(m.Keys), len(m.Certificates))
				}
				if m.Certificates[0].SHA256 != c.SHA256 || m.Certificates[1].SHA256 != ca.SHA256 {
					t.Error("other certificates")
				}
			})
		}
	}
}

func TestPKCS7(t *testing.T) {
	o := newOpenSSL(t)
	ca, leaf := loadCertificate(t, draftCA), loadCertificate(t, draftCerts+"domain_cert_example.com.pem")
	o.write("certs.pem", append(read(t, testdata+draftCA), read(t, testdata+draftCerts+"domain_cert_example.com.pem")...))
	for _, form := range []string{"PEM", "DER"} {
		o.run("crl2pkcs7", "-nocrl", "-certfile", "certs.pem", "-outform", form, "-out", "out")
		m, err := ParseFile("x.p7c", o.read("out"), nil)
		if err != nil || len(m.Certificates) != 2 || m.Certificates[0].SHA256 != ca.SHA256 || m.Certificates[1].SHA256 != leaf.SHA256 {
			t.Errorf("%s: %+v, %v", form, m, err)
		}
	}
	// In BER, as openssl cms streams.
	o.write("x", []byte("x"))
	o.write("key.pem", read(t, testdata+draftCerts+"domain_key_example.com.pem"))
	o.write("cert.pem", read(t, testdata+draftCerts+"domain_cert_example.com.pem"))
	o.write("ca.pem", read(t, testdata+draftCA))
	o.run("cms", "-sign", "-in", "x", "-signer", "cert.pem", "-inkey", "key.pem", "-certfile", "ca.pem", "-stream", "-outform", "DER", "-out", "out")
	m, err := ParseFile("x.p7m", o.read("out"), nil)
	if err != nil || len(m.Certificates) != 2 {
		t.Errorf("%d certificates, %v", len(m.Certificates), err)
	}
}

func TestSeveralBlocks(t *testing.T) {
	file := slices.Concat([]byte("subject=...\n"), read(t, testdata+draftCA), []byte("\ntext between\n"),
		read(t, testdata+draftCerts+"ca_key_fluffyCA.pem"), read(t, testdata+rfcCA), []byte("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"))
	m, err := ParseFile("all.pem", file, [][]byte{passphrase})
	if err != nil || len(m.Keys) != 1 || len(m.Certificates) != 2 {
		t.Errorf("%d keys, %d certificates, %v", len(m.Keys), len(m.Certificates), err)
	}
	// A key that cannot be opened does not keep the rest from being read.
	m, err = ParseFile("all.pem", file, nil)
	checkKeyError(t, err, "encrypted-no-passphrase")
	if len(m.Keys) != 0 || len(m.Certificates) != 2 {
		t.Errorf("%d keys, %d certificates", len(m.Keys), len(m.Certificates))
	}
}

// pbes2 encodes an EncryptedPrivateKeyInfo with PBKDF2 and AES-128.
func pbes2(t testing.TB, iterations uint32, ciphertext int) []byte {
	kdf := tlv(0x30, tlv(6, octets(t, "2A 86 48 86 F7 0D 01 05 0C")),
		tlv(0x30, tlv(4, make([]byte, 8)), tlv(2, binary.BigEndian.AppendUint32(nil, iterations))))
	enc := tlv(0x30, tlv(6, octets(t, "60 86 48 01 65 03 04 01 02")), tlv(4, make([]byte, 16)))
	return tlv(0x30, tlv(0x30, tlv(6, octets(t, "2A 86 48 86 F7 0D 01 05 0D")), tlv(0x30, kdf, enc)), tlv(4, make([]byte, ciphertext)))
}

// pfxBomb encodes a PFX whose MAC takes iterations.
func pfxBomb(t testing.TB, iterations uint32) []byte {
	return tlv(0x30, tlv(2, []byte{3}),
		tlv(0x30, tlv(6, octets(t, "2A 86 48 86 F7 0D 01 07 01")), tlv(0xA0, tlv(4, tlv(0x30)))),
		tlv(0x30, tlv(0x30, tlv(0x30, tlv(6, octets(t, "2B 0E 03 02 1A")), tlv(5)), tlv(4, make([]byte, 20))),
			tlv(4, make([]byte, 8)), tlv(2, binary.BigEndian.AppendUint32(nil, iterations))))
}

func scryptBomb(t testing.TB, n uint32, r, p byte) []byte {
	kdf := tlv(0x30, tlv(6, octets(t, "2B 06 01 04 01 DA 47 04 0B")),
		tlv(0x30, tlv(4, make([]byte, 8)), tlv(2, binary.BigEndian.AppendUint32(nil, n)), tlv(2, []byte{r}), tlv(2, []byte{p})))
	enc := tlv(0x30, tlv(6, octets(t, "60 86 48 01 65 03 04 01 02")), tlv(4, make([]byte, 16)))
	return tlv(0x30, tlv(0x30, tlv(6, octets(t, "2A 86 48 86 F7 0D 01 05 0D")), tlv(0x30, kdf, enc)), tlv(4, make([]byte, 16)))
}

// keyFileErrors are files that cannot be used, and the code of the reason.
func keyFileErrors(t testing.TB) map[string]struct {
	data []byte
	code string
} {
	type file = struct {
		data []byte
		code string
	}
	cert := loadCertificate(t, rfcCA).Raw
	key := read(t, testdata+draftCerts+"ca_key_fluffyCA.pem")
	return map[string]file{
		"empty":                      {nil, "empty"},
		"text":                       {[]byte("hello\n"), "not-a-key"},
		"zeros":                      {make([]byte, 100), "not-a-key"},
		"an empty sequence":          {octets(t, "30 00"), "not-a-key"},
		"a public key":               {loadCertificate(t, rfcCA).RawPublicKeyInfo, "not-a-key"},
		"a public key in PEM":        {pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte{5, 0}}), "not-a-key"},
		"PEM without an end":         {key[:len(key)-10], "unreadable"},
		"a certificate cut off":      {cert[:len(cert)-1], "unreadable"},
		"a certificate of nothing":   {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{5, 0}}), "unreadable"},
		"a key of nothing":           {pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte{0x30, 0}}), "unreadable"},
		"an OpenSSH key":             {pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: []byte("openssh-key-v1")}), "unsupported-algorithm"},
		"an Ed448 key":               {tlv(0x30, octets(t, "02 01 00 30 05 06 03 2B 65 71 04 00")), "unsupported-algorithm"},
		"a key on brainpoolP256r1":   {tlv(0x30, octets(t, "02 01 00 30 14 06 07 2A 86 48 CE 3D 02 01 06 09 2B 24 03 03 02 08 01 01 07 04 00")), "unsupported-algorithm"},
		"DEK-Info of another cipher": {bytes.Replace(key, []byte("DES-EDE3-CBC"), []byte("CAMELLIA-128"), 1), "unsupported-algorithm"},
		"DEK-Info without an IV":     {bytes.Replace(key, []byte("4B47A0A73ADE342E"), []byte("xyz"), 1), "unreadable"},
		"DEK-Info with a short IV":   {bytes.Replace(key, []byte("4B47A0A73ADE342E"), []byte("4B47A0"), 1), "unreadable"},
		"half a block":               {pbes2(t, 1, 15), "unreadable"},
		"no iterations":              {pbes2(t, 0, 16), "unreadable"},
		"PBKDF2 bomb":                {pbes2(t, 1<<31-1, 16), "iteration-limit"},
		"PBKDF2 bomb below the sign": {pbes2(t, MaxKDFIterations/3*2, 16), "iteration-limit"},
		"PKCS#12 bomb":               {pfxBomb(t, 1<<31-1), "iteration-limit"},
		"scrypt bomb of memory":      {scryptBomb(t, 1<<30, 8, 1), "iteration-limit"},
		"scrypt bomb of time":        {scryptBomb(t, 1<<14, 8, 100), "iteration-limit"},
		"scrypt with impossible N":   {scryptBomb(t, 1000, 8, 1), "unreadable"},
		"PKCS#12 cut off":            {pfxBomb(t, 1)[:40], "unreadable"},
		"PKCS#12 of another version": {tlv(0x30, octets(t, "02 01 03 30 00")), "unreadable"},
		"PKCS#7 of data":             {tlv(0x30, tlv(6, octets(t, "2A 86 48 86 F7 0D 01 07 01")), tlv(0xA0, tlv(4))), "not-a-key"},
	}
}

func TestKeyFileErrors(t *testing.T) {
	for name, tt := range keyFileErrors(t) {
		t.Run(name, func(t *testing.T) {
			// The bombs must be refused, not survived.
			start := time.Now()
			m, err := parseFile("file.pem", tt.data, nil, 10_000)
			checkKeyError(t, err, tt.code)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if len(m.Keys)+len(m.Certificates) != 0 {
				t.Errorf("%+v", m)
			}
			if !strings.HasPrefix(err.Error(), "file.pem: ") || strings.HasSuffix(err.Error(), ".") {
				t.Errorf("%q", err)
			}
		})
	}
}

func TestDERFileForms(t *testing.T) {
	o := newOpenSSL(t)
	o.certificate("-subj", "/CN=x", "-newkey", "rsa:1024")
	o.run("req", "-new", "-key", "key.pem", "-subj", "/CN=x", "-outform", "DER", "-out", "request")
	_, err := ParseFile("request", o.read("request"), nil)
	checkKeyError(t, err, "not-a-key")

	o.write("index.txt", nil)
	o.write("number", []byte("01\n"))
	o.write("ca.cnf", []byte("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=1\n"))
	o.run("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "key.pem", "-cert", "cert.pem", "-out", "crl.pem")
	o.run("crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl")
	for _, file := range []string{"crl.pem", "crl"} {
		m, err := ParseFile(file, o.read(file), nil)
		if err != nil || len(m.CRLs) != 1 || len(m.Certificates) != 0 {
			t.Errorf("%s: %+v, %v", file, m, err)
		}
	}
	o.run("x509", "-in", "cert.pem", "-trustout", "-addtrust", "emailProtection", "-out", "trusted")
	if m, err := ParseFile("trusted", o.read("trusted"), nil); err != nil || len(m.Certificates) != 1 || len(m.Certificates[0].Findings) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	o.run("x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert")
	if m, err := ParseFile("cert", o.read("cert"), nil); err != nil || len(m.Certificates) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

// A private key must not come out by printing it, or what holds it.
func TestPrivateKeyIsNotPrinted(t *testing.T) {
	o := newOpenSSL(t)
	keys := []*PrivateKey{load(t, draftCerts+"user_key_fluffy@example.com.pem").Keys[0]}
	for _, args := range []string{"-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "-algorithm ED25519", "-algorithm X25519"} {
		o.run(append([]string{"genpkey", "-out", "key"}, strings.Fields(args)...)...)
		m, err := ParseFile("key", o.read("key"), nil)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, m.Keys[0])
	}
	for _, k := range keys {
		var secret []byte
		switch key := k.Key.(type) {
		case *rsa.PrivateKey:
			secret = key.D.Bytes()
		case *ecdsa.PrivateKey:
			secret, _ = key.Bytes()
		case ed25519.PrivateKey:
			secret = key.Seed()
		case interface{ Bytes() []byte }: // *ecdh.PrivateKey
			secret = key.Bytes()
		}
		if len(secret) < 32 {
			t.Fatalf("%T", k.Key)
		}
		holder := struct {
			Key  *PrivateKey
			Ring *Keyring
			M    Material
		}{k, &Keyring{Keys: []*PrivateKey{k}}, Material{Keys: []*PrivateKey{k}}}
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%#x"} {
			fmt.Fprintf(&out, verb+"\n"+verb+"\n"+verb+"\n", k, *k, k.String())
			for _, part := range []any{holder.Key, holder.Ring.Keys, holder.M.Keys, holder, &holder.M, holder.Ring, &KeyError{"f", "c", "t"}} {
				fmt.Fprintf(&out, verb+"\n", part)
			}
		}
		encoded, err := json.Marshal(holder)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(encoded)
		slog.New(slog.NewTextHandler(&out, nil)).LogAttrs(context.Background(), slog.LevelInfo, "key", slog.Any("key", k), slog.Any("holder", holder))
		for _, form := range []string{fmt.Sprintf("%x", secret[4:12]), fmt.Sprintf("%X", secret[4:12]), fmt.Sprint(secret[4:12]), strings.Trim(fmt.Sprint(secret[4:12]), "[]"),
			fmt.Sprintf("% x", secret[4:12]), strings.Trim(strings.ReplaceAll(fmt.Sprintf("%#v", secret[4:12]), "[]byte", ""), "{}"), string(secret[4:12])} {
			if strings.Contains(out.String(), form) {
				t.Errorf("%v: the key is in what is printed, as %q", k, form)
			}
		}
		if key, ok := k.Key.(*rsa.PrivateKey); ok {
			for _, number := range []string{key.D.String(), key.Primes[0].String(), key.D.Text(16)} {
				if strings.Contains(out.String(), number) {
					t.Errorf("%v: the key is in what is printed", k)
				}
			}
		}
	}
	if got := keys[0].String(); got != `RSA key of 1024 bits from "draft-sec-flows/certs/user_key_fluffy@example.com.pem"` {
		t.Error(got)
	}
	if got := fmt.Sprint((*PrivateKey)(nil)); got != "<nil>" {
		t.Error(got)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	k := &Keyring{Passphrases: [][]byte{[]byte("open sesame")}, SymmetricKeys: []SymmetricKey{{ID: []byte{1}, Key: []byte("open sesame")}}}
	asJSON, err := json.Marshal([]any{k, k.SymmetricKeys})
	if err != nil {
		t.Fatal(err)
	}
	hexed := fmt.Sprintf("%x", "open sesame")
	for _, text := range []string{
		fmt.Sprintf("%v %+v %#v %s %x %d", k, k, k, k, k, k), fmt.Sprintf("%v %+v %#v %x", k.SymmetricKeys, k.SymmetricKeys[0], k.SymmetricKeys[0], k.SymmetricKeys[0]), string(asJSON),
	} {
		if strings.Contains(text, "sesame") || strings.Contains(text, hexed) || strings.Contains(text, "111 112") {
			t.Errorf("%s", text)
		}
	}
	if s := k.SymmetricKeys[0].String(); s != "the symmetric key 01 of 11 octets" {
		t.Error(s)
	}
}

func TestKeyring(t *testing.T) {
	var ring Keyring
	ca := load(t, rfcCA)
	ring.Trust(ca)
	ring.Trust(ca)
	ring.Add(load(t, "rfc6216/domain_cert_example.com.pem"))
	ring.Add(load(t, "rfc6216/ca_key_fluffyCA.pem"))
	ring.Add(load(t, "rfc6216/ca_key_fluffyCA.pem"))
	if len(ring.CAs) != 1 || len(ring.Certificates) != 1 || len(ring.Keys) != 1 {
		t.Errorf("%d CAs, %d certificates, %d keys", len(ring.CAs), len(ring.Certificates), len(ring.Keys))
	}
	c := ring.Certificates[0]
	if got := ring.CertificatesFor(c.Issuer, c.SerialOctets); len(got) != 1 || got[0] != c {
		t.Error(got)
	}
	if got := ring.CertificatesBySKI(ca.Certificates[0].SubjectKeyID); len(got) != 1 || got[0] != ca.Certificates[0] {
		t.Error(got)
	}
	if got := ring.CertificatesBySKI(nil); len(got) != 0 {
		t.Error(got)
	}
	if ring.KeyForCertificate(ca.Certificates[0]) == nil || ring.KeyForCertificate(c) != nil {
		t.Error("the CA's key is at hand, the domain's is not")
	}
	var none *Keyring
	if none.KeyFor(c.PublicKey) != nil || none.CertificatesFor(c.Issuer, c.SerialOctets) != nil {
		t.Error("a nil Keyring is not empty")
	}
}

// Two certificates with one issuer and serial number are both found.
func TestKeyringAmbiguousSerial(t *testing.T) {
	parts := certParts(t)
	one, err := ParseCertificate(assemble(parts))
	if err != nil {
		t.Fatal(err)
	}
	parts["subject"] = parts["issuer"]
	parts["serial"] = octets(t, "02 02 00 05")
	two, err := ParseCertificate(assemble(parts))
	if err != nil {
		t.Fatal(err)
	}
	ring := Keyring{Certificates: []*Certificate{one}, CAs: []*Certificate{two, one}}
	if got := ring.CertificatesFor(one.Issuer, []byte{5}); !slices.Equal(got, []*Certificate{one, two}) {
		t.Error(got)
	}
}

func FuzzKeyFile(f *testing.F) {
	for _, pattern := range []string{"draft-sec-flows/certs/*.pem", "rfc6216/*.pem"} {
		files, _ := filepath.Glob(testdata + pattern)
		for _, file := range files {
			f.Add(read(f, file))
		}
	}
	for _, tt := range keyFileErrors(f) {
		f.Add(tt.data)
	}
	f.Add(pfxBomb(f, 1))
	key := load(f, draftCerts+"user_key_fluffy@example.com.pem").Keys[0]
	leaf, err := x509.ParseCertificate(loadCertificate(f, draftCerts+"user_cert_fluffy@example.com.pem").Raw)
	if err != nil {
		f.Fatal(err)
	}
	for _, encoder := range []*pkcs12.Encoder{pkcs12.LegacyRC2, pkcs12.Modern2026, pkcs12.Passwordless} {
		password := "password"
		if encoder == pkcs12.Passwordless {
			password = ""
		} else {
			encoder = encoder.WithIterations(1)
		}
		pfx, err := encoder.Encode(key.Key, leaf, nil, password)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(pfx)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key.Key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		m, err := parseFile("f", data, [][]byte{passphrase}, 10_000)
		if took := time.Since(start); took > 10*time.Second {
			t.Fatalf("took %v", took)
		}
		switch e, isKeyError := err.(*KeyError); {
		case m == nil:
			t.Fatal("no material")
		case err == nil && len(m.Keys)+len(m.Certificates)+len(m.CRLs) == 0:
			t.Fatal("neither material nor an error")
		case err != nil && (!isKeyError || e.Code == "" || e.File != "f"):
			t.Fatalf("error %#v", err)
		}
		for _, k := range m.Keys {
			if k.Key == nil || k.Public == nil || k.Source != "f" || !k.Is(k.Public) {
				t.Fatalf("key %v", k)
			}
			_, _ = fmt.Fprintf(io.Discard, "%+v", k)
		}
		for _, c := range m.Certificates {
			if c.Source != "f" {
				t.Fatalf("certificate of %q", c.Source)
			}
		}
	})
}

func BenchmarkParseFile(b *testing.B) {
	for _, file := range []string{draftCA, draftCerts + "domain_key_example.com.pem", draftCerts + "ca_key_fluffyCA.pem", "rfc6216/ca_key_fluffyCA.pem"} {
		b.Run(filepath.Base(file), func(b *testing.B) {
			data := read(b, testdata+file)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseFile(file, data, [][]byte{passphrase}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
