package interop

// Bounds on what hostile captures may cost.
const (
	// maxHabits bounds the habits of senders that one connection remembers. A user agent has some
	// ten; of a connection between proxies, with many senders, some are told again.
	maxHabits = 256
	// maxSender is the longest URI of a sender, in octets, whose habits are remembered.
	maxSender = 256
	// maxText bounds a text of the capture in a finding, in octets.
	maxText = 128
	// maxSentence is the same for a sentence of a parser's.
	maxSentence = 1024
	// maxCompared bounds the header fields of a tunnelled message that are compared with those
	// outside, maxDifferences those told of, and maxCompare their values, in octets.
	maxCompared    = 64
	maxDifferences = 4
	maxCompare     = 4096
)
