package sipsecdump

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/sipparse/dialog"
)

// TestCallLimit: the bound of memory tells calls early, and is told itself.
func TestCallLimit(t *testing.T) {
	var out bytes.Buffer
	g := newStage(newOctetSink(&out), &rendered{Renderer: &report.JSON{}}, &Options{})
	g.calls.Memory = 10_000
	const n = 100
	path := new(dialog.Path)
	for i := range n {
		if err := g.note(&note{Note: dialog.Note{Path: path, Request: true, Method: "INVITE", CallID: fmt.Sprint(i), Expires: -1}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.close(); err != nil {
		t.Fatal(err)
	}
	if err := g.sink.flush(); err != nil {
		t.Fatal(err)
	}
	if k := bytes.Count(out.Bytes(), []byte(`"event":"call"`)); k != n {
		t.Errorf("%d calls told of %d", k, n)
	}
	limits := g.limitsHit()
	if len(limits) != 1 || limits[0].Code != "call-limit" || limits[0].Count != int64(g.calls.Evicted()) ||
		bytes.Count(out.Bytes(), []byte(`"evicted":true`)) != g.calls.Evicted() {
		t.Errorf("%+v, %d evicted", limits, g.calls.Evicted())
	}
}

// TestRuleLimit: that rules could not look at all transactions is told.
func TestRuleLimit(t *testing.T) {
	rules, err := interop.NewSet(report.Note, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := newStage(newOctetSink(io.Discard), &rendered{Renderer: &report.JSON{}}, &Options{Rules: rules})
	path := new(dialog.Path)
	request := func(i int) {
		n := &note{Note: dialog.Note{Path: path, Request: true, Method: "OPTIONS", CallID: fmt.Sprint(i), Branch: fmt.Sprintf("z9hG4bK%d", i), Expires: -1}}
		if err := g.note(n, new(interop.Facts)); err != nil {
			t.Fatal(err)
		}
	}
	const fits = 1 << 15
	for i := range fits {
		request(i)
	}
	if limits := g.limitsHit(); len(limits) != 0 {
		t.Fatalf("%+v, though all fit", limits[0])
	}
	request(fits)
	if limits := g.limitsHit(); len(limits) != 1 || limits[0].Code != "rule-limit" || limits[0].Count != 1 {
		t.Errorf("%+v", limits)
	}
}
