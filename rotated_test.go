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
)

// TestRotatedFragments has the fragments of a datagram in several files of one capture: they are put
// together, copies are left out, and what is missing is told once, at the end.
func TestRotatedFragments(t *testing.T) {
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet, MTU: 200})
	if err != nil {
		t.Fatal(err)
	}
	message := "MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK1\r\nFrom: <sip:fluffy@example.com>;tag=1\r\n" +
		"To: <sip:kumiko@example.net>\r\nCall-ID: 1@c\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\nContent-Length: 200\r\n\r\n" + strings.Repeat("z", 200)
	frames, err := b.UDP(frame.UDPDatagram{
		Src: netip.MustParseAddrPort("192.0.2.1:5060"), Dst: netip.MustParseAddrPort("192.0.2.2:5060"), Payload: []byte(message),
	})
	if err != nil || len(frames) != 3 {
		t.Fatal(len(frames), err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name   string
		files  []string // the number of a fragment for each packet
		dedupe bool
		want   string
	}{
		{"whole", []string{"012"}, false, "message in file 1"},
		{"in two", []string{"0", "12"}, false, "message in file 2"},
		{"in three", []string{"2", "0", "1"}, false, "message in file 3"},
		{"copies", []string{"01", "012"}, true, "message in file 2; duplicate-packet 2 in file 2"},
		{"never whole", []string{"0", "1"}, false, "fragments-incomplete 1 in file 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var captures []sipsecdump.Source
			for i, numbers := range tt.files {
				var file bytes.Buffer
				w, err := frame.NewPcapWriter(&file, capture.LinkEthernet, false)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range numbers {
					if err := w.WritePacket(now, frames[n-'0']); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
				captures = append(captures, sipsecdump.Source{Name: fmt.Sprint(i), Reader: &file})
			}
			var got []string
			for e, err := range sipsecdump.Analyze(t.Context(), captures, &sipsecdump.Options{Dedupe: tt.dedupe}) {
				if err != nil {
					t.Fatal(err)
				}
				switch body := e.Body.(type) {
				case *report.SIP:
					got = append(got, fmt.Sprintf("message in file %d", e.File))
				case *report.Anomaly:
					got = append(got, fmt.Sprintf("%s %d in file %d", body.Code, body.Count, e.File))
				}
			}
			if got := strings.Join(got, "; "); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}
