package sipsecdump

// Limits of the pipeline. Each room has its own beside these, in its limits.go.
const (
	// DefaultBatchBytes is the payload octets of a batch: large enough that handing one over
	// costs nothing beside working on it, and small enough that what is made of it is still in
	// the cache when it is written.
	DefaultBatchBytes = 64 << 10
	// batchPackets bounds a batch of empty segments.
	batchPackets = 2048
	// batchesPerShard times the number of shards is how many batches are in flight: one for each
	// half of the shard and one that waits, so that nobody idles.
	batchesPerShard = 3
	// endConnections is how many connections end with one batch at the end of the capture.
	endConnections = 256
	// keepRendered is the largest output buffer that a recycled batch keeps, in octets, and the most
	// octets of messages and ends of their lines.
	keepRendered = 1 << 20
	// minStore is for how many octets of messages, or ends of their lines, room is made at least.
	minStore = 16 << 10

	// maxJobs is the most shards: each has batches of its own, and no machine that this is for
	// has more processors.
	maxJobs = 64

	// maxBodyDepth bounds CMS inside MIME inside CMS (signed, encrypted, and tunnelled once
	// more leaves room).
	maxBodyDepth = 8
	// maxParts bounds the parts of one message, all depths together.
	maxParts = 256
	// maxInflated is how many octets the compressed parts of one message may become, all depths
	// together, before no part is opened any more. Each body has its own, smaller bound too.
	maxInflated = 4 << 20
	// maxMendings is how many ways to mend one object are looked at, and maxMendTrials how many
	// objects are opened to try their combinations in one body: each costs public or private key
	// operations. Nearly all damage has one way.
	maxMendings   = 32
	maxMendTrials = 32

	// maxFileObjects bounds the PEM blocks taken from a file: more than any list of trusted
	// certificates has.
	maxFileObjects = 4096

	// maxSniff is how many octets of an undecided stream wait for more before it is taken to
	// be neither TLS nor SIP: more than any start line that has no line end yet.
	maxSniff = 4096

	// maxSessions and maxCertificates bound what connections learn from each other; what is
	// seen first stays.
	maxSessions     = 1 << 17
	maxCertificates = 1 << 12
	// maxPresented is among how many of the certificates that a side of TLS sends a path to a
	// trusted one is looked for. Usual are 2 to 4.
	maxPresented = 32
)
