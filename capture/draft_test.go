package capture_test

import (
	"fmt"
	"maps"
	"testing"

	"sipsecdump/capture"
)

// TestDrafts reads the documents' own captures: big-endian pcap of NULL frames, made on the
// sending host.
func TestDrafts(t *testing.T) {
	const (
		c = "127.0.0.1:55768"
		s = "127.0.0.1:5061"
		a = "127.0.0.1:5070"
		b = "127.0.0.1:5080"
	)
	type seg struct {
		packet   uint64
		src, dst string
		length   int
	}
	tests := []struct {
		name  string
		codes map[string]int
		segs  []seg
	}{
		{"tls/tls1.pcap", map[string]int{}, []seg{
			{1, c, s, 0}, {2, s, c, 0}, {3, c, s, 0}, {4, c, s, 54}, {5, s, c, 0}, {6, s, c, 1570}, {7, c, s, 198}, {8, s, c, 59},
			{9, c, s, 0}, {10, c, s, 762}, {11, s, c, 426}, {12, c, s, 0}, {13, c, s, 0}, {14, s, c, 0}, {15, s, c, 0}, {16, c, s, 0},
		}},
		{"dataSig/ethereal", map[string]int{"wrong-ip-checksum": 2}, []seg{{1, a, b, 1428}, {2, b, a, 330}}},
		{"dataEnc/ethereal", map[string]int{"wrong-ip-checksum": 2}, []seg{{1, a, b, 1263}, {2, b, a, 330}}},
		{"dataEncSig/ethereal", map[string]int{"wrong-ip-checksum": 2}, []seg{{1, a, b, 1981}, {2, b, a, 330}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := packets(readDraft(t, tt.name))
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != len(tt.segs) {
				t.Errorf("%d packets, want %d", len(list), len(tt.segs))
			}
			for i, p := range list {
				if p.Number != uint64(i+1) || p.Link != capture.LinkNull || p.Length != len(p.Data) {
					t.Errorf("packet %d: number %d, link %v, length %d of %d", i+1, p.Number, p.Link, len(p.Data), p.Length)
				}
			}
			segs, codes := segments(list)
			var got []seg
			for _, s := range segs {
				got = append(got, seg{s.Packet, s.Src.String(), s.Dst.String(), len(s.Payload)})
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.segs) {
				t.Errorf("segments\n got %v\nwant %v", got, tt.segs)
			}
			if !maps.Equal(codes, tt.codes) {
				t.Errorf("notes %v, want %v", codes, tt.codes)
			}
		})
	}
}
