package reassembly

// The codes of anomalies. They are stable.
const (
	// CodeGap: octets were given up. Offset and Count tell which.
	CodeGap = "tcp-gap"
	// CodeOverlap: a segment repeats octets with other values. Count is how many differ,
	// or the length of the chunk that differs if it was handed on before.
	CodeOverlap = "tcp-overlap-differs"
	// CodeBufferLimit: too much waited behind a hole (Limits.MaxBuffered or MaxPieces).
	// Count is the octets that waited.
	CodeBufferLimit = "tcp-buffer-limit"
	// CodeConnectionLimit: the connection was forgotten (Limits.MaxConnections).
	CodeConnectionLimit = "tcp-connection-limit"
	// CodeOutsideWindow: a segment was ignored, as no window reaches so far from the
	// stream. Count is its length.
	CodeOutsideWindow = "tcp-outside-window"
	// CodeBadReset: a RST was ignored for its sequence number.
	CodeBadReset = "tcp-rst-outside-window"
	// CodeAfterFIN: octets beyond a FIN were ignored, or a FIN before octets that had
	// been handed on. Count is these octets.
	CodeAfterFIN = "tcp-data-after-fin"
	// CodeFINDiffers: a second FIN stands elsewhere than the first, and was ignored.
	CodeFINDiffers = "tcp-fin-differs"

	// Of SCTP. Offset counts the direction's DATA chunks.

	// CodeSCTPGap: chunks were given up. Count tells how many.
	CodeSCTPGap = "sctp-gap"
	// CodeSCTPAbandoned: the sender said that it will not repeat chunks that are missing.
	CodeSCTPAbandoned = "sctp-abandoned"
	// CodeSCTPFragment: fragments of a message are missing. Count is the octets of those
	// that are there.
	CodeSCTPFragment = "sctp-fragment"
	// CodeSCTPBufferLimit: too much waited (Limits.MaxBuffered or MaxPieces). Count is the
	// octets that waited.
	CodeSCTPBufferLimit = "sctp-buffer-limit"
	// CodeSCTPTag: chunks were ignored for the verification tag of their packet. Count is
	// their octets.
	CodeSCTPTag = "sctp-wrong-tag"
	// CodeSCTPOutside: a chunk was ignored for its sequence number.
	CodeSCTPOutside = "sctp-outside-window"
	// CodeSCTPChunk: the rest of a packet, of Count octets, is no chunk.
	CodeSCTPChunk = "sctp-wrong-chunk"
)
