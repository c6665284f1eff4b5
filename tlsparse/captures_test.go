package tlsparse

import (
	"crypto"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sipsecdump/cms/pki"
)

const peers = "../testdata/peers"

// readFlows takes the payloads off a little-endian pcap file of link type Ethernet with IPv4,
// which those of the peers are. The server has port 5061; there is one flow for each port of the
// client, in the order of their first packets.
func readFlows(t testing.TB, file string) (flows [][]piece, udp bool) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	index := map[uint16]int{}
	next := map[[2]uint16]uint32{} // the sequence number that is next, for each direction
	for b = b[24:]; len(b) >= 16; {
		n := binary.LittleEndian.Uint32(b[8:])
		ip := b[16+14 : 16+n]
		b = b[16+n:]
		ip = ip[:binary.BigEndian.Uint16(ip[2:])]
		segment := ip[ip[0]&0xf*4:]
		from, to := binary.BigEndian.Uint16(segment), binary.BigEndian.Uint16(segment[2:])
		d, client := ClientToServer, from
		if from == 5061 {
			d, client = ServerToClient, to
		}
		data := segment[8:]
		if udp = ip[9] == 17; !udp {
			data = segment[segment[12]>>4*4:]
			seq := binary.BigEndian.Uint32(segment[4:])
			if want, known := next[[2]uint16{from, to}]; known && len(data) > 0 && seq != want {
				if int32(want-seq) < int32(len(data)) {
					t.Fatalf("%s: not in order", file)
				}
				continue // sent again
			}
			next[[2]uint16{from, to}] = seq + uint32(len(data)) + uint32(segment[13]>>1&1)
		}
		i, known := index[client]
		if !known {
			i = len(flows)
			index[client] = i
			flows = append(flows, nil)
		}
		if len(data) > 0 {
			flows[i] = append(flows[i], piece{d, data})
		}
	}
	return flows, udp
}

// peerKeys are the private keys of both servers.
func peerKeys(t testing.TB) *pki.Keyring {
	t.Helper()
	k := &pki.Keyring{}
	for _, name := range []string{"domain_key_example.net.pem", "ec_key_example.net.pem"} {
		b, err := os.ReadFile(filepath.Join(peers, "keys", name))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(b)
		if block == nil {
			t.Fatalf("%s: no PEM", name)
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		k.Keys = append(k.Keys, privateKey(key.(crypto.Signer), name))
	}
	return k
}

func peerLog(t testing.TB, name string) *KeyLog {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(peers, name+".keylog"))
	if err != nil {
		t.Fatal(err)
	}
	return keyLogOf(t, b)
}

// feeder is what both kinds of session are.
type feeder interface {
	Feed(d Dir, p []byte, yield func(*Record))
	Close() *Verdict
}

func openFlow(cfg *Config, udp bool, flow []piece) (records []*Record, v *Verdict) {
	var s feeder = NewSession(cfg)
	if udp {
		s = NewDatagramSession(cfg)
	}
	keep := func(r *Record) { records = append(records, r.Clone()) }
	for _, p := range flow {
		s.Feed(p.dir, p.data, keep)
	}
	if ds, ok := s.(*DatagramSession); ok {
		ds.Flush(keep)
	}
	return records, s.Close()
}

// TestPeerCaptures opens the captures of other implementations: with the servers' keys as far
// as these go, and all of them with their key logs.
func TestPeerCaptures(t *testing.T) {
	const open, eph, psk = ReasonRSAKey, ReasonEphemeral, ReasonPreSharedKey
	tests := []struct {
		name    string
		version Version
		suite   string
		byKey   []Reason // for each flow
		echo    bool     // the server sends back what it gets
	}{
		{"rsa-etm", TLS12, "TLS_RSA_WITH_AES_128_CBC_SHA256", []Reason{open}, false},
		{"rsa-etm-tls10", TLS10, "TLS_RSA_WITH_AES_256_CBC_SHA", []Reason{open}, false},
		{"dhe-rsa", TLS12, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", []Reason{eph}, false},
		{"dhe-rsa-gcm", TLS12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", []Reason{eph}, false},
		{"camellia", TLS12, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256", []Reason{open}, false},
		{"camellia-sha1", TLS11, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", []Reason{open}, false},
		{"aria-gcm", TLS12, "TLS_RSA_WITH_ARIA_128_GCM_SHA256", []Reason{open}, false},
		{"aria256-gcm", TLS12, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384", []Reason{eph}, false},
		{"ccm", TLS12, "TLS_RSA_WITH_AES_128_CCM", []Reason{open}, false},
		{"ccm8-ecdsa", TLS12, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", []Reason{eph}, false},
		{"chacha20", TLS12, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", []Reason{eph}, false},
		{"null-sha256", TLS12, "TLS_RSA_WITH_NULL_SHA256", []Reason{open}, false},
		{"anonymous-dh", TLS12, "TLS_DH_anon_WITH_AES_128_CBC_SHA256", []Reason{eph}, false},
		{"psk", TLS12, "TLS_PSK_WITH_AES_128_CBC_SHA256", []Reason{psk}, false},
		{"rsa-psk", TLS12, "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256", []Reason{psk}, false},
		{"max-fragment-length", TLS12, "TLS_RSA_WITH_AES_128_GCM_SHA256", []Reason{open}, false},
		{"client-auth", TLS12, "TLS_RSA_WITH_AES_128_CBC_SHA", []Reason{open}, false},
		{"resume-by-id", TLS12, "TLS_RSA_WITH_AES_128_CBC_SHA", []Reason{open, ReasonSession}, false},
		{"resume-by-id-tls10", TLS10, "TLS_RSA_WITH_AES_128_CBC_SHA", []Reason{open, ReasonSession}, false},
		{"resume-by-ticket", TLS12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", []Reason{eph, ReasonResumed}, false},
		{"renegotiation", TLS12, "TLS_RSA_WITH_AES_128_CBC_SHA", []Reason{open}, false},
		{"tls13-aes256", TLS13, "TLS_AES_256_GCM_SHA384", []Reason{eph}, false},
		{"tls13-chacha20", TLS13, "TLS_CHACHA20_POLY1305_SHA256", []Reason{eph}, false},
		{"tls13-ccm", TLS13, "TLS_AES_128_CCM_SHA256", []Reason{eph}, false},
		{"tls13-hello-retry", TLS13, "TLS_AES_256_GCM_SHA384", []Reason{eph}, false},
		{"tls13-client-auth", TLS13, "TLS_AES_256_GCM_SHA384", []Reason{eph}, false},
		{"tls13-resume", TLS13, "TLS_AES_256_GCM_SHA384", []Reason{eph, eph}, false},
		{"tls13-key-update", TLS13, "TLS_AES_256_GCM_SHA384", []Reason{eph}, false},
		{"tls13-early-data", TLS13, "TLS_AES_256_GCM_SHA384", []Reason{eph, eph}, false},
		{"dtls12", DTLS12, "TLS_RSA_WITH_AES_128_CBC_SHA256", []Reason{open}, false},
		{"gnutls-camellia-gcm", TLS12, "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256", []Reason{open}, true},
		{"gnutls-etm", TLS12, "TLS_RSA_WITH_AES_128_CBC_SHA", []Reason{open}, true},
		{"gnutls-ccm8", TLS12, "TLS_RSA_WITH_AES_256_CCM_8", []Reason{open}, true},
		{"gnutls-tls13", TLS13, "TLS_CHACHA20_POLY1305_SHA256", []Reason{eph}, true},
	}
	files, err := filepath.Glob(filepath.Join(peers, "*.pcap"))
	if err != nil || len(files) != len(tests) {
		t.Errorf("%d captures, %d in the table", len(files), len(tests))
	}
	keys := peerKeys(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flows, udp := readFlows(t, filepath.Join(peers, tt.name+".pcap"))
			if len(flows) != len(tt.byKey) {
				t.Fatalf("%d flows", len(flows))
			}
			check := func(t *testing.T, records []*Record, v *Verdict, reason Reason, ok bool) {
				if v.Version != tt.version || v.CipherSuite.Name() != tt.suite {
					t.Errorf("%v, %v", v.Version, v.CipherSuite)
				}
				if (v.Outcome == Decrypted) != ok || v.Reason != reason {
					t.Errorf("%s, %s: %s", v.Outcome, v.Reason, v.Detail)
				}
				if !ok {
					return
				}
				texts := plaintexts(records)
				answer := "SIP/2.0 200 OK\r\n"
				if tt.echo {
					answer = "MESSAGE sip"
				}
				if !strings.HasPrefix(texts[0], "MESSAGE sip") || !strings.Contains(texts[0], "Hello!") || !strings.HasPrefix(texts[1], answer) {
					t.Errorf("application data: %q", texts)
				}
				for _, r := range records {
					for _, m := range r.Messages {
						if f, ok := m.Body.(*Finished); ok && !f.Verified {
							t.Errorf("record %d: Finished not verified", r.Number)
						}
						if m.Err != nil {
							t.Errorf("record %d, %v: %v", r.Number, m.Type, m.Err)
						}
					}
					if r.Err != nil {
						t.Errorf("record %d: %v", r.Number, r.Err)
					}
				}
				if t.Failed() {
					for _, line := range summaries(records) {
						t.Log(line)
					}
				}
			}
			t.Run("key", func(t *testing.T) {
				cfg := &Config{Keys: keys, Sessions: cache{}}
				for i, flow := range flows {
					records, v := openFlow(cfg, udp, flow)
					check(t, records, v, tt.byKey[i], tt.byKey[i] == open || tt.byKey[i] == ReasonSession)
				}
			})
			t.Run("key log", func(t *testing.T) {
				cfg := &Config{Secrets: peerLog(t, tt.name)}
				for _, flow := range flows {
					records, v := openFlow(cfg, udp, flow)
					check(t, records, v, ReasonKeyLog, true)
				}
			})
			t.Run("octet by octet", func(t *testing.T) {
				if udp {
					t.Skip("datagrams come whole")
				}
				cfg := &Config{Secrets: peerLog(t, tt.name)}
				for _, flow := range flows {
					var single []piece
					for _, p := range flow {
						for i := range p.data {
							single = append(single, piece{p.dir, p.data[i : i+1]})
						}
					}
					whole, _ := openFlow(cfg, udp, flow)
					records, _ := openFlow(cfg, udp, single)
					if a, b := plaintexts(whole), plaintexts(records); a != b || len(whole) != len(records) {
						t.Errorf("%q, whole %q", b, a)
					}
				}
			})
		})
	}
}
