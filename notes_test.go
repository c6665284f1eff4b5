package sipsecdump_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/report"
)

// TestNotesOfOneCode has packets of both IP versions that declare too much: what is said of the
// ones, and the section, is not said of the others.
func TestNotesOfOneCode(t *testing.T) {
	four := []byte{0x45, 0, 0, 99, 0, 0, 0, 0, 64, 59, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	six := make([]byte, 40)
	six[0], six[5], six[6] = 0x60, 99, 59
	var file bytes.Buffer
	w, err := frame.NewPcapWriter(&file, capture.LinkRaw, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range [][]byte{six, four, six, six} {
		if err := w.WritePacket(time.Unix(1e9, 0), p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range sipsecdump.Analyze(t.Context(), []sipsecdump.Source{{Name: "f", Reader: &file}}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := e.Body.(*report.Anomaly); ok && a.Code == "wrong-ip-length" {
			got = append(got, a.Text, a.Section)
		}
	}
	want := []string{
		"payload length is more than the packet has on the wire (3 packets, this is the first)", "RFC 8200, Section 3",
		"total length is more than the packet has on the wire, or less than its header (1 packet, this is the first)", "RFC 791, Section 3.1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
