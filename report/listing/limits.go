package listing

// What a [Cache] keeps.
const (
	// maxCachedLines is the most octets of what lines are made of, and of the lines, that are kept
	// together. Those of a certificate with some names take 600.
	maxCachedLines = 1 << 12
	// maxCachedOctets is the most octets of a cache: some hundreds of certificates.
	maxCachedOctets = 1 << 18
)
