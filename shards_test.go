package sipsecdump

import (
	"bytes"
	"io"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"sipsecdump/capture"
	"sipsecdump/capture/frame"
	"sipsecdump/report"
)

// countingSink counts the events that each output gave.
type countingSink struct{ from map[*output]int }

func (s *countingSink) take(o *output, _ int, _ uint64) error {
	s.from[o]++
	return nil
}

func (s *countingSink) flush() error { return nil }

// TestAllShardsWork: connections are spread over the shards.
func TestAllShardsWork(t *testing.T) {
	var captures []Source
	for _, name := range []string{"tls/tls1.pcap", "dataSig/ethereal"} { // connections 1 and 2
		data, err := os.ReadFile("testdata/draft-sec-flows/" + name)
		if err != nil {
			t.Fatal(err)
		}
		captures = append(captures, Source{Name: name, Reader: bytes.NewReader(data)})
	}
	o := (&Options{Jobs: 2}).orDefault()
	s := &countingSink{map[*output]int{}}
	if _, err := run(t.Context(), captures, o, s, func() collector { return &kept{} }); err != nil {
		t.Fatal(err)
	}
	// The streams and the contents of one shard, the streams of the other, the reader, and the summary.
	if len(s.from) != 5 {
		t.Errorf("events came from %d outputs, want 5", len(s.from))
	}
}

// TestShardOf: each shard gets its share of the connections, and of those at regular intervals.
func TestShardOf(t *testing.T) {
	for _, shards := range []int{1, 2, 3, 4, 8, maxJobs} {
		for interval := range uint64(12) {
			const each = 1000
			got := make([]int, shards)
			for i := range uint64(each * shards) {
				got[shardOf(1+i*(interval+1), shards)]++
			}
			if slices.Min(got) < each*9/10 || slices.Max(got) > each*11/10 {
				t.Errorf("%d shards, every connection of %d: %v", shards, interval+1, got)
			}
		}
	}
}

// TestBatchesAreRecycled: a long capture lives in the batches that were made at its beginning.
func TestBatchesAreRecycled(t *testing.T) {
	made := 0
	data, err := os.ReadFile("testdata/draft-sec-flows/tls/tls1.pcap")
	if err != nil {
		t.Fatal(err)
	}
	o := (&Options{Jobs: 2, BatchBytes: 1}).orDefault()
	_, err = run(t.Context(), []Source{{Name: "tls1", Reader: bytes.NewReader(data)}}, o, newOctetSink(io.Discard), func() collector {
		made++
		return &rendered{Renderer: &report.JSON{}}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := batchesPerShard*2*(2*2+1) + 1; made != want {
		t.Errorf("%d collectors made, want %d", made, want)
	}
}

// TestEndInBatches: more connections end at the end of a capture than with one batch, in their order
// for any number of shards.
func TestEndInBatches(t *testing.T) {
	const connections = 2*endConnections + 10
	builder, err := frame.NewBuilder(frame.Layers{Link: capture.LinkEthernet})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := frame.NewPcapWriter(&file, capture.LinkEthernet, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint16(connections) {
		frames, err := builder.TCP(frame.TCPSegment{
			Src: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), 10000+i), Dst: netip.MustParseAddrPort("192.0.2.2:5060"),
			Flags: capture.ACK, Payload: []byte("OPTIONS sip:a SIP/2.0\r\n"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.WritePacket(time.Unix(1e9, 0), frames[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, jobs := range []int{1, 2, 5} {
		var ended []uint64
		for e, err := range Analyze(t.Context(), []Source{{Reader: bytes.NewReader(file.Bytes())}}, &Options{Jobs: jobs}) {
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := e.Body.(*report.Close); ok {
				ended = append(ended, e.Flow.Number)
			}
		}
		if len(ended) != connections || !slices.IsSorted(ended) {
			t.Errorf("%d jobs: %d connections ended, in order: %t", jobs, len(ended), slices.IsSorted(ended))
		}
	}
}
