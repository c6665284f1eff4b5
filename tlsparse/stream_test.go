package tlsparse

import (
	"bytes"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/cms/pki"
)

// split cuts every piece of a flow into portions of n octets.
func split(flow []piece, n int) []piece {
	var out []piece
	for _, p := range flow {
		for data := p.data; len(data) > 0; {
			k := min(n, len(data))
			out = append(out, piece{p.dir, data[:k]})
			data = data[k:]
		}
	}
	return out
}

func draftSession(t testing.TB) *Session {
	return NewSession(&Config{Keys: ring(t, "domain_key_example.net.pem")})
}

// run returns the records and the verdict of a flow.
func run(cfg *Config, flow []piece) ([]*Record, *Verdict) {
	s := NewSession(cfg)
	return feed(s, flow), s.Close()
}

// TestChunking feeds the same octets in different portions: the records are the same.
func TestChunking(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	cfg := &Config{Keys: ring(t, "domain_key_example.net.pem")}
	wantRecords, wantVerdict := run(cfg, flow)
	check := func(t *testing.T, flow []piece) {
		t.Helper()
		records, verdict := run(cfg, flow)
		if !reflect.DeepEqual(wantRecords, records) { // much faster than cmp
			t.Fatalf("records (-want +got):\n%s", cmp.Diff(wantRecords, records, whatIsSent))
		}
		if *verdict != *wantVerdict {
			t.Fatalf("verdict (-want +got):\n%s", cmp.Diff(wantVerdict, verdict))
		}
	}
	for _, n := range []int{1, 2, 3, 5, 7, 64, 1000} {
		check(t, split(flow, n))
	}
	for i, p := range flow { // every split of every piece
		for cut := range p.data {
			cutFlow := append(append([]piece(nil), flow[:i]...), piece{p.dir, p.data[:cut]}, piece{p.dir, p.data[cut:]})
			check(t, append(cutFlow, flow[i+1:]...))
		}
	}
}

// TestNothingRetained overwrites what was fed: the session must not look at it again.
func TestNothingRetained(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	want, _ := run(&Config{Keys: ring(t, "domain_key_example.net.pem")}, flow)
	s := draftSession(t)
	var got []*Record
	for _, p := range split(flow, 11) {
		data := bytes.Clone(p.data)
		s.Feed(p.dir, data, func(r *Record) { got = append(got, r.Clone()) })
		for i := range data {
			data[i] = 0xee
		}
	}
	if diff := cmp.Diff(want, got, whatIsSent); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// rec builds a record.
func rec(typ ContentType, version Version, content string) []byte {
	return append([]byte{byte(typ), byte(version >> 8), byte(version), byte(len(content) >> 8), byte(len(content))}, content...)
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

const (
	emptyHello = "\x00\x00\x00\x00"                  // HelloRequest
	helloDone  = "\x0e\x00\x00\x00"                  // ServerHelloDone
	shortHello = "\x01\x00\x00\x04\x03\x03\x00\x00"  // a ClientHello without most of it
	longHello  = "\x01\x0f\xff\xff" + "\x03\x03abcd" // a ClientHello of 1 MiB, its start
)

// TestRecords holds what the record layer and the assembler make of octets that no good peer
// sends.
func TestRecords(t *testing.T) {
	tests := []struct {
		name  string
		data  []byte
		lines []string
	}{
		{"several messages in a record", rec(Handshake, TLS12, emptyHello+helloDone),
			[]string{"1 S>C handshake TLS 1.2(8) hello_request server_hello_done"}},
		{"a message over records", cat(rec(Handshake, TLS12, "\x0e"), rec(Handshake, TLS12, "\x00\x00"), rec(Handshake, TLS12, "\x00\x00")),
			[]string{"1 S>C handshake TLS 1.2(1)", "2 S>C handshake TLS 1.2(2)", "3 S>C handshake TLS 1.2(2) server_hello_done"}},
		{"an alert over records", cat(rec(Alert, TLS12, "\x02"), rec(Alert, TLS12, "\x28")),
			[]string{"1 S>C alert TLS 1.2(1)", "2 S>C alert TLS 1.2(1) fatal handshake_failure"}},
		{"two alerts in a record", rec(Alert, TLS12, "\x01\x5a\x01\x00"),
			[]string{"1 S>C alert TLS 1.2(4) warning user_canceled warning close_notify"}},
		{"an alert behind application data, from the middle", cat(rec(ApplicationData, TLS12, "x"), rec(Alert, TLS12, "\x01\x00")),
			[]string{"1 S>C application_data TLS 1.2(1) encrypted", "2 S>C alert TLS 1.2(2) encrypted"}},
		{"an alert that is too long for one in the clear", rec(Alert, TLS12, "\x01\x00 and a MAC..."),
			[]string{"1 S>C alert TLS 1.2(15) encrypted"}},
		{"values of no registry", cat(rec(Alert, TLS12, "\x07\xff"), rec(99, 0x0309, "abc"), rec(Handshake, TLS12, "\x63\x00\x00\x01x")),
			[]string{"1 S>C alert TLS 1.2(2) 7 255", "2 S>C 99 0x0309(3)", "3 S>C handshake TLS 1.2(5) 99"}},
		{"empty records", cat(rec(Handshake, TLS12, ""), rec(Alert, TLS12, ""), rec(ChangeCipherSpec, TLS12, "")),
			[]string{"1 S>C handshake TLS 1.2(0) [empty-fragment]", "2 S>C alert TLS 1.2(0) [empty-fragment]",
				"3 S>C change_cipher_spec TLS 1.2(0) change_cipher_spec {message-short} [empty-fragment]"}},
		{"a wrong ChangeCipherSpec", cat(rec(ChangeCipherSpec, TLS12, "\x02"), rec(ChangeCipherSpec, TLS12, "\x01\x01")),
			[]string{"1 S>C change_cipher_spec TLS 1.2(1) change_cipher_spec {unexpected-value}", "2 S>C change_cipher_spec TLS 1.2(2) encrypted"}},
		{"trailing octets in ChangeCipherSpec", rec(ChangeCipherSpec, TLS12, "\x01\x01"),
			[]string{"1 S>C change_cipher_spec TLS 1.2(2) change_cipher_spec {trailing-octets}"}},
		{"ChangeCipherSpec in a message", cat(rec(Handshake, TLS12, "\x0e\x00"), rec(ChangeCipherSpec, TLS12, "\x01")),
			[]string{"1 S>C handshake TLS 1.2(2)", "2 S>C change_cipher_spec TLS 1.2(1) change_cipher_spec {message-interrupted}"}},
		{"a message that is short", rec(Handshake, TLS12, shortHello),
			[]string{"1 S>C handshake TLS 1.2(8) client_hello {message-short}"}},
		{"a message that is too long", cat(rec(Handshake, TLS12, longHello), rec(Handshake, TLS12, "more")),
			[]string{"1 S>C handshake TLS 1.2(10) client_hello {message-too-long}", "2 S>C handshake TLS 1.2(4)"}},
		{"a long fragment", rec(Heartbeat, TLS12, string(make([]byte, maxFragment+1))),
			[]string{"1 S>C heartbeat TLS 1.2(16385) [fragment-too-long]"}},
		{"a length beyond all", cat([]byte("\x16\x03\x01\xff\xff garbage of some length"), rec(Handshake, TLS10, helloDone)),
			[]string{"1 S>C handshake TLS 1.0(65535) [record-too-long]", "2 S>C handshake TLS 1.0(4) skipped 23 server_hello_done [octets-skipped]"}},
		{"no TLS", cat([]byte("OPTIONS sip:example.org SIP/2.0\r\n"), rec(Alert, TLS10, "\x01\x00")),
			[]string{"1 S>C 79 0x5054(18767) [record-header]", "2 S>C alert TLS 1.0(2) skipped 28 warning close_notify [octets-skipped]"}},
		{"a line end before the first record", cat([]byte("\r\n\r\n"), rec(Alert, TLS10, "\x01\x00")),
			[]string{"1 S>C 13 0x0a0d(2581) [record-header]", "2 S>C alert TLS 1.0(2) warning close_notify [octets-skipped]"}},
		{"application data in the clear", rec(ApplicationData, TLS12, "abc"),
			[]string{"1 S>C application_data TLS 1.2(3) encrypted"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flow := []piece{{ServerToClient, tt.data}}
			records, verdict := run(nil, flow)
			if diff := cmp.Diff(tt.lines, summaries(records)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			bytewise, again := run(nil, split(flow, 1))
			if diff := cmp.Diff(records, bytewise, whatIsSent); diff != "" {
				t.Errorf("octet by octet (-whole +bytewise):\n%s", diff)
			}
			if diff := cmp.Diff(verdict, again); diff != "" {
				t.Errorf("verdict (-whole +bytewise):\n%s", diff)
			}
			if verdict.Outcome != NotDecrypted && verdict.Outcome != HandshakeFailed || verdict.Detail == "" {
				t.Errorf("verdict %+v", verdict)
			}
		})
	}
}

// lossy runs a flow of which the octets from..to of one direction are lost.
func lossy(cfg *Config, flow []piece, d Dir, from, to int) ([]*Record, *Verdict) {
	s := NewSession(cfg)
	var records []*Record
	keep := func(r *Record) { records = append(records, r.Clone()) }
	offset := 0
	for _, p := range flow {
		if p.dir != d {
			s.Feed(p.dir, p.data, keep)
			continue
		}
		start, end := offset, offset+len(p.data)
		offset = end
		a, b := min(max(from, start), end), min(max(to, start), end)
		s.Feed(d, p.data[:a-start], keep)
		s.Gap(d, int64(b-a))
		s.Feed(d, p.data[b-start:], keep)
	}
	return records, s.Close()
}

// longTalk is a conversation with many records.
func longTalk(t *testing.T, version Version, suite CipherSuite) ([]piece, *Config) {
	t.Helper()
	return talk(t, uint16(version), uint16(suite), 20), &Config{Keys: &pki.Keyring{Keys: []*pki.PrivateKey{privateKey(rsaKey(), "server.pem")}}}
}

// TestGap loses octets in the application data: what comes after is found and opened again.
func TestGap(t *testing.T) {
	for _, tt := range []struct {
		name    string
		version Version
		suite   CipherSuite
		lost    int // records that do not open after one is lost, besides it
	}{
		{"TLS 1.0 CBC", TLS10, 0x002f, 1}, // the next is chained to it
		{"TLS 1.1 CBC", TLS11, 0x002f, 0},
		{"TLS 1.2 CBC", TLS12, 0x002f, 0},
		{"TLS 1.2 GCM", TLS12, 0x009c, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flow, cfg := longTalk(t, tt.version, tt.suite)
			whole, verdict := run(cfg, flow)
			if verdict.Outcome != Decrypted {
				t.Fatalf("without a gap: %+v", verdict)
			}
			// The records of the client's data, those before the last.
			var data []*Record
			for _, r := range whole {
				if r.Dir == ClientToServer && r.Type == ApplicationData {
					data = append(data, r)
				}
			}
			first, last := data[4], data[9]
			end := func(r *Record) int { return int(r.Offset) + len(r.Raw) }
			for _, gap := range []struct {
				name     string
				from, to int
				missing  int // records that are not listed at all
				closed   int // records that are listed but not opened, but for the chain
			}{
				{"one record", int(first.Offset), end(first), 1, 0},
				{"three records", int(first.Offset), end(data[6]), 3, 0},
				{"inside a record", int(first.Offset) + 8, int(first.Offset) + 12, 0, 1},
				{"the end of a record", int(first.Offset) + 8, end(first), 0, 1},
				{"inside two records", int(first.Offset) + 8, int(last.Offset) + 8, 5, 1},
				{"inside a header", int(first.Offset) + 2, int(first.Offset) + 4, 1, 0},
			} {
				t.Run(gap.name, func(t *testing.T) {
					records, verdict := lossy(cfg, flow, ClientToServer, gap.from, gap.to)
					if got, want := len(records), len(whole)-gap.missing; got != want {
						t.Errorf("%d records, want %d", got, want)
					}
					lost := verdict.RecordsEncrypted - verdict.RecordsDecrypted
					if lost < gap.closed || lost > gap.closed+tt.lost {
						t.Errorf("%d records not opened, want %d to %d", lost, gap.closed, gap.closed+tt.lost)
					}
					if verdict.Outcome != PartlyDecrypted || verdict.Reason != ReasonGap {
						t.Errorf("verdict %+v", verdict)
					}
					if t.Failed() {
						for _, line := range summaries(records) {
							t.Log(line)
						}
					}
				})
			}
		})
	}
}

// TestGapAnywhere loses every stretch of some lengths: nothing is misread, no text appears
// that was not sent.
func TestGapAnywhere(t *testing.T) {
	flow := readCapture(t, filepath.Join(draft, "tls/tls1.pcap"))
	cfg := &Config{Keys: ring(t, "domain_key_example.net.pem")}
	whole, _ := run(cfg, flow)
	good := map[string]bool{"": true}
	var total [2]int
	for _, r := range whole {
		good[string(r.Plaintext)] = true
		total[r.Dir] += len(r.Raw)
	}
	for d := range Dir(2) {
		for from := 0; from < total[d]; from += 5 {
			for _, n := range []int{1, 7, 300, 1600} {
				records, verdict := lossy(cfg, flow, d, from, from+n)
				for _, r := range records {
					if r.Decrypted && !good[string(r.Plaintext)] {
						t.Fatalf("%v %d+%d: record %d has a text that was not sent", d, from, n, r.Number)
					}
				}
				hit := false // an encrypted record
				for _, r := range whole {
					hit = hit || r.Encrypted && r.Dir == d && int(r.Offset) < from+n && from < int(r.Offset)+len(r.Raw)
				}
				if hit && verdict.Outcome == Decrypted {
					t.Fatalf("%v %d+%d: %+v", d, from, n, verdict)
				}
			}
		}
	}
}

// TestSearchIsBounded feeds, after a gap, records that nothing opens: the direction is given up.
func TestSearchIsBounded(t *testing.T) {
	aes128, _ := lookupSuite(0x002f)
	s, record, _ := testSession(t, &protection{suite: aes128, version: TLS12}, 64)
	var records []*Record
	keep := func(r *Record) { records = append(records, r.Clone()) }
	s.Feed(ClientToServer, record, keep)
	s.Gap(ClientToServer, 100)
	record[len(record)-1] ^= 1
	for range 2 * maxMisses {
		s.Feed(ClientToServer, record, keep)
	}
	var failed int
	for _, r := range records {
		if e, ok := r.Err.(*Error); ok && e.Code == CodeBadMAC {
			failed++
		}
	}
	// The first after the gap has the gap as its error.
	if len(records) != 1+2*maxMisses || !records[0].Decrypted || failed != maxMisses-1 || s.dirs[ClientToServer].opener != nil {
		t.Errorf("%d failed of %q", failed, summaries(records))
	}
}
