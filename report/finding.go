package report

// Severity is how much a finding matters.
type Severity uint8

// The severities, the least first.
const (
	Note    Severity = iota // worth knowing; no rule is broken
	Warning                 // advice of a standard is not followed, or it is known to make trouble
	Error                   // a standard forbids it, or the peer has to refuse it
)

// Severities lists them, the worst first.
var Severities = []Severity{Error, Warning, Note}

func (s Severity) String() string {
	return [...]string{"note", "warning", "error"}[s]
}

// Finding is something that breaks a rule of interoperability. What it is about has happened in
// the packet of its event or, if that is none, in the captures as a whole.
type Finding struct {
	Rule     string // the rule's stable identifier
	Severity Severity
	Sections []string // of the standards that ask: "RFC 3261, Section 23.3"
	Text     string   // what was seen: a sentence, lower case, without a full stop
	Asks     string   // what the sections ask, in the same form
	Advice   string   // what to do about it, in the same form

	// What it is about; zero if it is not about such a thing.

	// InMessage tells that it is about a SIP message, of the number SIP. That is 0 in a
	// renderer, which leaves a slot instead; the library's iterator fills it.
	InMessage   bool
	SIP         uint64
	Part        string // path of the MIME part in the message
	Record      int    // number of the TLS record in the connection
	Certificate string // SHA-256 of the certificate, in hex
	Call        string // the Call-ID
}

// Kind implements Body.
func (*Finding) Kind() string { return "finding" }
