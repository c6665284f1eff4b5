package sipparse

import (
	"bytes"
	"strings"
	"testing"
)

// benchInvite is the size and the shape of a request in a call.
var benchInvite = []byte(strings.ReplaceAll(`INVITE sip:service@192.0.2.2:5060 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bK-21487-1-0
From: sipp <sip:sipp@192.0.2.1:5061>;tag=21487SIPpTag001
To: service <sip:service@192.0.2.2:5060>
Call-ID: 1-21487@192.0.2.1
CSeq: 1 INVITE
Contact: sip:sipp@192.0.2.1:5061
Max-Forwards: 70
Subject: Performance Test
Content-Type: application/sdp
Content-Length: 129

v=0
o=user1 53655765 2353687637 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 6000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
`, "\n", "\r\n"))

// benchResponse is a response to it on its way back.
var benchResponse = []byte(strings.ReplaceAll(`SIP/2.0 200 OK
Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK-70cf668abad6ac57;received=192.0.2.1;rport=49152
To: <sips:service@192.0.2.2>;tag=57ec3510
From: "sipp" <sips:sipp@192.0.2.1>;tag=21487SIPpTag001
Call-ID: 1-21487@192.0.2.1
CSeq: 2 BYE
Content-Length: 0

`, "\n", "\r\n"))

func BenchmarkSniff(b *testing.B) {
	for _, bb := range []struct{ name, p string }{
		{"sip", string(benchInvite)},
		{"rtp", "\x80\x00\x00\x01\x00\x00\x00\xA0\xDE\xAD\xBE\xEF" + strings.Repeat("\xFF", 160)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			p := []byte(bb.p)
			for b.Loop() {
				Sniff(p)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct {
		name string
		raw  []byte
	}{
		{"invite", benchInvite},
		{"response", benchResponse},
		{"signed", readFile(b, "../testdata/rfc4475/mpart01.dat")},
		{"wsinv", readFile(b, "../testdata/rfc4475/wsinv.dat")},
		{"longreq", readFile(b, "../testdata/rfc4475/longreq.dat")},
		{"hostile", []byte("INVITE sip:a SIP/2.0\r\n" + strings.Repeat("a\n", 32<<10))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.raw)))
			m := new(Message)
			for b.Loop() {
				m.ParseInto(bb.raw, nil)
			}
		})
	}
	b.Run("fresh", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(benchInvite)))
		for b.Loop() {
			Parse(benchInvite)
		}
	})
}

func BenchmarkFramer(b *testing.B) {
	stream := bytes.Repeat(append(benchInvite, "\r\n\r\n"...), 20)
	for _, bb := range []struct {
		name string
		size int
	}{{"whole", len(stream)}, {"segments", 1448}, {"octets", 1}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(stream)))
			f := NewFramer(Limits{})
			yield := func(Item) {}
			for b.Loop() {
				for p := stream; len(p) > 0; {
					n := min(bb.size, len(p))
					f.Feed(p[:n], yield)
					p = p[n:]
				}
			}
		})
	}
}
