package sipsecdump

import (
	"crypto/sha256"
	"time"

	"sipsecdump/cms/pki"
	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// worker is what each half of a shard has for itself: where it is in the capture, what its events
// are told with, and what it has met.
type worker struct {
	*shared
	k        int                            // the shard
	progress *progress                      // of the halves of this kind
	met      map[[sha256.Size]byte]struct{} // certificates, by their SHA-256
	cache    pki.Cache
	tally    tally

	position
	out   *output
	event report.Event // reused for each: collectors keep none
}

// position is what is at hand: a packet, and of it what concerns one connection.
type position struct {
	place  place
	file   int
	number uint64 // of the packet in its file; 0 at the end of the capture
}

func newWorker(k int, common *shared, p *progress) worker {
	return worker{shared: common, k: k, progress: p, met: make(map[[sha256.Size]byte]struct{})}
}

// reach is called before anything is done at a position.
func (w *worker) reach(p position) {
	w.progress.advance(w.k, p.place.packet)
	w.position = p
}

// tell hands an event of a connection to the output.
func (w *worker) tell(at time.Time, flow *report.Flow, b report.Body) {
	if w.number == 0 {
		at = time.Time{} // the end of the capture is no packet's time
	}
	e := &w.event
	e.File, e.Packet, e.Time, e.Flow, e.Body = w.file, w.number, at, flow, b
	w.tally.count(e)
	w.out.emit(w.place, e)
}

func (w *worker) tellAnomaly(at time.Time, flow *report.Flow, d tlsparse.Dir, code, section string, offset, count int64, text string) {
	w.tell(at, flow, &report.Anomaly{
		Code: code, Section: section, Dir: d, HasDir: true, Offset: offset, Count: count, Text: text,
	})
}

// judged is when the validity of what a packet carries is judged.
func (w *worker) judged(at time.Time) time.Time {
	if !w.options.At.IsZero() {
		return w.options.At
	}
	return at
}
