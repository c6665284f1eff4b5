package reassembly

import "time"

// ConnID is the number of a connection in the run, from 1, in the order of first segments.
type ConnID uint64

// Dir is the direction of a segment within its connection.
type Dir uint8

// The directions. The client is the sender of the first SYN, or of the first segment if the
// capture has no SYN.
const (
	ClientToServer Dir = iota
	ServerToClient
)

// Reverse returns the other direction.
func (d Dir) Reverse() Dir { return d ^ 1 }

// Chunk is the part of a stream that one packet made contiguous.
type Chunk struct {
	Dir    Dir
	Packet uint64
	Time   time.Time
	// Offset is the place of Data[0] in the direction's stream; the octet after the SYN (or
	// the first one seen, if there was none) is at 0.
	Offset int64
	// Lost counts octets that were given up just before Data.
	Lost int64
	// Data is valid until Handler.Data returns. It is empty only if Lost is not 0 and
	// nothing follows.
	Data []byte
}

// Open tells that a connection can be shown.
type Open struct {
	Packet uint64
	Time   time.Time // of Packet
	// Start is the time of the first SYN, or of the first segment if there was none.
	Start time.Time
	// MidStream is set if the capture holds no SYN of the client.
	MidStream bool
}

// CloseReason tells how one direction ended.
type CloseReason uint8

// The reasons, named as in the event stream.
const (
	FIN CloseReason = iota // in order, after the last octet
	RST
	EndOfCapture
	NewConnection // the address pair was used again with a new initial sequence number
	Evicted       // the connection table was full
)

func (r CloseReason) String() string {
	return [...]string{"fin", "rst", "end-of-capture", "new-connection", "evicted"}[r]
}

// Close tells that one direction ended. A FIN ends its own direction; every other reason
// is told once, for the direction that caused it, and ends both.
type Close struct {
	Dir    Dir
	Packet uint64
	Time   time.Time
	How    CloseReason
}

// Anomaly is something a healthy connection does not do. Codes are stable.
type Anomaly struct {
	Dir    Dir
	Packet uint64
	Time   time.Time
	Code   string // "tcp-gap", "tcp-overlap-differs", "tcp-buffer-limit", ...
	Text   string // one sentence, lower case, without a full stop
	Offset int64  // in the direction's stream
	Count  int64  // octets concerned
}

// Handler receives what an Assembler makes of its segments, in stream order: exactly one
// Open before anything else, then Data, Anomaly and Close; after the last Close nothing.
// The pointers are valid until the method returns.
type Handler interface {
	Open(*Open)
	Data(*Chunk)
	Anomaly(*Anomaly)
	Close(*Close)
}
