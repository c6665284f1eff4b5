// Package report owns what the program says: the event type, the renderers that turn events
// into text or JSON, and nothing of how events come about.
//
// Text is rendered from the same events as JSON: what an event lacks, no one sees. A renderer
// writes into a [Buffer], in the goroutine that made the event; numbers that only the whole
// capture can give (the number of a message) are left there as slots, which the ordered stage
// of the pipeline fills after the merge.
//
// Everything that came from a capture passes through escape on its way to the buffer.
package report
