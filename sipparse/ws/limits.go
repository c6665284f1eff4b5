package ws

// Limits bound what a Conn holds of one direction, in octets. A zero field means its default.
type Limits struct {
	// Message is the most a message may take, compressed or not (issues "message-limit" and
	// "inflate-limit"). What is there up to it is yielded as incomplete, the rest dropped.
	Message int
}

// DefaultMessage is the default of Limits.Message: a SIP message with a large body.
const DefaultMessage = 1<<20 + 1<<16

func (l Limits) orDefaults() Limits {
	if l.Message == 0 {
		l.Message = DefaultMessage
	}
	return l
}

const (
	// maxHead is the most the head of an HTTP message may take, in octets; common servers refuse
	// more than 8 KiB (issue "head-limit").
	maxHead = 16 << 10
	// maxControl is the most a control frame carries (RFC 6455, Section 5.5).
	maxControl = 125
	// maxMethod is the longest SIP or HTTP method that is recognised, in octets.
	maxMethod = 32
	// sniffed is how many octets of a frame's content are looked at: a method, white space, and
	// the scheme of a URI.
	sniffed = maxMethod + 1 + 5
	// window is how far DEFLATE looks back (RFC 1951, Section 2), in octets.
	window = 32 << 10
	// maxInflated is how many octets of a compressed frame are inflated to find SIP in it.
	maxInflated = 256
	// maxAttempts is how many places of a direction are inflated to find a frame there. Each takes
	// some microseconds, and hostile streams have one in every second octet.
	maxAttempts = 1024
	// maxIssues is how many issues of a message are told; its fragments may have any number.
	maxIssues = 16
	// maxKept is how many octets of memory an idle direction keeps to use again.
	maxKept = 64 << 10
)
