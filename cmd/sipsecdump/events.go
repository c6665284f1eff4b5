package main

import "sipsecdump/report"

// eventsOf renders the events of one kind, and those that are about captures as a whole.
type eventsOf[Body report.Body] struct{ report.JSON }

// Render implements report.Renderer.
func (r *eventsOf[Body]) Render(b *report.Buffer, e *report.Event) {
	switch e.Body.(type) {
	case Body, *report.Capture, *report.Summary:
	default:
		if !isCaptureAnomaly(e) {
			return
		}
	}
	r.JSON.Render(b, e)
}

// isCaptureAnomaly tells whether an event is an anomaly of no connection.
func isCaptureAnomaly(e *report.Event) bool {
	_, ok := e.Body.(*report.Anomaly)
	return ok && e.Flow == nil
}
