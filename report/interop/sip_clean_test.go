package interop_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/maker"
	"sipsecdump/report"
	"sipsecdump/report/interop"
)

// expectNoSIP fails if a rule about SIP says more than a note.
func expectNoSIP(t *testing.T, found []*report.Finding) {
	t.Helper()
	for _, f := range found {
		if f.Severity > report.Note && strings.HasPrefix(f.Rule, "sip-") {
			t.Errorf("%s: %s", f.Rule, f.Text)
		}
	}
}

// TestCleanSIP: what the makers make by default gives no rule about SIP more than a note.
func TestCleanSIP(t *testing.T) {
	for _, scenario := range maker.Scenarios() {
		for _, transport := range maker.Transports() {
			o := maker.Options{Scenario: scenario.Name, Transport: transport, Keys: commonKeys()}
			o.Secrets = transport == "tls" || transport == "wss"
			large := transport == "udp" && strings.Contains(scenario.Name, "signed") // and told of rightly
			if o.Scenario == "script" || o.Scenario == "tls" && !o.Secrets || large {
				continue
			}
			t.Run(scenario.Name+" "+transport, func(t *testing.T) {
				capture, options := made(o)(t)
				expectNoSIP(t, check(t, capture, options))
			})
		}
	}
}

// TestCutDatagrams: what the capture cut off is nobody's fault.
func TestCutDatagrams(t *testing.T) {
	capture, options := over("udp", request("INVITE"), response("200 OK", "INVITE"))(t)
	const fileHeader, recordHeader, snap = 24, 16, 100
	cut := bytes.Clone(capture[:fileHeader])
	for rest := capture[fileHeader:]; len(rest) > 0; {
		n := binary.LittleEndian.Uint32(rest[8:])
		header := bytes.Clone(rest[:recordHeader])
		binary.LittleEndian.PutUint32(header[8:], min(n, snap))
		cut = append(cut, header...)
		cut = append(cut, rest[recordHeader:][:min(n, snap)]...)
		rest = rest[recordHeader+n:]
	}
	found := check(t, cut, options)
	expectNoSIP(t, found)
	if len(cut) >= len(capture) {
		t.Error("nothing was cut")
	}
}

// TestFiles: a request at the end of a file is answered in the next one if that follows at once, and
// else nobody knows.
func TestFiles(t *testing.T) {
	unanswered := repeated(request("INVITE"), 500*time.Millisecond)
	later := []maker.Turn{
		after(0, request("OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK2", "Call-ID: 2")),
		after(40*time.Second, request("OPTIONS", "Via: SIP/2.0/UDP 192.0.2.1:49152;branch=z9hG4bK3", "Call-ID: 3")),
	}
	for _, tt := range []struct {
		pause time.Duration
		told  bool
	}{{900 * time.Millisecond, true}, {time.Hour, false}} {
		set, err := interop.NewSet(report.Note, []string{"sip-*=off", "sip-no-final-response=error"})
		if err != nil {
			t.Fatal(err)
		}
		var sources []sipsecdump.Source
		start := maker.DefaultStart
		for _, turns := range [][]maker.Turn{unanswered, later} {
			capture, _ := made(maker.Options{Scenario: "script", Transport: "udp", Keys: commonKeys(), Script: turns, Start: start})(t)
			sources = append(sources, sipsecdump.Source{Name: "part.pcap", Reader: bytes.NewReader(capture)})
			start = start.Add(tt.pause)
		}
		told := 0
		for e, err := range sipsecdump.Analyze(context.Background(), sources, &sipsecdump.Options{Rules: set}) {
			if err != nil {
				t.Fatal(err)
			}
			if f, ok := e.Body.(*report.Finding); ok && f.SIP == 1 {
				told++
				if e.Flow != nil {
					t.Error("the finding is about an earlier message, and names the connection of another")
				}
			}
		}
		if (told == 1) != tt.told {
			t.Errorf("with %v between the files, told %d times", tt.pause, told)
		}
	}
}
