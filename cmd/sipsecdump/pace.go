package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// headroom is how many octets may be allocated, beside as many as are in use, before the collector
// runs again. What is in use is a few MiB, so that what messages and connections leave behind would
// soon be as much; with these it runs half as often. Unlike a higher GOGC, this costs the same memory
// whatever the capture is.
const headroom = 8 << 20

// pace makes the collector leave the headroom, from now on. Whoever sets GOGC decides for himself.
func pace() {
	if os.Getenv("GOGC") == "" {
		paceFrom(minHeap)
	}
}

// minHeap is what the runtime counts as in use before it has counted.
const minHeap = 4 << 20

// paceFrom is pace with so many octets in use. It is called again after each collection: by the cleanup
// of an object that nobody holds.
func paceFrom(inUse uint64) {
	debug.SetGCPercent(percent(inUse))
	runtime.AddCleanup(new(*byte), func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		paceFrom(live[0].Value.Uint64())
	}, struct{}{})
}

// percent is the GOGC that leaves the headroom beside so many octets.
func percent(inUse uint64) int { return int(100 + 100*headroom/max(inUse, minHeap)) }
