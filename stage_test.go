package sipsecdump

import (
	"bytes"
	"fmt"
	"testing"

	"sipsecdump/report"
	"sipsecdump/sipparse/dialog"
)

// TestCallLimit: the bound of memory tells calls early, and is told itself.
func TestCallLimit(t *testing.T) {
	var out bytes.Buffer
	g := newStage(&octetSink{w: &out}, &rendered{Renderer: &report.JSON{}}, &Options{})
	g.calls.Memory = 10_000
	const n = 100
	for i := range n {
		if err := g.note(&note{Note: dialog.Note{Request: true, Method: "INVITE", CallID: fmt.Sprint(i), Expires: -1}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.tellCalls(g.calls.Close()); err != nil {
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
