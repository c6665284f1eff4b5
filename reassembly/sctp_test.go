package reassembly

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
)

// messenger is a MessageHandler that checks the contract and writes down what it is told.
type messenger struct {
	tb     testing.TB
	lines  []string
	opened bool
	closed bool
	packet uint64
}

func (h *messenger) tell(packet uint64, format string, args ...any) {
	h.tb.Helper()
	if h.closed {
		h.tb.Errorf("packet %d: told after Close", packet)
	}
	if packet < h.packet {
		h.tb.Errorf("packet %d after packet %d", packet, h.packet)
	}
	h.packet = packet
	h.lines = append(h.lines, fmt.Sprintf("%d ", packet)+fmt.Sprintf(format, args...))
}

func (h *messenger) Open(o *Open) {
	if h.opened {
		h.tb.Error("a second Open")
	}
	h.opened = true
	mid := ""
	if o.MidStream {
		mid = " mid-stream"
	}
	h.tell(o.Packet, "open%s", mid)
}

func (h *messenger) Message(m *Message) {
	if !h.opened {
		h.tb.Error("Message before Open")
	}
	extra := ""
	if m.Unordered {
		extra += " unordered"
	}
	if m.Lost > 0 {
		extra += fmt.Sprint(" lost ", m.Lost)
	}
	if m.Cut {
		extra += " cut"
	}
	h.tell(m.Packet, "%s %d:%d %q%s", letter(m.Dir), m.Stream, m.Sequence, m.Data, extra)
}

func (h *messenger) Anomaly(a *Anomaly) {
	h.tell(a.Packet, "%s %s %d", letter(a.Dir), a.Code, a.Count)
}

func (h *messenger) Close(c *Close) {
	h.tell(c.Packet, "close %v", c.How)
	h.closed = true
}

// sctpPacket is a packet of a test: C's tag is 1, S's is 2.
type sctpPacket struct {
	dir     Dir
	tag     uint32 // 0 for the right one
	chunks  []byte
	missing int
}

func words32(list ...uint32) (b []byte) {
	for _, w := range list {
		b = binary.BigEndian.AppendUint32(b, w)
	}
	return b
}

func initChunk(kind uint8, tag, tsn uint32) []byte {
	return frame.AppendChunk(nil, kind, 0, words32(tag, 1<<16, 1<<16|1, tsn))
}

const whole = frame.DataBegin | frame.DataEnd

func dataChunk(flags uint8, tsn uint32, stream, sequence uint16, text string) []byte {
	return frame.AppendData(nil, frame.Data{TSN: tsn, Stream: stream, Sequence: sequence, Flags: flags, Payload: []byte(text)})
}

func iDataChunk(flags uint8, tsn uint32, stream uint16, sequence, number uint32, text string) []byte {
	value := append(words32(tsn, uint32(stream)<<16, sequence, number), text...)
	return frame.AppendChunk(nil, chunkIData, flags, value)
}

func sackChunk(tsn uint32) []byte {
	return frame.AppendChunk(nil, chunkSack, 0, words32(tsn, 1<<16, 0))
}

func runSCTP(tb testing.TB, l Limits, packets []sctpPacket) *messenger {
	tb.Helper()
	h := &messenger{tb: tb}
	a := NewSCTP(l, h)
	for i, p := range packets {
		tag := p.tag
		if tag == 0 && (len(p.chunks) == 0 || p.chunks[0] != chunkInit) {
			tag = 2 - uint32(p.dir)
		}
		s := capture.Segment{
			Packet: uint64(i + 1), Time: timeOf(uint64(i + 1)), Proto: capture.SCTP,
			Seq: tag, Payload: slices.Clone(p.chunks), Missing: p.missing,
		}
		a.Segment(p.dir, &s)
		clear(s.Payload) // nothing may be kept of it
	}
	a.End(uint64(len(packets)+1), timeOf(uint64(len(packets)+1)), EndOfCapture)
	if !a.Closed() || a.Buffered() != 0 {
		tb.Errorf("closed %v, %d octets wait", a.Closed(), a.Buffered())
	}
	return h
}

func TestSCTP(t *testing.T) {
	c := func(parts ...[]byte) sctpPacket { return sctpPacket{chunks: bytes.Join(parts, nil)} }
	s := func(parts ...[]byte) sctpPacket {
		return sctpPacket{dir: ServerToClient, chunks: bytes.Join(parts, nil)}
	}
	handshake := []sctpPacket{
		c(initChunk(chunkInit, 1, 100)), s(initChunk(chunkInitAck, 2, 0xfffffffe)),
		c(frame.AppendChunk(nil, 10, 0, []byte("cookie"))), s(frame.AppendChunk(nil, chunkCookieAck, 0, nil)),
	}
	tests := []struct {
		name    string
		limits  Limits
		packets []sctpPacket // behind the handshake
		want    string
	}{
		{"messages of both, numbers wrap", Limits{}, []sctpPacket{
			c(dataChunk(whole, 100, 0, 0, "one"), dataChunk(whole, 101, 1, 0, "two")),
			s(sackChunk(101), dataChunk(whole, 0xfffffffe, 0, 0, "a")),
			s(dataChunk(whole, 0xffffffff, 0, 1, "b"), dataChunk(whole, 0, 0, 2, "c")),
			c(frame.AppendChunk(nil, chunkShutdown, 0, words32(0))), s(frame.AppendChunk(nil, 8, 0, nil)),
			c(frame.AppendChunk(nil, chunkShutdownComplete, 0, nil)),
			c(dataChunk(whole, 102, 0, 0, "late")),
		}, `3 open; 5 C 0:0 "one"; 5 C 1:0 "two"; 6 S 0:0 "a"; 7 S 0:1 "b"; 7 S 0:2 "c"; 10 close fin`},
		{"out of order and repeated", Limits{}, []sctpPacket{
			c(dataChunk(whole, 101, 0, 1, "two")), c(dataChunk(whole, 101, 0, 1, "TWO")),
			c(dataChunk(whole, 100, 0, 0, "one")), c(dataChunk(whole, 100, 0, 0, "ONE")),
		}, `3 open; 7 C 0:0 "one"; 7 C 0:1 "two"; 9 close end-of-capture`},
		{"fragments", Limits{}, []sctpPacket{
			c(dataChunk(frame.DataBegin, 100, 3, 7, "one ")), c(dataChunk(frame.DataEnd, 102, 3, 7, "three")),
			c(dataChunk(0, 101, 3, 7, "two ")), c(dataChunk(whole|frame.DataUnordered, 103, 3, 0, "four")),
		}, `3 open; 7 C 3:7 "one two three"; 8 C 3:0 "four" unordered; 9 close end-of-capture`},
		{"a hole that was acknowledged", Limits{}, []sctpPacket{
			c(dataChunk(whole, 101, 0, 1, "two")), s(sackChunk(101)), s(sackChunk(101)), s(sackChunk(101)), s(sackChunk(101)),
		}, `3 open; 9 C sctp-gap 1; 9 C 0:1 "two" lost 1; 10 close end-of-capture`},
		{"a hole to the end", Limits{}, []sctpPacket{c(dataChunk(whole, 103, 0, 1, "four"))},
			`3 open; 6 C sctp-gap 3; 6 C 0:1 "four" lost 3; 6 close end-of-capture`},
		{"a hole in a message", Limits{}, []sctpPacket{
			c(dataChunk(frame.DataBegin, 100, 0, 0, "one ")), c(dataChunk(frame.DataEnd, 102, 0, 0, "three")),
			c(dataChunk(whole, 103, 0, 1, "four")),
		}, `3 open; 8 C sctp-gap 1; 8 C sctp-fragment 4; 8 C 0:0 "one " cut; 8 C sctp-fragment 5; 8 C 0:1 "four" lost 1; 8 close end-of-capture`},
		{"a message without its end", Limits{}, []sctpPacket{
			c(dataChunk(frame.DataBegin, 100, 0, 0, "one")), c(dataChunk(whole, 101, 0, 1, "two")),
		}, `3 open; 6 C sctp-fragment 3; 6 C 0:0 "one" cut; 6 C 0:1 "two"; 7 close end-of-capture`},
		{"abandoned", Limits{}, []sctpPacket{
			c(dataChunk(whole, 102, 0, 1, "three")), c(frame.AppendChunk(nil, chunkForward, 0, words32(103))),
			c(dataChunk(whole, 104, 0, 2, "five")),
		}, `3 open; 6 C sctp-abandoned 2; 6 C 0:1 "three" lost 2; 6 C sctp-abandoned 1; 7 C 0:2 "five" lost 1; 8 close end-of-capture`},
		{"interleaved", Limits{}, []sctpPacket{
			c(iDataChunk(frame.DataBegin, 100, 1, 0, 46, "A")), c(iDataChunk(frame.DataBegin, 101, 2, 0, 47, "x")),
			c(iDataChunk(frame.DataEnd, 102, 1, 0, 1, "B")), c(iDataChunk(frame.DataEnd, 103, 2, 0, 1, "y")),
			c(iDataChunk(frame.DataEnd, 104, 2, 5, 1, "z")),
		}, `3 open; 7 C 1:0 "AB"; 8 C 2:0 "xy"; 9 C sctp-fragment 1; 10 close end-of-capture`},
		{"cut off by the capture", Limits{}, []sctpPacket{
			{chunks: dataChunk(whole, 100, 0, 0, "one two three")[:19], missing: 13},
			c(dataChunk(whole, 101, 0, 1, "four")),
		}, `3 open; 5 C 0:0 "one" cut; 6 C 0:1 "four"; 7 close end-of-capture`},
		{"another tag", Limits{}, []sctpPacket{
			{tag: 9, chunks: dataChunk(whole, 100, 0, 0, "forged")}, c(dataChunk(whole, 100, 0, 0, "one")),
			{tag: 9, chunks: frame.AppendChunk(nil, chunkAbort, 0, nil)},
			{dir: ServerToClient, tag: 2, chunks: frame.AppendChunk(nil, chunkAbort, 1, nil)},
		}, `3 open; 5 C sctp-wrong-tag 22; 6 C 0:0 "one"; 7 C sctp-wrong-tag 4; 8 close rst`},
		{"outside of every window", Limits{}, []sctpPacket{
			c(dataChunk(whole, 100, 0, 0, "one")), c(dataChunk(whole, 1<<30, 0, 0, "far")), c(dataChunk(whole, 101, 0, 1, "two")),
		}, `3 open; 5 C 0:0 "one"; 6 C sctp-outside-window 1; 7 C 0:1 "two"; 8 close end-of-capture`},
		{"no chunk", Limits{}, []sctpPacket{c(dataChunk(whole, 100, 0, 0, "one"), []byte{0, 3, 0, 3})},
			`3 open; 5 C 0:0 "one"; 5 C sctp-wrong-chunk 4; 6 close end-of-capture`},
		{"too much waits", Limits{MaxBuffered: 5}, []sctpPacket{
			c(dataChunk(whole, 101, 0, 1, "two")), c(dataChunk(whole, 103, 0, 3, "four")),
		}, `3 open; 6 C sctp-buffer-limit 7; 6 C sctp-gap 1; 6 C 0:1 "two" lost 1; 7 C sctp-gap 1; 7 C 0:3 "four" lost 1; 7 close end-of-capture`},
		{"too long a message", Limits{MaxBuffered: 5}, []sctpPacket{
			c(dataChunk(frame.DataBegin, 100, 0, 0, "one ")), c(dataChunk(0, 101, 0, 0, "two ")), c(dataChunk(frame.DataEnd, 102, 0, 0, "three")),
			c(dataChunk(whole, 103, 0, 1, "a longer one")),
		}, `3 open; 6 C sctp-buffer-limit 4; 7 C 0:0 "one " cut; 8 C 0:1 "a longer one"; 9 close end-of-capture`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := runSCTP(t, tt.limits, append(slices.Clone(handshake), tt.packets...))
			if got := strings.Join(h.lines, "; "); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestSCTPMidStream lacks parts of the handshake.
func TestSCTPMidStream(t *testing.T) {
	one := sctpPacket{chunks: dataChunk(whole, 7, 0, 0, "one")}
	two := sctpPacket{chunks: dataChunk(whole, 8, 0, 0, "two")}
	ack := sctpPacket{dir: ServerToClient, chunks: initChunk(chunkInitAck, 2, 50)}
	again := sctpPacket{dir: ServerToClient, chunks: initChunk(chunkInitAck, 5, 90)}
	for _, tt := range []struct {
		name    string
		packets []sctpPacket
		want    string
	}{
		{"no handshake", []sctpPacket{one, two}, `1 open mid-stream; 1 C 0:0 "one"; 2 C 0:0 "two"; 3 close end-of-capture`},
		{"only INIT ACK", []sctpPacket{ack, one}, `2 open mid-stream; 2 C 0:0 "one"; 3 close end-of-capture`},
		{"the first of two INIT ACKs counts", []sctpPacket{{chunks: initChunk(chunkInit, 1, 7)}, ack, again, one,
			{dir: ServerToClient, chunks: dataChunk(whole, 1<<30, 0, 0, "far")}},
			`4 open; 4 C 0:0 "one"; 5 S 0:0 "far"; 6 close end-of-capture`},
		{"only INIT", []sctpPacket{{chunks: initChunk(chunkInit, 1, 7)}}, `2 open; 2 close end-of-capture`},
		{"no packet", nil, ``},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(runSCTP(t, Limits{}, tt.packets).lines, "; "); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestSCTPPartials interleaves more messages than are kept.
func TestSCTPPartials(t *testing.T) {
	var packets []sctpPacket
	for i := range uint32(2 * maxPartials) {
		packets = append(packets, sctpPacket{chunks: iDataChunk(frame.DataBegin, i, uint16(i), 0, 0, "x")})
	}
	h := runSCTP(t, Limits{}, packets)
	if n := strings.Count(strings.Join(h.lines, "\n"), "cut"); n != 2*maxPartials {
		t.Errorf("%d messages cut", n)
	}
}

// FuzzSCTP cuts messages into chunks, in any order and repeated, and demands them back; then it
// takes the input itself for packets.
func FuzzSCTP(f *testing.F) {
	f.Add([]byte("\x05\x03\x11\x02\x40\x01\x02\x03\x04\x05\x06\x07\x08"), false)
	f.Add(append(dataChunk(whole, 1, 0, 0, "one"), dataChunk(frame.DataBegin, 3, 0, 0, "two")...), true)
	f.Add(append(iDataChunk(frame.DataBegin, 1, 0, 0, 0, "one"), frame.AppendChunk(nil, chunkForward, 0, words32(9))...), true)
	f.Add(append(initChunk(chunkInit, 1, 5), initChunk(chunkInitAck, 2, 9)...), true)
	f.Fuzz(func(t *testing.T, data []byte, hostile bool) {
		if hostile {
			var packets []sctpPacket
			for i := 0; len(data) > 0 && i < 50; i++ {
				n := min(len(data), 1+int(data[0]))
				packets = append(packets, sctpPacket{dir: Dir(i & 1), chunks: data, missing: i % 3}, sctpPacket{chunks: data[:n]})
				data = data[n:]
			}
			runSCTP(t, Limits{MaxBuffered: 64, MaxPieces: 4, GapPatience: 1}, packets)
			return
		}
		p := program(data)
		var packets []sctpPacket
		var want []string
		tsn := p.uint32()
		packets = append(packets, sctpPacket{chunks: initChunk(chunkInit, 1, tsn)}, sctpPacket{chunks: frame.AppendChunk(nil, 10, 0, nil)})
		fixed := len(packets)
		for i := 0; !p.done() && i < 40; i++ {
			text := strings.Repeat(string(rune('a'+i%26)), int(p.byte()))
			parts := 1 + int(p.byte()%5)
			want = append(want, text)
			for k := range parts {
				var flags uint8
				if k == 0 {
					flags |= frame.DataBegin
				}
				if k == parts-1 {
					flags |= frame.DataEnd
				}
				part := text[k*len(text)/parts : (k+1)*len(text)/parts]
				packets = append(packets, sctpPacket{chunks: dataChunk(flags, tsn, uint16(i%3), uint16(i/3), part)})
				tsn++
			}
			if p.byte()&1 == 1 { // an earlier one comes again
				packets = append(packets, packets[fixed+p.uint16()%(len(packets)-fixed)])
			}
			if n := len(packets) - fixed; p.byte()&1 == 1 && n > 1 {
				i, j := fixed+p.uint16()%n, fixed+p.uint16()%n
				packets[i], packets[j] = packets[j], packets[i]
			}
		}
		h := runSCTP(t, Limits{}, packets)
		var got []string
		for _, line := range h.lines {
			if _, after, ok := strings.Cut(line, `"`); ok {
				got = append(got, strings.TrimSuffix(after, `"`))
			} else if strings.Contains(line, "sctp-") {
				t.Errorf("anomaly %s", line)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("messages\n got %q\nwant %q", got, want)
		}
	})
}

// silent is a MessageHandler that does nothing.
type silent struct{}

func (silent) Open(*Open)       {}
func (silent) Message(*Message) {}
func (silent) Anomaly(*Anomaly) {}
func (silent) Close(*Close)     {}

func BenchmarkSCTP(b *testing.B) {
	a := NewSCTP(Limits{}, silent{})
	s := capture.Segment{Proto: capture.SCTP, Seq: 1, Payload: dataChunk(whole, 0, 0, 0, strings.Repeat("x", 1000))}
	b.ReportAllocs()
	b.SetBytes(1000)
	for tsn := uint32(0); b.Loop(); tsn++ {
		binary.BigEndian.PutUint32(s.Payload[4:], tsn)
		a.Segment(ClientToServer, &s)
	}
}

// TestSCTPAllocs hands on messages in order without allocation.
func TestSCTPAllocs(t *testing.T) {
	a := NewSCTP(Limits{}, silent{})
	s := capture.Segment{Proto: capture.SCTP, Seq: 1, Payload: dataChunk(whole, 0, 0, 0, "message")}
	tsn := uint32(0)
	if n := testing.AllocsPerRun(1000, func() {
		binary.BigEndian.PutUint32(s.Payload[4:], tsn)
		a.Segment(ClientToServer, &s)
		tsn++
	}); n != 0 {
		t.Errorf("%v allocations per packet, want 0", n)
	}
}
