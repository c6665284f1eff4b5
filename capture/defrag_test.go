package capture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// piece is an IPv4 fragment of a UDP datagram between src4 and dst4.
func piece(id uint16, offset int, more bool, payload string) []byte {
	b := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(payload)))
	binary.BigEndian.PutUint16(b[4:], id)
	word := uint16(offset / 8)
	if more {
		word |= 0x2000
	}
	binary.BigEndian.PutUint16(b[6:], word)
	var sum uint32
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	binary.BigEndian.PutUint16(b[10:], ^uint16(sum+sum>>16))
	return append(b, payload...)
}

func TestFragments(t *testing.T) {
	const head = "\x13\xc4\x13\xc5\x00\x18\x00\x00" // a datagram of 24 octets
	const whole = `17 192.0.2.1:5060 192.0.2.2:5061 "ABCDEFGHijklmnop"`
	type step struct {
		data []byte
		want string
	}
	first, second, last := piece(1, 0, true, head), piece(1, 8, true, "ABCDEFGH"), piece(1, 16, false, "ijklmnop")
	tests := []struct {
		name  string
		steps []step
		left  int
	}{
		{"in order", []step{{first, "-"}, {second, "-"}, {last, whole}}, 0},
		{"in reverse", []step{{last, "-"}, {second, "-"}, {first, whole}}, 0},
		{"duplicates", []step{{first, "-"}, {first, "-"}, {last, "-"}, {last, "-"}, {second, whole}, {second, "-"}}, 0},
		{"identifications", []step{{first, "-"}, {piece(2, 8, true, "AAAAAAAA"), "-"}, {last, "-"}, {second, whole}}, 1},
		{"overlap, the first copy stays", []step{
			{first, "-"}, {second, "-"}, {piece(1, 8, true, "XXXXXXXX"), "-; fragment-overlap at 20"}, {last, whole},
		}, 0},
		{"overlap in part", []step{
			{first, "-"}, {second, "-"}, {piece(1, 8, false, "ABCDEFGXijklmnop"), whole + "; fragment-overlap at 20"},
		}, 0},
		{"overlapping header", []step{
			{first, "-"}, {piece(1, 0, true, "\x00\x01\x00\x02\x00\x18\x00\x00"), "-; fragment-overlap at 20"}, {last, "-"}, {second, whole},
		}, 0},
		{"two ends", []step{
			{first, "-"}, {last, "-"}, {piece(1, 24, false, "qrst"), "-; wrong-fragment at 20"}, {second, whole},
		}, 0},
		{"end before what was there", []step{
			{first, "-"}, {piece(1, 16, true, "ijklmnop"), "-"}, {piece(1, 8, false, "ABCDEFGH"), "-; wrong-fragment at 20"}, {second, "-"},
		}, 1},
		{"end inside of what was there", []step{
			{piece(1, 8, true, "ABCDEFGH"), "-"}, {piece(1, 8, false, "ABCD"), "-; wrong-fragment at 20"},
		}, 1},
		{"beyond the end", []step{
			{last, "-"}, {piece(1, 24, true, "qrstuvwx"), "-; wrong-fragment at 20"}, {first, "-"}, {second, whole},
		}, 0},
		{"not a multiple of 8", []step{{piece(1, 0, true, head+"ABC"), "-; wrong-fragment at 20"}}, 0},
		{"empty", []step{{piece(1, 0, true, ""), "-; wrong-fragment at 20"}}, 0},
		{"beyond 65535", []step{{piece(1, 65528, false, "12345678"), "-; wrong-fragment at 20"}}, 0},
		{"up to 65535", []step{{piece(1, 65528, false, "1234567"), "-"}}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := capture.NewDecoder()
			for i, s := range tt.steps {
				if got := decode(d, capture.Packet{Link: capture.LinkIPv4, Data: s.data}); got != s.want {
					t.Errorf("fragment %d\n got %s\nwant %s", i+1, got, s.want)
				}
			}
			if d.Incomplete() != tt.left {
				t.Errorf("%d incomplete, want %d", d.Incomplete(), tt.left)
			}
		})
	}
}

func TestFragmentCut(t *testing.T) {
	d := capture.NewDecoder()
	f := piece(1, 0, true, "0123456789abcdef")
	want := "-; fragment-cut at 20"
	if got := decode(d, capture.Packet{Link: capture.LinkIPv4, Data: f[:30], Length: len(f)}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFragmentAge has an identification come back.
func TestFragmentAge(t *testing.T) {
	d := capture.NewDecoder()
	start := time.Unix(1000, 0)
	at := func(after time.Duration, data []byte) string {
		return decode(d, capture.Packet{Link: capture.LinkIPv4, Time: start.Add(after), Data: data})
	}
	const head = "\x00\x01\x00\x02\x00\x10\x00\x00"
	at(0, piece(1, 0, true, head))
	if got := at(capture.MaxFragmentAge, piece(1, 8, false, "in time.")); !strings.HasPrefix(got, "17") {
		t.Error(got)
	}
	at(0, piece(1, 0, true, head))
	if got, want := at(capture.MaxFragmentAge+1, piece(1, 8, false, "too late")), "-; fragments-incomplete at 20"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := at(capture.MaxFragmentAge+1, piece(1, 0, true, head)); !strings.Contains(got, "too late") {
		t.Error(got)
	}
}

// TestFragmentCopies has each fragment twice, as on a router, where the last copy comes when the
// packet is whole. Such a one is no packet that never came whole, and makes room without a word.
func TestFragmentCopies(t *testing.T) {
	d := capture.NewDecoder()
	const head = "\x00\x01\x00\x02\x00\x10\x00\x00"
	start := time.Unix(1000, 0)
	at := func(after time.Duration, data []byte, want string) {
		t.Helper()
		if got := decode(d, capture.Packet{Link: capture.LinkIPv4, Time: start.Add(after), Data: data}); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	incomplete := func(want int) {
		t.Helper()
		if got := d.Incomplete(); got != want {
			t.Errorf("%d incomplete, want %d", got, want)
		}
	}
	for id := range uint16(capture.MaxDatagrams + 5) {
		first, last := piece(id, 0, true, head), piece(id, 8, false, "abcdefgh")
		at(0, first, "-")
		at(0, first, "-")
		at(0, last, "17")
		at(0, last, "-")
	}
	incomplete(0)
	at(0, piece(9, 0, true, head), "17") // a copy's first fragment came late
	at(capture.FragmentCopyAge, piece(9, 0, true, head), "-")
	incomplete(0)
	at(capture.FragmentCopyAge+1, piece(8, 0, true, head), "17")
	at(2*capture.FragmentCopyAge+2, piece(8, 0, true, head), "-") // another packet's
	incomplete(1)
}

// TestFragmentLimit begins more datagrams than are kept.
func TestFragmentLimit(t *testing.T) {
	d := capture.NewDecoder()
	const head = "\x00\x01\x00\x02\x00\x10\x00\x00"
	for id := range uint16(capture.MaxDatagrams) {
		if got := decode(d, capture.Packet{Link: capture.LinkIPv4, Data: piece(id, 0, true, head)}); got != "-" {
			t.Fatal(got)
		}
	}
	got := decode(d, capture.Packet{Link: capture.LinkIPv4, Data: piece(capture.MaxDatagrams, 0, true, head)})
	if want := "-; fragments-incomplete at 20"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if d.Incomplete() != capture.MaxDatagrams {
		t.Errorf("%d incomplete", d.Incomplete())
	}
	// The first one made room, the second did not.
	if got := decode(d, capture.Packet{Link: capture.LinkIPv4, Data: piece(1, 8, false, "abcdefgh")}); !strings.HasPrefix(got, "17") {
		t.Error(got)
	}
}

// TestFragmentsModel puts random cuts of random datagrams together, shuffled and interleaved
// with one another, against the datagrams themselves.
func TestFragmentsModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 50 {
		d := capture.NewDecoder()
		want := map[string]string{}
		var all [][]byte
		for i, mtu := range []int{68, 100, 576, 1500} {
			for _, addrs := range [][2]netip.AddrPort{{src4, dst4}, {src6, dst6}} {
				if addrs[0].Addr().Is6() && mtu == 68 {
					mtu = 80
				}
				payload := make([]byte, 1+rng.IntN(20000))
				for j := range payload {
					payload[j] = byte(rng.Uint32())
				}
				src := netip.AddrPortFrom(addrs[0].Addr(), uint16(6000+i))
				want[src.String()] = string(payload)
				// The builders count alike: only addresses and identifications tell the packets apart.
				b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkRaw, MTU: mtu})
				if err != nil {
					t.Fatal(err)
				}
				for range i {
					b.UDP(frame.UDPDatagram{Src: src, Dst: addrs[1]})
				}
				frames, err := b.UDP(frame.UDPDatagram{Src: src, Dst: addrs[1], Payload: payload})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range frames {
					all = append(all, bytes.Clone(f))
				}
			}
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, f := range all {
			var s capture.Segment
			if !d.Decode(&capture.Packet{Link: capture.LinkRaw, Data: f}, &s) {
				continue
			}
			if string(s.Payload) != want[s.Src.String()] {
				t.Fatalf("round %d: %v has another payload", round, s.Src)
			}
			delete(want, s.Src.String())
		}
		if len(want) != 0 || d.Incomplete() != 0 {
			t.Fatalf("round %d: %d datagrams not put together, %d incomplete", round, len(want), d.Incomplete())
		}
	}
}

// TestFragmentsInFragments nests tunnels that are fragmented at each level.
func TestFragmentsInFragments(t *testing.T) {
	inner := built(t, frame.Layers{Link: capture.LinkIPv4, MTU: 600}, src4, dst4, strings.Repeat("0123456789", 100))
	var all [][]byte
	for i, packet := range inner {
		for offset := 0; offset < len(packet); offset += 96 {
			end := min(offset+96, len(packet))
			p := piece(uint16(100+i), offset, end < len(packet), string(packet[offset:end]))
			p[9] = 4 // IP in IP
			binary.BigEndian.PutUint16(p[10:], binary.BigEndian.Uint16(p[10:])+13)
			all = append(all, p)
		}
	}
	d := capture.NewDecoder()
	var got string
	for _, p := range all {
		got = decode(d, capture.Packet{Link: capture.LinkIPv4, Data: p})
	}
	if want := fmt.Sprintf("17 %v %v %q", src4, dst4, strings.Repeat("0123456789", 100)); got != want {
		t.Errorf("got %s", got)
	}
}

// TestFragmentsIPv6 has extension headers before the fragment header and behind it, in any
// order of the fragments, with repetitions and overlaps.
func TestFragmentsIPv6(t *testing.T) {
	whole := octets(t, "1100 010400000000"+"13c4 13c5 0018 0000") // destination options, then UDP
	whole = append(whole, "ABCDEFGHijklmnop"...)
	fragment := func(offset, n int, more byte, extra string) []byte {
		data := append(octets(t, fmt.Sprintf("3c00 %04x 00000007", offset|int(more))), whole[offset:offset+n]...)
		data = append(octets(t, "2c00 010400000000"), data...) // hop by hop
		data = append(data, extra...)
		return append(octets(t, fmt.Sprintf("60000000 %04x 00 40", len(data))+addrs6), data...)
	}
	want := `17 [2001:db8::1]:5060 [2001:db8::2]:5061 "ABCDEFGHijklmnop"`
	parts := [][]byte{fragment(0, 8, 1, ""), fragment(8, 16, 1, ""), fragment(24, 8, 0, "")}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}, {2, 2, 1, 1, 0}} {
		d := capture.NewDecoder()
		for i, k := range order {
			got := decode(d, capture.Packet{Link: capture.LinkIPv6, Data: parts[k]})
			if last := i == len(order)-1; last && got != want || !last && got != "-" {
				t.Errorf("order %v, fragment %d: %s", order, i, got)
			}
		}
	}
	d := capture.NewDecoder()
	decode(d, capture.Packet{Link: capture.LinkIPv6, Data: parts[0]})
	decode(d, capture.Packet{Link: capture.LinkIPv6, Data: parts[2]})
	overlap := fragment(8, 24, 0, "")
	overlap[len(overlap)-1] = 'X'
	if got, want := decode(d, capture.Packet{Link: capture.LinkIPv6, Data: overlap}), want+"; fragment-overlap at 56"; got != want {
		t.Errorf("overlap: got %s, want %s", got, want)
	}
}
