package dialog

import "time"

// DefaultMemory bounds what a Table holds of calls that are not over, in octets: some 150,000 of
// the usual kind at once. Beyond it the call that has been quiet for longest is told as it is
// (Call.Evicted); nothing is left out.
const DefaultMemory = 256 << 20

const (
	// grace is how long a call that is over waits for late messages: 64*T1, the time in which
	// RFC 3261 lets anyone retransmit (Section 17, timers B, F, H and J).
	grace = 32 * time.Second
	// hungUp is how long a session waits that a BYE ended and of which nothing came over an
	// unreliable transport: nobody retransmits (timers J and K are zero), and the same message on
	// another hop is not later than T4, the longest that one stays on the way.
	hungUp = 5 * time.Second
	// clockJump is how far timestamps may run backwards before they are taken for another
	// clock's: more than packets are ever reordered by.
	clockJump = time.Second
	// maxExpires bounds what an Expires is believed: a day. Registrars grant an hour.
	maxExpires = 24 * time.Hour

	// maxIdentity bounds what is kept of Call-IDs, tags and branches, in octets. Longer ones
	// are the same if they begin alike.
	maxIdentity = 1 << 10
	// maxText bounds every other string that is kept, in octets.
	maxText = 256

	// maxTransactions is how many transactions of a call are remembered, the latest; a
	// retransmission is told from a new message by them.
	maxTransactions = 64
	// maxDialogs bounds the dialogs listed of one call; a fork has a few.
	maxDialogs = 32
	// maxChanges and maxTransfers bound what is listed of a long call. What is beyond is
	// counted.
	maxChanges   = 32
	maxTransfers = 16
	// maxLegs bounds the legs listed of a call, and the names it may be linked by.
	maxLegs  = 16
	maxLinks = 8
	// maxKinds bounds the transports, TLS suites and keyings listed of a call.
	maxKinds = 8

	// closedAtOnce is how many calls Close returns at a time: what they need is still in the cache of the
	// processor when they are looked at.
	closedAtOnce = 32
	// maxSpare is for how many calls a Table keeps the memory of those that were told.
	maxSpare = 256
	// phraseText and moreText are how much text is allocated for a call beside what its first
	// message shows that it will have, and at a time when that is not enough.
	phraseText = 16
	moreText   = 128

	// maxDescriptions is how many session descriptions a Summarizer remembers, each of at most
	// sdp.MaxDescription octets.
	maxDescriptions = 128
)

// What a call and the things in it take, in octets, beside their strings: for the bound of
// memory, so roughly.
const (
	callOctets        = 1600
	transactionOctets = 320
	dialogOctets      = 160
	linkOctets        = 200
	changeOctets      = 120
)
