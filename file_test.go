package sipsecdump_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReadFile(t *testing.T) {
	enveloped := readFile(t, "draft-sec-flows/dataEnc/resip-encrypt-out")
	block := func(label string, octets []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: octets}))
	}
	certificate := string(readFile(t, "draft-sec-flows/certs/root_cert_fluffyCA.pem"))
	key, _ := pem.Decode(readFile(t, "draft-sec-flows/certs/domain_key_example.net.pem"))
	for name, test := range map[string]struct {
		data     string
		form     string
		objects  string // "path label octets" of each
		withheld int
		err      error
	}{
		"empty":                   {err: sipsecdump.ErrFileEmpty},
		"text":                    {data: "0123 nothing to see here\n", err: sipsecdump.ErrFileForm},
		"text in base64":          {data: "bm90aGluZw==\n", err: sipsecdump.ErrFileForm},
		"octets":                  {data: "\x00\x01\x02", err: sipsecdump.ErrFileForm},
		"der":                     {data: string(enveloped), form: "der", objects: "1  435\n"},
		"der, cut":                {data: string(enveloped[:100]), form: "der", objects: "1  100\n"},
		"der of a string":         {data: "\x04\x02ab", form: "der", objects: "1  4\n"},
		"der of a SET":            {data: "\x31\x02\x05\x00", form: "der", objects: "1  4\n"},
		"der, tagged":             {data: "\x7f\x21\x02\x05\x00", form: "der", objects: "1  5\n"},
		"ber of a string":         {data: "\x24\x80\x04\x01a\x04\x01b\x00\x00", form: "der", objects: "1  10\n"},
		"ber, no end":             {data: "\x24\x80\x04\x01a", err: sipsecdump.ErrFileForm},
		"ber, two":                {data: "\x31\x02\x05\x00\x05\x00", err: sipsecdump.ErrFileForm},
		"pem":                     {data: certificate, form: "pem", objects: "1 CERTIFICATE 808\n"},
		"pem, text first":         {data: "a: certificate\n" + certificate, form: "pem", objects: "1 CERTIFICATE 808\n"},
		"pem, two":                {data: block("A", []byte("\x05\x00")) + "between\n" + block("B", enveloped), form: "pem", objects: "1 A 2\n2 B 435\n"},
		"pem, a key":              {data: block("ANY PRIVATE KEY", enveloped) + certificate, form: "pem", objects: "2 CERTIFICATE 808\n", withheld: 1},
		"pem, a key lies":         {data: block("CERTIFICATE", key.Bytes), form: "pem", withheld: 1},
		"der of a key":            {data: string(key.Bytes), form: "der", withheld: 1},
		"pem, damaged":            {data: "-----BEGIN X-----\n!\n-----END X-----\n", form: "pem"},
		"base64":                  {data: " " + base64.StdEncoding.EncodeToString(enveloped) + "\r\n", form: "base64", objects: "1  435\n"},
		"der of a key, cut":       {data: string(key.Bytes[:300]), form: "der", withheld: 1},
		"der of a key, Ed448":     {data: "\x30\x47\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x71\x04\x3b\x04\x39" + strings.Repeat("s", 57), form: "der", withheld: 1},
		"der of a key, secp256k1": {data: "\x30\x2e\x02\x01\x01\x04\x20" + strings.Repeat("s", 32) + "\xa0\x07\x06\x05\x2b\x81\x04\x00\x0a", form: "der", withheld: 1},
		"der of a key, no curve":  {data: "\x30\x25\x02\x01\x01\x04\x20" + strings.Repeat("s", 32), form: "der", withheld: 1},
		"der of a key, DSA":       {data: "\x30\x69\x02\x01\x00\x02\x40" + strings.Repeat("p", 64) + "\x02\x10" + strings.Repeat("q", 16) + "\x02\x10" + strings.Repeat("s", 16), form: "der", withheld: 1},
		"der of a key in PKCS#12": {data: "\x30\x2c\x02\x01\x03\x30\x25\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x18\x04\x16\x30\x14\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01\xa0\x05\x30\x03\x02\x01\x00\x30\x00", form: "der", withheld: 1},
		"der of SNMP":             {data: "\x30\x19\x02\x01\x01\x04\x10communitycommuni\xa0\x02\x02\x00", form: "der", objects: "1  27\n"},
		"der of small numbers":    {data: "\x30\x09\x02\x01\x00\x02\x01\x01\x02\x01\x02", form: "der", objects: "1  11\n"},
		"der of a public key":     {data: "\x30\x45\x02\x40" + strings.Repeat("n", 64) + "\x02\x01\x03", form: "der", objects: "1  71\n"},
		"base64 of a key":         {data: base64.StdEncoding.EncodeToString(key.Bytes), form: "base64", withheld: 1},
		"mime":                    {data: "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(enveloped), form: "mime", objects: "1 application/pkcs7-mime 435\n"},
		"mime, nothing":           {data: "Subject: x\n\nhello\n", form: "mime"},
		"sip":                     {data: string(readFile(t, "rfc4475/mpart01.dat")), form: "sip", objects: "2 application/octet-stream 342\n"},
		"sip without body":        {data: "OPTIONS sip:a@b SIP/2.0\r\n\r\n", form: "sip"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := sipsecdump.ReadFile("name", []byte(test.data))
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if err != nil {
				return
			}
			var objects strings.Builder
			for _, o := range f.Objects {
				fmt.Fprintf(&objects, "%s %s %d\n", o.Path, o.Label, len(o.Octets))
			}
			if f.Name != "name" || f.Form != test.form || objects.String() != test.objects || f.Withheld != test.withheld {
				t.Errorf("form %s, %d withheld, objects\n%s", f.Form, f.Withheld, &objects)
			}
		})
	}
}

// draftKeyring has the draft's keys and certificates.
func draftKeyring(t testing.TB) *pki.Keyring {
	t.Helper()
	ring := new(pki.Keyring)
	for _, name := range []string{"user_key_kumiko@example.net", "user_cert_kumiko@example.net", "user_cert_fluffy@example.com"} {
		m, err := pki.ParseFile(name, readFile(t, "draft-sec-flows/certs/"+name+".pem"), nil)
		if err != nil {
			t.Fatal(err)
		}
		ring.Add(m)
	}
	m, err := pki.ParseFile("ca", readFile(t, "draft-sec-flows/certs/root_cert_fluffyCA.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	ring.Trust(m)
	return ring
}

// TestOpenFile makes a message of the draft's: signed, and the signed part encrypted.
func TestOpenFile(t *testing.T) {
	const folder = "draft-sec-flows/dataEncSig/"
	signed, signature := readFile(t, folder+"resip-sign-out-data"), readFile(t, folder+"resip-sign-out-sig")
	options := &sipsecdump.Options{Keyring: draftKeyring(t), At: time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC)}
	multipart := bytes.Join([][]byte{
		[]byte("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n"), signed,
		[]byte("\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: binary\r\n\r\n"), signature, []byte("\r\n--b--\r\n"),
	}, nil)
	for name, test := range map[string]struct {
		data    []byte
		content *sipsecdump.Content
		want    string // of each object its path, what was established, and what is inside
	}{
		"message": {multipart, nil, "1 decrypted 1/1 text/plain; 2 verified; "},
		"object and content": {signature, &sipsecdump.Content{Name: "content", Octets: signed},
			"1 verified; "},
		"object and other content": {signature, &sipsecdump.Content{Name: "content", Octets: signed[1:]},
			"1 digest-mismatch; "},
		"object alone": {signature, nil, "1 no-content; "},
		"certificate":  {readFile(t, "draft-sec-flows/certs/root_cert_fluffyCA.pem"), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := sipsecdump.ReadFile("name", test.data)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, e := range sipsecdump.OpenFile(f, test.content, options) {
				c := e.Body.(*report.CMS)
				if c.Name != "name" {
					t.Errorf("name %q", c.Name)
				}
				got.WriteString(c.Path)
				for i := range c.Signers {
					if c.Signers[i].Verified {
						got.WriteString(" verified")
					}
					got.WriteString(strings.TrimRight(" "+c.Signers[i].Reason, " "))
				}
				if c.Decrypt != nil && c.Decrypt.Decrypted {
					got.WriteString(" decrypted")
				}
				for _, p := range c.Inside {
					got.WriteString(" " + p.Path + " " + p.MediaType)
				}
				got.WriteString("; ")
			}
			if got.String() != test.want {
				t.Errorf("%q, want %q", &got, test.want)
			}
		})
	}
}

// FuzzReadFile: whatever the file, reading and opening end, and say where objects come from.
func FuzzReadFile(f *testing.F) {
	for _, name := range []string{
		"rfc4475/mpart01.dat", "draft-sec-flows/dataEnc/resip-encrypt-out", "draft-sec-flows/dataSig/resip-sign-out-sig",
		"draft-sec-flows/certs/root_cert_fluffyCA.pem", "draft-sec-flows/certs/domain_key_example.net.pem", "draft-sec-flows/tls/tls1-request",
	} {
		f.Add(readFile(f, name))
	}
	f.Add([]byte("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\n0\r\n--b--\r\n"))
	options := &sipsecdump.Options{At: time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC)}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := sipsecdump.ReadFile("name", data)
		if err != nil {
			return
		}
		for _, o := range file.Objects {
			if o.Path == "" || len(o.Octets) > 1100*len(data) { // compressed bodies grow
				t.Fatalf("%q: %d octets", o.Path, len(o.Octets))
			}
		}
		for _, e := range sipsecdump.OpenFile(file, &sipsecdump.Content{Name: "x", Octets: data}, options) {
			if c, ok := e.Body.(*report.CMS); ok && (c.Name != "name" || c.Path == "") {
				t.Fatalf("%q in %q", c.Path, c.Name)
			}
		}
	})
}

func BenchmarkOpenFile(b *testing.B) {
	data := readFile(b, "draft-sec-flows/dataEnc/resip-encrypt-out")
	options := &sipsecdump.Options{Keyring: draftKeyring(b), At: time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC)}
	b.ReportAllocs()
	for b.Loop() {
		f, err := sipsecdump.ReadFile("name", data)
		if err != nil || len(sipsecdump.OpenFile(f, nil, options)) != 1 {
			b.Fatal(err)
		}
	}
}
