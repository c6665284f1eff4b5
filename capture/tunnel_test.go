package capture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// inIPv4 puts octets given as hex into an IPv4 packet from src4 to dst4.
func inIPv4(t testing.TB, proto byte, parts ...string) []byte {
	t.Helper()
	var body []byte
	for _, p := range parts {
		body = append(body, octets(t, p)...)
	}
	b := piece(1, 0, false, string(body))
	b[9] = proto
	binary.BigEndian.PutUint16(b[10:], 0)
	var sum uint32
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	binary.BigEndian.PutUint16(b[10:], ^uint16(sum+sum>>16))
	return b
}

// inUDP puts octets given as hex into a datagram from src4 to a port of dst4.
func inUDP(t testing.TB, port uint16, parts ...string) []byte {
	t.Helper()
	n := 8
	for _, p := range parts {
		n += len(octets(t, p))
	}
	return inIPv4(t, 17, append([]string{fmt.Sprintf("13c4 %04x %04x 0000", port, n)}, parts...)...)
}

const (
	ether4  = "000000000000 000000000000 0800" + ip4 + udp4
	check12 = "000102030405060708090a0b"
	spi     = "00000001 00000001"
)

// quoted is how decode shows the end of a payload with the octets.
func quoted(t testing.TB, parts ...string) string {
	var b []byte
	for _, p := range parts {
		b = append(b, octets(t, p)...)
	}
	return fmt.Sprintf("%q", b)[1:]
}

func TestTunnels(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"VXLAN at Linux's port", inUDP(t, 8472, "0800000000000100", ether4), ok4},
		{"VXLAN with reserved fields", inUDP(t, 4789, "8800001000000101", ether4), ok4},
		{"VXLAN with reserved fields and no frame", inUDP(t, 4789, "8800001000000100", ip4, udp4), `17 192.0.2.1:5060 192.0.2.2:4789 "\x88\x00\x00\x10\x00\x00\x01\x00` + quoted(t, ip4, udp4)},
		{"VXLAN without a valid identifier", inUDP(t, 4789, "8000001000000100", ether4), `17 192.0.2.1:5060 192.0.2.2:4789 "\x80\x00\x00\x10\x00\x00\x01\x00` + quoted(t, ether4)},
		{"Geneve with a reserved field", inUDP(t, 6081, "0000 6558 00000101", ether4), ok4},
		{"Geneve with a reserved field, options and IP", inUDP(t, 6081, "0140 0800 00000101 00000000", ip4, udp4), ok4},
		{"Geneve with a reserved field and no frame", inUDP(t, 6081, "0000 6558 00000101 0102"), `17 192.0.2.1:5060 192.0.2.2:6081 "\x00\x00eX\x00\x00\x01\x01\x01\x02"`},
		{"ERSPAN type I with a key", inIPv4(t, 47, "2000 88be 00000007", ether4), ok4},
		{"ERSPAN type III with a subheader", inIPv4(t, 47, "1000 22eb 00000001 20000000 00000000 00000001 0000000000000000", ether4), ok4},
		{"ERSPAN type III with IP", inIPv4(t, 47, "1000 22eb 00000001 20000000 00000000 00000800", ip4, udp4), ok4},
		{"ERSPAN type III with another frame", inIPv4(t, 47, "1000 22eb 00000001 20000000 00000000 00007c00", ip4, udp4), "-"},
		{"ERSPAN type II of another version", inIPv4(t, 47, "1000 88be 00000001 2000000000000000"), "-; wrong-tunnel-header at 28"},
		{"ERSPAN cut off", inIPv4(t, 47, "1000 88be 00000001 1000"), "-; packet-too-short at 28"},
		{"TZSP with fields", inUDP(t, 37008, "01 00 0001 00 0a01ff 01", ether4), ok4},
		{"TZSP with IEEE 802.11", inUDP(t, 37008, "01 00 0012 01 0801 0000", mac3, "0000", snap4, ip4, udp4), ok4},
		{"TZSP without an end", inUDP(t, 37008, "01 00 0001 000aff00"), `17 192.0.2.1:5060 192.0.2.2:37008 "\x01\x00\x00\x01\x00\n\xff\x00"`},
		{"TZSP of another protocol", inUDP(t, 37008, "01 00 0077 01000000"), `17 192.0.2.1:5060 192.0.2.2:37008 "\x01\x00\x00w\x01\x00\x00\x00"`},
		{"ESP with a check of 12", inIPv4(t, 50, spi, udp4, "01020304 0411", check12), ok4},
		{"ESP with a check of 16", inIPv4(t, 50, spi, udp4, "01020304 0411", check12, "0c0d0e0f"), ok4},
		{"ESP without a check", inIPv4(t, 50, spi, udp4, "01020304 0411"), ok4},
		{"ESP without padding", inIPv4(t, 50, spi, udp4, "0011", check12), ok4},
		{"ESP tunnel", inIPv4(t, 50, spi, ip4, udp4, "0004", check12), ok4},
		{"ESP tunnel with IPv6", inIPv4(t, 50, spi, ip6, udp4, "01020304 0429", check12), ok6},
		{"ESP, TCP", inIPv4(t, 50, spi, "13c4 13c5 00000001 00000002 5018 ffff 9bd1 0000 6869", "0006", check12),
			`6 192.0.2.1:5060 192.0.2.2:5061 "hi"`},
		{"ESP, TCP with a wrong checksum", inIPv4(t, 50, spi, "13c4 13c5 00000001 00000002 5018 ffff 9e58 0000 6869", "0006", check12), "-"},
		{"ESP, padding not in order", inIPv4(t, 50, spi, udp4, "01020404 0411", check12), "-"},
		{"ESP, length not the datagram's", inIPv4(t, 50, spi, "13c4 13c5 000b 0000 6869", "0011", check12), "-"},
		{"ESP, encrypted", inIPv4(t, 50, spi, "9f8e7d6c5b4a39281706f5e4d3c2b1a0998877665544"), "-"},
		{"ESP in UDP", inUDP(t, 4500, spi, udp4, "0011", check12), ok4},
		{"ESP in UDP in ESP in UDP", inUDP(t, 4500, spi, "13c4 1194 0028 0000", spi, udp4, "0011", check12, "0102 0211", check12), ok4},
		{"IKE", inUDP(t, 4500, "00000000 0102030405060708 00"), `17 192.0.2.1:5060 192.0.2.2:4500 "\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\a\b\x00"`},
		{"SCTP", inIPv4(t, 132, "13c4 13c5 12345678 00000000 0b000004"), `132 192.0.2.1:5060 192.0.2.2:5061 "\v\x00\x00\x04"`},
		{"SCTP with a wrong checksum", inIPv4(t, 132, "13c4 13c5 12345678 00000001 0b000004"),
			`132 192.0.2.1:5060 192.0.2.2:5061 "\v\x00\x00\x04"; wrong-sctp-checksum at 20`},
		{"SCTP cut off", inIPv4(t, 132, "13c4 13c5 12345678"), "-; packet-too-short at 20"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := capture.NewDecoder()
			p := capture.Packet{Link: capture.LinkIPv4, Data: tt.data}
			if got := decode(d, p); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			p.Length = len(tt.data)
			for n := range tt.data {
				p.Data = tt.data[:n:n]
				decode(d, p)
			}
		})
	}
}

func TestHEP(t *testing.T) {
	message := frame.Message{
		Src: src4, Dst: dst4, Proto: capture.UDP,
		Time: time.Date(2005, 11, 20, 1, 2, 3, 456789000, time.UTC), Payload: []byte("OPTIONS"),
	}
	six := message
	six.Src, six.Dst, six.Proto = src6, dst6, capture.TCP
	unknown, tls := message, message
	unknown.Proto, tls.Proto = 99, 22
	change := func(m frame.Message, f func([]byte) []byte) []byte { return f(frame.AppendHEP3(nil, m)) }
	same := func(b []byte) []byte { return b }
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"UDP", change(message, same), `17 192.0.2.1:5060 192.0.2.2:5061 "OPTIONS" whole`},
		{"TCP over IPv6", change(six, same), `6 [2001:db8::1]:5060 [2001:db8::2]:5061 "OPTIONS" whole`},
		{"TLS", change(tls, same), `6 192.0.2.1:5060 192.0.2.2:5061 "OPTIONS" whole`},
		{"octets behind", change(message, func(b []byte) []byte { return append(b, "more"...) }), `17 192.0.2.1:5060 192.0.2.2:5061 "OPTIONS" whole`},
		{"another transport", change(unknown, same), "outer"},
		{"no message", change(message, func(b []byte) []byte { b[len(b)-13+3] = 16; return b }), "outer"},
		{"length beyond the datagram", change(message, func(b []byte) []byte { b[5]++; return b }), "outer"},
		{"chunk beyond the packet", change(message, func(b []byte) []byte { b[len(b)-8]++; return b }), "outer"},
		{"chunk of 5 octets", change(message, func(b []byte) []byte { b[len(b)-8] = 5; return b }), "outer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := built(t, frame.Layers{Link: capture.LinkRaw}, src4, dst4, string(tt.data))[0]
			if tt.want == "outer" {
				tt.want = fmt.Sprintf("17 %v %v %q", src4, dst4, tt.data)
			}
			if got := decode(capture.NewDecoder(), capture.Packet{Link: capture.LinkRaw, Data: data}); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
	var s capture.Segment
	data := built(t, frame.Layers{Link: capture.LinkRaw}, src6, dst6, string(tests[0].data))[0]
	p := capture.Packet{Link: capture.LinkRaw, Time: time.Unix(9, 0), Data: data}
	if !capture.NewDecoder().Decode(&p, &s) || !s.Time.Equal(message.Time) || !s.Datagram() {
		t.Errorf("time %v, want %v", s.Time, message.Time)
	}
	p.Data, p.Length = data[:len(data)-3], len(data)
	if !capture.NewDecoder().Decode(&p, &s) || string(s.Payload) != "OPTI" || s.Missing != 3 {
		t.Errorf("cut: %q and %d", s.Payload, s.Missing)
	}
}

func TestExportedPDU(t *testing.T) {
	m := frame.Message{Src: src6, Dst: dst6, Proto: capture.TCP, Payload: []byte("OPTIONS")}
	p := capture.Packet{Link: capture.LinkExportedPDU, Data: frame.AppendExportedPDU(nil, "sip", m)}
	if got, want := decode(capture.NewDecoder(), p), `6 [2001:db8::1]:5060 [2001:db8::2]:5061 "OPTIONS" whole`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNet tells networks apart by the innermost overlay alone.
func TestNet(t *testing.T) {
	tunnel := func(kind frame.TunnelKind, id uint32) frame.Tunnel {
		return frame.Tunnel{Kind: kind, Src: src6.Addr(), Dst: dst6.Addr(), ID: id}
	}
	for _, tt := range []struct {
		layers frame.Layers
		want   uint32
	}{
		{frame.Layers{VLAN: []frame.VLAN{{ID: 7}}}, 0},
		{frame.Layers{MPLS: []uint32{17}}, 0},
		{frame.Layers{Tunnels: []frame.Tunnel{tunnel(frame.GTPU, 7)}}, 0},
		{frame.Layers{Tunnels: []frame.Tunnel{tunnel(frame.GRE, 7)}}, 0},
		{frame.Layers{Tunnels: []frame.Tunnel{tunnel(frame.VXLAN, 0)}}, 1 << 24},
		{frame.Layers{Tunnels: []frame.Tunnel{tunnel(frame.VXLAN, 7)}}, 1<<24 | 7},
		{frame.Layers{Tunnels: []frame.Tunnel{tunnel(frame.VXLAN, 7), tunnel(frame.Geneve, 8)}}, 1<<24 | 8},
	} {
		tt.layers.Link = capture.LinkEthernet
		p := capture.Packet{Link: tt.layers.Link, Data: built(t, tt.layers, src4, dst4, "hi")[0]}
		var s capture.Segment
		if !capture.NewDecoder().Decode(&p, &s) || s.Net != tt.want {
			t.Errorf("%+v: network %#x, want %#x", tt.layers, s.Net, tt.want)
		}
	}
}

// TestFragmentsOfNetworks mixes fragments with the same addresses and identification that
// travel in different networks.
func TestFragmentsOfNetworks(t *testing.T) {
	outer := frame.Tunnel{Src: src6.Addr(), Dst: dst6.Addr()}
	vxlan := func(id uint32, mtu int, text string) (list [][]byte) {
		// The builder fragments the outermost packet only: the inner ones come first.
		for _, packet := range built(t, frame.Layers{Link: capture.LinkRaw, MTU: mtu}, src4, dst4, text) {
			list = append(list, append(octets(t, fmt.Sprintf("08000000 %06x 00 000000000000 000000000000 0800", id)), packet...))
		}
		return list
	}
	networks := map[string]func(i int, text string) [][]byte{
		"VLAN": func(i int, text string) [][]byte {
			return built(t, frame.Layers{Link: capture.LinkEthernet, MTU: 100, VLAN: []frame.VLAN{{ID: 1}, {ID: uint16(2 + i)}}}, src4, dst4, text)
		},
		"MPLS": func(i int, text string) [][]byte {
			return built(t, frame.Layers{Link: capture.LinkEthernet, MTU: 100, MPLS: []uint32{uint32(16 + i)}}, src4, dst4, text)
		},
		"VXLAN": func(i int, text string) (list [][]byte) {
			for _, inner := range vxlan(uint32(i), 100, text) {
				list = append(list, built(t, frame.Layers{Link: capture.LinkEthernet}, src6, netip.AddrPortFrom(outer.Dst, 4789), string(inner))[0])
			}
			return list
		},
	}
	for name, in := range networks {
		d := capture.NewDecoder()
		texts := [2]string{string(bytes.Repeat([]byte("one "), 50)), string(bytes.Repeat([]byte("two "), 50))}
		var got []string
		a, b := in(0, texts[0]), in(1, texts[1])
		for i := range a {
			for _, f := range [][]byte{a[i], b[i]} {
				var s capture.Segment
				if d.Decode(&capture.Packet{Link: capture.LinkEthernet, Data: f}, &s) {
					got = append(got, string(s.Payload))
				}
				if len(d.Notes()) > 0 {
					t.Errorf("%s: notes %v", name, d.Notes())
				}
			}
		}
		if len(got) != 2 || got[0] != texts[0] || got[1] != texts[1] {
			t.Errorf("%s: %q", name, got)
		}
	}
}
