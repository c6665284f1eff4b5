package cms_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
)

// peer is openssl with a folder of identities.
type peer struct {
	t   *testing.T
	dir string
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed: objects are not exchanged with it")
	}
	return &peer{t, t.TempDir()}
}

func (p *peer) run(args ...string) []byte {
	p.t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir = p.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("openssl %v: %v\n%s", args, err, &stderr)
	}
	return out
}

func (p *peer) write(name string, b []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), b, 0o666); err != nil {
		p.t.Fatal(err)
	}
}

// add writes an identity to name.pem and name.key.
func (p *peer) add(name string, id *identity) {
	p.t.Helper()
	p.write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.cert.Raw}))
	key, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
}

const message = "Content-Type: text/plain\r\n\r\nhello, world\r\n"

func testIdentities(t *testing.T) (rsaID, ecID, ca *identity) {
	ca = certOptions{serial: 1, name: "ca", ca: true}.make(t, rsaKeys()[2])
	rsaID = certOptions{issuer: ca, serial: 21, name: "rsa", ski: []byte("rsa's ski")}.make(t, rsaKeys()[0])
	ecID = certOptions{issuer: ca, serial: 22, name: "ec", ski: []byte("ec's ski")}.make(t, ecKeys()[0])
	return rsaID, ecID, ca
}

// onlyRSA matches options that openssl takes with RSA keys only.
var onlyRSA = regexp.MustCompile(`rsa_|md5|sha3-|sha512-256`)

func TestOpenSSLSigned(t *testing.T) {
	p := newPeer(t)
	rsaID, ecID, ca := testIdentities(t)
	p.add("rsa", rsaID)
	p.add("ec", ecID)
	p.write("message", []byte(message))
	k := &pki.Keyring{Certificates: []*pki.Certificate{rsaID.cert, ecID.cert}, CAs: []*pki.Certificate{ca.cert}}

	for _, options := range []string{
		"", "-nodetach", "-noattr", "-noattr -nodetach", "-nocerts", "-keyid", "-nosmimecap", "-cades",
		"-md md5", "-md sha1", "-md sha224", "-md sha384", "-md sha512", "-md sha3-256", "-md sha512-256",
		"-nodetach -stream", "-nodetach -stream -noattr", "-stream",
		"-keyopt rsa_padding_mode:pss", "-keyopt rsa_padding_mode:pss -md sha384",
		"-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:0",
		"-keyopt rsa_padding_mode:pss -keyopt rsa_mgf1_md:sha1",
		"-nodetach -econtent_type 1.2.3.4",
	} {
		for _, who := range []string{"rsa", "ec", "both"} {
			if who != "rsa" && onlyRSA.MatchString(options) {
				continue
			}
			t.Run(who+" "+options, func(t *testing.T) {
				p.t = t
				args := []string{"cms", "-sign", "-binary", "-outform", "DER", "-in", "message"}
				for _, signer := range []string{"rsa", "ec"} {
					if who == signer || who == "both" {
						args = append(args, "-signer", signer+".pem", "-inkey", signer+".key")
					}
				}
				object := p.run(append(args, strings.Fields(options)...)...)
				o := cms.Parse(object, cms.Limits{})
				if o.Signed == nil || len(o.Issues) != 0 {
					t.Fatalf("%+v", o.Issues)
				}
				if want := map[bool]int{false: 1, true: 2}[who == "both"]; len(o.Signed.Signers) != want {
					t.Fatalf("%d signers", len(o.Signed.Signers))
				}
				in := cms.VerifyInput{Ranges: []cms.Range{standard([]byte(message))}, Keyring: k, At: captured}
				source := "message"
				if strings.Contains(options, "-nocerts") {
					source = "given"
				}
				for _, r := range o.Signed.Verify(in) {
					if !r.Verified || r.CertificateSource != source || !r.Chain.Trusted {
						t.Errorf("%+v", r)
					}
				}
				in.Ranges = []cms.Range{standard([]byte(message + "!"))}
				for _, r := range o.Signed.Verify(in) {
					if detached := o.Signed.EContent == nil; r.Verified == detached {
						t.Errorf("other content: %+v", r)
					}
				}
			})
		}
	}
}

// TestOpenSSLVerifiesOurs has openssl confirm the objects that this package's tests are made
// with.
func TestOpenSSLVerifiesOurs(t *testing.T) {
	p := newPeer(t)
	rsaID, _, _ := testIdentities(t)
	p.add("rsa", rsaID)
	p.write("message", []byte(message))
	p.write("signed", signing{content: message}.make(t, rsaID))
	p.run("cms", "-verify", "-binary", "-inform", "DER", "-in", "signed", "-content", "message", "-certfile", "rsa.pem", "-noverify", "-out", "out")
	p.write("enveloped", enveloping{content: pad(message)}.make(t, rsaID))
	if out := p.run("cms", "-decrypt", "-inform", "DER", "-in", "enveloped", "-recip", "rsa.pem", "-inkey", "rsa.key"); string(out) != message {
		t.Errorf("%q", out)
	}
}

// TestPKCS7 reads what another implementation makes.
func TestPKCS7(t *testing.T) {
	rsaID, ecID, _ := testIdentities(t)
	for _, by := range []*identity{rsaID, ecID} {
		for _, attributes := range []bool{false, true} {
			for _, detached := range []bool{false, true} {
				certificate, err := x509.ParseCertificate(by.cert.Raw)
				if err != nil {
					t.Fatal(err)
				}
				made, err := pkcs7.NewSignedData([]byte(message))
				if err != nil {
					t.Fatal(err)
				}
				made.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
				if attributes {
					err = made.AddSigner(certificate, by.key, pkcs7.SignerInfoConfig{})
				} else {
					err = made.SignWithoutAttr(certificate, by.key, pkcs7.SignerInfoConfig{})
				}
				if err != nil {
					t.Fatal(err)
				}
				if detached {
					made.Detach()
				}
				object, err := made.Finish()
				if err != nil {
					t.Fatal(err)
				}
				o := cms.Parse(object, cms.Limits{})
				// It leaves the parameters of RSA's signature algorithms out.
				if o.Signed == nil || len(o.Issues) != 0 && !slices.Equal(codes(o), []string{"parameters-not-null"}) {
					t.Fatalf("%+v", o.Issues)
				}
				r := o.Signed.Verify(cms.VerifyInput{Ranges: []cms.Range{standard([]byte(message))}})
				if len(r) != 1 || !r[0].Verified || r[0].CertificateSource != "message" {
					t.Errorf("attributes %v, detached %v: %+v", attributes, detached, r)
				}
			}
		}
	}
	recipient, err := x509.ParseCertificate(rsaID.cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, algorithm := range []int{pkcs7.EncryptionAlgorithmDESCBC, pkcs7.EncryptionAlgorithmAES128CBC, pkcs7.EncryptionAlgorithmAES256CBC} {
		pkcs7.ContentEncryptionAlgorithm = algorithm
		object, err := pkcs7.Encrypt([]byte(message), []*x509.Certificate{recipient})
		if err != nil {
			t.Fatal(err)
		}
		d := cms.Parse(object, cms.Limits{}).Enveloped.Decrypt(keyring([]*identity{rsaID}, rsaID.cert))
		if !d.Decrypted || string(d.Content) != message {
			t.Errorf("%d: %+v", algorithm, d)
		}

		psk := []byte("0123456789abcdef0123456789abcdef")[:map[int]int{
			pkcs7.EncryptionAlgorithmDESCBC: 8, pkcs7.EncryptionAlgorithmAES128CBC: 16, pkcs7.EncryptionAlgorithmAES256CBC: 32}[algorithm]]
		if object, err = pkcs7.EncryptUsingPSK([]byte(message), psk); err != nil {
			continue // it has not all ciphers here
		}
		d = cms.Parse(object, cms.Limits{}).Open(&pki.Keyring{SymmetricKeys: []pki.SymmetricKey{{Key: psk}}})
		if !d.Decrypted || string(d.Content) != message {
			t.Errorf("PSK, %d: %+v", algorithm, d)
		}
	}
	// It puts GCM, with a tag behind the octets, into an EnvelopedData.
	pkcs7.ContentEncryptionAlgorithm = pkcs7.EncryptionAlgorithmAES128GCM
	object, err := pkcs7.Encrypt([]byte(message), []*x509.Certificate{recipient})
	if err != nil {
		t.Fatal(err)
	}
	if d := cms.Parse(object, cms.Limits{}).Open(keyring([]*identity{rsaID})); d.Reason != "algorithm-not-implemented" || !strings.Contains(d.Detail, "RFC 5083") {
		t.Errorf("GCM: %+v", d)
	}
}

func TestTreeLikeDumpASN1OfOpenSSL(t *testing.T) {
	p := newPeer(t)
	rsaID, ecID, _ := testIdentities(t)
	p.add("rsa", rsaID)
	p.add("ec", ecID)
	p.write("message", []byte(message))
	for _, args := range []string{
		"-sign -signer rsa.pem -inkey rsa.key", "-sign -nodetach -signer ec.pem -inkey ec.key",
		"-sign -nodetach -stream -signer rsa.pem -inkey rsa.key", "-encrypt -aes256 rsa.pem", "-encrypt -stream ec.pem",
	} {
		object := p.run(append([]string{"cms", "-binary", "-outform", "DER", "-in", "message"}, strings.Fields(args)...)...)
		want := dumpASN1(t, object, "-a")
		got := cms.Parse(object, cms.Limits{}).AppendTree(nil, cms.TreeOptions{Style: cms.StyleDumpASN1})
		if want != string(got) {
			t.Errorf("%s: got\n%s\nwant\n%s", args, got, want)
		}
	}
}
