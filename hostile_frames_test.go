package sipsecdump_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// hostileFiles are captures whose own structure lies.
func hostileFiles(t *testing.T) map[string][]byte {
	t.Helper()
	le := binary.LittleEndian
	header := slices.Concat([]byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0}, make([]byte, 8), []byte{0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0})
	record := func(captured, original uint32, octets int) []byte {
		r := le.AppendUint32(make([]byte, 8), captured)
		return append(le.AppendUint32(r, original), make([]byte, octets)...)
	}
	section := slices.Concat([]byte{0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0}, bytes.Repeat([]byte{0xff}, 8), []byte{28, 0, 0, 0})
	iface := []byte{1, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0}
	block := func(kind, length uint32, body []byte) []byte {
		return slices.Concat(le.AppendUint32(le.AppendUint32(nil, kind), length), body, le.AppendUint32(nil, length))
	}
	files := map[string][]byte{
		"nothing":             {},
		"pcap of nothing":     header,
		"pcap of zeros":       append(slices.Clone(header), make([]byte, 4<<20)...),
		"pcapng of nothing":   section,
		"pcapng of sections":  bytes.Repeat(section, 20_000),
		"pcapng of links":     append(slices.Clone(section), bytes.Repeat(iface, 100_000)...),
		"pcapng, huge option": slices.Concat(section, block(1, 32, []byte{1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0})),
		"gzip of zeros":       []byte(gzipped(t, string(header)+strings.Repeat("\x00", 16<<20))),
		"gzip in gzip":        gzipInGzip(t, header, 20),
	}
	for _, n := range []uint32{1, 0xffff, 1 << 20, 1 << 28, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
		name := fmt.Sprintf("%#x", n)
		files["pcap, captured "+name] = slices.Concat(header, record(n, n, 60), record(60, 60, 60))
		files["pcap, original "+name] = slices.Concat(header, record(60, n, 60))
		files["pcapng, block of "+name] = slices.Concat(section, iface, block(6, n, make([]byte, 64)))
		files["pcapng, unknown block of "+name] = slices.Concat(section, iface, block(0x7777, n, make([]byte, 64)))
		packet := make([]byte, 64)
		le.PutUint32(packet[12:], n)
		files["pcapng, packet of "+name] = slices.Concat(section, iface, block(6, 76, packet))
		le.PutUint32(packet[:], n)
		files["pcapng, interface "+name] = slices.Concat(section, iface, block(6, 76, packet))
		secrets := slices.Concat(le.AppendUint32(le.AppendUint32(nil, 0x544c534b), n), make([]byte, 56))
		files["pcapng, secrets of "+name] = slices.Concat(section, block(10, 76, secrets))
	}
	return files
}

func gzipInGzip(t *testing.T, data []byte, depth int) []byte {
	for range depth {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		data = b.Bytes()
	}
	return data
}

// hostileSender builds frames from addresses that no sound connection has.
type hostileSender struct {
	t      *testing.T
	b      *frame.Builder
	frames [][]byte
}

func newHostileSender(t *testing.T, l frame.Layers) *hostileSender {
	t.Helper()
	l.Link = capture.LinkEthernet
	b, err := frame.NewBuilder(l)
	if err != nil {
		t.Fatal(err)
	}
	return &hostileSender{t: t, b: b}
}

var (
	hostileClient = netip.MustParseAddr("203.0.113.1")
	hostileServer = netip.MustParseAddrPort("203.0.113.2:5061")
)

func (h *hostileSender) keep(frames [][]byte, err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range frames {
		h.frames = append(h.frames, bytes.Clone(f))
	}
}

func (h *hostileSender) tcp(port uint16, flags capture.Flags, seq uint32, p []byte) {
	h.t.Helper()
	h.keep(h.b.TCP(frame.TCPSegment{
		Src: netip.AddrPortFrom(hostileClient, port), Dst: hostileServer, Flags: flags | capture.ACK, Seq: seq, Ack: 1, Payload: p,
	}))
}

func (h *hostileSender) udp(port uint16, p []byte) {
	h.t.Helper()
	h.keep(h.b.UDP(frame.UDPDatagram{
		Src: netip.AddrPortFrom(hostileClient, port), Dst: netip.AddrPortFrom(hostileServer.Addr(), 5060), Payload: p,
	}))
}

// stream sends octets over a connection, in segments of that length.
func (h *hostileSender) stream(port uint16, length int, p []byte) {
	seq := uint32(1000)
	for piece := range slices.Chunk(p, length) {
		h.tcp(port, 0, seq, piece)
		seq += uint32(len(piece))
	}
}

// hostileFrames are packets that go beside a sound capture, by what is bad about them.
func hostileFrames(t *testing.T) map[string][][]byte {
	t.Helper()
	all := map[string][][]byte{}
	add := func(name string, l frame.Layers, f func(h *hostileSender)) {
		h := newHostileSender(t, l)
		f(h)
		all[name] = h.frames
	}
	plain := func(name string, f func(h *hostileSender)) { add(name, frame.Layers{}, f) }
	message := func(name string, payload []byte) {
		plain(name+" in a stream", func(h *hostileSender) { h.stream(7000, 1400, payload) })
		if len(payload) < 65000 {
			plain(name+" in a datagram", func(h *hostileSender) { h.udp(7000, payload) })
		}
	}

	hello := hostileHello(t)
	plain("1-octet segments", func(h *hostileSender) { h.stream(7000, 1, bytes.Repeat(hello, 20)) })
	plain("1-octet segments of SIP", func(h *hostileSender) {
		h.stream(7000, 1, bytes.Repeat(carrying("Content-Type: text/plain\r\n", "hello"), 20))
	})
	plain("1-octet segments backwards", func(h *hostileSender) {
		for i := range 20_000 {
			h.tcp(7000, 0, uint32(50_000-2*i), []byte{'x'})
		}
	})
	plain("overlapping segments", func(h *hostileSender) {
		for i := range 3000 {
			h.tcp(7000, 0, uint32(1000+i*7%501), bytes.Repeat([]byte{byte(i)}, 1+i%1400))
		}
	})
	plain("connections", func(h *hostileSender) {
		for i := range 8000 { // each open one takes some kilobytes
			h.tcp(uint16(10_000+i), capture.SYN, 0, nil)
			h.tcp(uint16(10_000+i), 0, 1, hello[:7])
		}
	})
	plain("handshake of any length", func(h *hostileSender) {
		body := append([]byte{1, 0xff, 0xff, 0xff}, make([]byte, 16380)...)
		record := append([]byte{22, 3, 3, 0x40, 0}, body...)
		h.stream(7000, 1400, slices.Concat(record, bytes.Repeat(append([]byte{22, 3, 3, 0x40, 0}, make([]byte, 16384)...), 64)))
	})
	plain("empty records", func(h *hostileSender) {
		h.stream(7000, 1400, append(slices.Clone(hello), bytes.Repeat([]byte{22, 3, 3, 0, 0}, 50_000)...))
	})
	for _, n := range []int{0, 1, 0x4001, 0x4801, 0xffff} {
		plain(fmt.Sprintf("record of %#x", n), func(h *hostileSender) {
			h.stream(7000, 1400, slices.Concat(hello, []byte{22, 3, 3, byte(n >> 8), byte(n)}, make([]byte, 3000)))
		})
	}
	for _, n := range []string{"4294967295", "9223372036854775808", "99999999999999999999999", "-1", "2000000000"} {
		message("Content-Length "+n, []byte(bodyHead+"Content-Length: "+n+"\r\n\r\nbody"))
	}
	message("header without end", []byte(bodyHead+"X: "+strings.Repeat("x", 2<<20)))
	message("header fields", []byte(bodyHead+strings.Repeat("A:\r\n", 15_000)+"\r\n"))
	message("one value in many", []byte(bodyHead+"Via: "+strings.Repeat("a,", 25_000)+"\r\n\r\n"))
	for name, body := range hostileBodies() {
		message(name, carrying(body[0], body[1]))
	}

	var tags []frame.VLAN
	for range 500 {
		tags = append(tags, frame.VLAN{ID: 1})
	}
	add("tags", frame.Layers{VLAN: tags}, func(h *hostileSender) { h.udp(7000, []byte(bodyHead+"\r\n")) })
	for kind := frame.IPinIP; kind <= frame.TZSP; kind++ {
		var tunnels []frame.Tunnel
		for range 200 {
			tunnels = append(tunnels, frame.Tunnel{Kind: kind, Src: hostileClient, Dst: hostileServer.Addr(), ID: 1})
		}
		add(fmt.Sprintf("tunnels of %v", kind), frame.Layers{Tunnels: tunnels}, func(h *hostileSender) {
			for range 20 {
				h.udp(7000, []byte(bodyHead+"\r\n"))
			}
		})
	}
	plain("overlapping fragments", func(h *hostileSender) {
		h.udp(7000, bytes.Repeat([]byte(bodyHead), 4))
		whole := h.frames[0]
		h.frames = nil
		for i := range 20_000 {
			f := bytes.Clone(whole)
			// IPv4 identification, and More Fragments with an offset in units of 8 octets.
			binary.BigEndian.PutUint16(f[18:], uint16(i%300))
			binary.BigEndian.PutUint16(f[20:], uint16(0x2000|(i*37)%0x1fff))
			h.frames = append(h.frames, f)
		}
	})
	return all
}

// hostileHello is what begins a connection with TLS.
func hostileHello(t *testing.T) []byte {
	t.Helper()
	data := read(t, shipped[0])
	at := bytes.Index(data, []byte{22, 3, 1, 0, 49, 1})
	if at < 0 {
		t.Fatal("no ClientHello")
	}
	return data[at : at+54]
}

// hostileBodies are header fields and bodies of messages.
func hostileBodies() map[string][2]string {
	const cms = "Content-Type: application/pkcs7-mime;smime-type=enveloped-data\r\n"
	deep := func(level func(int) (head, tail string), n int) string {
		var heads, tails []string
		for i := range n {
			head, tail := level(i)
			heads, tails = append(heads, head), append(tails, tail)
		}
		slices.Reverse(tails)
		return strings.Join(heads, "") + strings.Join(tails, "")
	}
	signed := "Content-Type: text/plain\r\n\r\nhello"
	for range 40 {
		signed = "Content-Type: application/pkcs7-mime;smime-type=signed-data\r\n\r\n" + signedData(signed)
	}
	mixed := "Content-Type: text/plain\r\n\r\nhello"
	for i := range 30 {
		if i%2 == 0 {
			mixed = fmt.Sprintf("Content-Type: multipart/mixed;boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n", i, i, mixed, i)
		} else {
			mixed = "Content-Type: application/pkcs7-mime;smime-type=signed-data\r\n\r\n" + signedData(mixed)
		}
	}
	whole := func(entity string) [2]string {
		fields, body, _ := strings.Cut(entity, "\r\n\r\n")
		return [2]string{fields + "\r\n", body}
	}
	return map[string][2]string{
		"BER of 4 GiB":             {cms, "\x30\x84\xff\xff\xff\xff\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x84\xff\xff\xff\xf0"},
		"BER length of 127 octets": {cms, "\x30\xff" + strings.Repeat("\xff", 200)},
		"BER indefinite, deep":     {cms, strings.Repeat("\x30\x80", 30_000)},
		"BER definite, deep":       {cms, strings.Repeat("\x30\x83\x00\xff\xff", 12_000)},
		"BER nulls":                {cms, "\x30\x83\x00\xea\x60" + strings.Repeat("\x05\x00", 30_000)},
		"BER strings in strings":   {cms, strings.Repeat("\x24\x80", 15_000) + strings.Repeat("\x04\x01x", 5_000)},
		"OID without end":          {cms, "\x30\x82\xc3\x50\x06\x82\xc3\x4c" + strings.Repeat("\xff", 50_000)},
		"multipart in multipart": {"Content-Type: multipart/mixed;boundary=b0\r\n", deep(func(i int) (string, string) {
			return fmt.Sprintf("--b%d\r\nContent-Type: multipart/mixed;boundary=b%d\r\n\r\n", i, i+1), fmt.Sprintf("\r\n--b%d--\r\n", i)
		}, 900)},
		"parts":            {"Content-Type: multipart/mixed;boundary=b\r\n", strings.Repeat("--b\r\n\r\n", 9000)},
		"prefix of itself": {"Content-Type: multipart/mixed;boundary=" + strings.Repeat("-", 60) + "\r\n", strings.Repeat("-", 60_000)},
		"messages in messages": {"Content-Type: message/sip\r\n", deep(func(int) (string, string) {
			return bodyHead + "Content-Type: message/sip\r\n\r\n", ""
		}, 200)},
		"CMS in CMS":     whole(signed),
		"CMS and MIME":   whole(mixed),
		"base64 of junk": {cms + "Content-Transfer-Encoding: base64\r\n", strings.Repeat("////=", 12_000)},
	}
}

// signedData is CMS SignedData (RFC 5652, Section 5.1) of content that nobody signs.
func signedData(content string) string {
	tlv := func(tag byte, parts ...string) string {
		v := strings.Join(parts, "")
		return string([]byte{tag, 0x83, byte(len(v) >> 16), byte(len(v) >> 8), byte(len(v))}) + v
	}
	data := "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	return tlv(0x30, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", tlv(0xa0, tlv(0x30,
		"\x02\x01\x01", tlv(0x31), tlv(0x30, data, tlv(0xa0, tlv(0x04, content))), tlv(0x31))))
}
