package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documentChecks are the captures of draft-ietf-sipping-sec-flows-00, and what its Sections 4 and
// 8, where implementers are told of problems, lead one to expect of them.
var documentChecks = []struct {
	name, capture string
	flags         []string
	// found are rules that have to find something, silent such that may not.
	found, silent []string
}{
	{
		"tls", "tls/tls1.pcap", nil,
		[]string{"tls-version"}, // "only do SSLv3": this is TLS 1.0, which has gone the same way
		[]string{"tls-ssl3-only", "tls-certificate-validity", "tls-certificate-name"},
	},
	{
		"tls-today", "tls/tls1.pcap", []string{"--at", "2026-01-01T00:00:00Z"},
		[]string{"tls-certificate-validity"}, // "accept expired certificates with no warning or error"
		nil,
	},
	{
		"signed", "dataSig/ethereal", nil,
		[]string{
			"smime-accept",             // Section 4: "messages are missing the accept headers"
			"smime-certificate-absent", // "better when UAs did not attach the senders' certificates"
			"sip-datagram-size",        // what they cost
			"certificate-key-size",     // though the certificate is not in the message, it is known whose key signed
		},
		[]string{
			"smime-transfer-encoding", // "the preferred form is binary"
			"cms-parameters-null",     // "the preferred form": without parameters
			"cms-parameters-not-null", // of MD5
			"smime-signer-identity",   // "sip:fluffy@example.com" is in the certificate
			"smime-signer-validity",
		},
	},
	{
		"signed-today", "dataSig/ethereal", []string{"--at", "2026-01-01T00:00:00Z"},
		[]string{"smime-signer-validity"}, nil,
	},
	{
		"encrypted", "dataEnc/ethereal", nil,
		[]string{"smime-accept", "smime-encrypted-unsigned"},
		[]string{"smime-transfer-encoding", "cms-encryption-weak", "cms-encryption-3des"}, // "preferred is AES"
	},
	{
		"signed-encrypted", "dataEncSig/ethereal", nil,
		[]string{"smime-accept", "smime-certificate-absent", "sip-datagram-size"},
		[]string{"smime-transfer-encoding", "cms-encryption-weak", "cms-encryption-3des", "smime-signer-identity"},
	},
}

// TestCheckDocuments holds what check tells of the documents' own captures against goldens, and
// the goldens against the draft.
func TestCheckDocuments(t *testing.T) {
	folder := filepath.Join("..", "..", "testdata", "draft-sec-flows")
	certs := filepath.Join(folder, "certs")
	for _, d := range documentChecks {
		t.Run(d.name, func(t *testing.T) {
			args := append([]string{
				"check", filepath.Join(folder, filepath.FromSlash(d.capture)), "--all", "--key", certs, "--passphrase", "password",
				"--cert", certs, "--ca", filepath.Join(certs, "root_cert_fluffyCA.pem"),
			}, d.flags...)
			var out, messages bytes.Buffer
			if code := run(t.Context(), args, nil, &out, &messages); code != exitAnalysed {
				t.Fatalf("exit code %d\n%s", code, messages.Bytes())
			}
			golden := filepath.Join("..", "..", "testdata", "expected", d.name+".check")
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, golden)), out.String()); diff != "" {
				t.Error(diff)
			}
			var told []string
			for _, m := range regexp.MustCompile(`(?m)^(?:error|warning|note): (.*)$`).FindAllStringSubmatch(out.String(), -1) {
				told = append(told, m[1])
			}
			for _, rule := range d.found {
				if !slices.Contains(told, rule) {
					t.Errorf("%s finds nothing", rule)
				}
			}
			for _, rule := range d.silent {
				if slices.Contains(told, rule) {
					t.Errorf("%s finds something", rule)
				}
			}
			for _, rule := range slices.Concat(d.found, d.silent) {
				if code := run(t.Context(), []string{"check", "--explain", rule}, nil, &bytes.Buffer{}, &messages); code != exitAnalysed {
					t.Errorf("there is no rule %s", rule)
				}
			}
		})
	}
}
