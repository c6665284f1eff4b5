package tlsparse

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sipsecdump/cms/pki"
)

// reasons are all there are.
var reasons = []Reason{
	ReasonRSAKey, ReasonKeyLog, ReasonCaptureSecrets, ReasonSession,
	ReasonNoKey, ReasonKeyMismatch, ReasonEphemeral, ReasonPreSharedKey, ReasonNotInKeyLog, ReasonResumed, ReasonSuite, ReasonVersion,
	ReasonHelloNotCaptured, ReasonGap, ReasonMAC, ReasonPreMaster, ReasonAlert, ReasonIncomplete, ReasonNothingEncrypted,
}

// editLog edits the key log of a peer's capture: edit sees each line and returns the one to
// put in its place.
func editLog(t *testing.T, name string, edit func(line string) string) *KeyLog {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(peers, name+".keylog"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if line = edit(strings.TrimRight(line, "\r\n")); line != "" {
			out.WriteString(line + "\n")
		}
	}
	return keyLogOf(t, []byte(out.String()))
}

// spoil changes the secret of a line.
func spoil(line string) string { return line[:len(line)-8] + "deadbeef" }

// TestReasons has a connection for each reason: captures of peers, as they are or with something
// left out, and what keys there are.
func TestReasons(t *testing.T) {
	keys := peerKeys(t)
	other := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "other.pem")}}
	flow := func(name string) []piece {
		flows, _ := readFlows(t, filepath.Join(peers, name+".pcap"))
		return flows[len(flows)-1]
	}
	// without leaves out pieces; each is at its own place in the list.
	without := func(f []piece, gone ...int) []piece {
		out := make([]piece, len(f))
		copy(out, f)
		for _, i := range gone {
			out[i].data = nil
		}
		return out
	}
	oneSide := func(f []piece) []piece {
		return slices.DeleteFunc(slices.Clone(f), func(p piece) bool { return p.dir == ServerToClient })
	}
	capture := func(name string) Secrets {
		text, err := os.ReadFile(filepath.Join(peers, name+".keylog"))
		if err != nil {
			t.Fatal(err)
		}
		var l KeyLog
		if _, _, err := l.ReadCapture("capture", 1, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		return &l
	}
	rsa, ecdhe, tls13 := flow("client-auth"), flow("chacha20"), flow("tls13-aes256")
	spoiled := bytes.Clone(rsa[len(rsa)-1].data)
	spoiled[len(spoiled)-1] ^= 1
	last := len(rsa) - 1
	refused := []piece{rsa[0], {ServerToClient, []byte{21, 3, 3, 0, 2, 2, 40}}}
	unknownSuite := bytes.Clone(tls13[1].data)
	copy(unknownSuite[5+4+2+32+1+32:], []byte{0x13, 0x06}) // the cipher suite of the ServerHello
	oldVersion := bytes.Clone(rsa[1].data)
	copy(oldVersion[5+4:], []byte{2, 0})
	garbled := bytes.Clone(rsa[2].data)
	for i := range garbled {
		if i+300 < len(garbled) && garbled[i] == 22 && garbled[i+5] == byte(TypeClientKeyExchange) {
			garbled[i+5+4+2+100] ^= 1
		}
	}

	hiding := bytes.Replace(tls13[0].data, []byte{0, 23, 0, 0}, []byte{0xfe, 0x0d, 0, 0}, 1) // instead of extended_master_secret
	// The server's answer without its key_share: another number is nobody's extension.
	unshared := flow("tls13-resume")
	unshared[1].data = bytes.Replace(unshared[1].data, []byte{0, 51, 0, 36}, []byte{0xff, 51, 0, 36}, 1)

	tests := []struct {
		reason  Reason
		name    string
		flow    []piece
		cfg     *Config
		outcome Outcome
		detail  string // a regular expression
	}{
		{ReasonRSAKey, "", rsa, &Config{Keys: keys}, Decrypted, `^the RSA key of the certificate of CN=example\.net,.* \(domain_key_example\.net\.pem\), proved by both Finished messages$`},
		{ReasonKeyLog, "TLS 1.2", ecdhe, &Config{Secrets: peerLog(t, "chacha20")}, Decrypted, `^the key log keys\.log, proved by both Finished messages$`},
		{ReasonKeyLog, "TLS 1.3", tls13, &Config{Secrets: peerLog(t, "tls13-aes256")}, Decrypted, `^the key log keys\.log, proved by both Finished messages$`},
		{ReasonKeyLog, "preferred to a key", rsa, &Config{Keys: keys, Secrets: peerLog(t, "client-auth")}, Decrypted, `^the key log`},
		{ReasonRSAKey, "a wrong key log", rsa, &Config{Keys: keys, Secrets: editLog(t, "client-auth", spoil)}, Decrypted, `^the RSA key .*, proved by both`},
		{ReasonCaptureSecrets, "", tls13, &Config{Secrets: capture("tls13-aes256")}, Decrypted, `^the secrets that the capture holds, proved by both Finished messages$`},
		{ReasonNoKey, "", rsa, &Config{}, NotDecrypted, `^no private key was given for the certificate of CN=example\.net,.*, serial [0-9a-f]+$`},
		{ReasonKeyMismatch, "", rsa, &Config{Keys: other}, NotDecrypted, `^none of the keys given \(other\.pem\) belongs to the certificate of CN=example\.net`},
		{ReasonEphemeral, "TLS 1.2", ecdhe, &Config{Keys: keys}, NotDecrypted, `^TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 takes its keys from an ephemeral exchange`},
		{ReasonEphemeral, "TLS 1.3", tls13, &Config{Keys: keys}, NotDecrypted, `^TLS 1\.3 takes its keys`},
		{ReasonEphemeral, "TLS 1.3 with a pre-shared key", flow("tls13-resume"), &Config{}, NotDecrypted, `^a session of TLS 1\.3 that resumes another one`},
		{ReasonPreSharedKey, "", flow("psk"), &Config{Keys: keys}, NotDecrypted, `^TLS_PSK_WITH_AES_128_CBC_SHA256 takes its keys from a key that the peers shared before`},
		{ReasonPreSharedKey, "TLS 1.3", unshared, &Config{}, NotDecrypted, `^a session of TLS 1\.3 without key_share takes its keys from a key that the peers shared before`},
		{ReasonPreSharedKey, "with RSA", flow("rsa-psk"), &Config{Keys: keys}, NotDecrypted, `^TLS_RSA_PSK_WITH_AES_128_GCM_SHA256 takes its keys`},
		{ReasonNotInKeyLog, "a pre-shared key", flow("psk"), &Config{Keys: keys, Secrets: peerLog(t, "client-auth")}, NotDecrypted, `^its client random is not in the key log`},
		{ReasonNotInKeyLog, "TLS 1.2", ecdhe, &Config{Secrets: peerLog(t, "client-auth")}, NotDecrypted, `^its client random is not in the key log \(\d+ entr(y|ies)\)$`},
		{ReasonNotInKeyLog, "TLS 1.3", tls13, &Config{Secrets: peerLog(t, "client-auth")}, NotDecrypted, `^its client random is not in the key log \(\d+ entr(y|ies)\)$`},
		{ReasonNotInKeyLog, "TLS 1.3 with an encrypted hello", append([]piece{{ClientToServer, hiding}}, tls13[1:]...), &Config{Secrets: peerLog(t, "client-auth")}, NotDecrypted, `is not in the key log \(\d+ entr(y|ies)\); that of the hello inside encrypted_client_hello, if it was accepted, may be$`},
		{ReasonNotInKeyLog, "RSA and no key", rsa, &Config{Secrets: peerLog(t, "chacha20")}, NotDecrypted, `^its client random is not in the key log`},
		{ReasonNotInKeyLog, "handshake secrets only", tls13, &Config{Secrets: editLog(t, "tls13-aes256", func(line string) string {
			if strings.Contains(line, "HANDSHAKE") {
				return line
			}
			return ""
		})}, PartlyDecrypted, `^the key log has other secrets of this connection, but none that opens record \d+`},
		{ReasonResumed, "", flow("resume-by-id"), &Config{Keys: keys, Sessions: cache{}}, NotDecrypted, `^it resumes a session whose master secret is not known \(session id [0-9a-f]{16}\.\.\.\)$`},
		{ReasonResumed, "with a key log", flow("resume-by-id"), &Config{Secrets: peerLog(t, "chacha20")}, NotDecrypted, `is not known \(session id .*\), and its client random is not in the key log \(\d+ entr(y|ies)\)$`},
		{ReasonSuite, "TLS 1.3", append([]piece{tls13[0], {ServerToClient, unknownSuite}}, tls13[2:]...), &Config{Secrets: peerLog(t, "tls13-aes256")}, NotDecrypted, `^records of the cipher suite 0x1306 cannot be decrypted yet$`},
		{ReasonVersion, "", append([]piece{rsa[0], {ServerToClient, oldVersion}}, rsa[2:]...), &Config{Keys: keys}, NotDecrypted, `^records of 0x0200 cannot be decrypted yet$`},
		{ReasonHelloNotCaptured, "", rsa[1:], &Config{Keys: keys}, NotDecrypted, `^no ClientHello was captured before the encrypted records$`},
		{ReasonHelloNotCaptured, "one side of TLS 1.2", oneSide(ecdhe), &Config{Secrets: peerLog(t, "chacha20")}, NotDecrypted, `^no ServerHello was captured before the encrypted records$`},
		{ReasonHelloNotCaptured, "one side of TLS 1.3", oneSide(tls13), &Config{Secrets: peerLog(t, "tls13-aes256")}, NotDecrypted, `^the ServerHello was not captured$`},
		{ReasonMAC, "the last record", append(without(rsa, last), piece{rsa[last].dir, spoiled}), &Config{Keys: keys}, PartlyDecrypted, `^record \d+ \((C>S|S>C)\) does not open: the MAC is wrong$`},
		{ReasonMAC, "a wrong key log", ecdhe, &Config{Secrets: editLog(t, "chacha20", spoil)}, NotDecrypted, `^record \d+ \(C>S\) does not open: the tag is wrong$`},
		{ReasonMAC, "a wrong key log of TLS 1.3", tls13, &Config{Secrets: editLog(t, "tls13-aes256", spoil)}, NotDecrypted, `^record \d+ \(S>C\) does not open: the tag is wrong$`},
		{ReasonPreMaster, "", append([]piece{rsa[0], rsa[1], {ClientToServer, garbled}}, rsa[3:]...), &Config{Keys: keys}, NotDecrypted, `^the key of the certificate .* does not open the EncryptedPreMasterSecret`},
		{ReasonAlert, "", refused, &Config{Keys: keys}, HandshakeFailed, `^the server sent the alert handshake_failure \(40\) in record 2$`},
		{ReasonIncomplete, "no TLS", []piece{rsa[0], {ServerToClient, []byte("SIP/2.0 400 Bad Request\r\n\r\n")}}, &Config{Keys: keys}, NotDecrypted, `^the server's answer is no TLS: it begins with "SIP/2"$`},
		{ReasonGap, "no record", []piece{rsa[0], {ServerToClient, []byte("\x00\x01\x02\x03\x04\x05")}}, &Config{Keys: keys}, NotDecrypted, `^no record starts at offset 0 of S>C$`},
		{ReasonGap, "text behind a record", []piece{rsa[0], {ServerToClient, append(bytes.Clone(rsa[1].data), "SIP/2.0 400"...)}}, &Config{Keys: keys}, NotDecrypted, `^no record starts at offset \d+ of S>C$`},
		{ReasonIncomplete, "", rsa[:2], &Config{Keys: keys}, NotDecrypted, `^the capture of the connection ends before the handshake does$`},
		{ReasonNothingEncrypted, "", nil, &Config{}, NotDecrypted, `^no record was complete$`},
	}
	seen := map[Reason]bool{ReasonGap: true, ReasonSession: true} // below, and with the peers' captures
	for _, tt := range tests {
		seen[tt.reason] = true
		t.Run(strings.TrimSpace(string(tt.reason)+" "+tt.name), func(t *testing.T) {
			records, v := openFlow(tt.cfg, false, tt.flow)
			if v.Outcome != tt.outcome || v.Reason != tt.reason || !regexp.MustCompile(tt.detail).MatchString(v.Detail) {
				t.Errorf("%s (%s): %s", v.Outcome, v.Reason, v.Detail)
				for _, line := range summaries(records) {
					t.Log(line)
				}
			}
		})
	}
	for _, r := range reasons {
		if !seen[r] {
			t.Errorf("no connection for %s", r)
		}
	}

	t.Run("end", func(t *testing.T) {
		for _, c := range []struct {
			ends func(*Session)
			want string
		}{
			{func(s *Session) { s.End(ServerToClient, true) }, "the handshake did not end: the server reset the connection"},
			{func(s *Session) { s.End(ClientToServer, false); s.End(ServerToClient, true) }, "the handshake did not end: the client closed the connection"},
		} {
			s := NewSession(&Config{})
			s.Feed(ClientToServer, rsa[0].data, func(*Record) {})
			c.ends(s)
			if v := s.Close(); v.Reason != ReasonIncomplete || v.Detail != c.want {
				t.Errorf("%s: %s", v.Reason, v.Detail)
			}
		}
	})

	// With the client's Finished lost, only what comes later shows that the handshake did not fail.
	t.Run("alert without Finished", func(t *testing.T) {
		for name, suite := range map[string][]piece{"client-auth": rsa, "chacha20": ecdhe, "tls13-aes256": tls13} {
			for _, use := range []bool{false, true} {
				s := NewSession(&Config{Secrets: peerLog(t, name)})
				flight := 0
				for i, p := range suite {
					switch {
					case p.dir == ClientToServer && i > 0 && flight == 0:
						s.Gap(p.dir, int64(len(p.data)))
						flight = i
					case flight == 0 || i == flight+1 || use:
						s.Feed(p.dir, p.data, func(*Record) {})
					}
				}
				s.verdict.alert(&Record{Dir: ServerToClient, Decrypted: true, Number: 99}, &AlertMessage{Level: AlertFatal, Description: 50}, s.current)
				want := HandshakeFailed
				if use {
					want = PartlyDecrypted
				}
				if v := s.Close(); v.Outcome != want {
					t.Errorf("%s, application data %t: %s (%s): %s", name, use, v.Outcome, v.Reason, v.Detail)
				}
			}
		}
	})

	t.Run("gap", func(t *testing.T) {
		for _, c := range []struct {
			flow []piece
			cfg  *Config
		}{{rsa, &Config{Keys: keys}}, {tls13, &Config{Secrets: peerLog(t, "tls13-aes256")}}} {
			s := NewSession(c.cfg)
			for i, p := range c.flow {
				if i == len(c.flow)-2 {
					s.Gap(p.dir, int64(len(p.data)))
					continue
				}
				s.Feed(p.dir, p.data, func(*Record) {})
			}
			v := s.Close()
			if v.Outcome != PartlyDecrypted || v.Reason != ReasonGap || !regexp.MustCompile(`^\d+ octets of (C>S|S>C) from offset \d+ on are lost$`).MatchString(v.Detail) {
				t.Errorf("%s (%s): %s", v.Outcome, v.Reason, v.Detail)
			}
		}
	})
}

// TestPreSharedAge: of the pre-shared keys of TLS 1.3, those with an age are of a session before.
func TestPreSharedAge(t *testing.T) {
	flows, _ := readFlows(t, filepath.Join(peers, "tls13-resume.pcap"))
	f := flows[len(flows)-1]
	hello := f[0].data
	var h *ClientHello
	s := NewSession(nil)
	s.Feed(ClientToServer, hello, func(r *Record) { h = r.Messages[0].Body.(*ClientHello) })
	offered, ok := find(h.Extensions, ExtPreSharedKey)
	if !ok {
		t.Fatal("no pre_shared_key")
	}
	identities := offered.vector("identities", 2)
	id := identities.opaque("identity", 2)
	age := bytes.Index(hello, id) + len(id)
	for _, resumed := range []bool{true, false} {
		if !resumed {
			hello = bytes.Clone(hello)
			clear(hello[age : age+4])
		}
		_, v := openFlow(nil, false, append([]piece{{ClientToServer, hello}}, f[1:]...))
		if v.Resumed != resumed {
			t.Errorf("resumed: %t, want %t", v.Resumed, resumed)
		}
	}
	if _, v := openFlow(nil, false, f[1:]); v.Resumed {
		t.Error("resumed, though the ClientHello was not captured")
	}
}
