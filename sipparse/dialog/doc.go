// Package dialog puts SIP messages together: into transactions, dialogs and calls, across
// connections and in the order of the capture (RFC 3261, Sections 12 and 17).
//
//	Summarizer   one message → Note: bounded, self-contained, fit to leave the goroutine that parsed
//	Table        notes in capture order → a Call each time one is over, the rest at Close
//
// A call is what shares a Call-ID: an INVITE session with all its forks and hops, but also a
// registration, a subscription, or a single MESSAGE. Every message belongs to exactly one call.
//
// # States
//
// Sessions have the states that users know from sngrep and Wireshark: CALL SETUP, RINGING,
// IN CALL, CANCELLED, REJECTED, BUSY, DIVERTED, COMPLETED, and UNKNOWN where the capture begins
// too late to tell. Other requests use the same words for their final response, and TRYING
// (RFC 3261, Section 17.1.2) as long as there is none; registrations are REGISTERED,
// UNREGISTERED or EXPIRED, subscriptions PENDING, ACTIVE or TERMINATED (RFC 6665,
// Section 4.1.2). See [State].
//
// # Hops and forks
//
// A capture may show one INVITE several times: on its way through proxies, and on the branches
// of a fork. The first INVITE seen leads: its failure is the call's. A success on any branch is
// the call's success. If the leading transaction's end is not in the capture, the others speak
// for it when the call is told.
//
// # When a call is told
//
// A call that is over waits 64*T1 of capture time for late messages and retransmissions, is
// told, and forgotten: memory does not grow with the capture. A session that a BYE ended waits T4
// only, if all of it came over reliable transports. What is still going on is told at
// the end, in the order of first messages. The clock is the notes' own; it never runs backwards,
// and starts anew where the capture's jumps back, as it does from one file to the next.
package dialog
