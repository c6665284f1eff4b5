package main

import (
	"slices"
	"strings"
	"sync"

	"sipsecdump"
	"sipsecdump/report"
)

// watcher remembers what standard error has to tell as well: captures that are damaged, or could not
// be read to their end.
type watcher struct {
	*streams
	names []sipsecdump.Source

	mu   sync.Mutex
	cuts []cut
}

// cut is what is wrong with a capture.
type cut struct {
	file int
	text string
}

// around returns a renderer that passes everything on and looks at it.
func (w *watcher) around(r report.Renderer) report.Renderer { return watched{r, w} }

type watched struct {
	report.Renderer
	w *watcher
}

func (r watched) Render(b *report.Buffer, e *report.Event) {
	r.Renderer.Render(b, e)
	r.w.look(e)
}

// look notes an event that tells what is wrong with a capture.
func (w *watcher) look(e *report.Event) {
	if a, ok := e.Body.(*report.Anomaly); ok && e.Flow == nil && strings.HasPrefix(a.Code, "capture-") {
		w.mu.Lock()
		w.cuts = append(w.cuts, cut{e.File, a.Text})
		w.mu.Unlock()
	}
}

// tell tells them, in the order of files.
func (w *watcher) tell() {
	slices.SortStableFunc(w.cuts, func(a, b cut) int { return a.file - b.file })
	for _, c := range w.cuts {
		w.errorf("%s: %s", w.names[c.file-1].Name, c.text)
	}
}
