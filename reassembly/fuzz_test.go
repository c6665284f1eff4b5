package reassembly

import (
	"bytes"
	"encoding/binary"
	"testing"

	"sipsecdump/capture"
)

// program is fuzz input read as numbers; behind its end all are 0.
type program []byte

func (p *program) done() bool { return len(*p) == 0 }

func (p *program) byte() byte {
	if len(*p) == 0 {
		return 0
	}
	b := (*p)[0]
	*p = (*p)[1:]
	return b
}

func (p *program) uint16() int { return int(p.byte())<<8 | int(p.byte()) }

func (p *program) uint32() uint32 { return uint32(p.uint16())<<16 | uint32(p.uint16()) }

// part returns bounds within n octets.
func (p *program) part(n int) (from, to int) {
	from = p.uint16() % (n + 1)
	to = min(from+int(p.byte()), n)
	return from, to
}

// FuzzReassembly cuts two streams into segments, in any order, repeated and overlapping, and
// demands them back. In the first mode nothing is lost: the streams come whole and without an
// anomaly. In the second the peer acknowledges at will, payload is cut off and limits are
// small: what comes must be right, and in its place.
func FuzzReassembly(f *testing.F) {
	for _, mode := range []byte{0, 1} {
		f.Add(append([]byte{mode}, bytes.Repeat([]byte{0xff, 0xfa, 0, 3, 0x80, 9, 1}, 20)...))
		f.Add(append([]byte{mode, 0, 0, 0, 0}, bytes.Repeat([]byte{1, 0, 200, 60, 3, 0, 17, 80, 2, 0, 90, 255}, 9)...))
		f.Add([]byte{mode})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := program(data)
		lossy := p.byte()&1 == 1
		var limits Limits
		if lossy {
			limits = Limits{MaxBuffered: 1 + int(p.byte()), MaxPieces: 1 + int(p.byte()%8), GapPatience: 1 + int(p.byte()%4)}
		}
		content := make([]byte, 2*600)
		for i := range content {
			content[i] = byte(i*i>>3 + i)
		}
		client := sender{ClientToServer, p.uint32(), p.uint32(), content[:p.uint16()%600]}
		server := sender{ServerToClient, client.peer, client.base, content[600 : 600+p.uint16()%600]}
		feed, h := start(t, limits, client, server)
		ends := []sender{client, server}
		check := &stretch{collector: h, ends: ends}
		feed.a.handler = check

		for !p.done() {
			op := p.byte()
			from := ends[op&1]
			a, b := p.part(len(from.content))
			flags := capture.Flags(0)
			if op&2 != 0 && b == len(from.content) {
				flags = capture.FIN
			}
			s := from.segment(a, b, flags)
			if lossy {
				peer := ends[op&1^1]
				s.Ack += uint32(int(p.byte()) * (len(peer.content) + 1) / 255)
				if op&4 != 0 {
					s.Missing = len(s.Payload) / 2
					s.Payload = s.Payload[:len(s.Payload)-s.Missing]
				}
			}
			feed.feed(from.dir, s)
			for d, half := range feed.a.halves {
				if lossy && (half.buffered > limits.MaxBuffered || len(half.queue) > limits.MaxPieces) {
					t.Fatalf("direction %d: %d octets in %d pieces wait", d, half.buffered, len(half.queue))
				}
			}
		}
		if lossy {
			feed.end(EndOfCapture)
			if !feed.a.Closed() {
				t.Error("not closed at the end of the capture")
			}
			h.done(feed.a)
			return
		}
		for _, e := range ends {
			feed.feed(e.dir, e.segment(len(e.content), len(e.content), capture.FIN))
			for at := len(e.content); at > 0; at -= min(at, 100) {
				feed.feed(e.dir, e.segment(max(at-100, 0), at, 0))
			}
		}
		h.done(feed.a)
		wantStream(t, h, ClientToServer, client.content)
		wantStream(t, h, ServerToClient, server.content)
		if h.fins != [2]int{1, 1} || !feed.a.Closed() {
			t.Errorf("FINs %v, closed %v", h.fins, feed.a.Closed())
		}
	})
}

// stretch checks that chunks are what their sender has at their offsets.
type stretch struct {
	*collector
	ends []sender
}

func (h *stretch) Data(c *Chunk) {
	h.collector.Data(c)
	want := h.ends[c.Dir].content
	if end := c.Offset + int64(len(c.Data)); end > int64(len(want)) || !bytes.Equal(c.Data, want[c.Offset:end]) {
		h.tb.Errorf("packet %d: wrong octets at %d", c.Packet, c.Offset)
	}
}

// FuzzSegments feeds arbitrary segments: whatever they claim, the contract of Handler holds,
// what waits is bounded, and no octet is handed on that did not come.
func FuzzSegments(f *testing.F) {
	for _, file := range scenarioFiles(f) {
		for _, sc := range readScenarios(f, file) {
			f.Add(encodeSteps(sc.steps))
		}
	}
	limits := Limits{MaxBuffered: 300, MaxPieces: 8}
	f.Fuzz(func(t *testing.T, data []byte) {
		h := &collector{checker: checker{tb: t}}
		feed := &feeder{a: NewAssembler(limits, h)}
		fed := 0
		for p := program(data); !p.done(); {
			dir, s, how := decodeStep(&p)
			if how != FIN {
				feed.end(how)
				continue
			}
			fed += len(s.Payload)
			feed.feed(dir, s)
			for d, half := range feed.a.halves {
				if half.buffered > limits.MaxBuffered || len(half.queue) > limits.MaxPieces {
					t.Fatalf("direction %d: %d octets in %d pieces wait", d, half.buffered, len(half.queue))
				}
				checkQueue(t, &half, feed.a.opened)
			}
		}
		feed.end(EndOfCapture)
		h.done(feed.a)
		if !feed.a.Closed() {
			t.Error("not closed at the end of the capture")
		}
		if got := len(h.streams[0]) + len(h.streams[1]); got > fed {
			t.Errorf("%d octets handed on of %d", got, fed)
		}
	})
}

// checkQueue checks the invariants of half.
func checkQueue(t *testing.T, h *half, opened bool) {
	at, octets := h.offset, 0
	if opened {
		at++
	}
	for i, p := range h.queue {
		if p.offset < at || len(p.data) == 0 {
			t.Fatalf("piece %d: %d octets at %d, want it from %d", i, len(p.data), p.offset, at)
		}
		at = p.end()
		octets += len(p.data)
	}
	if octets != h.buffered {
		t.Fatalf("%d octets wait, but buffered is %d", octets, h.buffered)
	}
	if h.finSeen && (h.offset > h.fin || len(h.queue) > 0 && at > h.fin) {
		t.Fatalf("octets up to %d behind the FIN at %d", at, h.fin)
	}
}

// A step is a byte of direction (bit 0) and reason (the rest; 0 is a segment), and for a
// segment: flags, sequence and acknowledgement numbers, missing, length, payload.
func encodeSteps(steps []step) []byte {
	var out []byte
	for _, st := range steps {
		if st.end {
			out = append(out, byte(st.how)<<1)
			continue
		}
		s := &st.segment
		out = append(out, byte(st.dir), byte(s.Flags))
		out = binary.BigEndian.AppendUint32(out, s.Seq)
		out = binary.BigEndian.AppendUint32(out, s.Ack)
		out = append(out, byte(s.Missing), byte(len(s.Payload)))
		out = append(out, s.Payload[:byte(len(s.Payload))]...)
	}
	return out
}

func decodeStep(p *program) (dir Dir, s capture.Segment, how CloseReason) {
	op := p.byte()
	how = CloseReason(op >> 1 % (uint8(Evicted) + 1))
	if how == RST {
		how = FIN // RST comes as a flag
	}
	if how != FIN {
		return 0, s, how
	}
	s = capture.Segment{Proto: capture.TCP, Flags: capture.Flags(p.byte() & 0x3f), Seq: p.uint32(), Ack: p.uint32()}
	s.Missing = int(p.byte())
	n := min(int(p.byte()), len(*p))
	s.Payload = (*p)[:n:n]
	*p = (*p)[n:]
	return Dir(op & 1), s, FIN
}
