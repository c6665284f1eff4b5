package reassembly

import (
	"bytes"
	"testing"
)

// TestHistoryRelease: what one direction said is no difference to what the next one says.
func TestHistoryRelease(t *testing.T) {
	h := new(history)
	first, second := bytes.Repeat([]byte{1}, 300), bytes.Repeat([]byte{2}, 300)
	for i := range int64(recentChunks + 2) {
		h.add(i*300, first, 1)
	}
	h.release()
	for i := range int64(recentChunks + 2) {
		var d difference
		h.compare(i*300, second, &d)
		if d.to != 0 {
			t.Errorf("chunk %d: the octets from %d to %d differ from those of another connection", i, d.from, d.to)
		}
		h.add(i*300, second, 2)
		if h.compare(i*300, second, &d); d.to != 0 {
			t.Errorf("chunk %d differs from itself", i)
		}
		if h.compare(i*300, first, &d); d != (difference{i * 300, i*300 + 300, 2}) {
			t.Errorf("chunk %d: %+v differs", i, d)
		}
	}
}
