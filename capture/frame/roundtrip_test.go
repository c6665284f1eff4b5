package frame_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

var (
	v4src = netip.MustParseAddrPort("192.0.2.1:5060")
	v4dst = netip.MustParseAddrPort("198.51.100.2:5061")
	v6src = netip.MustParseAddrPort("[2001:db8::1]:5060")
	v6dst = netip.MustParseAddrPort("[2001:db8:1::2]:5061")
	outer = [...][2]netip.Addr{
		{netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("203.0.113.2")},
		{netip.MustParseAddr("2001:db8:f::1"), netip.MustParseAddr("2001:db8:f::2")},
	}
)

var links = []capture.LinkType{
	capture.LinkNull, capture.LinkEthernet, capture.LinkPPP, capture.LinkRaw12, capture.LinkRaw14, capture.LinkPPPHDLC,
	capture.LinkRaw, capture.LinkLoop, capture.LinkSLL, capture.LinkIPv4, capture.LinkIPv6, capture.LinkSLL2,
	capture.LinkPPPoE, capture.LinkCHDLC, capture.Link80211, capture.LinkRadiotap, capture.LinkPPI, capture.LinkNFLOG, capture.LinkExportedPDU,
}

type option struct {
	name   string
	layers frame.Layers
	v6     bool // the outermost packet is IPv6 whatever is inside
	v4     bool // the same with IPv4
}

// options are all links, tags and tunnels, without MTU and faults.
func options() (list []option) {
	for _, link := range links {
		list = append(list, option{
			name: link.String() + fmt.Sprint(uint16(link)), layers: frame.Layers{Link: link},
			v4: link == capture.LinkIPv4, v6: link == capture.LinkIPv6,
		})
	}
	vlans := [][]frame.VLAN{{{ID: 5}}, {{TPID: 0x88a8, ID: 4095}, {ID: 1}}, {{TPID: 0x9100, ID: 2}, {ID: 1}, {ID: 3}}}
	for _, v := range vlans {
		list = append(list, option{name: fmt.Sprint("vlan", len(v)), layers: frame.Layers{Link: capture.LinkEthernet, VLAN: v}})
	}
	for name, l := range map[string]frame.Layers{
		"pppoe":          {PPPoE: 0xabcd},
		"vlan and pppoe": {PPPoE: 1, VLAN: []frame.VLAN{{ID: 5}}},
		"mpls":           {MPLS: []uint32{16}},
		"vlan and mpls":  {MPLS: []uint32{1<<20 - 1, 17}, VLAN: []frame.VLAN{{ID: 5}}},
	} {
		l.Link = capture.LinkEthernet
		list = append(list, option{name: name, layers: l})
	}
	for kind := frame.IPinIP; kind <= frame.TZSP; kind++ {
		for i, addrs := range outer {
			t := frame.Tunnel{Kind: kind, Src: addrs[0], Dst: addrs[1], ID: 0x123456}
			if kind == frame.ERSPAN2 || kind == frame.ERSPAN3 {
				t.ID = 0x123
			}
			list = append(list,
				option{
					name: fmt.Sprint(kind, " over ", 4+2*i), layers: frame.Layers{Link: capture.LinkEthernet, Tunnels: []frame.Tunnel{t}},
					v4: i == 0, v6: i == 1,
				},
				option{
					name: fmt.Sprint("ipip, gre and ", kind, " over ", 4+2*i), v4: i == 1, v6: i == 0,
					layers: frame.Layers{Link: capture.LinkRaw, Tunnels: []frame.Tunnel{
						{Kind: frame.IPinIP, Src: outer[1-i][0], Dst: outer[1-i][1]},
						{Kind: frame.GRE, Src: outer[i][0], Dst: outer[i][1]},
						t,
					}},
				})
		}
	}
	return list
}

// transport is one segment in both forms.
type transport struct {
	name  string
	want  capture.Segment
	build func(*frame.Builder) ([][]byte, error)
}

func transports(src, dst netip.AddrPort, payload []byte) []transport {
	tcp := capture.Segment{Proto: capture.TCP, Src: src, Dst: dst, Seq: 0xfffffff0, Ack: 7, Flags: capture.PSH | capture.ACK, Payload: payload}
	udp := capture.Segment{Proto: capture.UDP, Src: src, Dst: dst, Payload: payload}
	sctp := capture.Segment{Proto: capture.SCTP, Src: src, Dst: dst, Seq: 0xabcdef01,
		Payload: frame.AppendData(nil, frame.Data{TSN: 1, Flags: frame.DataBegin | frame.DataEnd, Payload: payload})}
	return []transport{
		{"tcp", tcp, func(b *frame.Builder) ([][]byte, error) {
			return b.TCP(frame.TCPSegment{Src: src, Dst: dst, Seq: tcp.Seq, Ack: tcp.Ack, Flags: tcp.Flags, Options: []byte{2, 4, 5, 0xb4, 1, 1, 1}, Payload: payload})
		}},
		{"udp", udp, func(b *frame.Builder) ([][]byte, error) {
			return b.UDP(frame.UDPDatagram{Src: src, Dst: dst, Payload: payload})
		}},
		{"sctp", sctp, func(b *frame.Builder) ([][]byte, error) {
			return b.SCTP(frame.SCTPPacket{Src: src, Dst: dst, Tag: sctp.Seq, Chunks: sctp.Payload})
		}},
	}
}

func equal(a, b capture.Segment) bool {
	return a.Proto == b.Proto && a.Src == b.Src && a.Dst == b.Dst && a.Seq == b.Seq && a.Ack == b.Ack &&
		a.Flags == b.Flags && a.Missing == b.Missing && bytes.Equal(a.Payload, b.Payload)
}

// each calls f for every combination of options that exists.
func each(t *testing.T, f func(t *testing.T, l frame.Layers, tr transport)) {
	payload := make([]byte, 3001)
	for i := range payload {
		payload[i] = byte(i * 7)
	}
	for _, o := range options() {
		for _, addrs := range [][2]netip.AddrPort{{v4src, v4dst}, {v6src, v6dst}} {
			if len(o.layers.Tunnels) == 0 && (o.v4 && addrs[0].Addr().Is6() || o.v6 && addrs[0].Addr().Is4()) {
				continue // a link of the other version
			}
			for _, size := range []int{0, 1, len(payload)} {
				for _, tr := range transports(addrs[0], addrs[1], payload[:size]) {
					for _, mtu := range []int{0, 1500, 577} {
						l := o.layers
						l.MTU = mtu
						t.Run(fmt.Sprintf("%s/%v/%s/%d/mtu%d", o.name, addrs[0].Addr(), tr.name, size, mtu), func(t *testing.T) { f(t, l, tr) })
					}
				}
			}
		}
	}
}

// TestRoundTrip decodes what is built, with fragments in order, in reverse and each twice.
func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, l frame.Layers, tr transport) {
		b, err := frame.NewBuilder(l)
		if err != nil {
			t.Fatal(err)
		}
		frames, err := tr.build(b)
		if err != nil {
			t.Fatal(err)
		}
		reversed := slices.Clone(frames)
		slices.Reverse(reversed)
		d := capture.NewDecoder()
		for _, order := range [][][]byte{frames, reversed} {
			var s capture.Segment
			for i, data := range order {
				p := capture.Packet{Link: l.Link, Length: len(data), Data: data}
				ok := d.Decode(&p, &s)
				if last := i == len(order)-1; ok != last {
					t.Fatalf("frame %d of %d: decoded is %v, notes %v", i+1, len(order), ok, d.Notes())
				}
				if len(d.Notes()) != 0 {
					t.Fatalf("notes %v", d.Notes())
				}
			}
			if !equal(s, tr.want) {
				t.Fatalf("decoded %v, want %v", s, tr.want)
			}
		}
		if d.Incomplete() != 0 {
			t.Errorf("%d datagrams incomplete", d.Incomplete())
		}
	})
}

func TestMTU(t *testing.T) {
	each(t, func(t *testing.T, l frame.Layers, tr transport) {
		l.Link, l.VLAN, l.MPLS, l.PPPoE = capture.LinkRaw, nil, nil, 0
		b, err := frame.NewBuilder(l)
		if err != nil {
			t.Fatal(err)
		}
		frames, err := tr.build(b)
		if err != nil {
			t.Fatal(err)
		}
		if l.MTU == 0 && len(frames) != 1 {
			t.Errorf("%d frames without an MTU", len(frames))
		}
		for _, data := range frames {
			if l.MTU > 0 && len(data) > l.MTU {
				t.Errorf("packet of %d octets, MTU %d", len(data), l.MTU)
			}
		}
	})
}

func TestWrongChecksums(t *testing.T) {
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkRaw, WrongIPChecksum: true})
	if err != nil {
		t.Fatal(err)
	}
	frames, err := b.UDP(frame.UDPDatagram{Src: v4src, Dst: v4dst, Payload: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	var s capture.Segment
	d := capture.NewDecoder()
	if !d.Decode(&capture.Packet{Link: capture.LinkRaw, Data: frames[0]}, &s) {
		t.Fatal("not decoded")
	}
	if n := d.Notes(); len(n) != 1 || n[0].Code != "wrong-ip-checksum" {
		t.Errorf("notes %v", n)
	}
}

func TestBuilderErrors(t *testing.T) {
	for _, l := range []frame.Layers{
		{Link: 147},
		{Link: capture.LinkRaw, VLAN: []frame.VLAN{{ID: 1}}},
		{Link: capture.LinkEthernet, VLAN: []frame.VLAN{{ID: 4096}}},
		{Link: capture.LinkRaw, MTU: 67},
		{Link: capture.LinkRaw, PPPoE: 1},
		{Link: capture.LinkRaw, MPLS: []uint32{1}},
		{Link: capture.LinkEthernet, PPPoE: 1, MPLS: []uint32{1}},
		{Link: capture.LinkEthernet, MPLS: []uint32{1 << 20}},
		{Link: capture.LinkRaw, Tunnels: []frame.Tunnel{{Kind: frame.ERSPAN2, Src: outer[0][0], Dst: outer[0][1], ID: 1 << 10}}},
		{Link: capture.LinkRaw, Tunnels: []frame.Tunnel{{Src: outer[0][0], Dst: outer[0][1]}}},
		{Link: capture.LinkRaw, Tunnels: []frame.Tunnel{{Kind: frame.GRE}}},
		{Link: capture.LinkRaw, Tunnels: []frame.Tunnel{{Kind: frame.VXLAN, Src: outer[0][0], Dst: outer[0][1], ID: 1 << 24}}},
		{Link: capture.LinkIPv4, Tunnels: []frame.Tunnel{{Kind: frame.GRE, Src: outer[1][0], Dst: outer[1][1]}}},
	} {
		if _, err := frame.NewBuilder(l); err == nil {
			t.Errorf("%+v: no error", l)
		}
	}
	b, err := frame.NewBuilder(frame.Layers{Link: capture.LinkIPv4})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.UDP(frame.UDPDatagram{Src: v4src, Dst: v6dst}); !errors.Is(err, frame.ErrAddress) {
		t.Errorf("mixed versions: %v", err)
	}
	if _, err := b.UDP(frame.UDPDatagram{Src: v6src, Dst: v6dst}); !errors.Is(err, frame.ErrAddress) {
		t.Errorf("IPv6 on an IPv4 link: %v", err)
	}
	if _, err := b.UDP(frame.UDPDatagram{Src: v4src, Dst: v4dst, Payload: make([]byte, 65535-20-8+1)}); !errors.Is(err, frame.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	if _, err := b.UDP(frame.UDPDatagram{Src: v4src, Dst: v4dst, Payload: make([]byte, 65535-20-8)}); err != nil {
		t.Errorf("as long as can be: %v", err)
	}
	if _, err := b.TCP(frame.TCPSegment{Src: v4src, Dst: v4dst, Options: make([]byte, 41)}); err == nil {
		t.Error("41 octets of options: no error")
	}
}

func TestWriter(t *testing.T) {
	at := time.Date(2005, 11, 20, 1, 2, 3, 456789123, time.UTC)
	for _, tt := range []struct {
		name string
		open func(*bytes.Buffer) (*frame.Writer, error)
		want time.Time
	}{
		{"pcap", func(b *bytes.Buffer) (*frame.Writer, error) { return frame.NewPcapWriter(b, capture.LinkSLL2, false) }, at.Truncate(time.Microsecond)},
		{"pcap", func(b *bytes.Buffer) (*frame.Writer, error) { return frame.NewPcapWriter(b, capture.LinkSLL2, true) }, at},
		{"pcapng", func(b *bytes.Buffer) (*frame.Writer, error) { return frame.NewPcapngWriter(b, capture.LinkSLL2) }, at},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var buf bytes.Buffer
			w, err := tt.open(&buf)
			if err != nil {
				t.Fatal(err)
			}
			secrets := w.WriteSecrets([]byte("CLIENT_RANDOM 00 11\n"))
			if isPcap := tt.name == "pcap"; errors.Is(secrets, frame.ErrNoSecrets) != isPcap || !isPcap && secrets != nil {
				t.Errorf("secrets: %v", secrets)
			}
			w.Snaplen = 5
			for _, data := range []string{"abcde", "abcdefg", ""} {
				if err := w.WritePacket(at, []byte(data)); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.WritePacket(time.Time{}, nil); err != nil {
				t.Fatal(err)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			r, err := capture.NewReader(&buf)
			if err != nil {
				t.Fatal(err)
			}
			if r.Format() != tt.name {
				t.Errorf("format %s", r.Format())
			}
			var got []string
			var p capture.Packet
			for r.Next(&p) == nil {
				got = append(got, fmt.Sprintf("%v %v %v %d %q", p.Time.Equal(tt.want), p.Time.Unix() == 0, p.Link, p.Length, p.Data))
			}
			want := `[true false LINUX_SLL2 5 "abcde" true false LINUX_SLL2 7 "abcde" true false LINUX_SLL2 0 "" false true LINUX_SLL2 0 ""]`
			if fmt.Sprint(got) != want {
				t.Errorf("got  %v\nwant %v", got, want)
			}
			if s := r.Secrets(); tt.name == "pcapng" && (len(s) != 1 || s[0].Type != capture.SecretsTLS || string(s[0].Data) != "CLIENT_RANDOM 00 11\n") {
				t.Errorf("secrets %v", s)
			}
		})
	}
}

func TestBuilderAllocs(t *testing.T) {
	b, err := frame.NewBuilder(frame.Layers{
		Link: capture.LinkEthernet, VLAN: []frame.VLAN{{ID: 1}}, MTU: 1500,
		Tunnels: []frame.Tunnel{{Kind: frame.VXLAN, Src: outer[1][0], Dst: outer[1][1], ID: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	seg := frame.TCPSegment{Src: v4src, Dst: v4dst, Payload: make([]byte, 4000)}
	if n := testing.AllocsPerRun(100, func() { b.TCP(seg) }); n != 0 {
		t.Errorf("%v allocations per segment, want 0", n)
	}
}

func BenchmarkBuilder(b *testing.B) {
	builder, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		b.Fatal(err)
	}
	seg := frame.TCPSegment{Src: v4src, Dst: v4dst, Payload: make([]byte, 1400)}
	b.ReportAllocs()
	b.SetBytes(1400)
	for b.Loop() {
		builder.TCP(seg)
	}
}
