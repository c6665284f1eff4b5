package sipsecdump

import (
	"bytes"
	"io"
	"os"
	"slices"
	"testing"

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
	// Two shards, the reader, and the summary.
	if len(s.from) != 4 {
		t.Errorf("events came from %d outputs, want 4", len(s.from))
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
	_, err = run(t.Context(), []Source{{Name: "tls1", Reader: bytes.NewReader(data)}}, o, &octetSink{w: io.Discard}, func() collector {
		made++
		return &rendered{Renderer: &report.JSON{}}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := batchesPerShard*2*(2+1) + 1; made != want {
		t.Errorf("%d collectors made, want %d", made, want)
	}
}
