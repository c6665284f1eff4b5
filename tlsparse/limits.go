package tlsparse

// What the protocol allows, and what a hostile stream may make this package keep.
const (
	// recordHeader is the length of a record's header in octets.
	recordHeader = 5
	// maxFragment is the longest plaintext of a record in octets (RFC 5246, Section 6.2.1).
	maxFragment = 1 << 14
	// maxCiphertext is the longest encrypted record in octets without its header (RFC 5246,
	// Section 6.2.3). A header that declares more is no header.
	maxCiphertext = maxFragment + 2048
	// maxMessage is the longest handshake message in octets that is put together. The
	// protocol's 16 MiB would let each connection hold as much; the longest real chains of
	// certificates stay below 100 KiB. A longer message is told with its header and an error.
	maxMessage = 1 << 18
	// maxHistory is the longest history of a verdict in letters; a hostile peer can
	// renegotiate for ever. A "+" stands for what follows.
	maxHistory = 256
	// maxLostRecords is how many records are supposed to lie in a gap, at most, when the
	// sequence number after it is looked for. Each try costs one MAC over the record.
	maxLostRecords = 256
	// maxMisses is for how many records after a gap that number is looked for, before the
	// direction is given up. Without it a hostile stream would cost maxLostRecords MACs for
	// each of its records.
	maxMisses = 4
	// maxEarlySuites is how many of the suites that a client offers are tried on early data.
	maxEarlySuites = 16
	// maxTail is how many octets before a record are kept when its predecessor is damaged:
	// enough for a block and the longest MAC after it (TLS 1.0 chains its CBC over records).
	maxTail = 64
	// maxKeyLogLine is the longest line of a key log in octets: the longest premaster secret,
	// that of 8192-bit Diffie-Hellman, takes 2048 digits, and a line of comment may be longer.
	maxKeyLogLine = 8192
	// maxKeyLogEntries and maxKeyLogOctets bound the secrets of all key logs together: 16
	// million are three million connections of TLS 1.3, and 2 GiB of memory.
	maxKeyLogEntries = 1 << 24
	maxKeyLogOctets  = 1 << 30
	// maxKeyLogSources is how many names of logs are kept; what comes after them goes under
	// the name of the last.
	maxKeyLogSources = 1 << 12
	// maxLineErrors is how many lines of a log are named that cannot be used.
	maxLineErrors = 8
	// maxPreMaster is the longest premaster secret in octets: of 8192-bit Diffie-Hellman.
	maxPreMaster = 1024
	// maxMessagesAhead is how many handshake messages of DTLS are kept in wait for those before
	// them, counted by their numbers. A flight has ten at most.
	maxMessagesAhead = 16
	// maxPieces is in how many pieces with gaps between them a handshake message of DTLS is
	// kept. A message has more fragments, but few of them overtake others.
	maxPieces = 64
	// maxWaiting and maxWaitingOctets bound the records of DTLS that wait for the keys of the
	// handshake under way: what overtakes them is what is sent right behind.
	maxWaiting       = 16
	maxWaitingOctets = 1 << 16
	// maxEssential is the longest extension in octets that is kept after the handshake; those
	// whose content is looked at then are shorter.
	maxEssential = 64
	// maxExport is for how many octets of a connection's secrets lines are added; a hostile
	// peer can renegotiate for ever.
	maxExport = 1 << 16
	// maxCachedHellos is of how many kinds of hellos the fingerprints are remembered, and
	// maxCachedHello how many octets what they are made of has at most.
	maxCachedHellos = 1 << 10
	maxCachedHello  = 1 << 10
	// maxFilesNamed is how many key files a verdict names before it only counts.
	maxFilesNamed = 8
)
