package capture_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"sipsecdump/capture"
)

// FuzzReader reads any file: it allocates in proportion to what is there, hands on only what
// is in the file and in order, tells where it failed, and does not depend on how it is fed.
func FuzzReader(f *testing.F) {
	for _, tt := range readable {
		f.Add(tt.file)
	}
	for _, name := range drafts {
		f.Add(readDraft(f, name))
	}
	f.Add(talkative())
	f.Add(hugePcap())
	f.Add(hugePcapng())
	f.Add(hugeSecrets())
	f.Add(func() []byte { // secrets beyond a block that is beyond the file
		f := newPcapng(le)
		return append(f.b, f.join(uint32(10), uint32(0x30303030), uint32(0), uint32(0x30303030))...)
	}())
	f.Fuzz(func(t *testing.T, file []byte) {
		compressed := isCompressed(file)
		if compressed {
			// What a file inflates to is the inflater's affair; it is bounded so that the
			// fuzzer does not spend its time on it.
			file = file[:min(len(file), 4096)]
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		whole, err := drain(t, bytes.NewReader(file), int64(len(file)), compressed)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; !compressed && n > 1<<20+16*uint64(len(file)) {
			t.Errorf("%d octets allocated for a file of %d", n, len(file))
		}
		bitwise, err2 := drain(t, iotest.OneByteReader(bytes.NewReader(file)), int64(len(file)), compressed)
		if whole != bitwise || fmt.Sprint(err) != fmt.Sprint(err2) {
			t.Errorf("fed whole: %v, octet by octet: %v\n%s\n%s", err, err2, whole, bitwise)
		}
	})
}

func isCompressed(file []byte) bool {
	for _, magic := range []string{"\x1f\x8b", "\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18", "\x02\x21\x4c\x18"} {
		if bytes.HasPrefix(file, []byte(magic)) {
			return true
		}
	}
	return len(file) >= 4 && file[0]&0xf0 == 0x50 && string(file[1:4]) == "\x2a\x4d\x18" // a skippable frame
}

// drain reads all packets and returns a digest of them. size is the length of the file.
func drain(t *testing.T, in io.Reader, size int64, compressed bool) (string, error) {
	r, err := capture.NewReader(in)
	var digest strings.Builder
	var total int64
	var p capture.Packet
	for n := uint64(0); err == nil; n++ {
		if err = r.Next(&p); err != nil {
			break
		}
		if p.Number != n+1 {
			t.Fatalf("packet %d follows %d", p.Number, n)
		}
		if len(p.Data) > p.Length || len(p.Data) > capture.MaxPacketLength {
			t.Fatalf("packet %d: %d octets of %d", n, len(p.Data), p.Length)
		}
		if total += int64(len(p.Data)); total > size && !compressed {
			t.Fatalf("%d octets of packets in a file of %d", total, size)
		}
		if n < 100 {
			fmt.Fprintln(&digest, line(p))
		}
	}
	if r != nil {
		fmt.Fprintln(&digest, r.Remarks(), r.Names())
		for _, d := range r.Damage() {
			fmt.Fprintln(&digest, d)
			if d.Offset < 0 || d.Skipped < 0 || d.Offset+d.Skipped > size && !compressed || d.Packet > p.Number {
				t.Errorf("damage %+v in a file of %d", d, size)
			}
		}
	}
	if err == io.EOF {
		return digest.String(), nil
	}
	var f *capture.FormatError
	if !errors.As(err, &f) {
		t.Fatalf("error is %T: %v", err, err)
	}
	if f.Packet != p.Number {
		t.Errorf("error after packet %d, %d were read", f.Packet, p.Number)
	}
	if f.Offset < 0 || f.Offset > size && !compressed {
		t.Errorf("error at offset %d of a file of %d", f.Offset, size)
	}
	return digest.String(), err
}

// FuzzDecode decodes any two packets: what comes out lies in the packet or in the buffer of
// fragments, lengths agree, and notes point into the packet.
func FuzzDecode(f *testing.F) {
	for _, tt := range decodable {
		f.Add(uint16(tt.link), octets(f, tt.data), []byte(nil), uint16(tt.more))
	}
	for _, tt := range stacks(f) {
		f.Add(uint16(tt.link), tt.data, tt.data, uint16(0))
	}
	f.Add(uint16(capture.LinkIPv4), piece(1, 0, true, "01234567"), piece(1, 8, false, "89"), uint16(0))
	f.Add(uint16(capture.LinkIPv4), piece(1, 8, false, "89"), piece(1, 0, true, "01234567"), uint16(0))
	body := wlanBody(f, "hi")
	f.Add(uint16(capture.Link80211), wlanFragment{more: true, body: body[:20]}.bytes(), wlanFragment{number: 1, body: body[20:], fcs: true}.bytes(), uint16(0))
	f.Fuzz(func(t *testing.T, link uint16, first, second []byte, more uint16) {
		d := capture.NewDecoder()
		alone := capture.NewDecoder()
		if more%2 == 1 {
			d.Dedupe()
		}
		for i, data := range [][]byte{first, second, first} {
			p := capture.Packet{Link: capture.LinkType(link), Data: data, Length: len(data) + int(more)}
			var s capture.Segment
			ok := d.Decode(&p, &s)
			if len(d.Notes()) > 4*capture.MaxHeaders {
				t.Errorf("%d notes", len(d.Notes()))
			}
			for _, n := range d.Notes() {
				if n.Offset < 0 || n.Offset > len(data) || n.Code == "" || n.Text == "" {
					t.Errorf("note %+v on %d octets", n, len(data))
				}
			}
			if i == 0 && decode(alone, p) != decode(capture.NewDecoder(), p) {
				t.Error("decoding is not deterministic")
			}
			if !ok {
				continue
			}
			if s.Proto != capture.TCP && s.Proto != capture.UDP && s.Proto != capture.SCTP {
				t.Errorf("protocol %d", s.Proto)
			}
			if s.Net > 0 && s.Net>>24 != 1 || s.Whole && s.Flags != 0 {
				t.Errorf("network %#x, whole %v, flags %v", s.Net, s.Whole, s.Flags)
			}
			if !s.Src.IsValid() || s.Src.Addr().Is4() != s.Dst.Addr().Is4() {
				t.Errorf("from %v to %v", s.Src, s.Dst)
			}
			if s.Missing < 0 || s.Missing > 1<<17+len(data) {
				t.Errorf("%d octets missing", s.Missing)
			}
			if len(s.Payload) > 0 && !within(s.Payload, data) && len(s.Payload) >= 1<<16 {
				t.Errorf("payload of %d octets is neither of the packet nor of fragments", len(s.Payload))
			}
			if len(s.Payload) > 0 && d.Incomplete() == 0 && i == 0 && !within(s.Payload, data) {
				t.Error("payload of a single packet is not in it")
			}
		}
	})
}

// within reports whether part lies in whole, not only equals a piece of it.
func within(part, whole []byte) bool {
	for i := range whole {
		if &whole[i] == &part[0] {
			return len(part) <= len(whole)-i
		}
	}
	return false
}
