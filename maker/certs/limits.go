package certs

// Bounds on what is asked for and on what is read back from an authority's
// folder. Exceeding one is an error that names it.
const (
	// maxName is the length of a NAME in octets: longer ones cannot be a file's
	// name (NAME_MAX is 255, less the longest prefix and suffix put round it).
	maxName = 220

	// maxCommonName is ub-common-name (RFC 5280, Appendix A.1), in characters.
	maxCommonName = 64

	// maxHost is the length of a host name in octets (RFC 1035, Section 2.3.4),
	// without the root's empty label.
	maxHost = 253

	// maxLabel is the length of one label of it in octets (RFC 1035, Section 2.3.4).
	maxLabel = 63

	// maxDays is a thousand years: dates stay within GeneralizedTime's four-digit years.
	maxDays = 365 * 1000

	// maxFile is the size in octets of any one file read from an authority's
	// folder; index.txt, the largest, holds some hundred octets a certificate.
	maxFile = 16 << 20
)
