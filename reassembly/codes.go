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
)
