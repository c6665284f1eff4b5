// Package sdp summarises session descriptions (RFC 8866) as far as who reads a call wants to know
// them: where media go, in which codecs, which way, and how they are keyed.
//
//	Summarize   the octets of a description → Session
//	Diff        what a later Session of the same side changed, by m-line
//
// Reading is that of github.com/pion/sdp/v3. It is handed no more than MaxDescription octets; what it
// refuses once more, without what is in none of its lists: fax, for one.
// Key material never leaves the description: of an a=crypto line only the suite is kept.
package sdp
