// Package interop knows what would have failed at an interoperability event, and which section
// of which standard says so.
//
// What it knows is one table: Rules. Each row is a rule with its check, and nothing else decides
// what is found. A rule looks at one kind of thing:
//
//	a SIP message with what was opened of its body   ┐
//	a CMS object in one                              │ Connection: sees what happens in one
//	a certificate, of TLS or of a CMS object         │ connection, in its order
//	a TLS handshake as it comes, what its sides show,│
//	an alert, or all when the connection is over     │
//	an issue that one of the parsers found           ┘
//	a request and its final response                 ┐ Capture: sees a bounded summary of each
//	what all messages together show                  ┘ message, in the order of the captures
//
// A Set is the table with the severities that the user wants. Connections and the Capture of a
// Set yield findings; they keep nothing of what they were shown but small bounded facts.
//
// A finding states what was seen and no more. Where something cannot be told, because a
// certificate, a key or a part of the handshake is not at hand, the rule is silent.
package interop
