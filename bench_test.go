package sipsecdump_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"fmt"
	"io"
	"testing"

	"sipsecdump"
	"sipsecdump/cipher/aescbc"
	"sipsecdump/cipher/rsadp"
)

// BenchmarkRender runs the whole pipeline: the octets per second are those of the capture.
func BenchmarkRender(b *testing.B) {
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"draft-tls", read(b, shipped[0])},
		{"draft-signed", read(b, shipped[1])},
		{"interleaved-400", interleaved(b, 400)},
	} {
		for _, format := range []string{"text", "json"} {
			for _, jobs := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/%s/jobs=%d", c.name, format, jobs), func(b *testing.B) {
					o := &sipsecdump.Options{Keyring: ring(b, "domain_key_example.net.pem"), Jobs: jobs}
					files := map[string][]byte{"f": c.file}
					b.SetBytes(int64(len(c.file)))
					b.ReportAllocs()
					for b.Loop() {
						if _, err := sipsecdump.Render(b.Context(), io.Discard, sources(files, "f"), o, renderers(format)); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

// BenchmarkFloor is what no reader of the captures of docs/bench.sh can save: opening and
// authenticating 120,000 records of one connection, and one RSA operation for each connection.
func BenchmarkFloor(b *testing.B) {
	const records, octets = 120_000, 432
	record := make([]byte, octets)
	b.Run("aes-256-cbc", func(b *testing.B) {
		d, err := aescbc.New(make([]byte, 32))
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(records * octets)
		for b.Loop() {
			for range records {
				d.SetIV(record[:16])
				d.CryptBlocks(record[16:], record[16:])
			}
		}
	})
	b.Run("hmac-sha1", func(b *testing.B) {
		mac := hmac.New(sha1.New, make([]byte, 20))
		var sum []byte
		b.SetBytes(records * octets)
		for b.Loop() {
			for range records {
				mac.Reset()
				mac.Write(record[16:])
				sum = mac.Sum(sum[:0])
			}
		}
	})
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	//lint:ignore SA1019 it is the key exchange of the captures
	c, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, make([]byte, 48))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("rsa-2048", func(b *testing.B) {
		k, m := rsadp.New(key), make([]byte, len(c))
		if k == nil {
			b.Skip("on this processor crypto/rsa does it")
		}
		for b.Loop() {
			if !k.Decrypt(m, c) {
				b.Fatal("not decrypted")
			}
		}
	})
	b.Run("rsa-2048-crypto-rsa", func(b *testing.B) {
		for b.Loop() {
			//lint:ignore SA1019 it is the key exchange of the captures
			if _, err := rsa.DecryptPKCS1v15(nil, key, c); err != nil {
				b.Fatal(err)
			}
		}
	})
}
