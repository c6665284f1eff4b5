package capture_test

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// endless is a capture file whose one record comes again and again.
type endless struct {
	head, record []byte
	at           int
}

func (e *endless) Read(p []byte) (n int, err error) {
	if len(e.head) > 0 {
		n = copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	for n < len(p) {
		done := copy(p[n:], e.record[e.at:])
		n += done
		e.at = (e.at + done) % len(e.record)
	}
	return n, nil
}

// files are endless captures of a TCP segment of 1400 octets and of a short one.
func files(t testing.TB) map[string]io.Reader {
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet, VLAN: []frame.VLAN{{ID: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]io.Reader{}
	for _, size := range []int{60, 1400} {
		frames, err := b.TCP(frame.TCPSegment{Src: src6, Dst: dst6, Payload: make([]byte, size)})
		if err != nil {
			t.Fatal(err)
		}
		data := frames[0]
		files[fmt.Sprint("pcap/", size)] = &endless{
			head:   newPcap(be, magicMicro, 1).b,
			record: (&pcapFile{order: be}).packet(1, 2, len(data), data).b,
		}
		files[fmt.Sprint("pcapng/", size)] = &endless{
			head:   newPcapng(le).iface(1, 0).b,
			record: (&ngFile{order: le}).enhanced(0, 1, len(data), data, []byte{2, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0}).b,
		}
	}
	return files
}

// TestAllocs reads and decodes without allocation, notes and fragments included.
func TestAllocs(t *testing.T) {
	for name, file := range files(t) {
		r, err := capture.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		var p capture.Packet
		var s capture.Segment
		d := capture.NewDecoder()
		if n := testing.AllocsPerRun(1000, func() {
			if err := r.Next(&p); err != nil || !d.Decode(&p, &s) {
				t.Fatal("packet not read", err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations per packet, want 0", name, n)
		}
	}
	for name, l := range map[string]frame.Layers{
		"note":      {Link: capture.LinkNull, WrongIPChecksum: true},
		"fragments": {Link: capture.LinkSLL2, MTU: 600},
		"tunnel":    {Link: capture.LinkRaw, Tunnels: []frame.Tunnel{{Kind: frame.VXLAN, Src: src6.Addr(), Dst: dst6.Addr()}}},
	} {
		frames := built(t, l, src4, dst4, string(make([]byte, 1000)))
		var s capture.Segment
		d := capture.NewDecoder()
		if n := testing.AllocsPerRun(100, func() {
			for _, f := range frames {
				d.Decode(&capture.Packet{Link: l.Link, Data: f}, &s)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations per packet, want 0", name, n)
		}
	}
}

// BenchmarkReader reads and decodes one packet.
func BenchmarkReader(b *testing.B) {
	list := files(b)
	for _, name := range slices.Sorted(maps.Keys(list)) {
		b.Run(name, func(b *testing.B) {
			r, err := capture.NewReader(list[name])
			if err != nil {
				b.Fatal(err)
			}
			var p capture.Packet
			var s capture.Segment
			d := capture.NewDecoder()
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Next(&p); err != nil || !d.Decode(&p, &s) {
					b.Fatal("packet not read", err)
				}
			}
			b.SetBytes(int64(len(p.Data)))
		})
	}
}

// BenchmarkDecode decodes one packet without reading it.
func BenchmarkDecode(b *testing.B) {
	for _, bb := range []struct {
		name   string
		layers frame.Layers
	}{
		{"ethernet", frame.Layers{Link: capture.LinkEthernet}},
		{"vxlan", frame.Layers{Link: capture.LinkEthernet, Tunnels: []frame.Tunnel{{Kind: frame.VXLAN, Src: src4.Addr(), Dst: dst4.Addr()}}}},
		{"fragments", frame.Layers{Link: capture.LinkEthernet, MTU: 800}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			frames := built(b, bb.layers, src4, dst4, string(make([]byte, 1400)))
			var s capture.Segment
			d := capture.NewDecoder()
			b.ReportAllocs()
			for b.Loop() {
				for _, f := range frames {
					d.Decode(&capture.Packet{Link: capture.LinkEthernet, Data: f}, &s)
				}
			}
		})
	}
}
