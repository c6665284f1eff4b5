package sipparse

// Limits bound what a Framer holds of one direction of a stream, in octets. A zero field means its
// default. When a limit is hit, what is held is yielded as an incomplete message with an issue and
// the framer looks for the next start line.
type Limits struct {
	// HeaderSection is the most a start line and its headers may take (issue "header-limit").
	HeaderSection int
	// Body is the most a body may take (issue "body-limit"). A larger Content-Length is taken
	// for a lie at once: nothing is held for it.
	Body int
}

// The defaults of Limits.
const (
	DefaultHeaderSection = 1 << 16 // octets; what a datagram could hold, so what any peer must expect
	DefaultBody          = 1 << 20 // octets; bodies with pictures and certificate chains stay below
)

func (l Limits) orDefaults() Limits {
	if l.HeaderSection == 0 {
		l.HeaderSection = DefaultHeaderSection
	}
	if l.Body == 0 {
		l.Body = DefaultBody
	}
	return l
}

const (
	// maxStartLine is the longest line that is looked at for being a start line, in octets.
	// Requests in use stay far below; it bounds what is held of a stream that is not SIP.
	maxStartLine = 8 << 10
	// maxGarbage is about how many octets of garbage are held before they are yielded.
	maxGarbage = 64 << 10
	// maxKept is how many octets of memory an idle Framer keeps to use again.
	maxKept = 16 << 10
	// maxKeptEnds is for how many lines of a header section it keeps memory.
	maxKeptEnds = 64
	// maxSwallowed is how many messages in a row are looked at in a body, for one that shows that
	// its Content-Length is too large.
	maxSwallowed = 64
	// maxIssues is how many issues of a message are told in full; a last one counts the rest
	// (code "issues-limit"). Hostile input has one in every second octet.
	maxIssues = 64
	// maxURI is the longest URI handed to sipgo, in octets: it looks up each parameter among
	// all before it, so its time grows with the square of their number.
	maxURI = 4 << 10
	// minTextChunk and maxTextChunk are how much text a Message allocates at a time, in octets: what
	// is usual in one message, and what is in some hundred, so that parsing into a Message that is
	// used again hardly ever allocates.
	minTextChunk = 1 << 10
	maxTextChunk = 64 << 10
	// memoFields and memoStartLines are how many pairs of header fields and start lines such a
	// Message remembers, in some 100 KiB: those of some dozen calls at a time. Both are powers of
	// two.
	memoFields     = 256
	memoStartLines = 32
)
