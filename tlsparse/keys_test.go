package tlsparse

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sipsecdump/cms/pki"
)

const draft = "../testdata/draft-sec-flows"

// ring makes a keyring of the documents' key files.
func ring(t testing.TB, files ...string) *pki.Keyring {
	t.Helper()
	k := &pki.Keyring{}
	for _, file := range files {
		b, err := os.ReadFile(filepath.Join(draft, "certs", file))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(b)
		if block == nil {
			t.Fatalf("%s: no PEM", file)
		}
		var key any
		if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
		k.Keys = append(k.Keys, privateKey(key.(*rsa.PrivateKey), file))
	}
	return k
}

func privateKey(key interface{ Public() crypto.PublicKey }, source string) *pki.PrivateKey {
	return &pki.PrivateKey{Key: key, Public: key.Public(), Source: source}
}
