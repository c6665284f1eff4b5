// Package certs makes test certificates for secured SIP: what the makeCA and
// makeCert scripts of draft-ietf-sipping-sec-flows-00 and RFC 6216, Appendix A, do
// at interoperability events, without openssl, and the seventeen certificate
// scenarios of RFC 6216, Section 6.
//
// An [Authority] is a mock certification authority: made new with
// [NewAuthority], read back from its folder with [OpenAuthority], or one of the
// documents' own with [DocumentAuthority]. It makes an [Identity] from a
// [Request]; both write the documents' files. [Scenarios] lists the scenarios;
// each makes its authorities, its certificate and its revocation lists
// together with the verdict expected.
//
// Keys and passphrases made here are for tests only: see [Warning].
//
// Times come from the clock handed in. Given a key, a serial number and a
// fixed clock, an RSA or Ed25519 authority makes the same certificate every time;
// keys that are generated and ECDSA signatures differ from run to run.
package certs

// Warning is the line that a command prints whenever it makes something with
// this package.
const Warning = "FOR TESTS ONLY: these keys and their passphrase are known or unguarded; whoever trusts this authority trusts everybody"

// Passphrase protects whatever the documents protect with one
// (RFC 6216, Appendix A).
const Passphrase = "password"
