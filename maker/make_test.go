package maker_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/maker"
	"sipsecdump/maker/certs"
)

// each calls f for every scenario over every transport that it can have.
func each(t *testing.T, f func(t *testing.T, o maker.Options)) {
	for _, s := range maker.Scenarios() {
		for _, transport := range maker.Transports() {
			if s.Name == "tls" && transport != "tls" && transport != "wss" {
				continue
			}
			t.Run(s.Name+"/"+transport, func(t *testing.T) {
				o := maker.Options{Scenario: s.Name, Transport: transport}
				if s.Name == "script" {
					o.Script = maker.Script(script(transport)...)
				}
				f(t, o)
			})
		}
	}
}

func TestScenarios(t *testing.T) {
	each(t, func(t *testing.T, o maker.Options) {
		m := makeCapture(t, o)
		want := 2
		if o.Scenario == "calls" {
			want = 7
		}
		if m.Messages != want || m.Connections != 1 {
			t.Errorf("%d messages in %d connections", m.Messages, m.Connections)
		}
		if !m.Start.Equal(maker.DefaultStart) {
			t.Errorf("starts at %v", m.Start)
		}
		for _, msg := range m.messages {
			checkMessage(t, msg, o.Transport)
		}
		switch o.Transport {
		case "tcp":
			m.checkStreams(t)
		case "udp":
			for i, s := range m.segments(t) {
				if string(s.Payload) != m.messages[i].data {
					t.Errorf("datagram %d is not message %d", i, i)
				}
			}
		case "ws":
			for f, got := range streams(t, m.segments(t)) {
				response := f.src.Port() == 80
				if got, want := unframe(t, got), m.spoken(0, response); got != want {
					t.Errorf("%v: got %s", f, differing(got, want))
				}
			}
		default:
			for f, got := range streams(t, m.segments(t)) {
				checkRecords(t, f, got)
			}
		}
	})
}

// checkMessage checks what any SIP message has to have.
func checkMessage(t *testing.T, m message, transport string) {
	t.Helper()
	header, body, ok := strings.Cut(m.data, "\r\n\r\n")
	if !ok {
		t.Fatalf("no end of header in %q", m.data)
	}
	lines := strings.Split(header, "\r\n")
	if m.response != strings.HasPrefix(lines[0], "SIP/2.0 ") {
		t.Errorf("start line %q, response: %t", lines[0], m.response)
	}
	fields := map[string]string{}
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ": ")
		if !ok || fields[name] != "" {
			t.Errorf("header line %q", l)
		}
		fields[name] = value
	}
	for _, name := range []string{"Via", "To", "From", "Call-ID", "CSeq", "Content-Length"} {
		if fields[name] == "" {
			t.Errorf("no %s in %q", name, header)
		}
	}
	if !strings.HasPrefix(fields["Via"], "SIP/2.0/"+strings.ToUpper(transport)+" 192.0.2.1:") {
		t.Errorf("Via: %s", fields["Via"])
	}
	if want := len(body); fields["Content-Length"] != strconv.Itoa(want) {
		t.Errorf("Content-Length: %s, body of %d", fields["Content-Length"], want)
	}
}

// unframe takes a WebSocket stream apart: the HTTP message, then frames.
func unframe(t *testing.T, s string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, "\r\n\r\n")
	if !ok {
		t.Fatalf("no HTTP message in %q", s)
	}
	var out strings.Builder
	for rest != "" {
		opcode, n, masked := rest[0], int(rest[1]&0x7f), rest[1]&0x80 != 0
		rest = rest[2:]
		if n == 126 {
			n = int(rest[0])<<8 | int(rest[1])
			rest = rest[2:]
		}
		var mask string
		if masked {
			mask, rest = rest[:4], rest[4:]
		}
		payload := []byte(rest[:n])
		rest = rest[n:]
		for i := range payload {
			if masked {
				payload[i] ^= mask[i%4]
			}
		}
		if opcode != 0x88 {
			out.Write(payload)
		}
	}
	return out.String()
}

// checkRecords checks that a stream is whole TLS records.
func checkRecords(t *testing.T, f flow, s string) {
	t.Helper()
	for s != "" {
		if len(s) < 5 || s[0] < 20 || s[0] > 23 || s[1] != 3 {
			t.Fatalf("%v: no record at %x", f, s[:min(8, len(s))])
		}
		n := 5 + (int(s[3])<<8 | int(s[4]))
		if len(s) < n {
			t.Fatalf("%v: a record of %d octets ends after %d", f, n, len(s))
		}
		s = s[n:]
	}
}

// TestSameAgain: runs differ in what TLS and CMS draw at random, and in nothing else.
func TestSameAgain(t *testing.T) {
	each(t, func(t *testing.T, o maker.Options) {
		a, b := makeCapture(t, o), makeCapture(t, o)
		plain := (o.Scenario == "calls" || o.Scenario == "script") && !slices.Contains([]string{"tls", "wss"}, o.Transport)
		if plain && !bytes.Equal(a.pcap, b.pcap) {
			t.Error("the captures differ")
		}
		if o.Scenario == "calls" || o.Scenario == "tls" {
			if !slices.Equal(a.messages, b.messages) {
				t.Error("the messages differ")
			}
		}
		sa, sb := a.segments(t), b.segments(t)
		if len(sa) != len(sb) {
			t.Fatalf("%d and %d segments", len(sa), len(sb))
		}
		for i := range sa {
			x, y := sa[i], sb[i]
			if x.Src != y.Src || x.Dst != y.Dst || x.Seq != y.Seq || x.Ack != y.Ack || x.Flags != y.Flags || !x.Time.Equal(y.Time) || len(x.Payload) != len(y.Payload) {
				t.Errorf("segment %d: %v %d and %v %d", i, x.Time, len(x.Payload), y.Time, len(y.Payload))
			}
		}
		o.Seed = 1
		if c := makeCapture(t, o); c.messages[0].data == a.messages[0].data && o.Scenario != "script" {
			t.Error("another seed says the same")
		}
	})
}

func TestCalls(t *testing.T) {
	m := makeCapture(t, maker.Options{Scenario: "calls", Calls: 10, Connections: 4})
	if m.Messages != 70 || m.Connections != 4 {
		t.Errorf("%d messages in %d connections", m.Messages, m.Connections)
	}
	m.checkStreams(t)
	ids := map[string]int{}
	for _, msg := range m.messages {
		_, rest, _ := strings.Cut(msg.data, "Call-ID: ")
		id, _, _ := strings.Cut(rest, "\r\n")
		ids[id]++
	}
	if len(ids) != 10 {
		t.Errorf("%d calls", len(ids))
	}
	for id, n := range ids {
		if n != 7 {
			t.Errorf("call %s has %d messages", id, n)
		}
	}
	var lines []string
	for _, msg := range m.messages {
		if msg.connection == 0 {
			line, _, _ := strings.Cut(msg.data, "\r\n")
			lines = append(lines, strings.Fields(line)[0]+" "+strings.Fields(line)[1])
		}
	}
	want := []string{"INVITE sip:kumiko@example.net", "SIP/2.0 100", "SIP/2.0 180", "SIP/2.0 200", "ACK sip:kumiko@192.0.2.2:5060;transport=tcp", "BYE sip:kumiko@192.0.2.2:5060;transport=tcp", "SIP/2.0 200"}
	if !slices.Equal(lines[:7], want) {
		t.Errorf("a call goes %q", lines[:7])
	}
}

func TestFewerCallsThanConnections(t *testing.T) {
	m := makeCapture(t, maker.Options{Scenario: "calls", Calls: 2, Connections: 5})
	if m.Messages != 14 || m.Connections != 2 {
		t.Errorf("%d messages in %d connections", m.Messages, m.Connections)
	}
}

// TestManyConnections: each has endpoints of its own, even if one client has too few ports.
func TestManyConnections(t *testing.T) {
	for _, ipv6 := range []bool{false, true} {
		m := makeCapture(t, maker.Options{
			Scenario: "calls", Transport: "udp", Calls: 16386, Connections: 16386, Network: maker.Network{IPv6: ipv6},
		})
		clients := map[netip.AddrPort]bool{}
		for _, s := range m.segments(t) {
			if s.Dst.Port() == 5060 {
				clients[s.Src] = true
			}
		}
		if len(clients) != 16386 {
			t.Errorf("%d clients", len(clients))
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name string
		o    maker.Options
		want string // the error's text starts so
	}{
		{"no scenario", maker.Options{}, `unknown scenario "" (there are: tls, signed, encrypted, signed-encrypted, calls, script)`},
		{"unknown scenario", maker.Options{Scenario: "nosuch"}, `unknown scenario "nosuch" (there are: tls,`},
		{"unknown transport", maker.Options{Scenario: "tls", Transport: "sctp"}, `unknown transport "sctp" (there are: udp, tcp, tls, ws, wss)`},
		{"tls over UDP", maker.Options{Scenario: "tls", Transport: "udp"}, "Transport: scenario tls needs tls or wss, not udp"},
		{"calls of signed", maker.Options{Scenario: "signed", Calls: 2}, "Calls: scenario calls makes them"},
		{"negative calls", maker.Options{Scenario: "calls", Calls: -1}, "Calls: "},
		{"too many connections", maker.Options{Scenario: "calls", Connections: 3_000_000}, "Connections: 3000000 is not between 0 and 2097152"},
		{"TLS without TLS", maker.Options{Scenario: "calls", TLS: maker.TLS{Version: "1.2"}}, "TLS: there is none with transport tcp"},
		{"unknown version", maker.Options{Scenario: "tls", TLS: maker.TLS{Version: "3.0"}}, `unknown TLS version "3.0" (there are: 1.0, 1.1, 1.2, 1.3)`},
		{"unknown suite", maker.Options{Scenario: "tls", TLS: maker.TLS{Suite: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"}}, `unknown cipher suite "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" (there are: TLS_AES_128_GCM_SHA256, `},
		{"suite of another version", maker.Options{Scenario: "tls", TLS: maker.TLS{Version: "1.0", Suite: "TLS_RSA_WITH_AES_128_GCM_SHA256"}}, "TLS.Suite: TLS 1.0 has no TLS_RSA_WITH_AES_128_GCM_SHA256"},
		{"renegotiation", maker.Options{Scenario: "tls", TLS: maker.TLS{Renegotiate: true}}, "TLS.Renegotiate: crypto/tls servers start no handshake inside a connection; testdata/peers has"},
		{"resumption by id", maker.Options{Scenario: "tls", TLS: maker.TLS{Resume: "id"}}, "TLS.Resume: crypto/tls resumes by ticket only; testdata/peers has"},
		{"unknown resumption", maker.Options{Scenario: "tls", TLS: maker.TLS{Resume: "psk"}}, `unknown kind of resumption "psk" (there are: ticket)`},
		{"resumption of nothing", maker.Options{Scenario: "tls", Connections: 1, TLS: maker.TLS{Resume: "ticket"}}, "Connections: resumption needs two"},
		{"unknown digest", maker.Options{Scenario: "signed", CMS: maker.CMS{Digest: "md5"}}, `unknown digest "md5" (there are: sha1, sha256, sha384, sha512)`},
		{"unknown encryption", maker.Options{Scenario: "signed", CMS: maker.CMS{Encryption: "rc2"}}, `unknown content encryption "rc2" (there are: aes128-cbc, `},
		{"unknown format", maker.Options{Scenario: "tls", Format: "snoop"}, `unknown format "snoop" (there are: pcap, pcapng)`},
		{"secrets in pcap", maker.Options{Scenario: "tls", Format: "pcap", Secrets: true}, "Secrets: pcap has no place for them; pcapng does"},
		{"secrets of UDP", maker.Options{Scenario: "calls", Transport: "udp", Secrets: true}, "Secrets: there are none without TLS"},
		{"segments of UDP", maker.Options{Scenario: "calls", Transport: "udp", Network: maker.Network{MSS: 100}}, "Network.MSS: UDP has no segments"},
		{"overlap of UDP", maker.Options{Scenario: "calls", Transport: "udp", Network: maker.Network{Overlap: 1}}, "Network.Overlap: UDP has no segments"},
		{"rate", maker.Options{Scenario: "calls", Network: maker.Network{Loss: 101}}, "Network.Loss: 101 percent is not between 0 and 100"},
		{"MSS", maker.Options{Scenario: "calls", Network: maker.Network{MSS: 3}}, "Network.MSS: 3 octets are not between 16 and "},
		{"MTU", maker.Options{Scenario: "calls", Network: maker.Network{MTU: 60}}, "Network.MTU: 60 octets are not between 68 and "},
		{"differing without overlap", maker.Options{Scenario: "calls", Network: maker.Network{OverlapDiffers: true}}, "Network.OverlapDiffers: nothing overlaps"},
		{"differing out of order", maker.Options{Scenario: "calls", Network: maker.Network{Overlap: 5, OverlapDiffers: true, Reorder: 5}}, "Network.OverlapDiffers: with segments out of order"},
		{"unknown link", maker.Options{Scenario: "calls", Network: maker.Network{Link: "wifi"}}, `unknown link type "wifi" (there are: ethernet, `},
		{"unknown tunnel", maker.Options{Scenario: "calls", Network: maker.Network{Tunnels: []string{"l2tp"}}}, `unknown tunnel "l2tp" (there are: ipip, gre, vxlan, geneve, gtpu)`},
		{"empty tunnel", maker.Options{Scenario: "calls", Network: maker.Network{Tunnels: []string{""}}}, "Network.Tunnels: an empty name"},
		{"many tunnels", maker.Options{Scenario: "calls", Network: maker.Network{Tunnels: slices.Repeat([]string{"gre"}, 9)}}, "Network.Tunnels: 9 are more than 8"},
		{"VLAN off Ethernet", maker.Options{Scenario: "calls", Network: maker.Network{Link: "null", VLAN: []uint16{1}}}, "Network: frame: VLAN tags need Ethernet"},
		{"many VLANs", maker.Options{Scenario: "calls", Network: maker.Network{VLAN: make([]uint16, 9)}}, "Network.VLAN: 9 tags"},
		{"unknown start", maker.Options{Scenario: "calls", Network: maker.Network{Start: "end"}}, `unknown start "end" (there are: syn, data, mid)`},
		{"unknown end", maker.Options{Scenario: "calls", Network: maker.Network{End: "syn"}}, `unknown end "syn" (there are: fin, rst, none)`},
		{"IPv4 link", maker.Options{Scenario: "calls", Network: maker.Network{Link: "ipv6"}}, "Network.Link: ipv6 does not carry ipv4"},
		{"IPv6 in tunnels on IPv6 link", maker.Options{Scenario: "calls", Network: maker.Network{Link: "ipv6", IPv6: true, Tunnels: []string{"gre"}}}, "Network.Link: ipv6 does not carry ipv4"},
	}
	dir := filepath.Join(t.TempDir(), "keys")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.o.Keys = dir
			result, err := maker.Make(t.Context(), io.Discard, test.o)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			if result != nil {
				t.Error("a result beside the error")
			}
			var option *maker.OptionError
			var unknown *certs.UnknownError
			if !errors.As(err, &option) && !errors.As(err, &unknown) {
				t.Errorf("it is a %T", err)
			}
		})
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("keys were made for options that cannot be")
	}
	if _, err := maker.Make(t.Context(), io.Discard, maker.Options{Scenario: "tls"}); err == nil || !strings.HasPrefix(err.Error(), "Keys: a folder is needed") {
		t.Errorf("without keys: %v", err)
	}
}

type failing struct{ after int }

var errFull = errors.New("no space left on device")

func (w *failing) Write(p []byte) (int, error) {
	if w.after -= len(p); w.after < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestUnwritable(t *testing.T) {
	for _, after := range []int{0, 100_000} {
		_, err := maker.Make(t.Context(), &failing{after}, maker.Options{Scenario: "calls", Calls: 100, Keys: keys.root})
		if !errors.Is(err, errFull) {
			t.Errorf("after %d octets: %v", after, err)
		}
	}
	_, err := maker.Make(t.Context(), io.Discard, maker.Options{Scenario: "tls", Keys: keys.rsa(), KeyLog: &failing{}})
	if !errors.Is(err, errFull) {
		t.Errorf("key log: %v", err)
	}
}

func TestInterrupted(t *testing.T) {
	for _, o := range []maker.Options{{Scenario: "calls"}, {Scenario: "signed"}} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		o.Keys = keys.rsa()
		if _, err := maker.Make(ctx, io.Discard, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", o.Scenario, err)
		}
	}
}

func TestSecretsInside(t *testing.T) {
	m := makeCapture(t, maker.Options{Scenario: "tls", Secrets: true, Connections: 2})
	r, err := capture.NewReader(bytes.NewReader(m.pcap))
	if err != nil {
		t.Fatal(err)
	}
	var inside []byte
	var p capture.Packet
	for r.Next(&p) == nil {
		for _, s := range r.Secrets() {
			inside = append(inside, s.Data...)
		}
	}
	if string(inside) != m.keylog || strings.Count(m.keylog, "CLIENT_RANDOM ") != 2 {
		t.Errorf("inside %q, beside %q", inside, m.keylog)
	}
}

func TestStart(t *testing.T) {
	at := time.Date(2020, 2, 29, 23, 59, 59, 500_000_000, time.UTC)
	m := makeCapture(t, maker.Options{Scenario: "calls", Start: at})
	if first := m.segments(t)[0].Time; !m.Start.Equal(at) || !first.Equal(at) {
		t.Errorf("starts at %v, first packet %v", m.Start, first)
	}
}
