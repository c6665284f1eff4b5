package findings

const (
	// maxKept is how many findings are kept with what they say; those beyond are counted, but for
	// the first of each rule. SARIF
	// readers take some ten thousand results, and each takes some 300 octets here.
	maxKept = 100_000
	// maxFlows is how many connections have their endpoints told.
	maxFlows = 100_000
	// fewPlaces is how many findings of one rule text and Markdown list, unless all are wanted.
	fewPlaces = 5
	// maxCallID is how many octets of a Call-ID are shown.
	maxCallID = 64
)
