package tlsparse

import (
	"bytes"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
)

// corrupt flips the last octet of the n-th record of a flow whose pieces are whole records.
func corrupt(t *testing.T, flow []piece, n int) []piece {
	t.Helper()
	var out []piece
	count := 0
	for _, p := range flow {
		data := bytes.Clone(p.data)
		for rest := data; len(rest) > 0; {
			size := recordHeader + int(rest[3])<<8 + int(rest[4])
			if count++; count == n {
				rest[size-1] ^= 1
			}
			rest = rest[size:]
		}
		out = append(out, piece{p.dir, data})
	}
	return out
}

// TestCorrupt flips an octet of one record of the documents' capture. What is told, and of
// which record, depends on which it is.
func TestCorrupt(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	tests := []struct {
		name    string
		record  int
		line    string // of that record
		outcome Outcome
		reason  Reason
		opened  int
		detail  string
	}{
		{"EncryptedPreMasterSecret", 5, "5 C>S handshake TLS 1.0(134) client_key_exchange", NotDecrypted, ReasonPreMaster, 0,
			"(domain_key_example.net.pem) does not open the EncryptedPreMasterSecret"},
		{"the client's Finished", 7, "7 C>S handshake TLS 1.0(48) encrypted [bad-mac]", PartlyDecrypted, ReasonMAC, 3,
			"record 7 (C>S) does not open: "},
		{"the server's Finished", 9, "9 S>C handshake TLS 1.0(48) encrypted [bad-mac]", PartlyDecrypted, ReasonMAC, 3,
			"record 9 (S>C) does not open: "},
		{"application data", 11, "11 C>S application_data TLS 1.0(720) encrypted [bad-mac]", PartlyDecrypted, ReasonMAC, 5,
			"record 11 (C>S) does not open: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := &Config{Keys: ring(t, "domain_key_example.net.pem")}
			records, v := run(cfg, corrupt(t, flow, tt.record))
			if got := summary(records[tt.record-1]); got != tt.line {
				t.Errorf("record: %s", got)
			}
			if v.Outcome != tt.outcome || v.Reason != tt.reason || v.RecordsDecrypted != tt.opened || !strings.Contains(v.Detail, tt.detail) {
				t.Errorf("verdict: %+v", v)
			}
		})
	}
}

// TestFinishedMismatch changes a message that the keys do not depend on: records open, and the
// Finished messages tell.
func TestFinishedMismatch(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	// The last octet of the hello is the compression method.
	records, v := run(&Config{Keys: ring(t, "domain_key_example.net.pem")}, corrupt(t, flow, 1))
	for _, n := range []int{7, 9} {
		f := records[n-1].Messages[0]
		body := f.Body.(*Finished)
		if e, ok := f.Err.(*Error); !ok || e.Code != CodeFinished || !body.Checked || body.Verified {
			t.Errorf("record %d: %+v, %v", n, body, f.Err)
		}
	}
	if v.Outcome != Decrypted || !strings.HasSuffix(v.Detail, "proved by the MACs of its records") {
		t.Errorf("verdict: %+v", v)
	}
}

// TestShortKey opens a premaster secret with keys that crypto/rsa refuses.
func TestShortKey(t *testing.T) {
	key := shortKey(t)
	private := privateKey(key, "short.pem")
	encrypt := func(padded []byte) []byte {
		m := new(big.Int).SetBytes(padded)
		return m.Exp(m, big.NewInt(65537), key.N).FillBytes(make([]byte, 64))
	}
	secret := bytes.Repeat([]byte{7}, preMasterLength)
	fill := func(n int) []byte { return bytes.Repeat([]byte{0xff}, n) }
	got, err := decryptPreMaster(private, key.Size(), encrypt(cat([]byte{0, 2}, fill(13), []byte{0}, secret)))
	if err != nil || !bytes.Equal(got, secret) {
		t.Errorf("got %x, %v", got, err)
	}
	for name, encrypted := range map[string][]byte{
		"too long":         make([]byte, 65),
		"beyond N":         fill(64),
		"no padding":       encrypt(secret),
		"another type":     encrypt(cat([]byte{0, 1}, fill(13), []byte{0}, secret)),
		"no end":           encrypt(cat([]byte{0, 2}, fill(62))),
		"short padding":    encrypt(cat([]byte{0, 2}, fill(7), []byte{0}, make([]byte, 54))),
		"a shorter secret": encrypt(cat([]byte{0, 2}, fill(14), []byte{0}, secret[1:])),
		"empty":            nil,
	} {
		if got, err := decryptPreMaster(private, key.Size(), encrypted); err == nil {
			t.Errorf("%s: %x", name, got)
		}
	}
}
