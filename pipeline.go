package sipsecdump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"sipsecdump/report"
)

// errStopped tells that the caller of the iterator wants no more.
var errStopped = errors.New("stopped")

// Analyze reads the captures and yields what happened in them, in an order that depends on
// the captures alone: a Capture event for each file, a Summary at the end, everything else
// between; or what of this Options.Want lets through. Events are the caller's to keep.
//
// A capture that cannot be read, or not to its end, is an Anomaly event, and the next one is
// read. The only error is the context's: what was read until then has been yielded, the
// summary included, before it comes.
func Analyze(ctx context.Context, captures []Source, o *Options) iter.Seq2[*report.Event, error] {
	return func(yield func(*report.Event, error) bool) {
		s := &eventSink{yield: func(e *report.Event) bool { return yield(e, nil) }}
		o := o.orDefault()
		_, err := run(ctx, captures, o, s, func() collector { return &kept{want: o.Want} })
		if err != nil && err != errStopped {
			yield(nil, err)
		}
	}
}

// Render reads the captures and writes what happened in them, each event as the renderers
// that newRenderer makes put it; it makes one for each goroutine that renders. The error is
// that of w, or the context's, in which case what was read has been written, the summary
// included.
func Render(ctx context.Context, w io.Writer, captures []Source, o *Options, newRenderer func() report.Renderer) (*report.Summary, error) {
	return run(ctx, captures, o.orDefault(), newOctetSink(w), func() collector {
		return &rendered{Renderer: newRenderer()}
	})
}

// run is the pipeline: the reader and the shards in goroutines of their own, the writer here.
func run(ctx context.Context, captures []Source, o Options, s sink, newCollector func() collector) (*report.Summary, error) {
	var (
		inFlight = batchesPerShard * o.Jobs
		free     = make(chan *batch, inFlight)
		order    = make(chan *batch, inFlight) // never blocks: no more batches exist
		abort    = make(chan struct{})         // closed when nobody takes events any more
		running  sync.WaitGroup
		common   = newShared(&o)
		shards   = newShards(common, inFlight) // whose channels never block either
	)
	for range inFlight {
		free <- newBatch(o.Jobs, o.BatchBytes, newCollector)
	}
	for _, s := range shards {
		running.Go(s.run)
		running.Go(s.contents.run)
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	r := &reader{options: &o, secrets: common.secrets, shards: shards, free: free, order: order, abort: abort}
	running.Go(func() { r.run(reading, captures) })

	g := newStage(s, newCollector(), &o)
	var err error
	for b := range order {
		b.done.Wait()
		if err != nil {
			continue // the reader has been told to stop; let what is under way run out
		}
		if err = b.merge(g); err == nil && len(order) == 0 {
			err = s.flush()
		}
		if err != nil {
			close(abort)
			stop()
			for _, s := range shards {
				s.progress.stop()
				s.contents.progress.stop()
			}
			continue
		}
		b.reset()
		free <- b
	}
	running.Wait()
	if err != nil {
		return nil, err
	}

	if err := g.close(); err != nil {
		return nil, err
	}
	for _, a := range append(common.limitsHit(), g.limitsHit()...) {
		r.tally.Anomalies++
		if err := g.tell(report.Event{Body: a}); err != nil {
			return nil, err
		}
	}
	r.tally.Findings += g.findings
	sum := summarize(&r.tally, shards)
	sum.Checked = o.Rules != nil
	sum.Calls = g.calls.Totals()
	if err := g.tell(report.Event{Body: sum}); err != nil {
		return sum, err
	}
	if err := s.flush(); err != nil {
		return sum, err
	}
	return sum, ctx.Err()
}

// limitsHit tells which bounds of what connections share were reached. The shards have ended.
func (s *shared) limitsHit() []*report.Anomaly {
	var list []*report.Anomaly
	if s.sessions.full() {
		list = append(list, &report.Anomaly{
			Code: "session-limit", Offset: -1, Count: maxSessions,
			Text: fmt.Sprintf("the master secrets of the first %d sessions are kept; those of later ones cannot open resumed connections", maxSessions),
		})
	}
	if n := s.secrets.log.Overflow(); n > 0 {
		list = append(list, &report.Anomaly{
			Code: "secrets-limit", Offset: -1, Count: int64(n),
			Text: "the capture holds more secrets than are kept; the first of them are used",
		})
	}
	if s.certificates.full() {
		list = append(list, &report.Anomaly{
			Code: "certificate-limit", Offset: -1, Count: maxCertificates,
			Text: fmt.Sprintf("the first %d certificates of the capture are kept; later ones verify no other message", maxCertificates),
		})
	}
	return list
}
