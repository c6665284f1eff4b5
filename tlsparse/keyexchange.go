package tlsparse

import "strings"

// KeyExchange is the family of a cipher suite's key exchange, in the words of the suite
// names: "RSA", "DHE_RSA", "ECDHE_ECDSA", "DH_anon", ...; "" if not known.
type KeyExchange string

const (
	keyExchangeRSA KeyExchange = "RSA"
	// curveNamed is named_curve (RFC 8422, Section 5.4).
	curveNamed CurveType = 3
)

// The families below are those whose messages have the plain layout: with a pre-shared key
// the messages start with an identity (RFC 4279, Section 3), which this package does not read.

func (kx KeyExchange) ecdh() bool {
	return strings.HasPrefix(string(kx), "ECDH") && !kx.preShared()
}

func (kx KeyExchange) dh() bool {
	return strings.HasPrefix(string(kx), "DH") && !kx.preShared()
}

func (kx KeyExchange) rsaExport() bool { return strings.HasPrefix(string(kx), "RSA_EXPORT") }

// preShared tells whether the keys depend on one that the peers had before (RFC 4279).
func (kx KeyExchange) preShared() bool { return strings.Contains(string(kx), "PSK") }

// rsa tells whether the premaster secret comes encrypted to an RSA key of the server.
func (kx KeyExchange) rsa() bool { return kx == keyExchangeRSA || kx.rsaExport() }

// static tells whether the server's certificate has a key of Diffie-Hellman.
func (kx KeyExchange) static() bool {
	return (strings.HasPrefix(string(kx), "DH_") || strings.HasPrefix(string(kx), "ECDH_")) && !kx.anonymous()
}

func (kx KeyExchange) anonymous() bool {
	return strings.HasSuffix(string(kx), "anon") || strings.Contains(string(kx), "anon_")
}

// Ephemeral tells whether the server's certificate is not enough to find the keys: they
// depend on secrets that neither side keeps.
func (kx KeyExchange) Ephemeral() bool {
	s := string(kx)
	return strings.HasPrefix(s, "DHE_") || strings.HasPrefix(s, "ECDHE_") || kx.anonymous()
}
