package interop

import "time"

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
	// maxTunnels bounds the messages inside of a message that are looked at.
	maxTunnels = 4
	// maxCompared bounds the header fields of a tunnelled message that are compared with those
	// outside, maxDifferences those told of, and maxCompare their values, in octets.
	maxCompared    = 64
	maxDifferences = 4
	maxCompare     = 4096

	// maxTransactions bounds the transactions, and the answers to INVITE, that wait for a message
	// at once: ten minutes of fifty calls a second.
	maxTransactions = 1 << 15
	// maxSequences bounds the sides of dialogs whose sequence numbers are remembered.
	maxSequences = 1 << 15
	// maxClients and maxServers bound the peers that are remembered, maxSigners the
	// addresses-of-record that signed.
	maxClients = 1 << 12
	maxServers = 1 << 12
	maxSigners = 1 << 12
)

// Times of the capture's clock.
const (
	// t1 is T1, t2 is T2, and timeout 64*T1: what RFC 3261, Section 17.1 sets, if nothing else is
	// agreed on.
	t1      = 500 * time.Millisecond
	t2      = 4 * time.Second
	timeout = 64 * t1
	// copyAge is how long after a message one like it is a copy that the capture made: no sender
	// repeats itself so fast.
	copyAge = 10 * time.Millisecond
	// clockJump is how far timestamps may run backwards before they are taken for another
	// clock's, and how far they may be apart in files that follow each other.
	clockJump = time.Second
	// maxRinging is how long a final response to an INVITE is waited for once it rings.
	maxRinging = 10 * time.Minute
	// late is how long after a message another one can be that was sent before it.
	late = time.Second
	// maxShown bounds the certificates of one TLS handshake that are looked at, maxInvalid those of
	// them whose validity is told, and maxAlerts the alerts of a connection. Usual are 2 to 4, and
	// one.
	maxShown   = 16
	maxInvalid = 4
	maxAlerts  = 8
	// maxKept is the longest certificate of a side of TLS, in octets, that is kept until the
	// connection is over. Few have more than 4096.
	maxKept = 16 << 10
	// maxCertificatesTold bounds the certificates that one connection remembers to have looked at.
	// A connection between proxies may carry those of many signers: then some are looked at again.
	maxCertificatesTold = 256
)
