// Package pki reads certificates and private keys, and finds and judges certificates.
//
// [ParseCertificate] reads certificates as they are met in captures: what is odd becomes a
// [Finding], and only what cannot be taken apart is an error. crypto/x509 refuses many that were
// in use (negative serials, SHA-1 signatures, small RSA keys), and says nothing about where they
// are wrong; this package uses the standard library for the primitives only.
//
// [ParseFile] reads what users give: PEM, DER, PKCS#12 and PKCS#7, encrypted or not. Its errors
// are of type *[KeyError] and have stable codes. A [PrivateKey] does not print itself, in no
// format and not as JSON.
//
// A [Keyring] answers who has the key, and which certificates may be meant; an issuer and serial
// number may name several. [BuildChain] looks for a path to a certificate that is trusted.
package pki
