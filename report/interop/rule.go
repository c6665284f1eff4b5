package interop

import (
	"slices"

	"sipsecdump/report"
	"sipsecdump/tlsparse"
)

// Rule is one row of the table.
type Rule struct {
	ID       string          // stable: "smime-transfer-encoding"
	Severity report.Severity // unless the user wants another
	// Sections ask for it: "RFC 3261, Section 23.3". Where documents are in conflict there are
	// those of both sides, and Asks tells what each says.
	Sections []string
	Asks     string // what the sections ask: a sentence, lower case, without a full stop
	Advice   string // what to do about it, in the same form
	// habit marks what a sender does with each message: it is told once for each in a connection.
	habit bool

	// What the rule looks at: exactly one is set.
	message     func(*message)
	object      func(*object)
	certificate func(*certificate)
	hello       func(*handshake)               // after each record with messages of a handshake, until it finds something
	shown       func(*handshake, tlsparse.Dir) // when a side of TLS has shown its certificates
	alert       func(*handshake, *alert)
	handshake   func(*handshake) // when the connection is over
	issue       issue
	alike       []string // more codes of issue's parser, that mean the same
	exchange    func(*exchange)
	history     func(*history)
}

// Group is the kind of rules that one belongs to: what its ID begins with, "smime", "cms",
// "mime", "certificate", "tls", "sip".
func (r *Rule) Group() string {
	for i := range r.ID {
		if r.ID[i] == '-' {
			return r.ID[:i]
		}
	}
	return r.ID
}

// table is all rules, in the order of the documentation.
var table = slices.Concat(smimeRules, cmsRules, mimeRules, certificateRules, tlsRules, sipRules)

// Rules returns the table: a copy, in the order of the documentation.
func Rules() []Rule { return slices.Clone(table) }

// Find returns the rule with that identifier, or nil.
func Find(id string) *Rule {
	i := slices.IndexFunc(table, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	r := table[i]
	return &r
}
