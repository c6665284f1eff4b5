package sipsecdump

import (
	"fmt"
	"io"

	"sipsecdump/report"
	"sipsecdump/sipparse/dialog"
)

// stage is the ordered stage: what belongs to the capture as a whole, worked out in the order
// of the packets by the goroutine that writes.
type stage struct {
	sink    sink
	message uint64 // the number of the last message so far
	calls   *dialog.Table
	own     *output // for the events that come about here
	export  io.Writer
}

func newStage(s sink, c collector, export io.Writer) *stage {
	return &stage{sink: s, calls: dialog.NewTable(), own: &output{collector: c}, export: export}
}

// note takes the next message: it gives it its number, and tells the calls whose time was up
// before it.
func (g *stage) note(n *dialog.Note) error {
	n.Message = g.message + 1
	if err := g.tellCalls(g.calls.Add(n)); err != nil {
		return err
	}
	g.message++
	return nil
}

func (g *stage) tellCalls(calls []*dialog.Call) error {
	for _, c := range calls {
		if err := g.tell(&report.Call{Call: c}); err != nil {
			return err
		}
	}
	return nil
}

// tell hands an event of the stage's own to the sink.
func (g *stage) tell(b report.Body) error {
	g.own.emit(place{}, &report.Event{Body: b})
	err := g.sink.take(g.own, 0, g.message)
	g.own.reset()
	return err
}

// limitsHit tells which bounds of the stage were reached.
func (g *stage) limitsHit() []*report.Anomaly {
	n := g.calls.Evicted()
	if n == 0 {
		return nil
	}
	return []*report.Anomaly{{
		Code: "call-limit", Offset: -1, Count: int64(n),
		Text: fmt.Sprintf("%d octets of memory are for calls that go on; to stay within, some calls were told before they were over", dialog.DefaultMemory),
	}}
}
