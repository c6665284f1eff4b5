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
)
