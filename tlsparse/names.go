package tlsparse

// KeyExchange is the family of a cipher suite's key exchange, in the words of the suite
// names: "RSA", "DHE_RSA", "ECDHE_ECDSA", "DH_anon", ...; "" if not known.
type KeyExchange string
