// Package maker makes test captures of secured SIP whose keys and contents are known.
//
// [Make] plays a scenario, one of [Scenarios], between two endpoints: fluffy@example.com
// sends to kumiko@example.net, as in draft-ietf-sipping-sec-flows-00 and RFC 6216. The TLS
// octets are crypto/tls' own, exchanged by a real client and a real server; signatures
// are github.com/smallstep/pkcs7's; certificates are package certs'. Nothing that reads
// captures in this module is used to write them, so that what is made here can test it.
//
// What TLS and CMS draw at random differs from run to run. Structure, plaintext, addresses,
// times and which keys are used do not: they are a function of [Options] and the folder of
// keys alone. Network conditions (order, loss, overlap, ...) are drawn from the seed and
// change nothing of what is said.
//
// Everything streams: a capture of any size is made in constant memory.
//
// What crypto/tls does not speak (DHE, Camellia, encrypt-then-MAC, resumption by
// session identifier, renegotiation, ...) was captured from other implementations; the
// script that did it and the captures are in the repository's testdata/peers.
package maker
