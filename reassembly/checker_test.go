package reassembly

import (
	"testing"
	"time"
)

// checker is a Handler that checks the contract of Handler and of the values it is lent.
type checker struct {
	tb     testing.TB
	opened bool
	closed [2]bool
	offset [2]int64
	lost   [2]int64 // told in chunks
	gaps   [2]int64 // told in anomalies
	packet uint64
	events int
}

func (h *checker) at(what string, packet uint64, t time.Time) {
	h.tb.Helper()
	h.events++
	if !h.opened && what != "Open" {
		h.tb.Errorf("packet %d: %s before Open", packet, what)
	}
	if h.closed == [2]bool{true, true} {
		h.tb.Errorf("packet %d: %s after the last Close", packet, what)
	}
	if packet < h.packet {
		h.tb.Errorf("%s at packet %d after packet %d", what, packet, h.packet)
	}
	if !t.Equal(timeOf(packet)) {
		h.tb.Errorf("packet %d: %s has the time of another packet", packet, what)
	}
	h.packet = packet
}

func (h *checker) Open(o *Open) {
	h.tb.Helper()
	if h.opened {
		h.tb.Errorf("packet %d: a second Open", o.Packet)
	}
	h.at("Open", o.Packet, o.Time)
	h.opened = true
	if o.Start.After(o.Time) {
		h.tb.Errorf("packet %d: Start %v is after Time %v", o.Packet, o.Start, o.Time)
	}
}

func (h *checker) Data(c *Chunk) {
	h.tb.Helper()
	h.at("Data", c.Packet, c.Time)
	if h.closed[c.Dir] {
		h.tb.Errorf("packet %d: Data after Close", c.Packet)
	}
	if c.Lost < 0 || c.Lost == 0 && len(c.Data) == 0 {
		h.tb.Errorf("packet %d: chunk of nothing: Lost %d, %d octets", c.Packet, c.Lost, len(c.Data))
	}
	if c.Offset != h.offset[c.Dir]+c.Lost {
		h.tb.Errorf("packet %d: chunk at %d with Lost %d, want it at %d", c.Packet, c.Offset, c.Lost, h.offset[c.Dir]+c.Lost)
	}
	h.offset[c.Dir] = c.Offset + int64(len(c.Data))
	h.lost[c.Dir] += c.Lost
}

func (h *checker) Anomaly(n *Anomaly) {
	h.tb.Helper()
	h.at(n.Code, n.Packet, n.Time)
	if n.Code == CodeGap {
		h.gaps[n.Dir] += n.Count
		if n.Offset != h.offset[n.Dir] || n.Count <= 0 {
			h.tb.Errorf("packet %d: gap of %d at %d, but the stream is at %d", n.Packet, n.Count, n.Offset, h.offset[n.Dir])
		}
	}
}

func (h *checker) Close(c *Close) {
	h.tb.Helper()
	h.at("Close", c.Packet, c.Time)
	if h.closed[c.Dir] && c.How != RST {
		h.tb.Errorf("packet %d: a second Close of direction %d", c.Packet, c.Dir)
	}
	h.closed[c.Dir] = true
	if c.How != FIN {
		h.closed = [2]bool{true, true}
	}
}

// done checks what holds after the last segment.
func (h *checker) done(a *Assembler) {
	h.tb.Helper()
	if h.lost != h.gaps {
		h.tb.Errorf("chunks lost %v, anomalies told %v", h.lost, h.gaps)
	}
	if all := h.closed == [2]bool{true, true}; a.Closed() != all && a.began {
		h.tb.Errorf("Closed is %v, directions closed %v", a.Closed(), h.closed)
	}
	if a.Closed() && a.Buffered() != 0 {
		h.tb.Errorf("%d octets wait in a closed connection", a.Buffered())
	}
	if a.Buffered() < 0 {
		h.tb.Errorf("%d octets wait", a.Buffered())
	}
}
