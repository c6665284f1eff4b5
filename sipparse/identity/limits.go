package identity

const (
	// maxHeaders is how many Identity header fields of a message are judged (issue
	// "identity-limit"). A call that was diverted has one more for each time.
	maxHeaders = 8
	// maxValue is the longest Identity header field that is taken apart, in octets. PASSporTs with
	// call data and several destinations stay below 4 KiB.
	maxValue = 16 << 10
	// maxAttempts is how many signatures are computed for one header field: certificates times
	// forms of the claims. It takes some milliseconds.
	maxAttempts = 64
	// maxDepth is how deep arrays and objects of a PASSporT may be nested. The registered claims
	// need three levels, jCard five.
	maxDepth = 16
	// maxValues is how many values the JSON of a PASSporT may have.
	maxValues = 1024
	// maxFingerprints is how many a=fingerprint lines of a body are compared with claim mky.
	maxFingerprints = 64
)

// freshness is how far iat may be from the time of the message, and from Date (RFC 8224,
// Section 6.2), in seconds.
const freshness = 60
