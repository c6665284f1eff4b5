// Package tlsparse reads the TLS of a captured connection: SSL 3.0 to TLS 1.2 with all their
// messages, TLS 1.3 as far as it is in the clear.
//
// A [Session] is one connection. It is fed with the octets of both directions in the order of
// the capture and gives back each [Record] when it is complete, with the messages that end in
// it, and at its end one [Verdict]: what was decrypted, and if not all of it, why.
//
//	octets ─► stream ─► record ─► opener ─► assembler ─► messages ─► negotiation
//	          cuts      header    decrypts  joins        fields      keys at the
//	                              verifies                           ChangeCipherSpec
//
// What is decrypted is proved: each record by its MAC or tag, the handshake by its Finished
// messages. With a server's private key that is TLS 1.0 to 1.2 with RSA key exchange, AES-CBC,
// AES-GCM, 3DES-CBC or NULL, with the extended master secret (RFC 7627), encrypt-then-MAC (RFC
// 7366), renegotiation, and resumption by session id or ticket through a [SessionCache].
//
// Captures are hostile and incomplete. Whatever the octets are, there is a record or a message
// for them that has an [Error] with a stable code, the offset, the field and the section it
// offends; after a gap or a header that is none, the next header is searched for. What a
// connection can make a session keep is bounded by the constants in limits.go.
package tlsparse
