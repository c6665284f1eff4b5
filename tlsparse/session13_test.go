package tlsparse

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// lateSecrets has what a log has, but only once it is open.
type lateSecrets struct {
	*KeyLog
	open bool
}

func (l *lateSecrets) Secret(kind SecretKind, id []byte) (Secret, bool) {
	if !l.open {
		return Secret{}, false
	}
	return l.KeyLog.Secret(kind, id)
}

// TestLateSecrets: secrets that come in the middle of a connection open what comes after them.
func TestLateSecrets(t *testing.T) {
	for _, name := range []string{"tls13-aes256", "tls13-chacha20", "tls13-key-update", "chacha20", "dhe-rsa", "rsa-etm-tls10"} {
		t.Run(name, func(t *testing.T) {
			flows, _ := readFlows(t, filepath.Join(peers, name+".pcap"))
			flow := flows[0]
			for from := range flow {
				secrets := &lateSecrets{KeyLog: peerLog(t, name)}
				s := NewSession(&Config{Secrets: secrets})
				closed := 0
				for i, p := range flow {
					secrets.open = i >= from
					s.Feed(p.dir, p.data, func(r *Record) {
						if secrets.open && r.Encrypted && !r.Decrypted {
							closed++
						}
					})
				}
				// A key that was updated unseen is found as long as it is the next one. TLS 1.0
				// needs one record for its chain.
				allowed := 0
				switch name {
				case "rsa-etm-tls10":
					allowed = 2
				case "tls13-key-update":
					allowed = 100
				}
				if closed > allowed {
					t.Errorf("secrets from piece %d on: %d records stay closed", from, closed)
				}
				if v := s.Close(); from == 0 && v.Outcome != Decrypted || v.RecordsDecrypted == 0 && from < len(flow)-3 {
					t.Errorf("secrets from piece %d on: %s, %s", from, v.Outcome, v.Detail)
				}
			}
		})
	}
}

// TestPartialKeyLog opens what there are secrets for.
func TestPartialKeyLog(t *testing.T) {
	tests := []struct {
		name, capture string
		keep          string // part of the labels kept
		texts         bool   // the application data is read
	}{
		{"traffic secrets only", "tls13-aes256", "_TRAFFIC_SECRET_0", true},
		{"traffic secrets only, after early data", "tls13-early-data", "_TRAFFIC_SECRET_0", false},
		{"no early secret", "tls13-early-data", "_TRAFFIC_SECRET_0 _HANDSHAKE_", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flows, _ := readFlows(t, filepath.Join(peers, tt.capture+".pcap"))
			secrets := editLog(t, tt.capture, func(line string) string {
				for _, part := range strings.Fields(tt.keep) {
					if strings.Contains(line, part) {
						return line
					}
				}
				return ""
			})
			records, v := openFlow(&Config{Secrets: secrets}, false, flows[len(flows)-1])
			if v.Outcome != PartlyDecrypted || v.Reason != ReasonNotInKeyLog {
				t.Errorf("%s (%s): %s", v.Outcome, v.Reason, v.Detail)
			}
			texts := plaintexts(records)
			if tt.texts != strings.HasPrefix(texts[0], "MESSAGE") || !strings.HasPrefix(texts[1], "SIP/2.0 200") {
				t.Errorf("%q", texts)
			}
			for _, r := range records {
				if r.Err != nil {
					t.Errorf("record %d: %v", r.Number, r.Err)
				}
			}
		})
	}
}

// TestGaps13 loses each piece of a connection of TLS 1.3 in turn. Nothing is told that is wrong,
// and the last record of a direction opens again wherever the gap was behind the hellos.
func TestGaps13(t *testing.T) {
	for _, name := range []string{"tls13-aes256", "tls13-key-update", "tls13-client-auth", "tls13-early-data"} {
		flows, _ := readFlows(t, filepath.Join(peers, name+".pcap"))
		flow := flows[len(flows)-1]
		for gone := 2; gone < len(flow)-2; gone++ {
			s := NewSession(&Config{Secrets: peerLog(t, name)})
			var lastOpen [2]bool
			for i, p := range flow {
				if i == gone {
					s.Gap(p.dir, int64(len(p.data)))
					continue
				}
				s.Feed(p.dir, p.data, func(r *Record) {
					lastOpen[r.Dir] = r.Decrypted
					for _, m := range r.Messages {
						if f, ok := m.Body.(*Finished); ok && f.Checked && !f.Verified {
							t.Errorf("%s without piece %d: record %d: Finished not verified", name, gone, r.Number)
						}
					}
				})
			}
			if lastOpen != [2]bool{true, true} {
				t.Errorf("%s without piece %d: the last records: open %v, %s", name, gone, lastOpen, s.Close().Detail)
			}
		}
	}
}

// TestUnpad13 has the ends of TLSInnerPlaintext.
func TestUnpad13(t *testing.T) {
	for _, tt := range []struct {
		inner, content string
		typ            ContentType
		padding        int
		ok             bool
	}{
		{"data\x17", "data", 23, 0, true},
		{"data\x17\x00\x00\x00", "data", 23, 3, true},
		{"\x16", "", 22, 0, true},
		{"\x00\x00\x15\x00", "\x00\x00", 21, 1, true},
		{"\x00\x00", "", 0, 0, false},
		{"", "", 0, 0, false},
	} {
		content, typ, padding, err := unpad13([]byte(tt.inner))
		if string(content) != tt.content || typ != tt.typ || padding != tt.padding || (err == nil) != tt.ok {
			t.Errorf("%q: %q, %v, %d, %v", tt.inner, content, typ, padding, err)
		}
	}
}

// TestExpandLabel has the vector of RFC 8448, Section 3: the server's handshake keys.
func TestExpandLabel(t *testing.T) {
	secret := unhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
	suite := suites13[0x1301]
	if got := expandLabel(suite.hash, secret, "key", 16); !bytes.Equal(got, unhex("3fce516009c21727d0f2e4e86ee403bc")) {
		t.Errorf("key %x", got)
	}
	if got := expandLabel(suite.hash, secret, "iv", 12); !bytes.Equal(got, unhex("5d313eb2671276ee13000b30")) {
		t.Errorf("iv %x", got)
	}
	if got := expandLabel(suite.hash, secret, "finished", 32); !bytes.Equal(got, unhex("008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8")) {
		t.Errorf("finished %x", got)
	}
}

// TestOpenSSL13 has what the captures of peers have not: post-handshake authentication, padding,
// early data that the server does not take.
func TestOpenSSL13(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	certFile, keyFile := writeKeyPair(t, dir, "server", selfSigned(t, rsaKey()))
	keyLog := filepath.Join(dir, "keys.log")
	open := func(t *testing.T, tape *tape) ([]*Record, *Verdict) {
		t.Helper()
		text, err := os.ReadFile(keyLog)
		if err != nil {
			t.Fatal(err)
		}
		records, v := openFlow(&Config{Secrets: keyLogOf(t, text)}, false, tape.flow())
		for _, r := range records {
			if r.Err != nil {
				t.Errorf("record %d: %v", r.Number, r.Err)
			}
			for _, m := range r.Messages {
				if f, ok := m.Body.(*Finished); m.Err != nil || ok && !f.Verified {
					t.Errorf("record %d, %v: %v", r.Number, m.Type, m.Err)
				}
			}
		}
		return records, v
	}

	t.Run("padding", func(t *testing.T) {
		address := opensslServer(t, nil, "-cert", certFile, "-key", keyFile, "-record_padding", "512")
		p := newProxy(t, address)
		opensslClient(t, nil, p.Addr().String(), []string{"first line"}, "-tls1_3", "-keylogfile", keyLog)
		records, v := open(t, p.tape(t))
		if v.Outcome != Decrypted || plaintexts(records)[1] != "enil tsrif\n" {
			t.Errorf("%s: %s", v.Outcome, v.Detail)
		}
		padded := 0
		for _, r := range records {
			padded += r.Padding
		}
		if padded < 400 {
			t.Errorf("%d octets of padding", padded)
		}
	})

	t.Run("post-handshake authentication", func(t *testing.T) {
		p, say, hear := opensslTalker(t, certFile, keyFile)
		client := exec.Command("openssl", "s_client", "-connect", p.Addr().String(), "-tls1_3", "-enable_pha",
			"-cert", certFile, "-key", keyFile, "-keylogfile", keyLog, "-quiet")
		in, err := client.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Start(); err != nil {
			t.Fatal(err)
		}
		hear("Secure Renegotiation") // the last that it tells of the handshake
		say("c\n")                   // ask for the certificate
		hear("verify return")
		io.WriteString(in, "a line\n")
		hear("a line")
		in.Close()
		client.Process.Kill()
		client.Wait()
		_, v := open(t, p.tape(t))
		if v.Outcome != Decrypted || !strings.Contains(v.History, "FttrXYF") {
			t.Errorf("%s, %s: %s", v.Outcome, v.History, v.Detail)
		}
	})

	t.Run("early data refused", func(t *testing.T) {
		address := opensslServer(t, nil, "-cert", certFile, "-key", keyFile, "-max_early_data", "16384")
		p := newProxy(t, address)
		session, early := filepath.Join(dir, "session.pem"), filepath.Join(dir, "early.txt")
		if err := os.WriteFile(early, []byte("too early\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		opensslClient(t, nil, p.Addr().String(), []string{"first"}, "-tls1_3", "-sess_out", session, "-keylogfile", keyLog)
		p.tape(t)
		// A server that was told nothing of early data refuses what its tickets allow.
		opensslClient(t, nil, p.Addr().String(), []string{"second"}, "-tls1_3", "-sess_in", session, "-early_data", early, "-keylogfile", keyLog)
		records, v := open(t, p.tape(t))
		texts := plaintexts(records)
		if v.Outcome != Decrypted || !v.Resumed || texts[0] != "too early\nsecond\n" || !strings.HasSuffix(texts[1], "dnoces\n") {
			t.Errorf("%s, %q: %s", v.Outcome, texts, v.Detail)
		}
	})
}

// opensslTalker starts an s_server that does what it is told on its standard input, with a proxy
// before it. hear waits until it has said something behind what was heard before.
func opensslTalker(t *testing.T, certFile, keyFile string) (p *proxy, say, hear func(string)) {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.Command("openssl", "s_server", "-accept", address, "-cert", certFile, "-key", keyFile, "-tls1_3")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		out.Close()
	})
	said := ""
	hear = func(words string) {
		t.Helper()
		out.SetReadDeadline(time.Now().Add(20 * time.Second))
		buf := make([]byte, 1<<12)
		for !strings.Contains(said, words) {
			n, err := out.Read(buf)
			if err != nil {
				t.Fatalf("the server did not say %q, but %q: %v", words, said, err)
			}
			said += string(buf[:n])
		}
		_, said, _ = strings.Cut(said, words)
	}
	hear("ACCEPT")
	return newProxy(t, address), func(s string) { io.WriteString(in, s) }, hear
}
