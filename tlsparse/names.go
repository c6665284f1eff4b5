package tlsparse

//go:generate go run gen.go

import (
	"fmt"
	"strconv"
	"strings"
)

// Every type of a registry has two ways to its name: Name is the registry's, "" if the value
// has none; String never is empty and gives such a value as a number.

// nameTable is one registry, in ascending order of its values.
type nameTable []struct {
	value uint16
	name  string
}

func (t nameTable) name(v uint16) string {
	low, high := 0, len(t)
	for low < high {
		switch middle := (low + high) / 2; {
		case t[middle].value == v:
			return t[middle].name
		case t[middle].value < v:
			low = middle + 1
		default:
			high = middle
		}
	}
	return ""
}

func (t nameTable) string8(v uint8) string {
	if name := t.name(uint16(v)); name != "" {
		return name
	}
	return strconv.Itoa(int(v))
}

// named is the name, or the value if there is none.
func named(name string, v uint16) string {
	if name != "" {
		return name
	}
	return fmt.Sprintf("%#04x", v)
}

func (t nameTable) string16(v uint16) string {
	return named(t.name(v), v)
}

// Name is the registry's: "TLS_RSA_WITH_AES_256_CBC_SHA"; "" if it has none.
func (c CipherSuite) Name() string { return cipherSuiteNames.name(uint16(c)) }

func (c CipherSuite) String() string { return cipherSuiteNames.string16(uint16(c)) }

// KeyExchange is the family that the suite's name states; "" if it states none, as those
// of TLS 1.3 do not, or if the suite is not known.
func (c CipherSuite) KeyExchange() KeyExchange {
	kx, _, ok := strings.Cut(c.Name(), "_WITH_")
	if !ok {
		return ""
	}
	kx = strings.TrimPrefix(strings.TrimPrefix(kx, "TLS_"), "SSL_")
	return KeyExchange(strings.TrimSuffix(kx, "_FIPS"))
}

// Name is the registry's: "client_hello"; "" if it has none.
func (t HandshakeType) Name() string { return handshakeTypeNames.name(uint16(t)) }

func (t HandshakeType) String() string { return handshakeTypeNames.string8(uint8(t)) }

// Name is the registry's: "change_cipher_spec"; "" if it has none.
func (t ContentType) Name() string { return contentTypeNames.name(uint16(t)) }

func (t ContentType) String() string { return contentTypeNames.string8(uint8(t)) }

// Name is RFC 5246's: "warning" or "fatal"; "" for anything else.
func (l AlertLevel) Name() string { return alertLevelNames.name(uint16(l)) }

func (l AlertLevel) String() string { return alertLevelNames.string8(uint8(l)) }

// Name is the registry's: "handshake_failure"; "" if it has none.
func (d AlertDescription) Name() string { return alertDescriptionNames.name(uint16(d)) }

func (d AlertDescription) String() string { return alertDescriptionNames.string8(uint8(d)) }

// Name is the registry's: "NULL"; "" if it has none.
func (m CompressionMethod) Name() string { return compressionMethodNames.name(uint16(m)) }

func (m CompressionMethod) String() string { return compressionMethodNames.string8(uint8(m)) }

// Name is the registry's: "server_name"; "" if it has none.
func (t ExtensionType) Name() string { return extensionTypeNames.name(uint16(t)) }

func (t ExtensionType) String() string { return extensionTypeNames.string16(uint16(t)) }

// Name is the registry's: "x25519"; "" if it has none.
func (g NamedGroup) Name() string { return namedGroupNames.name(uint16(g)) }

func (g NamedGroup) String() string { return namedGroupNames.string16(uint16(g)) }

// Name is the registry's: "rsa_pss_rsae_sha256". A value that only TLS 1.2 had, as a pair of
// hash and signature (RFC 5246, Section 7.4.1.4.1), is named in the same manner,
// "dsa_sha256"; "" if there is none.
func (s SignatureScheme) Name() string {
	if name := signatureSchemeNames.name(uint16(s)); name != "" {
		return name
	}
	hashes := [...]string{"", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
	signatures := [...]string{"", "rsa_pkcs1", "dsa", "ecdsa"}
	hash, signature := int(s>>8), int(s&0xff)
	if hash == 0 || hash >= len(hashes) || signature == 0 || signature >= len(signatures) {
		return ""
	}
	return signatures[signature] + "_" + hashes[hash]
}

func (s SignatureScheme) String() string { return named(s.Name(), uint16(s)) }

// Name is the registry's: "rsa_sign"; "" if it has none.
func (t ClientCertificateType) Name() string { return clientCertificateTypeNames.name(uint16(t)) }

func (t ClientCertificateType) String() string { return clientCertificateTypeNames.string8(uint8(t)) }

// Name is the registry's: "named_curve"; "" if it has none.
func (t CurveType) Name() string { return curveTypeNames.name(uint16(t)) }

func (t CurveType) String() string { return curveTypeNames.string8(uint8(t)) }

// Name is "SSL 3.0", "TLS 1.0", "DTLS 1.2" and so on; "" if it is none of them.
func (v Version) Name() string {
	switch v {
	case SSL20:
		return "SSL 2.0"
	case SSL30:
		return "SSL 3.0"
	case TLS10:
		return "TLS 1.0"
	case TLS11:
		return "TLS 1.1"
	case TLS12:
		return "TLS 1.2"
	case TLS13:
		return "TLS 1.3"
	case DTLS10:
		return "DTLS 1.0"
	case DTLS12:
		return "DTLS 1.2"
	case DTLS13:
		return "DTLS 1.3"
	}
	return ""
}

func (v Version) String() string { return named(v.Name(), uint16(v)) }
