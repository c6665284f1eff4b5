package tlsparse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/cms/pki"
)

// dtlsFlow is the peers' capture of DTLS.
func dtlsFlow(t testing.TB) []piece {
	t.Helper()
	flows, udp := readFlows(t, filepath.Join(peers, "dtls12.pcap"))
	if !udp || len(flows) != 1 {
		t.Fatalf("%d flows", len(flows))
	}
	return flows[0]
}

func TestDatagramRecords(t *testing.T) {
	records, v := openFlow(&Config{Keys: peerKeys(t)}, true, dtlsFlow(t))
	var lines []string
	for _, r := range records {
		if !r.Datagram || r.Raw[0] != byte(r.Type) || len(r.Raw) != datagramHeader+r.Length {
			t.Errorf("record %d: %+v", r.Number, r)
		}
		lines = append(lines, fmt.Sprintf("%d.%d %s", r.Epoch, r.Sequence, summary(r)))
	}
	want := strings.Split(strings.TrimSpace(dtlsLines), "\n")
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
	if v.History != dtlsHistory {
		t.Errorf("history %s", v.History)
	}
}

// TestDatagramOrder lets datagrams come twice, in another order, or not at all.
func TestDatagramOrder(t *testing.T) {
	flow := dtlsFlow(t)
	cfg := &Config{Secrets: peerLog(t, "dtls12")}
	whole, v := openFlow(cfg, true, flow)
	texts := plaintexts(whole)
	messages := 0
	for _, r := range whole {
		messages += len(r.Messages)
	}
	t.Run("twice", func(t *testing.T) {
		for i := range flow {
			for j := i; j < len(flow); j++ { // flow[i] comes again behind flow[j]
				again := append(append(append([]piece(nil), flow[:j+1]...), flow[i]), flow[j+1:]...)
				records, got := openFlow(cfg, true, again)
				n := 0
				for _, r := range records {
					n += len(r.Messages)
					if r.Replayed && (len(r.Messages) > 0 || r.Number == 1) {
						t.Errorf("%d after %d: record %d", i, j, r.Number)
					}
					if r.Replayed {
						r.Plaintext = nil
					}
				}
				if got.Outcome != Decrypted || got.History != v.History || n != messages || plaintexts(records) != texts {
					t.Fatalf("%d after %d: %s, %s: %s, %s, %d messages", i, j, got.Outcome, got.Reason, got.Detail, got.History, n)
				}
			}
		}
	})
	t.Run("exchanged", func(t *testing.T) {
		for i := range len(flow) - 1 {
			other := append([]piece(nil), flow...)
			other[i], other[i+1] = other[i+1], other[i]
			records, got := openFlow(cfg, true, other)
			if got.Outcome != Decrypted {
				t.Errorf("%d: %s, %s: %s\n%s", i, got.Outcome, got.Reason, got.Detail, strings.Join(summaries(records), "\n"))
			}
		}
	})
	t.Run("overtaken", func(t *testing.T) {
		// Each record is a datagram, and comes up to three later.
		single := singleRecords(flow)
		for name, cfg := range map[string]*Config{"key log": cfg, "key": {Keys: peerKeys(t)}} {
			for i := range single {
				for k := 1; k <= 3 && i+k < len(single); k++ {
					other := append([]piece(nil), single...)
					copy(other[i:], single[i+1:i+k+1])
					other[i+k] = single[i]
					records, got := openFlow(cfg, true, other)
					if got.Outcome != Decrypted || len(records) != len(single) || plaintexts(records) != texts {
						t.Errorf("%s: %d later by %d: %d records, %s, %s: %s", name, i, k, len(records), got.Outcome, got.Reason, got.Detail)
					}
				}
			}
		}
	})
	t.Run("never", func(t *testing.T) {
		// What others wait for does not come: they are told all the same, each once and in order.
		single := singleRecords(flow)
		for i := range single {
			for range 2 * maxWaiting { // more than wait
				single = append(single, single[len(single)-3])
			}
			other := append(append([]piece(nil), single[:i]...), single[i+1:]...)
			records, _ := openFlow(cfg, true, other)
			if len(records) != len(other) {
				t.Errorf("without %d: %d records of %d", i, len(records), len(other))
			}
			for j, r := range records {
				if r.Number != j+1 {
					t.Errorf("without %d: record %d has the number %d", i, j, r.Number)
				}
			}
			single = single[:len(single)-2*maxWaiting]
		}
	})
	t.Run("lost", func(t *testing.T) {
		for i := range flow {
			other := append(append([]piece(nil), flow[:i]...), flow[i+1:]...)
			records, got := openFlow(cfg, true, other)
			for _, r := range records {
				for _, m := range r.Messages {
					if f, ok := m.Body.(*Finished); ok && f.Checked && !f.Verified {
						t.Errorf("without %d: a Finished is claimed to be wrong", i)
					}
				}
			}
			if got.Reason == "" || got.Detail == "" {
				t.Errorf("without %d: %+v", i, got)
			}
		}
	})
}

// singleRecords is a flow with each record in a datagram of its own.
func singleRecords(flow []piece) (single []piece) {
	for _, p := range flow {
		for rest := p.data; len(rest) > 0; {
			raw, _ := cutRecord(rest)
			rest = rest[len(raw):]
			single = append(single, piece{p.dir, raw})
		}
	}
	return single
}

// TestDatagramsCut cuts every datagram at every length and changes each octet: nothing panics, and
// nothing opens that was changed.
func TestDatagramsCut(t *testing.T) {
	flow := dtlsFlow(t)
	cfg := &Config{Secrets: peerLog(t, "dtls12")}
	whole, _ := openFlow(cfg, true, flow)
	good := map[string]bool{}
	for _, r := range whole {
		if r.Decrypted {
			good[string(r.Plaintext)] = true
		}
	}
	try := func(i int, data []byte) {
		other := append([]piece(nil), flow...)
		other[i].data = data
		records, _ := openFlow(cfg, true, other)
		for _, r := range records {
			if r.Decrypted && !good[string(r.Plaintext)] {
				t.Fatalf("datagram %d: %q", i, r.Plaintext)
			}
		}
	}
	for i, p := range flow {
		step := 1 + len(p.data)/150
		for n := 0; n < len(p.data); n += step {
			try(i, p.data[:n])
			changed := bytes.Clone(p.data)
			changed[n] ^= 0x41
			try(i, changed)
		}
	}
}

// TestDatagramsNotResumed: a full handshake of which the capture has not all is not taken for one that
// resumes a session.
func TestDatagramsNotResumed(t *testing.T) {
	flow := dtlsFlow(t)
	for n := 60; n < 400; n += 20 {
		snapped := slices.Clone(flow)
		for i := range snapped {
			snapped[i].data = snapped[i].data[:min(n, len(snapped[i].data))]
		}
		if _, v := openFlow(nil, true, snapped); v.Resumed {
			t.Errorf("resumed, with datagrams cut to %d octets", n)
		}
	}
	for i := range flow {
		for j := i; j < len(flow); j++ {
			if _, v := openFlow(nil, true, slices.Concat(flow[:i], flow[j:])); v.Resumed {
				t.Errorf("resumed, without the datagrams from %d to %d of %d", i, j, len(flow))
			}
		}
	}
}

// TestNamedDatagrams: what is recognised, and why it is not opened.
func TestNamedDatagrams(t *testing.T) {
	for _, tt := range []struct {
		name, datagram string
		typ            ContentType
		version        Version
		reason         Reason
	}{
		{"DTLS 1.3", "\x2d\x00\x05\x00\x10" + strings.Repeat("x", 16), ApplicationData, DTLS13, ReasonVersion},
		{"connection id", "\x19\xfe\xfd\x00\x01\x00\x00\x00\x00\x00\x01\x07cid\x00\x10" + strings.Repeat("x", 16), ConnectionID, DTLS12, ReasonSuite},
		{"an epoch that was not captured", "\x17\xfe\xfd\x00\x03\x00\x00\x00\x00\x00\x01\x00\x10" + strings.Repeat("x", 16), ApplicationData, DTLS12, ReasonGap},
		{"no hello", "\x17\xfe\xfd\x00\x01\x00\x00\x00\x00\x00\x01\x00\x10" + strings.Repeat("x", 16), ApplicationData, DTLS12, ReasonHelloNotCaptured},
	} {
		t.Run(tt.name, func(t *testing.T) {
			records, v := openFlow(nil, true, []piece{{ClientToServer, []byte(tt.datagram)}})
			if len(records) != 1 || records[0].Type != tt.typ || records[0].Version != tt.version || !records[0].Encrypted || records[0].Decrypted {
				t.Fatalf("%+v", records)
			}
			if v.Outcome != NotDecrypted || v.Reason != tt.reason {
				t.Errorf("%s, %s: %s", v.Outcome, v.Reason, v.Detail)
			}
		})
	}
}

func TestSniffDTLS(t *testing.T) {
	for _, p := range dtlsFlow(t) {
		if !SniffDTLS(p.data) {
			t.Errorf("%x", p.data[:min(20, len(p.data))])
		}
		if d, known := SniffDTLSSender(p.data); known && d != p.dir {
			t.Errorf("%x: %v", p.data[:20], d)
		}
		for n := range p.data {
			if raw, _ := cutRecord(p.data); n < len(raw) && SniffDTLS(p.data[:n]) {
				t.Fatalf("%x", p.data[:n])
			}
		}
	}
	for _, no := range []string{
		"", "INVITE sip:kumiko@example.net SIP/2.0\r\n", "\x80\x00\x12\x34rtp is no dtls at all", "\x00\x01\x00\x00\x21\x12\xa4\x42stun stun stun",
		"\x16\x03\x01\x00\x31\x01tls is no dtls", "\x17\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"\x16\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03abc",
	} {
		if SniffDTLS([]byte(no)) {
			t.Errorf("%q", no)
		}
	}
}

// udpProxy records the datagrams of one association that goes through it.
func udpProxy(t *testing.T, target string) (string, *tape) {
	t.Helper()
	front, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	back, err := net.Dial("udp", target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { front.Close(); back.Close() })
	tape := &tape{}
	client := make(chan net.Addr, 1)
	go func() {
		buf := make([]byte, 1<<16)
		known := false
		for {
			n, from, err := front.ReadFrom(buf)
			if err != nil {
				return
			}
			if !known {
				known = true
				client <- from
			}
			tape.add(ClientToServer, buf[:n])
			back.Write(buf[:n])
		}
	}()
	go func() {
		to, ok := <-client
		buf := make([]byte, 1<<16)
		for ok {
			n, err := back.Read(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue // the server is not there yet; the client will try again
			}
			tape.add(ServerToClient, buf[:n])
			front.WriteTo(buf[:n], to)
		}
	}()
	return front.LocalAddr().String(), tape
}

// TestOpenSSLDatagrams lets openssl talk DTLS.
func TestOpenSSLDatagrams(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	certFile, keyFile := writeKeyPair(t, dir, "server", selfSigned(t, rsaKey()))
	keys := &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.key")}}
	for _, tt := range []struct {
		name, server, client string
		version              Version
		suite                CipherSuite
		etm                  bool
	}{
		{"DTLS 1.0", "-dtls1 -cipher ALL:@SECLEVEL=0", "-dtls1 -cipher AES128-SHA:@SECLEVEL=0", DTLS10, 0x002f, true},
		{"DTLS 1.0, no encrypt-then-MAC", "-dtls1 -no_etm -cipher ALL:@SECLEVEL=0", "-dtls1 -cipher CAMELLIA256-SHA:@SECLEVEL=0", DTLS10, 0x0084, false},
		{"DTLS 1.2", "-dtls1_2", "-dtls1_2 -cipher AES128-SHA256", DTLS12, 0x003c, true},
		{"AES-GCM", "-dtls1_2", "-dtls1_2 -cipher AES256-GCM-SHA384", DTLS12, 0x009d, false},
		{"AES-CCM-8", "-dtls1_2 -cipher ALL:@SECLEVEL=0", "-dtls1_2 -cipher AES128-CCM8:@SECLEVEL=0", DTLS12, 0xc0a0, false},
		{"ARIA-GCM", "-dtls1_2 -cipher ALL", "-dtls1_2 -cipher ARIA256-GCM-SHA384", DTLS12, 0xc051, false},
		{"NULL", "-dtls1_2 -cipher ALL:eNULL:@SECLEVEL=0", "-dtls1_2 -cipher NULL-SHA256:@SECLEVEL=0", DTLS12, 0x003b, true},
		{"small datagrams", "-dtls1_2 -mtu 300", "-dtls1_2 -mtu 300 -cipher AES128-GCM-SHA256", DTLS12, 0x009c, false},
		{"cookies", "-dtls1_2 -listen", "-dtls1_2 -cipher AES128-GCM-SHA256", DTLS12, 0x009c, false},
		{"client certificate", "-dtls1_2 -verify 1", "-dtls1_2 -cipher AES128-GCM-SHA256 -cert " + certFile + " -key " + keyFile, DTLS12, 0x009c, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, tape := opensslDatagrams(t, append(strings.Fields(tt.server), "-cert", certFile, "-key", keyFile))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // a client without an answer tries for minutes
			defer cancel()
			cmd := exec.CommandContext(ctx, "openssl", append([]string{"s_client", "-connect", address, "-servername", "sip.example.org", "-quiet", "-no_ign_eof"}, strings.Fields(tt.client)...)...)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			deadline := time.Now().Add(10 * time.Second)
			seen := func(what func([]*Record) bool) {
				for time.Now().Before(deadline) {
					records, _ := openFlow(&Config{Keys: keys}, true, tape.flow())
					if what(records) {
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
			}
			finished := func(records []*Record) bool {
				n := 0
				for _, r := range records {
					for _, m := range r.Messages {
						if m.Type == TypeFinished && m.Content == Handshake {
							n++
						}
					}
				}
				return n == 2
			}
			seen(finished)
			io.WriteString(in, "a line\n")
			seen(func(records []*Record) bool { return plaintexts(records) == [2]string{"a line\n", ""} })
			in.Close()
			cmd.Wait()
			records, v := openFlow(&Config{Keys: keys}, true, tape.flow())
			if v.Outcome != Decrypted || v.Version != tt.version || v.CipherSuite != tt.suite || v.EncryptThenMAC != tt.etm || plaintexts(records)[0] != "a line\n" {
				t.Errorf("%s, %s: %s; %v, %v\n%s\n%s", v.Outcome, v.Reason, v.Detail, v.Version, v.CipherSuite, strings.Join(summaries(records), "\n"), out.String())
			}
			for _, r := range records {
				for _, m := range r.Messages {
					if f, ok := m.Body.(*Finished); ok && !f.Verified || m.Err != nil {
						t.Errorf("record %d: %v", r.Number, m.Err)
					}
				}
			}
		})
	}
}

// opensslDatagrams starts a server of DTLS behind a proxy.
func opensslDatagrams(t *testing.T, args []string) (string, *tape) {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target := l.LocalAddr().String()
	l.Close()
	cmd := exec.Command("openssl", append([]string{"s_server", "-accept", target, "-quiet"}, args...)...)
	cmd.Env = os.Environ()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return udpProxy(t, target)
}

const dtlsHistory = "CvCsxnGIFtifLl"

const dtlsLines = `
0.0 1 C>S handshake DTLS 1.0(142) client_hello
0.0 2 S>C handshake DTLS 1.0(35) hello_verify_request
0.1 3 C>S handshake DTLS 1.0(162) client_hello
0.1 4 S>C handshake DTLS 1.2(69) server_hello
0.2 5 S>C handshake DTLS 1.2(133)
0.3 6 S>C handshake DTLS 1.2(215)
0.4 7 S>C handshake DTLS 1.2(215)
0.5 8 S>C handshake DTLS 1.2(215)
0.6 9 S>C handshake DTLS 1.2(215)
0.7 10 S>C handshake DTLS 1.2(73) certificate
0.8 11 S>C handshake DTLS 1.2(12) server_hello_done
0.2 12 C>S handshake DTLS 1.2(270) client_key_exchange
0.3 13 C>S change_cipher_spec DTLS 1.2(1) change_cipher_spec
1.0 14 C>S handshake DTLS 1.2(80) decrypted finished verified
0.9 15 S>C handshake DTLS 1.2(194) new_session_ticket
0.10 16 S>C change_cipher_spec DTLS 1.2(1) change_cipher_spec
1.0 17 S>C handshake DTLS 1.2(80) decrypted finished verified
1.1 18 C>S application_data DTLS 1.2(368) decrypted
1.1 19 S>C application_data DTLS 1.2(320) decrypted
1.2 20 C>S alert DTLS 1.2(64) decrypted warning close_notify
1.2 21 S>C alert DTLS 1.2(64) decrypted warning close_notify
`

// packDatagrams makes one input of a flow: direction and length in two octets, then the datagram.
func packDatagrams(flow []piece) (b []byte) {
	for _, p := range flow {
		b = append(b, byte(p.dir)<<7|byte(len(p.data)>>8), byte(len(p.data)))
		b = append(b, p.data...)
	}
	return b
}

func unpackDatagrams(b []byte) (flow []piece) {
	for len(b) >= 2 {
		d, n := Dir(b[0]>>7), min(int(b[0]&0x7f)<<8|int(b[1]), len(b)-2)
		flow = append(flow, piece{d, b[2 : 2+n]})
		b = b[2+n:]
	}
	return flow
}

// FuzzDatagrams feeds datagrams of both directions: every octet is in one record, what is kept is
// bounded, and what was not proved is not told.
func FuzzDatagrams(f *testing.F) {
	flow := dtlsFlow(f)
	f.Add(packDatagrams(flow))
	f.Add(packDatagrams(flow[4:]))
	slices.Reverse(flow)
	f.Add(packDatagrams(flow))
	f.Add([]byte("\x00\x05\x2d\x00\x05\x00\x10"))
	secrets := peerLog(f, "dtls12")
	f.Fuzz(func(t *testing.T, data []byte) {
		s := NewDatagramSession(&Config{Secrets: secrets})
		var fed [2][]byte
		var told [2]int
		flow := unpackDatagrams(data)
		for _, p := range flow {
			fed[p.dir] = append(fed[p.dir], p.data...)
		}
		seen := [2]map[int64]bool{{}, {}}
		yield := func(r *Record) {
			if end := r.Offset + int64(len(r.Raw)); end > int64(len(fed[r.Dir])) || !bytes.Equal(fed[r.Dir][r.Offset:end], r.Raw) || seen[r.Dir][r.Offset] {
				t.Fatalf("record %d has offset %d", r.Number, r.Offset)
			}
			seen[r.Dir][r.Offset] = true
			told[r.Dir] += len(r.Raw)
			if r.Decrypted && (!r.Encrypted || r.Plaintext == nil && r.Err == nil) || r.Replayed && len(r.Messages) > 0 {
				t.Fatalf("%+v", r)
			}
			for _, m := range r.Messages {
				if len(m.Octets()) > len(m.Raw) {
					t.Fatalf("%+v", m)
				}
			}
		}
		for _, p := range flow {
			s.Feed(p.dir, p.data, yield)
			if len(s.waiting) > maxWaiting || s.octets > maxWaitingOctets {
				t.Fatalf("%d records of %d octets wait", len(s.waiting), s.octets)
			}
			if kept := s.dirs[p.dir].messages.octets; kept > maxMessage || len(s.dirs[p.dir].messages.pending) > maxMessagesAhead {
				t.Fatalf("%d octets are kept", kept)
			}
		}
		s.Flush(yield)
		if told != [2]int{len(fed[0]), len(fed[1])} || len(s.waiting) > 0 || s.octets != 0 {
			t.Fatalf("%d octets are in records, of %d and %d", told, len(fed[0]), len(fed[1]))
		}
		if v := s.Close(); v.Outcome == "" || v.Reason == "" || v.RecordsDecrypted > v.RecordsEncrypted {
			t.Fatalf("%+v", v)
		}
	})
}

func TestDatagramAllocs(t *testing.T) {
	flow := dtlsFlow(t)
	s := NewDatagramSession(&Config{Secrets: peerLog(t, "dtls12")})
	opened := 0
	yield := func(r *Record) {
		if r.Decrypted {
			opened++
		}
	}
	var data piece
	for _, p := range flow {
		s.Feed(p.dir, p.data, yield)
		if p.data[0] == byte(ApplicationData) {
			data = p
			break
		}
	}
	before := opened
	if n := testing.AllocsPerRun(100, func() { s.Feed(data.dir, data.data, yield) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if opened != before+101 {
		t.Errorf("%d records opened", opened-before)
	}
}

func BenchmarkDatagrams(b *testing.B) {
	flow := dtlsFlow(b)
	cfg := &Config{Secrets: peerLog(b, "dtls12")}
	n := 0
	for _, p := range flow {
		n += len(p.data)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		s := NewDatagramSession(cfg)
		for _, p := range flow {
			s.Feed(p.dir, p.data, func(*Record) {})
		}
		if s.Close().Outcome != Decrypted {
			b.Fatal("not decrypted")
		}
	}
}
