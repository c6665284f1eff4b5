// Package rsadp is the decryption primitive of RSA, m = c^d mod n (RFC 8017, Section 5.1.2), for
// keys that are used again and again on a processor with AVX-512 IFMA. It takes keys with two primes
// of at most 1024 bits, which is RSA-2048, and a fifth of the time that crypto/rsa takes. For all else,
// and with the build tag purego, there is no [Key], and callers use crypto/rsa.
//
// How long it takes, and what it reads of its tables, depends on the key and on c. That is of no
// concern to an analyst who opens recorded traffic with a key of his own. It must not be used where
// a peer can see the time.
package rsadp
