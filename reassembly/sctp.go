package reassembly

import (
	"encoding/binary"
	"fmt"
	"time"

	"sipsecdump/capture"
)

// Message is one user message of an SCTP association (RFC 9260, Section 1.5).
type Message struct {
	Dir    Dir
	Packet uint64 // that made it ready to be handed on
	Time   time.Time
	Stream uint16
	// Sequence is the message's number in its stream: 16 bits of DATA, 32 of I-DATA.
	// Unordered messages of DATA have none.
	Sequence  uint32
	Unordered bool
	TSN       uint32 // of the first fragment
	Protocol  uint32 // payload protocol identifier, as IANA numbers them; 0 if not told
	// Lost counts DATA chunks of the direction, of any stream, that were given up since
	// the message before.
	Lost int64
	// Cut is set if Data lacks the message's end: its fragments were lost, the capture cut
	// them off, or they were too long to keep.
	Cut bool
	// Data is valid until MessageHandler.Message returns.
	Data []byte
}

// MessageHandler receives what an SCTP makes of its packets: exactly one Open before
// anything else, then Message and Anomaly, and one Close at the end, which ends both
// directions: FIN is SHUTDOWN, RST is ABORT. The pointers are valid until the method
// returns.
type MessageHandler interface {
	Open(*Open)
	Message(*Message)
	Anomaly(*Anomaly)
	Close(*Close)
}

// SCTP puts the packets of one SCTP association into order, and the fragments of its messages
// together. Messages of a direction are handed on in the order of their transmission sequence
// numbers, which is the order of each stream: a message behind a hole waits, whatever its
// stream. A hole is given up as [Assembler] gives one up, and when the sender says that it
// will not fill it (RFC 3758).
//
// Use [NewSCTP], or [SCTP.Init] for a value. An SCTP is not safe for concurrent use, and its
// MessageHandler must not call it.
type SCTP struct {
	limits  Limits
	handler MessageHandler
	halves  [2]sctpHalf

	packet uint64    // at work
	time   time.Time // at work
	start  time.Time

	began, opened, closed bool

	message Message // lent to the handler; here so that handing on does not allocate
}

// NewSCTP returns an SCTP that hands its messages to h.
func NewSCTP(l Limits, h MessageHandler) *SCTP {
	a := new(SCTP)
	a.Init(l, h)
	return a
}

// Init makes a ready for a new association.
func (a *SCTP) Init(l Limits, h MessageHandler) {
	*a = SCTP{limits: l.withDefaults(), handler: h}
}

// Closed reports whether Close was told. Later packets are ignored.
func (a *SCTP) Closed() bool { return a.closed }

// Detach does nothing: no payload is looked at after Segment.
func (a *SCTP) Detach() {}

// Buffered returns the number of octets that wait, of both directions.
func (a *SCTP) Buffered() int { return a.halves[0].buffered + a.halves[1].buffered }

// Segment takes the association's next packet in capture order; its payload is chunks. A
// message that is in order and not fragmented is handed on as it lies in s, what must wait is
// copied, so s may be used again after the return.
func (a *SCTP) Segment(dir Dir, s *capture.Segment) {
	if a.closed {
		return
	}
	a.packet, a.time = s.Packet, s.Time
	if !a.began {
		a.began, a.start = true, s.Time
	}
	c := chunks{rest: s.Payload, missing: s.Missing}
	for c.next() {
		if !a.tagged(dir, s.Seq, &c) {
			return
		}
		a.chunk(dir, &c)
		if a.closed {
			return
		}
	}
	if c.bad {
		a.anomaly(dir, CodeSCTPChunk, int64(len(c.rest)), "a chunk is shorter than its header or longer than its packet")
	}
	if a.opened {
		a.tick(dir.Reverse())
		a.tick(dir)
	}
}

// End tells that the association gets no more packets: what waits is handed on, and the
// close told. The packet and the time are those of what ended it, how is EndOfCapture,
// NewConnection or Evicted. End does nothing if the association is closed, or if there never
// was a packet.
func (a *SCTP) End(packet uint64, t time.Time, how CloseReason) {
	if a.closed {
		return
	}
	if !a.began {
		a.closed = true
		return
	}
	a.packet, a.time = packet, t
	if how == Evicted {
		a.anomaly(ClientToServer, CodeConnectionLimit, 0,
			"the association had to make room in the full table of connections")
	}
	a.shut(ClientToServer, how)
}

// tagged checks the verification tag of a packet by its chunk (RFC 9260, Section 8.5). Where
// the peer's INIT or INIT ACK was not captured, the first tag stands for the one in it.
func (a *SCTP) tagged(dir Dir, tag uint32, c *chunks) bool {
	h, peer := &a.halves[dir], &a.halves[dir.Reverse()]
	const reflected = 1
	switch {
	case c.kind == chunkInit:
		return true
	case (c.kind == chunkAbort || c.kind == chunkShutdownComplete) && c.flags&reflected != 0 && peer.tagKnown && tag == peer.tag:
		return true
	case !h.tagKnown:
		h.tag, h.tagKnown = tag, true
		return true
	case tag == h.tag, h.tagOther && tag == h.tag2:
		return true
	}
	a.anomaly(dir, CodeSCTPTag, int64(c.left()), fmt.Sprintf(
		"the packet has the verification tag %#08x, the association %#08x", tag, h.tag))
	return false
}

// chunk takes one chunk.
func (a *SCTP) chunk(dir Dir, c *chunks) {
	h, peer := &a.halves[dir], &a.halves[dir.Reverse()]
	switch c.kind {
	case chunkInit, chunkInitAck:
		if len(c.value) >= 16 {
			peer.announce(binary.BigEndian.Uint32(c.value))
			h.init(binary.BigEndian.Uint32(c.value[12:]), c.kind == chunkInit)
		}
		return
	}
	a.open()
	switch c.kind {
	case chunkData:
		if len(c.value) >= dataHeaderLen {
			f := readData(c)
			a.data(dir, &f)
		}
	case chunkIData:
		if len(c.value) >= iDataHeaderLen {
			f := readIData(c)
			a.data(dir, &f)
		}
	case chunkSack, chunkShutdown:
		if len(c.value) >= 4 {
			peer.acknowledge(binary.BigEndian.Uint32(c.value))
		}
	case chunkForward, chunkIForward:
		if len(c.value) >= 4 {
			a.forward(dir, binary.BigEndian.Uint32(c.value))
		}
	case chunkAbort:
		a.shut(dir, RST)
	case chunkShutdownComplete:
		a.shut(dir, FIN)
	}
}

// open tells that the association is there.
func (a *SCTP) open() {
	if a.opened {
		return
	}
	a.opened = true
	a.handler.Open(&Open{
		Packet: a.packet, Time: a.time, Start: a.start,
		MidStream: !a.halves[ClientToServer].initiated,
	})
}

// shut hands on what waits, tells the Close and lets go of all memory.
func (a *SCTP) shut(dir Dir, how CloseReason) {
	a.open()
	for _, d := range [...]Dir{ClientToServer, ServerToClient} {
		h := &a.halves[d]
		for len(h.queue) > 0 {
			a.giveUp(d)
		}
		a.cutAll(d)
	}
	a.closed = true
	a.halves = [2]sctpHalf{}
	a.handler.Close(&Close{Dir: dir, Packet: a.packet, Time: a.time, How: how})
}

// anomaly tells of something odd. Its offset is the number of DATA chunks of the direction
// before it.
func (a *SCTP) anomaly(dir Dir, code string, count int64, text string) {
	a.open()
	a.handler.Anomaly(&Anomaly{
		Dir: dir, Packet: a.packet, Time: a.time,
		Code: code, Text: text, Offset: a.halves[dir].index, Count: count,
	})
}
