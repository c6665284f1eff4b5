// Package x509text prints certificates for eyes, in the layouts that people compare: that of
// "openssl x509 -text -noout" of OpenSSL 3.0, octet for octet, and those of RFC 6216, Section 2
// and of the draft it began as, which OpenSSL 0.9.8 made.
//
// It prints what a certificate says, as it says it; whether it should be believed is asked of
// package pki. Names and strings of the certificate were written by strangers: what does not
// print is escaped. That, what OpenSSL prints of errors, and extensions that have no place in
// certificates of SIP (of RFC 3779, RFC 3820, CRLs and OCSP, the Netscape and German ones that few have
// seen), which are shown as octets, are the only differences to its text.
package x509text
