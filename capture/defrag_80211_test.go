package capture_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// wlanFragment is a fragment of an IEEE 802.11 data frame with quality of service.
type wlanFragment struct {
	sequence uint16
	number   int
	more     bool
	retry    bool
	traffic  byte // identifier
	sender   byte // last octet of its address
	body     string
	fcs      bool
}

func (f wlanFragment) bytes() []byte {
	b := []byte{0x88, 0x01, 0, 0, 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, f.sender, 2, 0, 0, 0, 0, 9}
	if f.more {
		b[1] |= 0x04
	}
	if f.retry {
		b[1] |= 0x08
	}
	b = binary.LittleEndian.AppendUint16(b, f.sequence<<4|uint16(f.number))
	b = append(append(b, f.traffic, 0), f.body...)
	if f.fcs {
		b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	}
	return b
}

// wlanBody is a datagram between src4 and dst4 behind the headers of IEEE 802.2 and SNAP.
func wlanBody(t testing.TB, payload string) string {
	t.Helper()
	b := append(octets(t, snap4), built(t, frame.Layers{Link: capture.LinkIPv4}, src4, dst4, payload)[0]...)
	return string(b)
}

func TestFrameFragments(t *testing.T) {
	body := wlanBody(t, "hi there")
	const whole = `17 192.0.2.1:5060 192.0.2.2:5061 "hi there"`
	part := func(number int) wlanFragment {
		from := number * 16
		to := min(from+16, len(body))
		return wlanFragment{sequence: 7, number: number, more: to < len(body), body: body[from:to]}
	}
	first, second, last := part(0), part(1), part(2)
	if last.more {
		t.Fatalf("%d octets are more than three fragments", len(body))
	}
	with := func(f wlanFragment, change func(*wlanFragment)) wlanFragment {
		change(&f)
		return f
	}
	again := func(f wlanFragment) wlanFragment {
		f.retry = true
		return f
	}
	other := func(f wlanFragment) wlanFragment {
		f.body = "X" + f.body[1:]
		return f
	}
	type step struct {
		fragment wlanFragment
		want     string
	}
	tests := []struct {
		name  string
		steps []step
		left  int
	}{
		{"in order", []step{{first, "-"}, {second, "-"}, {last, whole}}, 0},
		{"in reverse", []step{{last, "-"}, {second, "-"}, {first, whole}}, 0},
		{"lost", []step{{first, "-"}, {last, "-"}}, 1},
		{"alone", []step{{second, "-"}}, 1},
		{"sent again", []step{{first, "-"}, {again(first), "-"}, {second, "-"}, {again(second), "-"}, {last, whole}}, 0},
		{"captured twice", []step{{first, "-"}, {first, "-"}, {second, "-"}, {last, whole}}, 0},
		{"sent again with other octets", []step{
			{first, "-"}, {again(other(first)), "-; fragment-overlap at 26"}, {second, "-"}, {last, whole},
		}, 0},
		{"number comes back", []step{
			{other(first), "-"}, {second, "-"}, {first, "-; fragments-incomplete at 26"}, {second, "-"}, {last, whole},
		}, 0},
		{"of two frames", []step{
			{first, "-"}, {with(other(first), func(f *wlanFragment) { f.sequence = 8 }), "-"}, {second, "-"}, {last, whole},
		}, 1},
		{"of two senders", []step{
			{first, "-"}, {with(other(first), func(f *wlanFragment) { f.sender = 1 }), "-"}, {second, "-"}, {last, whole},
		}, 1},
		{"of two traffic identifiers", []step{
			{first, "-"}, {with(other(first), func(f *wlanFragment) { f.traffic = 5 }), "-"}, {second, "-"}, {last, whole},
		}, 1},
		{"two ends", []step{
			{first, "-"}, {last, "-"}, {with(last, func(f *wlanFragment) { f.number = 3 }), "-; wrong-fragment at 26"}, {second, whole},
		}, 0},
		{"beyond the end", []step{
			{last, "-"}, {with(second, func(f *wlanFragment) { f.number = 3 }), "-; wrong-fragment at 26"}, {first, "-"}, {second, whole},
		}, 0},
		{"end before what was there", []step{
			{first, "-"}, {with(second, func(f *wlanFragment) { f.number = 2 }), "-"},
			{with(last, func(f *wlanFragment) { f.number = 1 }), "-; wrong-fragment at 26"},
		}, 1},
		{"empty", []step{{wlanFragment{more: true}, "-; wrong-fragment at 26"}}, 0},
		{"too long", []step{
			{wlanFragment{more: true, body: strings.Repeat("x", 11454)}, "-"},
			{wlanFragment{number: 1, body: "x"}, "-; wrong-fragment at 26"},
		}, 1},
		{"check sequences", []step{
			{with(first, func(f *wlanFragment) { f.fcs = true }), "-"}, {with(second, func(f *wlanFragment) { f.fcs = true }), "-"},
			{with(last, func(f *wlanFragment) { f.fcs = true }), whole},
		}, 0},
		{"aggregate", []step{
			{with(first, func(f *wlanFragment) { f.traffic, f.body = 0x80, strings.Repeat("\x00", 14)+f.body }), "-"},
			{with(second, func(f *wlanFragment) { f.traffic = 0x80 }), "-"},
			{with(last, func(f *wlanFragment) { f.traffic = 0x80 }), whole + "; wlan-aggregate at 0"},
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := capture.NewDecoder()
			for i, s := range tt.steps {
				if got := decode(d, capture.Packet{Link: capture.Link80211, Data: s.fragment.bytes()}); got != s.want {
					t.Errorf("fragment %d\n got %s\nwant %s", i+1, got, s.want)
				}
			}
			if d.IncompleteFrames() != tt.left || d.Incomplete() != 0 {
				t.Errorf("%d incomplete, want %d", d.IncompleteFrames(), tt.left)
			}
		})
	}
}

// TestFrameFragmentsRadiotap: what the flags tell of the header and of the end is taken off, and a
// fragment with a wrong check sequence waits for its repetition.
func TestFrameFragmentsRadiotap(t *testing.T) {
	body := wlanBody(t, "hi")
	const fcs, dataPad = 0x10, 0x20
	radiotap := func(flags byte, f wlanFragment) []byte {
		b := f.bytes()
		if flags&dataPad != 0 { // 26 octets are no multiple of 4; the check sequence is over the rest
			b = append(b[:26:26], append([]byte{0, 0}, b[26:]...)...)
		}
		return append([]byte{0, 0, 9, 0, 2, 0, 0, 0, flags}, b...)
	}
	for _, flags := range []byte{0, fcs, dataPad, fcs | dataPad} {
		d := capture.NewDecoder()
		first := radiotap(flags, wlanFragment{more: true, body: body[:12], fcs: flags&fcs != 0})
		wrong := append([]byte(nil), first...)
		wrong[len(wrong)-5] ^= 1
		if flags&fcs != 0 {
			got := decode(d, capture.Packet{Link: capture.LinkRadiotap, Data: wrong})
			if want := fmt.Sprintf("-; wrong-fragment at %d", len(wrong)-16); got != want {
				t.Errorf("flags %#x: got %s, want %s", flags, got, want)
			}
		}
		decode(d, capture.Packet{Link: capture.LinkRadiotap, Data: first})
		last := radiotap(flags, wlanFragment{number: 1, body: body[12:], fcs: flags&fcs != 0})
		if got := decode(d, capture.Packet{Link: capture.LinkRadiotap, Data: last}); got != ok4 {
			t.Errorf("flags %#x: got %s", flags, got)
		}
	}
}

func TestFrameFragmentCut(t *testing.T) {
	d := capture.NewDecoder()
	f := wlanFragment{more: true, body: wlanBody(t, "hi")}.bytes()
	want := "-; fragment-cut at 26"
	if got := decode(d, capture.Packet{Link: capture.Link80211, Data: f[:40], Length: len(f)}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFrameFragmentAge has a sequence number come back.
func TestFrameFragmentAge(t *testing.T) {
	d := capture.NewDecoder()
	body := wlanBody(t, "hi")
	start := time.Unix(1000, 0)
	at := func(after time.Duration, f wlanFragment) string {
		return decode(d, capture.Packet{Link: capture.Link80211, Time: start.Add(after), Data: f.bytes()})
	}
	first, last := wlanFragment{more: true, body: body[:20]}, wlanFragment{number: 1, body: body[20:]}
	at(0, first)
	if got := at(capture.MaxFrameAge, last); got != ok4 {
		t.Error(got)
	}
	at(capture.MaxFrameAge, first)
	if got, want := at(2*capture.MaxFrameAge+1, last), "-; fragments-incomplete at 26"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := at(2*capture.MaxFrameAge+1, first); got != ok4 {
		t.Error(got)
	}
}

// TestFrameFragmentLimit begins more frames than are kept.
func TestFrameFragmentLimit(t *testing.T) {
	d := capture.NewDecoder()
	body := wlanBody(t, "hi")
	begin := func(sequence uint16) string {
		return decode(d, capture.Packet{Link: capture.Link80211, Data: wlanFragment{sequence: sequence, more: true, body: body[:20]}.bytes()})
	}
	for n := range uint16(capture.MaxFrames) {
		if got := begin(n); got != "-" {
			t.Fatal(got)
		}
	}
	if got, want := begin(capture.MaxFrames), "-; fragments-incomplete at 26"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if d.IncompleteFrames() != capture.MaxFrames {
		t.Errorf("%d incomplete", d.IncompleteFrames())
	}
	// The first one made room, the second did not.
	if got := decode(d, capture.Packet{Link: capture.Link80211, Data: wlanFragment{sequence: 1, number: 1, body: body[20:]}.bytes()}); got != ok4 {
		t.Error(got)
	}
}

// TestFrameFragmentsModel puts random cuts of random frames together, shuffled and interleaved, some
// of them fragments of IP packets themselves, against their payloads.
func TestFrameFragmentsModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 100 {
		d := capture.NewDecoder()
		want := map[string]bool{}
		var all [][]byte
		for sender := range byte(5) {
			payload := fmt.Sprint(round, sender) + strings.Repeat(string('a'+rune(sender)), rng.IntN(1400))
			l := frame.Layers{Link: capture.LinkIPv4, MTU: 400 + rng.IntN(1000)} // 20 frames at most, fewer than MaxFrames
			want[payload] = true
			for sequence, packet := range built(t, l, src4, dst4, payload) {
				binary.BigEndian.PutUint16(packet[4:], uint16(sender)) // each builder counts from 1
				packet[10], packet[11] = 0, 0
				var sum uint32
				for i := 0; i < 20; i += 2 {
					sum += uint32(binary.BigEndian.Uint16(packet[i:]))
				}
				binary.BigEndian.PutUint16(packet[10:], ^uint16(sum+sum>>16))
				body := string(octets(t, snap4)) + string(packet)
				size := max(1+rng.IntN(len(body)), (len(body)+15)/16)
				for number := 0; number*size < len(body); number++ {
					from, to := number*size, min((number+1)*size, len(body))
					f := wlanFragment{
						sequence: uint16(sequence), number: number, more: to < len(body), sender: sender,
						body: body[from:to], fcs: rng.IntN(2) == 0,
					}
					all = append(all, f.bytes())
				}
			}
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, f := range all {
			var s capture.Segment
			if d.Decode(&capture.Packet{Link: capture.Link80211, Data: f}, &s) {
				if !want[string(s.Payload)] {
					t.Fatalf("round %d: %q", round, s.Payload)
				}
				delete(want, string(s.Payload))
			}
		}
		if len(want) != 0 || d.IncompleteFrames() != 0 || d.Incomplete() != 0 {
			t.Fatalf("round %d: %d payloads not put together, %d frames incomplete", round, len(want), d.IncompleteFrames())
		}
	}
}

func TestFrameFragmentAllocs(t *testing.T) {
	d := capture.NewDecoder()
	body := wlanBody(t, "hi")
	first := wlanFragment{more: true, body: body[:20]}.bytes()
	last := wlanFragment{number: 1, body: body[20:]}.bytes()
	var s capture.Segment
	if n := testing.AllocsPerRun(100, func() {
		d.Decode(&capture.Packet{Link: capture.Link80211, Data: first}, &s)
		if !d.Decode(&capture.Packet{Link: capture.Link80211, Data: last}, &s) {
			t.Fatal(d.Notes())
		}
	}); n != 0 {
		t.Errorf("%v allocations per frame, want 0", n)
	}
}
