package sipsecdump_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"sipsecdump"
	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/report"
)

// TestCarried: SIP is found in whatever carries it, and the transport's name is true.
func TestCarried(t *testing.T) {
	message := func(n int) []byte {
		return fmt.Appendf(nil, "OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK%d\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\n"+
			"Call-ID: %d\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", n, n)
	}
	a, b := netip.MustParseAddrPort("192.0.2.1:5060"), netip.MustParseAddrPort("192.0.2.2:5060")
	relay := netip.MustParseAddrPort("198.51.100.1:40000")
	homer := netip.MustParseAddrPort("198.51.100.2:9060")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	build := func(link capture.LinkType, frames func(*frame.Builder) [][]byte) []byte {
		builder, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		w, err := frame.NewPcapWriter(&file, link, false)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range frames(builder) {
			if err := w.WritePacket(at.Add(time.Duration(i)*time.Second), f); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	one := func(frames [][]byte, err error) []byte {
		if err != nil || len(frames) != 1 {
			t.Fatal(len(frames), err)
		}
		return slices.Clone(frames[0])
	}

	for _, tt := range []struct {
		name string
		file []byte
		want []string
	}{
		{"udp", build(capture.LinkEthernet, func(builder *frame.Builder) [][]byte {
			return [][]byte{one(builder.UDP(frame.UDPDatagram{Src: a, Dst: b, Payload: message(1)}))}
		}), []string{"192.0.2.1:5060 > 192.0.2.2:5060 udp 1"}},
		{"sctp, two messages in a packet, one in fragments", build(capture.LinkEthernet, func(builder *frame.Builder) [][]byte {
			m := message(3)
			p := func(chunks []byte) []byte {
				return one(builder.SCTP(frame.SCTPPacket{Src: a, Dst: b, Tag: 7, Chunks: chunks}))
			}
			whole := frame.DataBegin | frame.DataEnd
			return [][]byte{
				p(frame.AppendData(frame.AppendData(nil, frame.Data{TSN: 1, Flags: uint8(whole), Payload: message(1)}),
					frame.Data{TSN: 2, Sequence: 1, Flags: uint8(whole), Payload: message(2)})),
				p(frame.AppendData(nil, frame.Data{TSN: 3, Sequence: 2, Flags: uint8(frame.DataBegin), Payload: m[:50]})),
				p(frame.AppendData(nil, frame.Data{TSN: 4, Sequence: 2, Flags: uint8(frame.DataEnd), Payload: m[50:]})),
			}
		}), []string{
			"192.0.2.1:5060 > 192.0.2.2:5060 sctp 1", "192.0.2.1:5060 > 192.0.2.2:5060 sctp 2", "192.0.2.1:5060 > 192.0.2.2:5060 sctp 3",
		}},
		{"HEP, of messages over UDP and TCP", build(capture.LinkEthernet, func(builder *frame.Builder) [][]byte {
			var frames [][]byte
			for i, proto := range []capture.Proto{capture.UDP, capture.TCP} {
				p := frame.AppendHEP3(nil, frame.Message{Src: a, Dst: b, Proto: proto, Time: at, Payload: message(i + 1)})
				frames = append(frames, one(builder.UDP(frame.UDPDatagram{Src: relay, Dst: homer, Payload: p})))
			}
			return frames
		}), []string{"192.0.2.1:5060 > 192.0.2.2:5060 udp 1", "192.0.2.1:5060 > 192.0.2.2:5060 tcp 2"}},
		{"exported PDU", build(capture.LinkExportedPDU, func(*frame.Builder) [][]byte {
			return [][]byte{frame.AppendExportedPDU(nil, "sip", frame.Message{Src: a, Dst: b, Proto: capture.TCP, Payload: message(1)})}
		}), []string{"192.0.2.1:5060 > 192.0.2.2:5060 tcp 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for e, err := range sipsecdump.Analyze(t.Context(), sources(map[string][]byte{"f": tt.file}, "f"), nil) {
				if err != nil {
					t.Fatal(err)
				}
				switch body := e.Body.(type) {
				case *report.SIP:
					got = append(got, fmt.Sprintf("%s > %s %s %s", body.Src, body.Dst, body.Transport, body.Message.CallID))
				case *report.Anomaly:
					t.Errorf("anomaly %s: %s", body.Code, body.Text)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
