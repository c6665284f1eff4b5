package report

import "strconv"

// Buffer collects what a renderer writes. Octets may be followed by slots: places where the
// ordered stage puts a number that only the whole capture gives.
type Buffer struct {
	B []byte
	// Slots are in ascending order of At.
	Slots []Slot
}

// Slot is the place of a message's number. It is a place between two octets: the number is
// put before B[At].
type Slot struct {
	At int
}

// Slot leaves a place for the number of the message that the event at hand is or belongs to.
func (b *Buffer) Slot() { b.Slots = append(b.Slots, Slot{At: len(b.B)}) }

// Number appends the number of a message, or leaves a slot if that is 0.
func (b *Buffer) Number(n uint64) {
	if n == 0 {
		b.Slot()
		return
	}
	b.B = strconv.AppendUint(b.B, n, 10)
}

// Reset empties the buffer and keeps its memory.
func (b *Buffer) Reset() {
	b.B = b.B[:0]
	b.Slots = b.Slots[:0]
}

// Renderer turns events into octets. The pipeline makes one for each goroutine that renders;
// a renderer need not be safe for more than one.
type Renderer interface {
	// Render appends the event. It keeps nothing of it.
	Render(b *Buffer, e *Event)
}
