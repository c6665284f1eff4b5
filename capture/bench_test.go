package capture_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

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
	for _, tt := range stacks(t) {
		var s capture.Segment
		d := capture.NewDecoder()
		d.Dedupe()
		p := capture.Packet{Link: tt.link, Data: tt.data}
		if n := testing.AllocsPerRun(100, func() {
			p.Time = p.Time.Add(time.Second)
			if !d.Decode(&p, &s) {
				t.Fatalf("%s: not decoded, notes %v", tt.name, d.Notes())
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations per packet, want 0", tt.name, n)
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

// stack is one packet in layers.
type stack struct {
	name string
	link capture.LinkType
	data []byte
}

// stacks are a packet in each link layer and tunnel, with each transport.
func stacks(t testing.TB) (list []stack) {
	t.Helper()
	add := func(name string, l frame.Layers) {
		b, err := frame.NewBuilder(l)
		if err != nil {
			t.Fatal(err)
		}
		chunks := frame.AppendData(nil, frame.Data{Flags: frame.DataBegin | frame.DataEnd, Payload: []byte("hi")})
		for proto, build := range map[string]func() ([][]byte, error){
			"udp": func() ([][]byte, error) { return b.UDP(frame.UDPDatagram{Src: src6, Dst: dst6, Payload: []byte("hi")}) },
			"tcp": func() ([][]byte, error) { return b.TCP(frame.TCPSegment{Src: src6, Dst: dst6, Payload: []byte("hi")}) },
			"sctp": func() ([][]byte, error) {
				return b.SCTP(frame.SCTPPacket{Src: src6, Dst: dst6, Tag: 1, Chunks: chunks})
			},
		} {
			frames, err := build()
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, stack{name + " " + proto, l.Link, bytes.Clone(frames[0])})
		}
	}
	for _, link := range []capture.LinkType{
		capture.LinkEthernet, capture.LinkPPP, capture.LinkPPPoE, capture.LinkCHDLC, capture.Link80211, capture.LinkRadiotap,
		capture.LinkPPI, capture.LinkNFLOG, capture.LinkExportedPDU, capture.LinkSLL2,
	} {
		add(link.String(), frame.Layers{Link: link})
	}
	add("mpls", frame.Layers{Link: capture.LinkEthernet, VLAN: []frame.VLAN{{ID: 1}}, MPLS: []uint32{16, 17}})
	add("pppoe", frame.Layers{Link: capture.LinkEthernet, PPPoE: 1})
	for kind := frame.IPinIP; kind <= frame.TZSP; kind++ {
		add(kind.String(), frame.Layers{Link: capture.LinkRaw, Tunnels: []frame.Tunnel{{Kind: kind, Src: src4.Addr(), Dst: dst4.Addr(), ID: 1}}})
	}
	m := frame.Message{Src: src4, Dst: dst4, Proto: capture.UDP, Time: time.Unix(1, 0), Payload: []byte("hi")}
	list = append(list,
		stack{"hep", capture.LinkRaw, built(t, frame.Layers{Link: capture.LinkRaw}, src4, dst4, string(frame.AppendHEP3(nil, m)))[0]},
		stack{"exported", capture.LinkExportedPDU, frame.AppendExportedPDU(nil, "sip", m)})
	slices.SortFunc(list, func(a, b stack) int { return strings.Compare(a.name, b.name) })
	return list
}

// BenchmarkStacks decodes one packet of each kind.
func BenchmarkStacks(b *testing.B) {
	for _, tt := range stacks(b) {
		if strings.HasSuffix(tt.name, " tcp") || strings.HasSuffix(tt.name, " udp") && tt.link != capture.LinkEthernet {
			continue
		}
		b.Run(tt.name, func(b *testing.B) {
			var s capture.Segment
			d := capture.NewDecoder()
			b.ReportAllocs()
			for b.Loop() {
				d.Decode(&capture.Packet{Link: tt.link, Data: tt.data}, &s)
			}
		})
	}
}

// BenchmarkDedupe decodes packets none of which is a copy.
func BenchmarkDedupe(b *testing.B) {
	data := built(b, frame.Layers{Link: capture.LinkEthernet}, src4, dst4, string(make([]byte, 1400)))[0]
	var s capture.Segment
	d := capture.NewDecoder()
	d.Dedupe()
	p := capture.Packet{Link: capture.LinkEthernet, Data: data}
	b.ReportAllocs()
	for b.Loop() {
		data[100]++
		p.Time = p.Time.Add(capture.DedupeAge / 16)
		d.Decode(&p, &s)
	}
}

// BenchmarkReader reads and decodes one packet.
func BenchmarkReader(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(files(b))) {
		b.Run(name, func(b *testing.B) {
			r, err := capture.NewReader(files(b)[name])
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
