package capture_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

var (
	src4 = netip.MustParseAddrPort("192.0.2.1:5060")
	dst4 = netip.MustParseAddrPort("192.0.2.2:5061")
	src6 = netip.MustParseAddrPort("[2001:db8::1]:5060")
	dst6 = netip.MustParseAddrPort("[2001:db8::2]:5061")
)

// built returns copies of the frames of a UDP datagram.
func built(t testing.TB, l frame.Layers, src, dst netip.AddrPort, payload string) (list [][]byte) {
	t.Helper()
	b, err := frame.NewBuilder(l)
	if err != nil {
		t.Fatal(err)
	}
	frames, err := b.UDP(frame.UDPDatagram{Src: src, Dst: dst, Payload: []byte(payload)})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		list = append(list, bytes.Clone(f))
	}
	return list
}

// decode shows what a decoder makes of a packet.
func decode(d *capture.Decoder, p capture.Packet) string {
	var b strings.Builder
	var s capture.Segment
	if d.Decode(&p, &s) {
		fmt.Fprintf(&b, "%d %v %v %q", s.Proto, s.Src, s.Dst, s.Payload)
		if s.Missing > 0 {
			fmt.Fprintf(&b, " and %d", s.Missing)
		}
		if s.Whole {
			b.WriteString(" whole")
		}
	} else {
		b.WriteString("-")
	}
	for _, n := range d.Notes() {
		fmt.Fprintf(&b, "; %s at %d", n.Code, n.Offset)
	}
	return b.String()
}

func octets(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	udp4   = "13c4 13c5 000a 0000 6869"                                          // to port 5061, "hi"
	addrs4 = "c0000201 c0000202"                                                 // from src4 to dst4
	addrs6 = "20010db8000000000000000000000001 20010db8000000000000000000000002" // from src6 to dst6
	ok4    = `17 192.0.2.1:5060 192.0.2.2:5061 "hi"`
	ok6    = `17 [2001:db8::1]:5060 [2001:db8::2]:5061 "hi"`
	mac3   = "000000000000 000000000000 000000000000"
	snap4  = "aaaa03 000000 0800"
	// Tags of an exported PDU from src4 to dst4, but for the transport.
	exported4 = "0014 0004 c0000201 0015 0004 c0000202 0019 0004 000013c4 001a 0004 000013c5"
	ip4       = "4500 001e 0001 0000 4011 f6ca" + addrs4
	ip6       = "60000000 000a 11 40" + addrs6
)

var decodable = []struct {
	name string
	link capture.LinkType
	data string
	more int // octets on the wire beyond data
	want string
}{
	// Link layers.
	{"null, big-endian", 0, "00000002" + ip4 + udp4, 0, ok4},
	{"null, little-endian", 0, "02000000" + ip4 + udp4, 0, ok4},
	{"null, Linux IPv6", 0, "0a000000" + ip6 + udp4, 0, ok6},
	{"null, NetBSD IPv6", 0, "00000018" + ip6 + udp4, 0, ok6},
	{"null, FreeBSD IPv6", 0, "1c000000" + ip6 + udp4, 0, ok6},
	{"null, Darwin IPv6", 0, "0000001e" + ip6 + udp4, 0, ok6},
	{"null, another family", 0, "00000007" + ip4 + udp4, 0, "-"},
	{"null, no family", 0, "02000002" + ip4 + udp4, 0, "-; wrong-link-header at 0"},
	{"loop, little-endian", 108, "02000000" + ip4 + udp4, 0, ok4},
	{"ethernet padding", 1, "000000000000 000000000000 0800" + ip4 + udp4 + "000000000000", 0, ok4},
	{"ethernet, ARP", 1, "000000000000 000000000000 0806 0001", 0, "-"},
	{"ethernet, length instead of type", 1, "000000000000 000000000000 0026 aaaa03", 0, "-"},
	{"ethernet, short", 1, "000000000000", 0, "-; packet-too-short at 0"},
	{"ethernet, cut", 1, "000000000000", 60, "-; packet-cut at 0"},
	{"802.1ad and 802.1Q", 1, "000000000000 000000000000 88a8 0001 8100 0002 0800" + ip4 + udp4, 0, ok4},
	{"many tags", 1, "000000000000 000000000000" + strings.Repeat("8100 0001", 70) + "0800", 0, "-; too-many-headers at 270"},
	{"tag cut off", 1, "000000000000 000000000000 8100 00", 0, "-; packet-too-short at 14"},
	{"raw, neither version", 101, "55", 0, "-; wrong-link-header at 0"},
	{"raw, empty", 101, "", 0, "-; packet-too-short at 0"},
	{"IPv4 only, IPv6 inside", 228, ip6 + udp4, 0, "-; wrong-ip-header at 0"},
	{"IPv6 only, IPv4 inside", 229, ip4 + udp4 + udp4, 0, "-; wrong-ip-header at 0"},
	{"PPP, compressed protocol", 9, "21" + ip4 + udp4, 0, ok4},
	{"PPP in HDLC, compressed protocol", 50, "ff03 57" + ip6 + udp4, 0, ok6},
	{"PPP, LCP", 9, "c021 0101", 0, "-"},
	{"Bluetooth", 187, ip4, 0, "-; unknown-link-type at 0"},

	{"802.3, SNAP", 1, "000000000000 000000000000 0026 aaaa03 000000 0800" + ip4 + udp4, 0, ok4},
	{"802.3, IP by its service access point", 1, "000000000000 000000000000 0021 060603" + ip4 + udp4, 0, ok4},
	{"802.3, NetWare", 1, "000000000000 000000000000 0021 ffff 0021", 0, "-"},
	{"802.1Q, SNAP", 1, "000000000000 000000000000 8100 0001 0026 aaaa03 000000 0800" + ip4 + udp4, 0, ok4},
	{"SLL, 802.2", 113, "0000 0001 0006 000000000000 0000 0004 aaaa03 0000f8 0800" + ip4 + udp4, 0, ok4},
	{"C-HDLC, keep-alive", 104, "8f00 8035 00000002", 0, "-"},
	{"PPPoE, Ethernet's padding", 1, "000000000000 000000000000 8864 1100 0001 0020 0021" + ip4 + udp4 + "0000", 0, ok4},
	{"PPPoE, discovery in a session", 1, "000000000000 000000000000 8864 1109 0000 0000", 0, "-; wrong-link-header at 14"},
	{"MPLS, two labels and IPv6", 1, "000000000000 000000000000 8847 00010040 00011140" + ip6 + udp4, 0, ok6},
	{"MPLS, pseudowire", 1, "000000000000 000000000000 8847 00011140 0200 0000 0001 0200 0000 0002 0800" + ip4 + udp4, 0, ok4},
	{"MPLS, pseudowire with control word", 1, "000000000000 000000000000 8847 00011140 00000000 0200 0000 0001 0200 0000 0002 0800" + ip4 + udp4, 0, ok4},
	{"MPLS, endless", 1, "000000000000 000000000000 8847" + strings.Repeat("00010040", 70), 0, "-; too-many-headers at 270"},
	{"PPP, MPLS", 9, "0281 00011140" + ip4 + udp4, 0, ok4},
	{"NFLOG, little-endian", 239, "02 00 0000 0800 0100 00000000" + "2200 0900" + ip4 + udp4 + "0000", 0, ok4},
	{"NFLOG, big-endian", 239, "0a 00 0000 0008 0001 00000000" + "0036 0009" + ip6 + udp4, 0, ok6},
	{"NFLOG, another version", 239, "02 01 0000", 0, "-; wrong-link-header at 0"},
	{"NFLOG, no payload", 239, "02 00 0000 0800 0100 00000000", 0, "-"},
	{"NFLOG, attribute too short", 239, "02 00 0000 0300 0100", 0, "-; wrong-link-header at 4"},
	{"NFLOG, bridge", 239, "07 00 0000 2200 0900" + ip4 + udp4, 0, "-"},
	{"PPI, Ethernet", 192, "00 00 0c00 01000000 02000000" + "000000000000 000000000000 0800" + ip4 + udp4, 0, ok4},
	{"PPI in PPI", 192, "00 00 0800 c0000000" + "00 00 0800 65000000" + ip4 + udp4, 0, "-; unknown-link-type at 8"},
	{"PPI, length", 192, "00 00 0700 65000000" + ip4 + udp4, 0, "-; wrong-link-header at 0"},
	{"PPI, link type of 32 bits", 192, "00 00 0800 65000100" + ip4 + udp4, 0, "-; unknown-link-type at 8"},
	{"802.11 with four addresses", 105, "0803 0000" + mac3 + "0000 000000000000" + snap4 + ip4 + udp4, 0, ok4},
	{"802.11, quality of service and HT control", 105, "8881 0000" + mac3 + "0000 0000 00000000" + snap4 + ip4 + udp4, 0, ok4},
	{"802.11, aggregate", 105, "8801 0000" + mac3 + "0000 8000" + "000000000000 000000000000 0026" + snap4 + ip4 + udp4, 0, ok4 + "; wlan-aggregate at 0"},
	{"802.11, protected", 105, "0841 0000" + mac3 + "0000" + snap4 + ip4 + udp4, 0, "-"},
	{"802.11, first fragment", 105, "0805 0000" + mac3 + "0000" + snap4 + ip4 + udp4, 0, "-"},
	{"802.11, beacon", 105, "8000 0000" + mac3 + "0000" + snap4, 0, "-"},
	{"802.11, no data", 105, "4801 0000" + mac3 + "0000", 0, "-"},
	{"radiotap, no fields", 127, "00 00 0800 00000000" + "0801 0000" + mac3 + "0000" + snap4 + ip4 + udp4, 0, ok4},
	{"radiotap, padding behind two words and a time", 127, "00 00 1900 030000a0 00000020 00000000 0000000000000000 20" +
		"8801 0000" + mac3 + "0000 0000 0000" + snap4 + ip4 + udp4, 0, ok4},
	{"radiotap, endless words", 127, "00 00 0c00 020000a0 ffffffff" + "0801 0000" + mac3 + "0000" + snap4 + ip4 + udp4, 0, ok4},
	{"radiotap, length", 127, "00 00 0700 00000000" + "0801", 0, "-; wrong-link-header at 0"},
	{"exported, IP", 252, "000c 0004 69700000 0000 0000" + ip4 + udp4, 0, ok4},
	{"exported, link type", 252, "000b 0004 00000065 0000 0000" + ip6 + udp4, 0, ok6},
	{"exported, SIP", 252, "000c 0004 73697000" + exported4 + "0018 0004 00000003" + "0000 0000 6869", 0, ok4 + " whole"},
	{"exported, SIP over TLS", 252, "000c 0004 73697000" + exported4 + "0018 0004 00000002" + "0000 0000 6869", 0,
		`6 192.0.2.1:5060 192.0.2.2:5061 "hi" whole`},
	{"exported, TCP with numbers", 252, "000c 0004 746c7300" + exported4 + "0018 0004 00000002" +
		"0022 0013 0001 00000007 00000009 00000003 00 0018 0000" + "0000 0000 6869", 0, `6 192.0.2.1:5060 192.0.2.2:5061 "hi"`},
	{"exported, TCP put together", 252, "000c 0004 73697000" + exported4 + "0018 0004 00000002" +
		"0022 0013 0001 00000007 00000009 00000003 01 0018 0000" + "0000 0000 6869", 0, `6 192.0.2.1:5060 192.0.2.2:5061 "hi" whole`},
	{"exported, by a heuristic", 252, "000d 0008 7369705f74637000" + exported4 + "0018 0004 00000003" + "0000 0000 6869", 0, ok4 + " whole"},
	{"exported, OSI layer 4, UDP", 252, "000e 000c 7564702e706f727400000000" + exported4 + "0018 0004 00000003 0020 0004 000013c5" + "0000 0000 6869", 0, ok4 + " whole"},
	{"exported, OSI layer 4, TCP", 252, "000e 0008 7463702e706f7274" + exported4 + "0018 0004 00000002 0020 0004 000013c5" +
		"0022 0013 0001 00000007 00000009 00000003 00 0018 0000" + "0000 0000 6869", 0, `6 192.0.2.1:5060 192.0.2.2:5061 "hi"`},
	{"exported, OSI layer 4, TCP put together", 252, "000e 0008 7463702e706f7274" + exported4 + "0018 0004 00000002 0020 0004 000013c5" +
		"0022 0013 0001 00000007 00000009 00000003 01 0018 0000" + "0000 0000 6869", 0, `6 192.0.2.1:5060 192.0.2.2:5061 "hi"`},
	{"exported, OSI layer 3", 252, "000e 0008 69702e70726f746f" + exported4 + "0000 0000" + udp4, 0, "-"},
	{"exported, no addresses", 252, "000c 0004 73697000 0000 0000 6869", 0, `17 0.0.0.0:0 0.0.0.0:0 "hi" whole`},
	{"exported, no transport", 252, "000c 0004 73697000" + exported4 + "0018 0004 00000000" + "0000 0000 6869", 0, ok4 + " whole"},
	{"exported, another transport", 252, "000c 0004 73697000" + exported4 + "0018 0004 00000004" + "0000 0000 6869", 0, "-"},
	{"exported, tag too long", 252, "000c 0099 73697000", 0, "-; wrong-link-header at 0"},
	{"exported, cut", 252, "000c 0004 73697000" + exported4 + "0000 0000 6869", 4, ok4 + " and 4 whole; packet-cut at 46"},

	// IPv4.
	{"version 5", 228, "5500" + ip4[4:] + udp4, 0, "-; wrong-ip-header at 0"},
	{"header of 16 octets", 228, "4400" + ip4[4:] + udp4, 0, "-; wrong-ip-header at 0"},
	{"header of 60 octets in 30", 228, "4f00" + ip4[4:] + udp4, 0, "-; packet-too-short at 20"},
	{"header cut", 228, ip4[:20], 80, "-; packet-cut at 0"},
	{"header options", 228, "4600 0022 0001 0000 4011 f3c4 " + addrs4 + "01010101" + udp4, 0, ok4},
	{"wrong checksum", 228, "4500 001e 0001 0000 4011 0000" + addrs4 + udp4, 0, ok4 + "; wrong-ip-checksum at 0"},
	{"total length 0", 228, "4500 0000 0001 0000 4011 f6e8" + addrs4 + udp4, 0, ok4 + "; no-ip-length at 0"},
	{"total length of no header", 228, "4500 0013 0001 0000 4011 f6d5" + addrs4 + udp4, 0, "-; wrong-ip-length at 0"},
	{"total length too long", 228, "4500 0020 0001 0000 4011 f6c8" + addrs4 + "13c4 13c5 000c 0000 6869", 0,
		ok4 + " and 2; wrong-ip-length at 0; packet-cut at 30"},
	{"ICMP", 228, "4500 001e 0001 0000 4001 f6da" + addrs4 + udp4, 0, "-"},
	{"cut in the payload", 228, "4500 0022 0001 0000 4011 f6c6" + addrs4 + "13c4 13c5 000e 0000 6869", 4, ok4 + " and 4; packet-cut at 30"},
	{"authentication header", 228, "4500 002e 0001 0000 4033 f698" + addrs4 + "1102 0000 00000001 00000001 00000000" + udp4, 0, ok4},

	// IPv6.
	{"hop-by-hop, routing, destination options", 229, "60000000 0022 00 40" + addrs6 +
		"2b00 010400000000 3c00 000000000000 1100 010400000000" + udp4, 0, ok6},
	{"extension beyond the packet", 229, "60000000 000a 3c 40" + addrs6 + "1102 010400000000 0000", 0, "-; wrong-extension-header at 40"},
	{"extension cut", 229, "60000000 0012 3c 40" + addrs6 + "1101 0104", 14, "-; packet-cut at 40"},
	{"half an extension", 229, "60000000 0001 3c 40" + addrs6 + "11", 0, "-; packet-too-short at 40"},
	{"no next header", 229, "60000000 0000 3b 40" + addrs6, 0, "-"},
	{"payload length 0", 229, "60000000 0000 11 40" + addrs6 + udp4, 0, ok6 + "; no-ip-length at 0"},
	{"payload length too long", 229, "60000000 000c 11 40" + addrs6 + "13c4 13c5 000c 0000 6869", 0,
		ok6 + " and 2; wrong-ip-length at 0; packet-cut at 50"},
	{"atomic fragment", 229, "60000000 0012 2c 40" + addrs6 + "1100 0000 00000001" + udp4, 0, ok6},
	{"endless extensions", 229, "60000000 0258 3c 40" + addrs6 + strings.Repeat("3c00 010400000000", 75), 0, "-; too-many-headers at 544"},

	// UDP and TCP.
	{"UDP length 7", 228, ip4 + "13c4 13c5 0007 0000 6869", 0, "-; wrong-udp-length at 20"},
	{"UDP length 0", 228, ip4 + "13c4 13c5 0000 0000 6869", 0, ok4},
	{"UDP length too short", 228, ip4 + "13c4 13c5 0009 0000 6869", 0, `17 192.0.2.1:5060 192.0.2.2:5061 "h"; wrong-udp-length at 20`},
	{"UDP length too long", 228, ip4 + "13c4 13c5 000b 0000 6869", 0, ok4 + " and 1; wrong-udp-length at 20; packet-cut at 30"},
	{"UDP header cut off", 228, "4500 0017 0001 0000 4011 f6d1" + addrs4 + "13c413", 0, "-; packet-too-short at 20"},
	{"TCP", 228, "4500 002a 0001 0000 4006 f6c9" + addrs4 + "13c4 13c5 00000001 00000002 5018 ffff 0000 0000 6869", 0,
		`6 192.0.2.1:5060 192.0.2.2:5061 "hi"`},
	{"TCP options cut", 228, "4500 002e 0001 0000 4006 f6c5" + addrs4 + "13c4 13c5 00000001 00000002 6018 ffff 0000 0000", 6,
		`6 192.0.2.1:5060 192.0.2.2:5061 "" and 2; packet-cut at 40`},
	{"TCP header of 16 octets", 228, "4500 002a 0001 0000 4006 f6c9" + addrs4 + "13c4 13c5 00000001 00000002 4018 ffff 0000 0000 6869", 0, "-; wrong-tcp-header at 20"},
	{"TCP header too long", 228, "4500 002a 0001 0000 4006 f6c9" + addrs4 + "13c4 13c5 00000001 00000002 f018 ffff 0000 0000 6869", 0, "-; wrong-tcp-header at 20"},

	// Tunnels.
	{"IP in IP", 228, "4500 0032 0001 0000 4004 f6c3" + addrs4 + ip4 + udp4, 0, ok4},
	{"IPv6 in IPv4, outer checksum wrong", 228, "4500 0046 0001 0000 4029 0000" + addrs4 + ip6 + udp4, 0, ok6 + "; wrong-ip-checksum at 0"},
	{"GRE with routing", 228, "4500 0022 0001 0000 402f f6a8" + addrs4 + "4000 0800" + udp4, 0, "-; wrong-tunnel-header at 20"},
	{"GRE with checksum, key and sequence", 228, "4500 0042 0001 0000 402f f688" + addrs4 + "b000 0800 00000000 00000001 00000002" + ip4 + udp4, 0, ok4},
	{"PPTP", 228, "4500 0022 0001 0000 402f f6a8" + addrs4 + "2001 880b" + udp4, 0, "-; wrong-tunnel-header at 20"},
	{"VXLAN port, no VXLAN", 228, "4500 0024 0001 0000 4011 f6c4" + addrs4 + "13c4 12b5 0010 0000 0900000000000000", 0,
		`17 192.0.2.1:5060 192.0.2.2:4789 "\t\x00\x00\x00\x00\x00\x00\x00"`},
	{"GTP-U with an extension header", 228, "4500 004a 0001 0000 4011 f69e" + addrs4 + "0868 0868 0036 0000" +
		"34ff 0026 00000001 0000 00 85 01 0000 00" + ip4 + udp4, 0, ok4},
	{"GTP-U echo", 228, "4500 0024 0001 0000 4011 f6c4" + addrs4 + "0868 0868 0010 0000 3201000000000001", 0,
		`17 192.0.2.1:2152 192.0.2.2:2152 "2\x01\x00\x00\x00\x00\x00\x01"`},
}

func TestDecode(t *testing.T) {
	for _, tt := range decodable {
		t.Run(tt.name, func(t *testing.T) {
			data := octets(t, tt.data)
			d := capture.NewDecoder()
			p := capture.Packet{Link: tt.link, Data: data, Length: len(data) + tt.more}
			if got := decode(d, p); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			// Of what is cut off nothing is made up, wherever the capture ends.
			for n := range data {
				p.Data = data[:n:n]
				decode(d, p)
			}
		})
	}
}

// TestDecodeSegment compares every field.
func TestDecodeSegment(t *testing.T) {
	d := capture.NewDecoder()
	s := capture.Segment{Packet: 9, Missing: 5, Flags: capture.URG}
	at := time.Unix(1, 2)
	data := octets(t, "4500 002a 0001 0000 4006 f6c9"+addrs4+"13c4 13c5 00000001 00000002 5fd2 ffff 0000 0000 6869")
	if !d.Decode(&capture.Packet{Number: 3, Time: at, Link: capture.LinkRaw, Data: data, Length: len(data)}, &s) {
		t.Fatal("not decoded")
	}
	want := capture.Segment{Packet: 9, Time: at, Proto: capture.TCP, Src: src4, Dst: dst4, Seq: 1, Ack: 2, Flags: capture.SYN | capture.ACK, Payload: []byte("hi")}
	if fmt.Sprintf("%+v", s) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
	if &s.Payload[0] != &data[40] {
		t.Error("payload is a copy")
	}
}

func TestSnaplen(t *testing.T) {
	frame := built(t, frame.Layers{Link: capture.LinkEthernet}, src4, dst4, "0123456789")[0]
	d := capture.NewDecoder()
	for n := range frame {
		got := decode(d, capture.Packet{Link: capture.LinkEthernet, Data: frame[:n:n], Length: len(frame)})
		want := "-; packet-cut at 0"
		switch header := 14 + 20 + 8; {
		case n >= header:
			want = fmt.Sprintf("17 %v %v %q and %d; packet-cut at %d", src4, dst4, "0123456789"[:n-header], len(frame)-n, n)
		case n >= 34:
			want = "-; packet-cut at 34"
		case n >= 14:
			want = "-; packet-cut at 14"
		}
		if got != want {
			t.Errorf("%d octets captured\n got %s\nwant %s", n, got, want)
		}
	}
}
