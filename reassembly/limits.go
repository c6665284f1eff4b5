package reassembly

// Limits bounds the memory of a [Table] and of an [Assembler]. A field that is zero or less
// stands for its default.
type Limits struct {
	// MaxConnections is how many connections and flows a Table remembers.
	MaxConnections int
	// MaxBuffered is how many octets of one direction wait behind holes.
	MaxBuffered int
	// MaxPieces is how many separate pieces these octets may be in.
	MaxPieces int
	// GapPatience is how many more segments of a connection, of both directions, come
	// before a hole is given up that the peer acknowledged.
	GapPatience int
}

const (
	// DefaultMaxConnections holds the peers of a large border element at once. An entry
	// takes some 150 octets, so a full table takes 150 MiB.
	DefaultMaxConnections = 1 << 20

	// DefaultMaxBuffered, in octets, is more than one round trip's worth of any SIP
	// connection, so that a retransmission comes in time.
	DefaultMaxBuffered = 1 << 20

	// DefaultMaxPieces is what DefaultMaxBuffered holds of full Ethernet segments, and
	// some. It bounds the time that one segment can cost, as pieces lie in a sorted slice.
	DefaultMaxPieces = 1 << 10

	// DefaultGapPatience, in segments, lets a segment come after its acknowledgement, as
	// happens where two mirror ports feed one capture, and still keeps the output close
	// to the packet that it is about.
	DefaultGapPatience = 3
)

const (
	// maxOver is how many connections that are over a Table remembers, so that their last
	// segments, and repetitions, open no new ones: those of minutes, at a busy place.
	maxOver = 1 << 15

	// maxTableEntries keeps table indices in 32 bits.
	maxTableEntries = 1 << 30

	// maxSiblings is how many overlay networks the same addresses and ports are told apart
	// in. A segment looks at all of them.
	maxSiblings = 16

	// maxWindow, in octets, is how far from the next octet a sequence number can be and
	// still mean something: the largest window there is (RFC 7323, Section 2.3).
	maxWindow = 1 << 30

	// nearWindow, in octets, is how far from what was seen a number may lie that must be
	// near: that of a RST, or the first after a SYN/ACK that was not captured. The true
	// window is the peers' secret, as the capture need not hold the scale factors; a
	// smaller one would miss RSTs that answer old segments, a larger one would let blind
	// ones in (RFC 5961, Section 3).
	nearWindow = 1 << 20

	// maxSYNData, in octets, is how much a SYN/ACK may acknowledge beyond the SYN
	// (RFC 7413, Section 4.2): what fits in one packet.
	maxSYNData = 1 << 16

	// maxTSNs, in chunks, is how far from the next chunk a transmission sequence number can
	// be and still mean something: what MaxBuffered holds of the smallest ones.
	maxTSNs = 1 << 20

	// maxPartials is how many messages of one direction can be interleaved (RFC 8260).
	maxPartials = 32

	// recentChunks is how many chunks of a direction are remembered by their hashes, so
	// that a retransmission that differs is told even when the first copy was handed on.
	recentChunks = 8

	// maxBlocks is in how many blocks a chunk is hashed, and leastBlock how many octets a
	// block has at least.
	maxBlocks  = 64
	leastBlock = 64
)

// withDefaults returns l with its empty fields filled in.
func (l Limits) withDefaults() Limits {
	fill := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	fill(&l.MaxConnections, DefaultMaxConnections)
	fill(&l.MaxBuffered, DefaultMaxBuffered)
	fill(&l.MaxPieces, DefaultMaxPieces)
	fill(&l.GapPatience, DefaultGapPatience)
	l.MaxConnections = min(l.MaxConnections, maxTableEntries)
	return l
}
