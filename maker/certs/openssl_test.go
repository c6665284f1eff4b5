package certs

import (
	"crypto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The tests below ask openssl, the program the documents' scripts call, to
// accept what the package makes.

// openssl runs it in dir and returns what it prints on both outputs.
func openssl(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	command := exec.Command("openssl", args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	return string(output), err
}

func needOpenssl(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed: its judgement is not asked for")
	}
}

// accepts runs openssl and wants success and every one of the texts.
func accepts(t *testing.T, dir string, args []string, texts ...string) {
	t.Helper()
	output, err := openssl(t, dir, args...)
	if err != nil {
		t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("openssl %s: no %q in\n%s", strings.Join(args, " "), text, output)
		}
	}
}

func words(s string) []string { return strings.Fields(s) }

func attime() string { return strconv.FormatInt(testTime.Unix()+1, 10) }

func TestOpensslAcceptsEveryProduct(t *testing.T) {
	needOpenssl(t)
	type row struct {
		name   string
		key    KeyKind
		digest crypto.Hash
		sign   string // how openssl calls the signature's algorithm
	}
	rows := []row{
		{"rsa-2048", RSA2048, 0, "sha256WithRSAEncryption"},
		{"rsa-1024-sha1", RSA1024, crypto.SHA1, "sha1WithRSAEncryption"},
		{"rsa-1024-sha512", RSA1024, crypto.SHA512, "sha512WithRSAEncryption"},
		{"ecdsa-p256", ECDSAP256, 0, "ecdsa-with-SHA256"},
		{"ecdsa-p384", ECDSAP384, crypto.SHA384, "ecdsa-with-SHA384"},
		{"ecdsa-p521", ECDSAP521, crypto.SHA512, "ecdsa-with-SHA512"},
		{"ecdsa-p256-sha1", ECDSAP256, crypto.SHA1, "ecdsa-with-SHA1"},
		{"ed25519", Ed25519, 0, "ED25519"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			a, err := NewAuthority(AuthorityOptions{Key: row.key, Digest: row.digest, Clock: testClock})
			if err != nil {
				t.Fatal(err)
			}
			id, err := a.Make(Request{Name: "fluffy@example.com", EKU: true, Key: row.key, Digest: row.digest})
			if err != nil {
				t.Fatal(err)
			}
			o := WriteOptions{PKCS8: true, DER: true}
			if _, err := a.Write(dir, o); err != nil {
				t.Fatal(err)
			}
			if _, err := a.WriteIdentity(dir, id, o); err != nil {
				t.Fatal(err)
			}
			const name = "fluffy@example.com"
			certificate, key := "user_cert_"+name, "user_key_"+name

			accepts(t, dir, words("verify -auth_level 0 -x509_strict -check_ss_sig -attime "+attime()+" -CAfile root_cert_fluffyCA.pem "+certificate+".pem"), ": OK")
			accepts(t, dir, words("verify -auth_level 0 -purpose smimesign -attime "+attime()+" -CAfile root_cert_fluffyCA.pem "+certificate+".pem"), ": OK")
			accepts(t, dir, words("x509 -noout -text -in "+certificate+".pem"), row.sign, "CA:FALSE",
				"URI:sip:fluffy@example.com, URI:im:fluffy@example.com, URI:pres:fluffy@example.com",
				"Digital Signature, Non Repudiation", "E-mail Protection, 1.3.6.1.5.5.7.3.20")
			accepts(t, dir, words("x509 -noout -subject -inform DER -in "+certificate+".der"), "CN = fluffy@example.com")
			accepts(t, dir, words("req -verify -noout -text -in "+name+".csr"), "verify OK", "URI:sip:fluffy@example.com")
			accepts(t, dir, words("pkcs7 -inform DER -print_certs -noout -in "+certificate+".p7c"), "CN = fluffy@example.com", "OU = Sipit Test Certificate Authority")
			accepts(t, dir, words("cms -cmsout -print -inform DER -in "+certificate+".p7c"), "signerInfos")
			accepts(t, dir, words("pkcs7 -inform DER -print_certs -noout -in demoCA/cacert.p7c"), "OU = Sipit Test Certificate Authority")
			accepts(t, dir, words("pkcs12 -info -nodes -passin pass:password -in "+name+".p12"), "BEGIN PRIVATE KEY", "OU = Sipit Test Certificate Authority", "MAC")
			accepts(t, dir, words("pkcs8 -inform DER -passin pass:password -in "+key+".p8c"), "BEGIN PRIVATE KEY")
			accepts(t, dir, words("pkey -noout -check -in "+key+".pem"), "Key is valid")
			accepts(t, dir, words("pkey -noout -check -passin pass:password -in demoCA/private/cakey.pem"), "Key is valid")

			// The key is the certificate's.
			ofKey, err := openssl(t, dir, words("pkey -pubout -in "+key+".pem")...)
			if err != nil {
				t.Fatal(err)
			}
			accepts(t, dir, words("x509 -noout -pubkey -in "+certificate+".pem"), ofKey)
		})
	}
}

// The folder is one that openssl's ca command goes on with.
func TestOpensslContinuesTheFolder(t *testing.T) {
	needOpenssl(t)
	dir := t.TempDir()
	a, err := NewAuthority(AuthorityOptions{Key: RSA1024, Serial: 0x4000000000000001, Clock: testClock})
	if err != nil {
		t.Fatal(err)
	}
	id, err := a.Make(Request{Name: "example.com", Key: RSA1024})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write(dir, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.WriteIdentity(dir, id, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	const config = `[ ca ]
default_ca = demo
[ demo ]
dir = ./demoCA
database = $dir/index.txt
new_certs_dir = $dir/newcerts
certificate = $dir/cacert.pem
private_key = $dir/private/cakey.pem
serial = $dir/serial
crlnumber = $dir/crlnumber
default_md = sha256
default_days = 30
default_crl_days = 30
policy = anything
copy_extensions = copy
[ anything ]
commonName = optional
organizationName = optional
`
	if err := os.WriteFile(filepath.Join(dir, "openssl.cnf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	accepts(t, dir, words("ca -batch -config openssl.cnf -passin pass:password -in example.com.csr -out again.pem"), "Write out database with 1 new entries")
	accepts(t, dir, words("ca -batch -config openssl.cnf -passin pass:password -revoke domain_cert_example.com.pem"), "Revoking Certificate 4000000000000002")
	accepts(t, dir, words("ca -batch -config openssl.cnf -passin pass:password -gencrl -out crl.pem"))

	// And we with openssl's.
	if a, err = OpenAuthority(dir, "", testClock); err != nil {
		t.Fatal(err)
	}
	if _, c := mustMake(t, a, Request{Name: "example.net"}); c.SerialNumber.Text(16) != "4000000000000004" {
		t.Errorf("serial number %x", c.SerialNumber)
	}
	if len(a.issued) != 3 || a.issued[0].revoked.IsZero() {
		t.Errorf("record %v", a.issued)
	}
}

func TestOpensslAcceptsDocumentAuthorities(t *testing.T) {
	needOpenssl(t)
	for _, document := range Documents() {
		t.Run(document, func(t *testing.T) {
			dir := t.TempDir()
			a, err := DocumentAuthority(document, testClock)
			if err != nil {
				t.Fatal(err)
			}
			id, err := a.Make(Request{Name: "example.com", EKU: true, Key: RSA1024, Digest: crypto.SHA1})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Write(dir, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			if _, err := a.WriteIdentity(dir, id, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			// The draft's authority has long expired.
			accepts(t, dir, words("verify -auth_level 0 -no_check_time -CAfile root_cert_fluffyCA.pem domain_cert_example.com.pem"), ": OK")
		})
	}
}

func TestOpensslJudgesScenarios(t *testing.T) {
	needOpenssl(t)
	// What openssl says where the rule is one that it knows; the others are SIP's.
	want := map[string]string{
		"smime-untrusted": "self-signed certificate in certificate chain", "tls-untrusted": "self-signed certificate in certificate chain",
		"smime-incomplete": "unable to get local issuer certificate", "tls-incomplete": "unable to get local issuer certificate",
		"smime-expired": "certificate has expired", "tls-expired": "certificate has expired",
		"smime-revoked": "certificate revoked", "tls-revoked": "certificate revoked",
		"smime-revoked-ca": "certificate revoked", "tls-revoked-ca": "certificate revoked",
		"smime-key-usage": "", // openssl takes non-repudiation for enough to sign with
		"tls-name":        "hostname mismatch",
		"tls-eku-server":  "unsuitable certificate purpose",
		"tls-eku-sip":     "",
		"smime-name":      "",
	}
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			dir := t.TempDir()
			set := makeScenario(t, s)
			if _, err := set.Write(dir, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			args := words("verify -attime " + attime() + " -CAfile root_cert_fluffyCA.pem -untrusted chain.pem")
			if len(set.CRLs) > 0 {
				args = append(args, "-crl_check_all", "-CRLfile", "crl.pem")
				accepts(t, dir, words("crl -in crl.pem -noout -text"), "CRL Number")
			}
			switch {
			case s.Use == SMIME:
				args = append(args, "-purpose", "smimesign")
			case s.Name == "tls-ip":
				args = append(args, "-purpose", "sslserver", "-verify_ip", s.Peer)
			default:
				args = append(args, "-purpose", "sslserver", "-verify_hostname", s.Peer)
			}
			args = append(args, filePrefix(set.Identity.Name)+"_cert_"+set.Identity.Name+".pem")
			complaint := want[s.Name]
			if complaint == "" {
				accepts(t, dir, args, ": OK")
				return
			}
			output, err := openssl(t, dir, args...)
			if err == nil || !strings.Contains(strings.ReplaceAll(output, "self signed", "self-signed"), complaint) {
				t.Errorf("openssl %s: want %q, got %v\n%s", strings.Join(args, " "), complaint, err, output)
			}
		})
	}
}
