// Package tlsparse reads the TLS of a captured connection, SSL 3.0 to TLS 1.3, and the DTLS 1.0
// and 1.2 of captured datagrams, with all their messages.
//
// A [Session] is one connection. It is fed with the octets of both directions in the order of
// the capture and gives back each [Record] when it is complete, with the messages that end in
// it, and at its end one [Verdict]: what was decrypted, and if not all of it, why. A
// [DatagramSession] is the same for datagrams, which come in any order, twice or never.
//
//	octets ─► stream ─► record ─► opener ─► assembler ─► messages ─► negotiation
//	          cuts      header    decrypts  joins        fields      keys at the
//	                              verifies                           ChangeCipherSpec
//
// What is decrypted is proved: each record by its MAC or tag, the handshake by its Finished
// messages. A server's private key opens SSL 3.0 to TLS 1.2 with RSA key exchange, export suites
// too; [Secrets], from key logs or out of the capture, open every version and key exchange. So
// does a session that was opened before, through a [SessionCache], those that resume it. All bulk
// ciphers of the registry are there but those of GOST and SM4, Fortezza and Salsa20; and with them
// the extended master secret (RFC 7627), encrypt-then-MAC (RFC 7366), truncated HMACs (RFC 6066),
// DEFLATE (RFC 3749) and renegotiation. DTLS 1.3 (RFC 9147) and connection ids (RFC 9146) are
// named, not opened.
//
// Captures are hostile and incomplete. Whatever the octets are, there is a record or a message
// for them that has an [Error] with a stable code, the offset, the field and the section it
// offends; after a gap or a header that is none, the next header is searched for. What a
// connection can make a session keep is bounded by the constants in limits.go.
package tlsparse
