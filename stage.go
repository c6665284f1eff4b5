package sipsecdump

import (
	"fmt"
	"io"

	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/sipparse/dialog"
)

// stage is the ordered stage: what belongs to the capture as a whole, worked out in the order
// of the packets by the goroutine that writes.
type stage struct {
	sink     sink
	message  uint64 // the number of the last message so far
	calls    *dialog.Table
	check    *interop.Capture  // nil if no rules were asked for
	file     int               // of the last message
	found    []*report.Finding // by the message at hand
	findings uint64            // of the stage's own
	own      *output           // for the events that come about here
	event    report.Event      // reused for each: collectors keep none
	call     report.Call       // as well
	export   io.Writer
}

func newStage(s sink, c collector, o *Options) *stage {
	g := &stage{sink: s, calls: dialog.NewTable(), own: &output{collector: c}, export: o.ExportKeyLog}
	if o.Rules != nil {
		g.check = o.Rules.NewCapture(func(f *report.Finding) { g.found = append(g.found, f) })
	}
	return g
}

// note takes the next message: it gives it its number, and tells the calls whose time was up
// before it. f may be nil if there are no rules.
func (g *stage) note(n *note, f *interop.Facts) error {
	n.Message = g.message + 1
	if err := g.tellCalls(g.calls.Add(&n.Note)); err != nil {
		return err
	}
	g.message++
	if g.check != nil {
		if n.file != g.file {
			g.file = n.file
			g.check.NextFile()
		}
		g.check.Message(&n.Note, f)
	}
	return nil
}

// tellFound tells what the message at hand brought to light, behind it.
func (g *stage) tellFound(n *note) error {
	for _, f := range g.found {
		g.findings++
		e := report.Event{File: n.file, Packet: n.packet, Time: n.Time, Body: f}
		if n.Path != nil && f.SIP == n.Message {
			e.Flow = &report.Flow{Number: n.Flow}
		}
		if err := g.tell(e); err != nil {
			return err
		}
	}
	g.found = g.found[:0]
	return nil
}

// close tells what there is to tell at the end: the calls that go on, and what all messages
// together show.
func (g *stage) close() error {
	for calls := range g.calls.Close() {
		if err := g.tellCalls(calls); err != nil {
			return err
		}
	}
	if g.check == nil {
		return nil
	}
	g.check.Close()
	return g.tellFound(&note{})
}

func (g *stage) tellCalls(calls []*dialog.Call) error {
	for _, c := range calls {
		g.call.Call = c
		if err := g.tell(report.Event{Body: &g.call}); err != nil {
			return err
		}
	}
	return nil
}

// tell hands an event of the stage's own to the sink.
func (g *stage) tell(e report.Event) error {
	g.event = e
	g.own.emit(place{}, &g.event)
	err := g.sink.take(g.own, 0, g.message)
	g.own.reset()
	return err
}

// limitsHit tells which bounds of the stage were reached.
func (g *stage) limitsHit() []*report.Anomaly {
	var list []*report.Anomaly
	if n := g.calls.Evicted(); n > 0 {
		list = append(list, &report.Anomaly{
			Code: "call-limit", Offset: -1, Count: int64(n),
			Text: fmt.Sprintf("%d octets of memory are for calls that go on; to stay within, some calls were told before they were over", dialog.DefaultMemory),
		})
	}
	if g.check != nil && g.check.Early() > 0 {
		list = append(list, &report.Anomaly{
			Code: "rule-limit", Offset: -1, Count: int64(g.check.Early()),
			Text: "more transactions went on at once than rules can look at; what became of the oldest was not looked at",
		})
	}
	return list
}
