package sipsecdump_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/report"
)

// Endpoints of the captures below. The ports are nobody's: SIP is found by content.
var (
	caller = netip.MustParseAddrPort("192.0.2.1:40001")
	callee = netip.MustParseAddrPort("192.0.2.2:9")
)

// wire writes a capture in which the caller speaks to the callee.
type wire struct {
	t      testing.TB
	b      *frame.Builder
	w      *frame.Writer
	file   bytes.Buffer
	at     time.Time
	sent   [2]uint32 // octets of a TCP stream, by direction; the client's is 0
	hidden int       // how many of the next frames the capture misses
}

func newWire(t testing.TB, mtu int) *wire {
	w := &wire{t: t, at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	var err error
	if w.b, err = frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet, MTU: mtu}); err != nil {
		t.Fatal(err)
	}
	if w.w, err = frame.NewPcapngWriter(&w.file, capture.LinkEthernet); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *wire) frames(frames [][]byte, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range frames {
		if w.hidden > 0 {
			w.hidden--
			continue
		}
		w.at = w.at.Add(time.Millisecond)
		if err := w.w.WritePacket(w.at, f); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *wire) close() []byte {
	w.t.Helper()
	if err := w.w.Flush(); err != nil {
		w.t.Fatal(err)
	}
	return w.file.Bytes()
}

// tcp sends a segment.
func (w *wire) tcp(dir int, flags capture.Flags, payload []byte) {
	w.t.Helper()
	src, dst := caller, callee
	if dir == 1 {
		src, dst = dst, src
	}
	if len(payload) > 0 {
		flags |= capture.PSH
	}
	w.frames(w.b.TCP(frame.TCPSegment{Src: src, Dst: dst, Seq: w.sent[dir], Ack: w.sent[dir^1], Flags: flags, Payload: payload}))
	w.sent[dir] += uint32(len(payload))
	if flags&(capture.SYN|capture.FIN) != 0 {
		w.sent[dir]++
	}
}

func (w *wire) handshake() {
	w.tcp(0, capture.SYN, nil)
	w.tcp(1, capture.SYN|capture.ACK, nil)
	w.tcp(0, capture.ACK, nil)
}

func (w *wire) fin() {
	w.tcp(0, capture.FIN|capture.ACK, nil)
	w.tcp(1, capture.FIN|capture.ACK, nil)
}

// overTCP is a capture of a stream's pieces, one a segment.
func overTCP(t testing.TB, pieces [][]byte) []byte {
	w := newWire(t, 0)
	w.handshake()
	for _, p := range pieces {
		w.tcp(0, capture.ACK, p)
	}
	w.fin()
	return w.close()
}

// midStream is overTCP without the handshake and the end.
func midStream(t testing.TB, pieces [][]byte) []byte {
	w := newWire(t, 0)
	for _, p := range pieces {
		w.tcp(0, capture.ACK, p)
	}
	return w.close()
}

// outOfOrder is overTCP with each two segments exchanged.
func outOfOrder(t testing.TB, pieces [][]byte) []byte {
	w := newWire(t, 0)
	w.handshake()
	for ; len(pieces) > 1; pieces = pieces[2:] {
		first := w.sent[0]
		w.sent[0] += uint32(len(pieces[0]))
		w.tcp(0, capture.ACK, pieces[1])
		after := w.sent[0]
		w.sent[0] = first
		w.tcp(0, capture.ACK, pieces[0])
		w.sent[0] = after
	}
	for _, p := range pieces {
		w.tcp(0, capture.ACK, p)
	}
	w.fin()
	return w.close()
}

// tapped is one end of a connection whose octets are captured.
type tapped struct {
	net.Conn
	tap func(p []byte)
}

func (c tapped) Write(p []byte) (int, error) {
	c.tap(p)
	return c.Conn.Write(p)
}

// said is what one side of a connection wrote.
type said struct {
	dir  int
	data []byte
}

// talkTLS lets a client write pieces, one a record, over TLS 1.2 and returns what both sides wrote,
// and the key log.
func talkTLS(t testing.TB, pieces [][]byte) (all []said, keyLog []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	var (
		log   bytes.Buffer
		heard = make(chan said, 1<<16)
		a, b  = net.Pipe()
		tap   = func(dir int) func([]byte) { return func(p []byte) { heard <- said{dir, slices.Clone(p)} } }
	)
	client := tls.Client(tapped{a, tap(0)}, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, KeyLogWriter: &log, DynamicRecordSizingDisabled: true})
	server := tls.Server(tapped{b, tap(1)}, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}})
	done := make(chan error)
	go func() {
		_, err := io.Copy(io.Discard, server)
		done <- err
	}()
	for _, p := range pieces {
		if _, err := client.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	close(heard)
	for s := range heard {
		all = append(all, s)
	}
	return all, log.Bytes()
}

// overTLS is a capture of a stream's pieces, one a record, with the secrets to open them.
func overTLS(t testing.TB, pieces [][]byte) []byte {
	t.Helper()
	all, log := talkTLS(t, pieces)
	w := newWire(t, 0)
	if err := w.w.WriteSecrets(log); err != nil {
		t.Fatal(err)
	}
	w.handshake()
	for _, s := range all {
		for p := range slices.Chunk(s.data, 1400) {
			w.tcp(s.dir, capture.ACK, p)
		}
	}
	w.fin()
	return w.close()
}

// option is a message with a body.
func option(n int) []byte {
	return fmt.Appendf(nil, "OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK%d\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\n"+
		"Call-ID: %d\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nbody %d\r\n\r", n, n, n)
}

func joinedOptions(n int) (p []byte) {
	for i := range n {
		p = append(p, option(i+1)...)
	}
	return p
}

// replaced is a message in other words.
func replaced(m []byte, old, by string) []byte {
	p := bytes.Replace(m, []byte(old), []byte(by), 1)
	if bytes.Equal(p, m) {
		panic(old)
	}
	return p
}

// found tells what came out of a capture: the Call-IDs of its messages in order, those that are
// incomplete with a hyphen in front, the codes of its anomalies and of the messages' issues, and how
// many octets were skipped.
func found(t testing.TB, file []byte) (messages, codes []string, transport string, skipped int64) {
	t.Helper()
	for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), nil) {
		if err != nil {
			t.Fatal(err)
		}
		switch body := e.Body.(type) {
		case *report.SIP:
			name := body.Message.CallID
			if body.Incomplete {
				name = "-" + name
			}
			messages = append(messages, name)
			transport = body.Transport
			for _, is := range body.Message.Issues {
				codes = append(codes, is.Code)
			}
		case *report.Anomaly:
			if body.Code == "sip-octets-skipped" {
				skipped += body.Count
			} else {
				codes = append(codes, body.Code)
			}
		}
	}
	return messages, codes, transport, skipped
}

// TestStreamShapes: whatever a stream has between, around and in the place of its messages, each
// of them comes out once, and what was skipped is counted.
func TestStreamShapes(t *testing.T) {
	const (
		length = "Content-Length: 9\r\n"
		ping   = "\r\n\r\n"
	)
	m := func(n int) string { return string(option(n)) }
	with := func(n int, old, by string) string { return string(replaced(option(n), old, by)) }
	stun := "\x00\x01\x00\x00\x21\x12\xa4\x42" + strings.Repeat("t", 12)
	http := "GET / HTTP/1.1\r\nHost: b\r\n\r\n"
	lf := func(n int) string {
		return strings.ReplaceAll(with(n, "\r\n\r\nbody "+fmt.Sprint(n)+"\r\n\r", "\r\n\r\n123456789"), "\r\n", "\n")
	}
	three := []string{"1", "2", "3"}
	for _, tt := range []struct {
		name   string
		pieces []string
		want   []string
		codes  []string
		skip   int64
	}{
		{"a message a piece", []string{m(1), m(2), m(3)}, three, nil, 0},
		{"all in one", []string{m(1) + m(2) + m(3)}, three, nil, 0},
		{"halves", []string{m(1)[:100], m(1)[100:] + m(2)[:100], m(2)[100:] + m(3)}, three, nil, 0},
		{"cut in the method", []string{m(1) + "OPT", m(2)[3:] + "O", m(3)[1:]}, three, nil, 0},
		{"cut between CR and LF", cutBehind(m(1)+m(2)+m(3), "\r"), three, nil, 0},
		{"cut behind LF", cutBehind(m(1)+m(2)+m(3), "\n"), three, nil, 0},
		{"ping before", []string{ping + m(1) + m(2) + m(3)}, three, nil, 0},
		{"ping between", []string{m(1) + ping + m(2) + ping + m(3)}, three, nil, 0},
		{"ping alone", []string{ping, m(1), ping, m(2), ping, m(3), ping}, three, nil, 0},
		{"ping split", []string{"\r", "\n\r", "\n" + m(1) + "\r", "\n" + m(2) + "\r\n", "\r", "\n", m(3)}, three, nil, 0},
		{"pong", []string{m(1) + "\r\n", m(2), "\r\n", "\r\n" + m(3)}, three, nil, 0},
		{"no length, no body", []string{with(1, length, "")[:len(m(1))-len(length)-9] + m(2) + m(3)}, three, []string{"content-length-missing"}, 0},
		{"compact", []string{with(1, "Content-Length", "l") + with(2, "Content-Length:", "L \t:") + m(3)}, three, nil, 0},
		{"folded", []string{with(1, "Length: 9", "Length:\r\n 9") + m(2) + m(3)}, three, nil, 0},
		{"repeated", []string{with(1, length, length+"l: 9\r\n") + m(2) + m(3)}, three, []string{"header-repeated"}, 0},
		{"LF only", []string{lf(1) + lf(2) + lf(3)}, three, []string{"line-end-lf", "line-end-lf", "line-end-lf"}, 0},
		{"too small", []string{with(1, length, "Content-Length: 4\r\n") + m(2) + m(3)}, three, nil, 5},
		{"too large", []string{with(1, length+"\r\nbody 1\r\n\r", "Content-Length: 60\r\n\r\nbody 1\r\n") + m(2) + m(3)}, []string{"-1", "2", "3"}, []string{"body-short", "content-length-too-large"}, 0},
		{"huge", []string{with(1, length, "Content-Length: 99999999999999999999\r\n") + m(2) + m(3)}, []string{"-1", "2", "3"}, []string{"body-short", "body-limit"}, 9},
		{"negative", []string{with(1, length, "Content-Length: -9\r\n") + m(2) + m(3)}, three, []string{"content-length-malformed", "content-length-missing"}, 0},
		{"garbage before", []string{"abc\r\n" + m(1) + m(2) + m(3)}, three, nil, 5},
		{"garbage between", []string{m(1) + "abc\r\n" + m(2) + "\x00\x01\xff" + m(3)}, three, nil, 8},
		{"HTTP between", []string{m(1) + http + m(2) + m(3)}, three, nil, 27},
		{"HTTP before", []string{http, m(1) + m(2) + m(3)}, three, nil, 27},
		{"STUN before", []string{stun, m(1), m(2), m(3)}, three, nil, 20},
		{"STUN between", []string{m(1) + stun + m(2), stun, m(3)}, three, nil, 40},
		{"half a message", []string{m(1)[50:] + m(2) + m(3)}, []string{"2", "3"}, nil, 146},
		{"cut end", []string{m(1) + m(2) + m(3)[:150]}, []string{"1", "2", "-3"}, []string{"header-no-colon", "separator-missing", "stream-end"}, 0},
		{"cut start line", []string{m(1) + m(2) + "OPTIONS sip:b"}, []string{"1", "2", "-"}, []string{"start-line-malformed", "separator-missing", "stream-end"}, 0},
	} {
		pieces := make([][]byte, len(tt.pieces))
		for i, p := range tt.pieces {
			pieces[i] = []byte(p)
		}
		stream := bytes.Join(pieces, nil)
		var octets [][]byte
		for p := range slices.Chunk(stream, 1) {
			octets = append(octets, p)
		}
		for _, over := range []struct {
			name, transport string
			file            []byte
		}{
			{"tcp", "tcp", overTCP(t, pieces)},
			{"tcp, octet by octet", "tcp", overTCP(t, octets)},
			{"tcp, out of order", "tcp", outOfOrder(t, octets)},
			{"tcp, mid-stream", "tcp", midStream(t, pieces)},
			{"tls", "tls", overTLS(t, pieces)},
			{"tls, octet by octet", "tls", overTLS(t, octets)},
		} {
			t.Run(tt.name+"/"+over.name, func(t *testing.T) {
				got, codes, transport, skipped := found(t, over.file)
				if !slices.Equal(got, tt.want) || transport != over.transport {
					t.Errorf("messages %q over %s, want %q", got, transport, tt.want)
				}
				if !slices.Equal(codes, tt.codes) || skipped != tt.skip {
					t.Errorf("codes %q, %d octets skipped; want %q, %d", codes, skipped, tt.codes, tt.skip)
				}
			})
		}
	}
}

// cutBehind cuts a text behind each of what is given.
func cutBehind(s, sep string) []string { return strings.SplitAfter(s, sep) }

// TestCuts: the same messages come out of every transport, however it cuts them.
func TestCuts(t *testing.T) {
	const n = 5
	var want []string
	for i := range n {
		want = append(want, fmt.Sprint(i+1))
	}
	cuts := func(stream []byte, size int) (pieces [][]byte) {
		return slices.Collect(slices.Chunk(stream, size))
	}
	upgrade := []byte("GET / HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n")
	var framed []byte
	for i := range n {
		m := option(i + 1)
		framed = appendFrame(framed, 0x80|0x9, []byte("ping"))
		framed = appendFrame(framed, 0x1, m[:30])
		framed = appendFrame(framed, 0x80|0xa, nil)
		framed = appendFrame(framed, 0x80, m[30:])
	}
	for _, size := range []int{1, 2, 3, 7, 64, 333, 1400} {
		whole := joinedOptions(n)
		for _, tt := range []struct {
			name, transport string
			file            []byte
		}{
			{"tcp", "tcp", overTCP(t, cuts(whole, size))},
			{"tls", "tls", overTLS(t, cuts(whole, size))},
			{"ws", "ws", overTCP(t, cuts(slices.Concat(upgrade, framed), size))},
			{"ws, upgrade not seen", "ws", midStream(t, cuts(framed, size))},
			{"wss", "wss", overTLS(t, cuts(slices.Concat(upgrade, framed), size))},
			{"sctp", "sctp", overSCTP(t, n, size)},
			{"udp", "udp", overUDP(t, n, max(size, 68))},
		} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, size), func(t *testing.T) {
				got, codes, transport, skipped := found(t, tt.file)
				if !slices.Equal(got, want) || transport != tt.transport {
					t.Errorf("messages %q over %s, want %q", got, transport, want)
				}
				if len(codes) > 0 || skipped > 0 {
					t.Errorf("codes %q, %d octets skipped", codes, skipped)
				}
			})
		}
	}
}

// appendFrame appends a masked WebSocket frame (RFC 6455, Section 5.2).
func appendFrame(dst []byte, head byte, payload []byte) []byte {
	dst = append(dst, head)
	if len(payload) < 126 {
		dst = append(dst, 0x80|byte(len(payload)))
	} else {
		dst = binary.BigEndian.AppendUint16(append(dst, 0x80|126), uint16(len(payload)))
	}
	key := [4]byte{1, 2, 3, 4}
	dst = append(dst, key[:]...)
	for i, c := range payload {
		dst = append(dst, c^key[i%4])
	}
	return dst
}

// overSCTP is a capture of messages in fragments of a size.
func overSCTP(t testing.TB, n, size int) []byte {
	w := newWire(t, 0)
	tsn := uint32(1)
	for i := range n {
		m := option(i + 1)
		for at := 0; at < len(m); at += size {
			end := min(at+size, len(m))
			var flags uint8
			if at == 0 {
				flags |= frame.DataBegin
			}
			if end == len(m) {
				flags |= frame.DataEnd
			}
			w.frames(w.b.SCTP(frame.SCTPPacket{Src: caller, Dst: callee, Tag: 7,
				Chunks: frame.AppendData(nil, frame.Data{TSN: tsn, Sequence: uint16(i), Flags: flags, Payload: m[at:end]})}))
			tsn++
		}
	}
	return w.close()
}

// overUDP is a capture of messages in IP packets of at most a size.
func overUDP(t testing.TB, n, mtu int) []byte {
	w := newWire(t, mtu)
	for i := range n {
		w.frames(w.b.UDP(frame.UDPDatagram{Src: caller, Dst: callee, Payload: option(i + 1)}))
	}
	return w.close()
}

// TestSCTPSections has a chunk of SCTP missing: what is said of it is not about TCP.
func TestSCTPSections(t *testing.T) {
	w := newWire(t, 0)
	m := option(1)
	chunk := func(tsn uint32, flags uint8, data []byte) {
		w.frames(w.b.SCTP(frame.SCTPPacket{Src: caller, Dst: callee, Tag: 7, Chunks: frame.AppendData(nil, frame.Data{TSN: tsn, Flags: flags, Payload: data})}))
	}
	chunk(1, frame.DataBegin, m[:50])
	chunk(3, frame.DataEnd, m[60:])
	var got []string
	for e, err := range sipsecdump.Analyze(t.Context(), []sipsecdump.Source{{Name: "f", Reader: bytes.NewReader(w.close())}}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := e.Body.(*report.Anomaly); ok {
			got = append(got, a.Code+" "+a.Section)
		}
	}
	want := "sctp-gap RFC 9260, Section 6.7; sctp-fragment RFC 9260, Section 6.9; sctp-fragment RFC 9260, Section 6.9"
	if strings.Join(got, "; ") != want {
		t.Errorf("got %q", got)
	}
}

// TestGap: what is lost is told, and takes no more than the messages that it is in.
func TestGap(t *testing.T) {
	w := newWire(t, 0)
	w.handshake()
	w.tcp(0, capture.ACK, option(1))
	m := option(2)
	w.tcp(0, capture.ACK, m[:60])
	w.hidden = 1
	w.tcp(0, capture.ACK, m[60:100])
	w.tcp(0, capture.ACK, m[100:])
	w.tcp(0, capture.ACK, option(3))
	w.fin()
	got, codes, _, skipped := found(t, w.close())
	if want := []string{"1", "-", "3"}; !slices.Equal(got, want) {
		t.Errorf("messages %q, want %q", got, want)
	}
	if codes[0] != "tcp-gap" || skipped != int64(len(m)-100) {
		t.Errorf("codes %q, %d octets skipped, want %d", codes, skipped, len(m)-100)
	}
}

// TestAfterReset: what comes behind a reset is not read, and the summary tells how much that is.
func TestAfterReset(t *testing.T) {
	w := newWire(t, 0)
	w.handshake()
	w.tcp(0, capture.ACK, option(1))
	w.tcp(1, capture.RST|capture.ACK, nil)
	w.tcp(0, capture.ACK, option(2))
	w.tcp(0, capture.ACK, nil)
	w.tcp(0, capture.FIN|capture.ACK, option(3))
	file := w.close()
	if got, _, _, _ := found(t, file); !slices.Equal(got, []string{"1"}) {
		t.Errorf("messages %q", got)
	}
	var text bytes.Buffer
	sum, err := sipsecdump.Render(t.Context(), &text, sources(map[string][]byte{"f": file}, "f"), nil, renderers("text"))
	if err != nil || sum.AfterReset != 2 {
		t.Errorf("%d segments, %v", sum.AfterReset, err)
	}
	if line := "\n2 segments with data behind the reset of a connection, not read\n"; !strings.Contains(text.String(), line) {
		t.Errorf("the summary lacks %q:\n%s", line, text.String())
	}
}
