package capture_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// TestDedupe captures packets at two places.
func TestDedupe(t *testing.T) {
	start := time.Unix(1000, 0)
	plain := frame.Layers{Link: capture.LinkRaw}
	changed := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[8]--                    // TTL
		b[10], b[11] = 0xab, 0xcd // its checksum
		b[26], b[27] = 0x12, 0x34 // the datagram's
		return b
	}
	one := built(t, plain, src4, dst4, "one")[0]
	again := bytes.Clone(one) // the sender repeats it
	again[5]++
	six := built(t, plain, src6, dst6, "six")[0]
	empty := built(t, plain, src6, dst6, "")[0]
	vlan := built(t, frame.Layers{Link: capture.LinkEthernet, VLAN: []frame.VLAN{{ID: 9}}}, src4, dst4, "one")[0]
	vxlan := append(octets(t, "08000000 000001 00 000000000000 000000000000 0800"), one...)
	inVXLAN := built(t, plain, src6, dst6, string(vxlan))[0]
	copyVXLAN := inUDP(t, 4789, fmt.Sprintf("%x", vxlan))
	pieces := built(t, frame.Layers{Link: capture.LinkRaw, MTU: 100}, src4, dst4, strings.Repeat("fragment", 20))
	type step struct {
		after time.Duration
		data  []byte
		want  bool // decoded
	}
	tests := []struct {
		name  string
		steps []step
		notes int
	}{
		{"the same", []step{{0, one, true}, {0, one, false}, {0, one, false}}, 2},
		{"TTL and checksums differ", []step{{0, one, true}, {time.Millisecond, changed(one), false}}, 1},
		{"older copy", []step{{0, one, true}, {-time.Millisecond, changed(one), false}}, 1},
		{"identification differs", []step{{0, one, true}, {0, again, true}}, 0},
		{"too late", []step{{0, one, true}, {capture.DedupeAge + 1, one, true}}, 0},
		{"in an overlay", []step{{0, one, true}, {0, copyVXLAN, false}}, 1},
		{"the datagram that is no tunnel", []step{{0, inVXLAN, true}, {0, one, true}}, 0},
		{"IPv6", []step{{0, six, true}, {0, six, false}}, 1},
		{"IPv6 without payload", []step{{0, empty, true}, {0, empty, true}}, 0},
		{"fragments", []step{{0, pieces[0], false}, {0, pieces[0], false}, {0, pieces[1], false}, {0, pieces[1], false}, {0, pieces[2], true}, {0, pieces[2], false}}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := capture.NewDecoder()
			d.Dedupe()
			notes := 0
			for i, s := range tt.steps {
				var seg capture.Segment
				p := capture.Packet{Link: capture.LinkRaw, Time: start.Add(s.after), Data: s.data}
				if d.Decode(&p, &seg) != s.want {
					t.Errorf("packet %d: decoded is %v", i+1, !s.want)
				}
				for _, n := range d.Notes() {
					if n.Code == "duplicate-packet" {
						notes++
					}
				}
			}
			if notes != tt.notes || d.Incomplete() != 0 {
				t.Errorf("%d notes, want %d; %d incomplete", notes, tt.notes, d.Incomplete())
			}
		})
	}
	t.Run("another link", func(t *testing.T) {
		d := capture.NewDecoder()
		d.Dedupe()
		var s capture.Segment
		if !d.Decode(&capture.Packet{Link: capture.LinkRaw, Data: one}, &s) || d.Decode(&capture.Packet{Link: capture.LinkEthernet, Data: vlan}, &s) {
			t.Error("the copy with a VLAN tag was not recognised")
		}
	})
	t.Run("many between", func(t *testing.T) {
		d := capture.NewDecoder()
		d.Dedupe()
		var s capture.Segment
		for between, want := range map[int]bool{capture.DedupePackets - 1: false, capture.DedupePackets: true} {
			first := built(t, plain, src4, dst4, fmt.Sprint("first of ", between))[0]
			d.Decode(&capture.Packet{Link: capture.LinkRaw, Data: first}, &s)
			for i := range between {
				other := built(t, plain, src4, dst4, fmt.Sprint("other ", between, " ", i))[0]
				d.Decode(&capture.Packet{Link: capture.LinkRaw, Data: other}, &s)
			}
			if got := d.Decode(&capture.Packet{Link: capture.LinkRaw, Data: first}, &s); got != want {
				t.Errorf("%d between: decoded is %v", between, got)
			}
		}
	})
}

func TestTimeBackwards(t *testing.T) {
	d := capture.NewDecoder()
	data := built(t, frame.Layers{Link: capture.LinkRaw}, src4, dst4, "x")[0]
	var got []int
	for _, at := range []int64{10, 10, 0, 9, 10, 5, 6} {
		p := capture.Packet{Link: capture.LinkRaw, Data: data}
		if at > 0 {
			p.Time = time.Unix(at, 0)
		}
		decode(d, p)
		got = append(got, len(d.Notes()))
	}
	if want := "[0 0 0 1 0 1 0]"; fmt.Sprint(got) != want {
		t.Errorf("notes %v, want %s", got, want)
	}
}
