package sipsecdump_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/report"
)

var draft = filepath.Join("testdata", "draft-sec-flows")

// shipped are the captures of the repository.
var shipped = []string{
	filepath.Join(draft, "tls", "tls1.pcap"),
	filepath.Join(draft, "dataSig", "ethereal"),
	filepath.Join(draft, "dataEnc", "ethereal"),
	filepath.Join(draft, "dataEncSig", "ethereal"),
}

// ring loads key material of the draft's archive.
func ring(t testing.TB, names ...string) *pki.Keyring {
	t.Helper()
	k := &pki.Keyring{}
	for _, n := range names {
		data, err := os.ReadFile(filepath.Join(draft, "certs", n))
		if err != nil {
			t.Fatal(err)
		}
		m, err := pki.ParseFile(n, data, nil)
		if err != nil {
			t.Fatal(err)
		}
		k.Add(m)
	}
	return k
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sources(files map[string][]byte, order ...string) []sipsecdump.Source {
	var s []sipsecdump.Source
	for _, n := range order {
		s = append(s, sipsecdump.Source{Name: n, Reader: bytes.NewReader(files[n])})
	}
	return s
}

// interleaved is a capture of n TCP connections that carry SIP, one packet of each in turn.
// Every fourth attaches the signature of the draft's dataSig, so that signers are looked up.
func interleaved(t testing.TB, n int) []byte {
	t.Helper()
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := frame.NewPcapWriter(&file, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	server := netip.MustParseAddrPort("192.0.2.1:5060")
	seq := make([][2]uint32, n)
	send := func(i int, fromServer bool, f capture.Flags, p []byte) {
		client := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.2"), uint16(10000+i))
		s := frame.TCPSegment{Src: client, Dst: server, Flags: f, Payload: p, Seq: seq[i][0], Ack: seq[i][1]}
		side := 0
		if fromServer {
			s.Src, s.Dst, s.Seq, s.Ack = server, client, seq[i][1], seq[i][0]
			side = 1
		}
		frames, err := b.TCP(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range frames {
			now = now.Add(137 * time.Microsecond)
			if err := w.WritePacket(now, data); err != nil {
				t.Fatal(err)
			}
		}
		seq[i][side] += uint32(len(p))
		if f.Has(capture.SYN) || f.Has(capture.FIN) {
			seq[i][side]++
		}
	}
	all := func(f func(i int)) {
		for i := range n {
			f(i)
		}
	}
	all(func(i int) {
		seq[i] = [2]uint32{uint32(i) << 20, ^uint32(0) - uint32(i)}
		send(i, false, capture.SYN, nil)
	})
	all(func(i int) { send(i, true, capture.SYN|capture.ACK, nil) })
	all(func(i int) { send(i, false, capture.ACK, nil) })
	for round := range 5 {
		request := func(i int) []byte {
			body, typ := fmt.Sprintf("hello %d.%d", i, round), "text/plain"
			if i%4 == 3 {
				sig := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-sig"))
				text := read(t, filepath.Join(draft, "dataSig", "resip-sign-out-data"))
				body = "--b\r\n" + string(text) + "\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\n" + string(sig) + "\r\n--b--\r\n"
				typ = `multipart/signed;boundary=b;protocol="application/pkcs7-signature";micalg=sha1`
			}
			return fmt.Appendf(nil, "MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/TCP c%d;branch=z9hG4bK%d.%d\r\n"+
				"From: <sip:fluffy@example.com>;tag=%d\r\nTo: <sip:kumiko@example.net>\r\nCall-ID: %d@c\r\nCSeq: %d MESSAGE\r\n"+
				"Max-Forwards: 70\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", i, i, round, i, i, round+1, typ, len(body), body)
		}
		all(func(i int) { p := request(i); send(i, false, capture.ACK, p[:len(p)/2]) })
		all(func(i int) { p := request(i); send(i, false, capture.ACK|capture.PSH, p[len(p)/2:]) })
	}
	all(func(i int) {
		if i%3 > 0 { // every third stays open
			send(i, false, capture.FIN|capture.ACK, nil)
			send(i, true, capture.FIN|capture.ACK, nil)
		}
	})
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func renderers(format string) func() report.Renderer {
	if format == "json" {
		return func() report.Renderer { return &report.JSON{Version: "test", Data: true} }
	}
	return func() report.Renderer {
		return report.NewText(&report.TextOptions{Show: report.ListingLayers, Tree: cms.StyleRFC6216})
	}
}

// TestSameBytes: the output depends neither on the number of workers nor on how the input is
// cut into batches, and it is worked out by all of them.
func TestSameBytes(t *testing.T) {
	files := map[string][]byte{"interleaved": interleaved(t, 40)}
	names := []string{"interleaved"}
	for _, n := range shipped {
		files[n] = read(t, n)
		names = append(names, n)
	}
	sets := [][]string{names} // all as one capture, and each alone
	for _, n := range names {
		sets = append(sets, []string{n})
	}
	keys := ring(t, "domain_key_example.net.pem", "user_key_kumiko@example.net.pem", "user_cert_fluffy@example.com.pem")
	for _, set := range sets {
		for _, format := range []string{"text", "json"} {
			t.Run(fmt.Sprintf("%s/%d/%s", filepath.Base(filepath.Dir(set[0])), len(set), format), func(t *testing.T) {
				var want []byte
				for _, jobs := range []int{1, 2, 3, 8} {
					for _, batch := range []int{1, 700, 16 << 10, 1 << 20} {
						var got bytes.Buffer
						o := &sipsecdump.Options{Keyring: keys, Jobs: jobs, BatchBytes: batch}
						if _, err := sipsecdump.Render(t.Context(), &got, sources(files, set...), o, renderers(format)); err != nil {
							t.Fatal(err)
						}
						if want == nil {
							want = got.Bytes()
							if len(want) == 0 {
								t.Fatal("no output")
							}
						}
						if !bytes.Equal(got.Bytes(), want) {
							t.Fatalf("%d jobs, batches of %d octets: other bytes than with 1 job\n%s", jobs, batch, firstDifference(want, got.Bytes()))
						}
					}
				}
			})
		}
	}
}

func firstDifference(a, b []byte) string {
	la, lb := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(la), len(lb)) {
		if la[i] != lb[i] {
			from := 0 // a little before the first octet that differs
			for from < min(len(la[i]), len(lb[i])) && la[i][from] == lb[i][from] {
				from++
			}
			from = max(0, from-60)
			return fmt.Sprintf("line %d, from octet %d:\n- %.200s\n+ %.200s", i+1, from, la[i][from:], lb[i][from:])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(la), len(lb))
}

// TestAnalyzeEqualsRender: the iterator yields the events that are rendered, in that order.
func TestAnalyzeEqualsRender(t *testing.T) {
	files := map[string][]byte{}
	for _, n := range shipped {
		files[n] = read(t, n)
	}
	o := &sipsecdump.Options{
		Keyring: ring(t, "domain_key_example.net.pem", "user_key_kumiko@example.net.pem"),
		Jobs:    2, BatchBytes: 100,
	}
	var rendered, yielded bytes.Buffer
	if _, err := sipsecdump.Render(t.Context(), &rendered, sources(files, shipped...), o, renderers("json")); err != nil {
		t.Fatal(err)
	}
	var events []*report.Event
	for e, err := range sipsecdump.Analyze(t.Context(), sources(files, shipped...), o) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e) // they must stay what they were when the run is over
	}
	number := uint64(0)
	for _, e := range events {
		var b report.Buffer
		renderers("json")().Render(&b, e)
		switch body := e.Body.(type) {
		case *report.SIP:
			number = body.N
		case *report.CMS:
			number = body.SIP
		}
		at := 0
		for _, s := range b.Slots {
			yielded.Write(b.B[at:s.At])
			fmt.Fprint(&yielded, number)
			at = s.At
		}
		yielded.Write(b.B[at:])
	}
	if !bytes.Equal(rendered.Bytes(), yielded.Bytes()) {
		t.Fatal(firstDifference(rendered.Bytes(), yielded.Bytes()))
	}
}

// goroutines waits until no more run than did before.
func goroutines(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(time.Millisecond)
	}
}

type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestSinkErrorEndsTheRun(t *testing.T) {
	file := interleaved(t, 40)
	for _, left := range []int{0, 1, 5000, 50000} {
		before := runtime.NumGoroutine()
		_, err := sipsecdump.Render(t.Context(), &failingWriter{left}, sources(map[string][]byte{"f": file}, "f"),
			&sipsecdump.Options{Jobs: 3, BatchBytes: 500}, renderers("text"))
		if err == nil || err.Error() != "disk full" {
			t.Errorf("error %v, want the writer's", err)
		}
		goroutines(t, before)
	}
}

func TestStoppedIteration(t *testing.T) {
	file := interleaved(t, 40)
	for stop := range 30 {
		before := runtime.NumGoroutine()
		n := 0
		for _, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), &sipsecdump.Options{Jobs: 3, BatchBytes: 500}) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > stop {
				break
			}
		}
		goroutines(t, before)
	}
}

// cancelling cancels the context when it has been read to a point.
type cancelling struct {
	io.Reader
	left   int
	cancel context.CancelFunc
}

func (r *cancelling) Read(p []byte) (int, error) {
	if r.left -= len(p); r.left < 0 {
		r.cancel()
	}
	return r.Reader.Read(p[:min(len(p), 512)])
}

func TestCancelSummarizes(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	file := interleaved(t, 400)
	in := &cancelling{bytes.NewReader(file), len(file) / 2, cancel}
	var out bytes.Buffer
	sum, err := sipsecdump.Render(ctx, &out, []sipsecdump.Source{{Name: "f", Reader: in}}, &sipsecdump.Options{Jobs: 2}, renderers("json"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if sum == nil || sum.Packets == 0 || sum.Packets >= 400*13 {
		t.Errorf("summary %+v: want some packets, not all", sum)
	}
	if !strings.Contains(out.String(), `"event":"summary"`) {
		t.Error("no summary")
	}
	goroutines(t, before)
}
