package sipsecdump_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/report"
	"sipsecdump/sipparse/dialog"
)

// spread is a capture of n calls at once, each of whose messages come on other connections: the
// INVITE over TCP, the rest in datagrams between changing ports.
func spread(t testing.TB, n int) []byte {
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
	put := func(frames [][]byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			now = now.Add(time.Millisecond)
			if err := w.WritePacket(now, f); err != nil {
				t.Fatal(err)
			}
		}
	}
	a, z := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.9")
	for step, line := range []string{
		"INVITE sip:z@example.net SIP/2.0", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "ACK sip:z@example.net SIP/2.0",
		"BYE sip:z@example.net SIP/2.0", "BYE sip:z@example.net SIP/2.0", "SIP/2.0 200 OK",
	} {
		for i := range n {
			method := [...]string{"INVITE", "INVITE", "INVITE", "ACK", "BYE", "BYE", "BYE"}[step]
			branch := [...]int{1, 1, 1, 2, 3, 3, 3}[step]
			tag := ";tag=z"
			if step == 0 {
				tag = ""
			}
			m := fmt.Appendf(nil, "%s\r\nVia: SIP/2.0/TCP a.example.com;branch=z9hG4bK%d-%d\r\nFrom: <sip:a@example.com>;tag=a\r\n"+
				"To: <sip:z@example.net>%s\r\nCall-ID: %d@a\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\nContact: <sip:a@192.0.2.1>\r\nContent-Length: 0\r\n\r\n",
				line, i, branch, tag, i, branch, method)
			src := netip.AddrPortFrom(a, uint16(20000+i*7%13+step))
			dst := netip.AddrPortFrom(z, 5060)
			if m[0] == 'S' {
				src, dst = dst, src
			}
			if step == 0 {
				src = netip.AddrPortFrom(a, uint16(30000+i))
				put(b.TCP(frame.TCPSegment{Src: src, Dst: dst, Flags: capture.SYN}))
				put(b.TCP(frame.TCPSegment{Src: src, Dst: dst, Seq: 1, Flags: capture.ACK, Payload: m}))
				continue
			}
			put(b.UDP(frame.UDPDatagram{Src: src, Dst: dst, Payload: m}))
		}
	}
	// A minute later the time of all of them is up, while the capture goes on.
	now = now.Add(time.Minute)
	put(b.UDP(frame.UDPDatagram{
		Src: netip.AddrPortFrom(a, 5060), Dst: netip.AddrPortFrom(z, 5060),
		Payload: []byte("OPTIONS sip:z@example.net SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKlast\r\nFrom: <sip:a@example.com>;tag=a\r\n" +
			"To: <sip:z@example.net>\r\nCall-ID: last\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"),
	}))
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestCallsAcrossConnections: a call is one whatever connections its messages come on, and is told
// when its time is up, at the same place for any number of workers.
func TestCallsAcrossConnections(t *testing.T) {
	const n = 50
	file := spread(t, n)
	var want []string
	for _, o := range []sipsecdump.Options{{Jobs: 1}, {Jobs: 3, BatchBytes: 1}, {Jobs: 2, BatchBytes: 5000}, {Jobs: 8, BatchBytes: 100}} {
		var got []string
		calls, late := 0, 0
		var sum *report.Summary
		for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": file}, "f"), &o) {
			if err != nil {
				t.Fatal(err)
			}
			switch b := e.Body.(type) {
			case *report.SIP:
				got = append(got, fmt.Sprint("message ", b.N))
			case *report.Call:
				got = append(got, fmt.Sprint(b.CallID, b.State, b.First, b.LastMessage, b.Messages, b.Retransmissions, b.Security.Transports))
				if b.CallID == "last" {
					late++
				} else if b.State == dialog.Completed && b.Messages == 7 && len(b.Security.Transports) == 2 {
					calls++
				}
			case *report.Summary:
				sum = b
			}
		}
		if calls != n || late != 1 || sum.Calls.Calls != n+1 || sum.Calls.Completed != n {
			t.Fatalf("%+v: %d calls completed, want %d; %+v", o, calls, n, sum.Calls)
		}
		// All are told before the message that shows that their time is up.
		if i := len(got) - 2; got[i] != fmt.Sprint("message ", 7*n+1) {
			t.Errorf("before the last call comes %s", got[i])
		}
		if want == nil {
			want = got
		} else if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%+v: other events than with 1 worker", o)
		}
	}
}

// TestArrivals: calls whose time is up are told before the line of the message that shows it, not
// between that line and the message.
func TestArrivals(t *testing.T) {
	var kinds []string
	for e, err := range sipsecdump.Analyze(t.Context(), []sipsecdump.Source{{Reader: bytes.NewReader(spread(t, 2))}}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Body.Kind())
	}
	if want := "call call arrival sip"; !strings.Contains(strings.Join(kinds, " "), want) {
		t.Errorf("no %s in %v", want, kinds)
	}
	for i, kind := range kinds[:len(kinds)-1] {
		if kind == "arrival" && kinds[i+1] != "sip" {
			t.Errorf("event %d is an arrival, and behind it comes %s", i, kinds[i+1])
		}
	}
}
