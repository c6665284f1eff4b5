package reassembly

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"sipsecdump/capture"
)

// sender makes the segments of one direction whose first octet has the number base.
type sender struct {
	dir     Dir
	base    uint32
	peer    uint32 // the acknowledgement number
	content []byte
}

// segment carries content[from:to].
func (s sender) segment(from, to int, flags capture.Flags) capture.Segment {
	return capture.Segment{
		Proto: capture.TCP, Seq: s.base + uint32(from), Ack: s.peer, Flags: flags | capture.ACK,
		Payload: s.content[from:to:to],
	}
}

func (s sender) syn() capture.Segment {
	return capture.Segment{Proto: capture.TCP, Seq: s.base - 1, Flags: capture.SYN}
}

// collector keeps the streams that a checker checks.
type collector struct {
	checker
	streams   [2][]byte
	fins      [2]int
	anomalies []string
}

func (h *collector) Data(c *Chunk) {
	h.checker.Data(c)
	h.streams[c.Dir] = append(h.streams[c.Dir], c.Data...)
}

func (h *collector) Anomaly(n *Anomaly) {
	h.checker.Anomaly(n)
	h.anomalies = append(h.anomalies, fmt.Sprintf("%s: %s", n.Code, n.Text))
}

func (h *collector) Close(c *Close) {
	h.checker.Close(c)
	if c.How == FIN {
		h.fins[c.Dir]++
	}
}

// feeder numbers the segments it gives to an Assembler, and spoils their payloads after each third.
type feeder struct {
	a      *Assembler
	packet uint64
	lent   [][]byte
}

func (f *feeder) feed(dir Dir, s capture.Segment) {
	f.packet++
	s.Packet, s.Time = f.packet, timeOf(f.packet)
	s.Payload = bytes.Clone(s.Payload)
	f.a.Segment(dir, &s)
	f.lent = append(f.lent, s.Payload)
	if f.packet%3 == 0 {
		f.a.Detach()
		spoil(f.lent)
		f.lent = nil
	}
}

func (f *feeder) end(how CloseReason) {
	f.packet++
	f.a.End(f.packet, timeOf(f.packet), how)
}

// start returns what is ready for the client's data after the two SYNs.
func start(tb testing.TB, l Limits, client, server sender) (*feeder, *collector) {
	h := &collector{checker: checker{tb: tb}}
	f := &feeder{a: NewAssembler(l, h)}
	f.feed(ClientToServer, client.syn())
	answer := server.syn()
	answer.Flags, answer.Ack = capture.SYN|capture.ACK, client.base
	f.feed(ServerToClient, answer)
	return f, h
}

func wantStream(t testing.TB, h *collector, d Dir, want []byte) {
	t.Helper()
	if !bytes.Equal(h.streams[d], want) {
		t.Errorf("stream %d is %q, want %q", d, h.streams[d], want)
	}
	if len(h.anomalies) > 0 {
		t.Errorf("anomalies: %q", h.anomalies)
	}
}

// The bases lie so that the numbers wrap within the content.
func testSenders(content string) (client, server sender) {
	client = sender{ClientToServer, 0xfffffffa, 1000, []byte(content)}
	server = sender{ServerToClient, 1000, client.base, nil}
	return client, server
}

func TestEveryPermutation(t *testing.T) {
	client, server := testSenders("INVITE sip:bob@example.net SIP/2.0\r\n")
	all := []capture.Segment{
		client.segment(0, 7, 0),
		client.segment(7, 8, 0),
		client.segment(8, 20, 0),
		client.segment(4, 10, 0), // overlaps the first three
		client.segment(20, 30, 0),
		client.segment(30, 36, capture.FIN),
		client.segment(36, 36, capture.FIN),
	}
	permute(all, func(order []capture.Segment) {
		f, h := start(t, Limits{}, client, server)
		for _, s := range order {
			f.feed(ClientToServer, s)
		}
		wantStream(t, h, ClientToServer, client.content)
		if h.fins != [2]int{1, 0} || f.a.Buffered() != 0 {
			t.Errorf("FINs %v, %d octets wait", h.fins, f.a.Buffered())
		}
		if t.Failed() {
			t.Fatalf("order: %v", order)
		}
	})
}

// permute calls f with every order of s (Heap's algorithm).
func permute[T any](s []T, f func([]T)) {
	counts := make([]int, len(s))
	f(s)
	for i := 1; i < len(s); {
		if counts[i] >= i {
			counts[i] = 0
			i++
			continue
		}
		j := 0
		if i%2 == 1 {
			j = counts[i]
		}
		s[j], s[i] = s[i], s[j]
		f(s)
		counts[i]++
		i = 1
	}
}

func TestEverySplit(t *testing.T) {
	client, server := testSenders("REGISTER sips:example.com SIP/2.0\r\n")
	n := len(client.content)
	for i := 0; i <= n; i++ {
		for j := i; j <= n; j++ {
			parts := [][2]int{{0, i}, {i, j}, {j, n}}
			permute(parts, func(order [][2]int) {
				f, h := start(t, Limits{}, client, server)
				for _, p := range order {
					f.feed(ClientToServer, client.segment(p[0], p[1], 0))
				}
				wantStream(t, h, ClientToServer, client.content)
			})
		}
	}
}

func TestOneOctetSegments(t *testing.T) {
	client, server := testSenders("SIP/2.0 200 OK\r\n")
	order := make([]int, len(client.content))
	for i := range order {
		order[i] = i
	}
	for _, name := range []string{"forward", "backward"} {
		t.Run(name, func(t *testing.T) {
			f, h := start(t, Limits{}, client, server)
			for _, i := range order {
				f.feed(ClientToServer, client.segment(i, i+1, 0))
			}
			wantStream(t, h, ClientToServer, client.content)
		})
		slices.Reverse(order)
	}
}

// More than 4 GiB pass the 32 bits of a sequence number.
func TestLongStream(t *testing.T) {
	if testing.Short() {
		t.Skip("feeds 5 GiB")
	}
	var total int64
	a := NewAssembler(Limits{}, chunkFunc(func(c *Chunk) {
		if c.Offset != total || c.Lost != 0 {
			t.Fatalf("chunk at %d with Lost %d, want it at %d", c.Offset, c.Lost, total)
		}
		total += int64(len(c.Data))
	}))
	s := capture.Segment{Proto: capture.TCP, Flags: capture.ACK, Seq: 77, Payload: make([]byte, 1<<20)}
	for range 5 << 10 {
		a.Segment(ClientToServer, &s)
		s.Seq += uint32(len(s.Payload))
	}
	if total != 5<<30 {
		t.Errorf("%d octets", total)
	}
}

// chunkFunc is a Handler that cares for data alone.
type chunkFunc func(*Chunk)

func (f chunkFunc) Open(*Open)       {}
func (f chunkFunc) Data(c *Chunk)    { f(c) }
func (f chunkFunc) Anomaly(*Anomaly) {}
func (f chunkFunc) Close(*Close)     {}

// What a hostile capture can make wait is bounded, whatever it sends.
func TestBuffersAreBounded(t *testing.T) {
	limits := Limits{MaxBuffered: 1 << 12, MaxPieces: 16}
	client, server := testSenders("x")
	for _, step := range []uint32{2, 100, 1 << 12, 1 << 20} {
		f, h := start(t, limits, client, server)
		for i := range uint32(1000) {
			s := capture.Segment{
				Proto: capture.TCP, Flags: capture.ACK, Seq: client.base + 1 + i*step%maxWindow,
				Payload: make([]byte, min(step-1, 1000)),
			}
			f.feed(ClientToServer, s)
			if n, pieces := f.a.Buffered(), len(f.a.halves[0].queue); n > limits.MaxBuffered || pieces > limits.MaxPieces {
				t.Fatalf("step %d: %d octets in %d pieces wait", step, n, pieces)
			}
		}
		f.end(EndOfCapture)
		h.done(f.a)
	}
}

func TestInit(t *testing.T) {
	client, server := testSenders("abc")
	f, _ := start(t, Limits{}, client, server)
	f.feed(ClientToServer, client.segment(1, 3, 0))
	f.end(Evicted)
	if !f.a.Closed() {
		t.Fatal("not closed")
	}
	h := &collector{checker: checker{tb: t}}
	f.a.Init(Limits{}, h)
	f.feed(ClientToServer, client.segment(0, 3, 0))
	wantStream(t, h, ClientToServer, client.content)
}

func TestInOrderAllocs(t *testing.T) {
	var octets int
	a := NewAssembler(Limits{}, chunkFunc(func(c *Chunk) { octets += len(c.Data) }))
	s := capture.Segment{Proto: capture.TCP, Flags: capture.ACK, Seq: 1, Payload: make([]byte, 1460)}
	step := func() {
		s.Packet++
		a.Segment(ClientToServer, &s)
		s.Seq += uint32(len(s.Payload))
	}
	for range 2 * recentChunks {
		step()
	}
	if n := testing.AllocsPerRun(1000, step); n != 0 {
		t.Errorf("%v allocations for a segment in order, want none", n)
	}
	// A retransmission costs nothing either.
	s.Seq -= uint32(len(s.Payload))
	if n := testing.AllocsPerRun(1000, func() { a.Segment(ClientToServer, &s) }); n != 0 {
		t.Errorf("%v allocations for a retransmission, want none", n)
	}
}

// The data that is handed on is the segment's own, not a copy.
func TestInOrderAliases(t *testing.T) {
	var got []byte
	a := NewAssembler(Limits{}, chunkFunc(func(c *Chunk) { got = c.Data }))
	p := []byte("hello")
	a.Segment(ClientToServer, &capture.Segment{Proto: capture.TCP, Flags: capture.ACK, Payload: p})
	if len(got) != len(p) || &got[0] != &p[0] {
		t.Error("payload was copied")
	}
}
