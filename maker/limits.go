package maker

const (
	// clientPorts is how many client ports there are from firstClientPort on.
	clientPorts = 1<<16 - firstClientPort
	// maxClients is how many addresses clients may have: well within the block for documentation
	// (RFC 5737).
	maxClients = 128
	// maxConnections is as many as these tell apart.
	maxConnections = maxClients * clientPorts
	// firstClientPort begins the dynamic ports (RFC 6335, Section 6).
	firstClientPort = 49152
	// minMSS keeps a TCP segment at least as long as an overlap (octets).
	minMSS = 2 * maxOverlap
	// maxOverlap is how many octets of its predecessor an overlapping segment repeats.
	maxOverlap = 8
	// maxMTU is the length of the longest IP packet (octets); it fragments nothing.
	maxMTU = 65535
	// minMTU is the smallest packet that IPv4 and, with IPv6, every link must carry (octets; RFC
	// 791, Section 3.2; RFC 8200, Section 5). The latter is not asked for: fragments of IPv6
	// packets may be as short.
	minMTU = 68
	// maxTunnels and maxVLAN bound the headers around a packet, far above any real nesting.
	maxTunnels = 8
	maxVLAN    = 8
)
