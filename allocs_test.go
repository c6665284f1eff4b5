//go:build !race

// The race detector's instrumentation allocates where the code does not.

package sipsecdump

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/reassembly"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// hotPath carries frames from the decoder to the rendered lines, as the reader and a shard do.
type hotPath struct {
	t       *testing.T
	builder *frame.Builder
	decoder *capture.Decoder
	table   *reassembly.Table
	shard   *shard
	packet  capture.Packet
	segment capture.Segment
	entry   entry
	next    [2]uint32 // sequence numbers
	ends    [2]netip.AddrPort
}

func newHotPath(t *testing.T) *hotPath {
	builder, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	o := (&Options{Jobs: 1}).orDefault()
	s := newShards(newShared(&o), 0)[0]
	s.out = &output{collector: &rendered{Renderer: report.NewText(&report.TextOptions{Show: report.ListingLayers})}}
	return &hotPath{
		t: t, builder: builder, decoder: capture.NewDecoder(), table: reassembly.NewTable(reassembly.Limits{}), shard: s,
		packet: capture.Packet{Link: capture.LinkEthernet, Time: time.Unix(1e9, 0)},
		ends:   [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:50000"), netip.MustParseAddrPort("192.0.2.2:5061")},
	}
}

// send lets one side send a segment.
func (h *hotPath) send(d tlsparse.Dir, flags capture.Flags, payload []byte) {
	frames, err := h.builder.TCP(frame.TCPSegment{
		Src: h.ends[d], Dst: h.ends[d^1], Seq: h.next[d], Ack: h.next[d^1], Flags: flags, Payload: payload,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.next[d] += uint32(len(payload))
	if flags.Has(capture.SYN) {
		h.next[d]++
	}
	h.packet.Number++
	h.packet.Time = h.packet.Time.Add(time.Millisecond)
	h.packet.Data = frames[0]
	if !h.decoder.Decode(&h.packet, &h.segment) {
		h.t.Fatal("not decoded")
	}
	h.segment.Packet = h.packet.Number
	route, ok := h.table.Route(&h.segment)
	if !ok {
		h.t.Fatal("not routed")
	}
	h.entry = entry{
		place: place{h.packet.Number, uint64(route.Conn)}, file: 1, number: h.packet.Number,
		dir: route.Dir, first: route.New, mid: route.MidStream, seg: h.segment,
	}
	h.shard.do(&h.entry)
}

// TestHotPathAllocs: of a connection whose handshake is over, a packet that brings a record in order
// costs no memory on its way to the line in the listing.
func TestHotPathAllocs(t *testing.T) {
	h := newHotPath(t)
	h.send(tlsparse.ClientToServer, capture.SYN, nil)
	h.send(tlsparse.ServerToClient, capture.SYN|capture.ACK, nil)
	random := make([]byte, 32)
	h.send(tlsparse.ClientToServer, capture.ACK, slices.Concat([]byte{22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3}, random, []byte{0, 0, 2, 0, 0x2f, 1, 0}))
	h.send(tlsparse.ServerToClient, capture.ACK, slices.Concat([]byte{22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, random, []byte{0, 0, 0x2f, 0}))
	for _, d := range [...]tlsparse.Dir{tlsparse.ClientToServer, tlsparse.ServerToClient} {
		h.send(d, capture.ACK, []byte{20, 3, 3, 0, 1, 1})
	}
	record := append([]byte{23, 3, 3, 1, 0xb0}, make([]byte, 0x1b0)...)
	step := func() {
		h.shard.out.reset()
		h.send(tlsparse.ClientToServer, capture.ACK, record)
	}
	for range 100 {
		step()
	}
	if n := testing.AllocsPerRun(1000, step); n != 0 {
		t.Errorf("%v allocations for a packet with a record of application data, want none", n)
	}
	if items := len(h.shard.out.items); items != 1 {
		t.Errorf("%d events of the packet, want 1", items)
	}
}
