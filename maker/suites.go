package maker

import (
	"crypto/tls"
	"slices"
	"strings"

	"sipsecdump/maker/certs"
)

// suite is what two endpoints are to agree on.
type suite struct {
	version uint16
	id      uint16
	name    string
}

// static reports whether the server's RSA key transports the secret, and so opens it (RFC
// 5246, Section 7.4.7.1).
func (s suite) static() bool { return strings.HasPrefix(s.name, "TLS_RSA_") }

// ecdsa reports whether the server's key has to be an elliptic curve's.
func (s suite) ecdsa() bool { return strings.HasPrefix(s.name, "TLS_ECDHE_ECDSA_") }

// tls13 reports whether any key will do.
func (s suite) tls13() bool { return s.version == tls.VersionTLS13 }

var versions = []struct {
	name  string
	id    uint16
	suite string // its default
}{
	{"1.0", tls.VersionTLS10, "TLS_RSA_WITH_AES_128_CBC_SHA"},
	{"1.1", tls.VersionTLS11, "TLS_RSA_WITH_AES_128_CBC_SHA"},
	{"1.2", tls.VersionTLS12, "TLS_RSA_WITH_AES_128_CBC_SHA"},
	{"1.3", tls.VersionTLS13, "TLS_AES_128_GCM_SHA256"},
}

// TLSVersions returns the versions of TLS that crypto/tls speaks.
func TLSVersions() []string {
	var names []string
	for _, v := range versions {
		names = append(names, v.name)
	}
	return names
}

func allSuites() []*tls.CipherSuite {
	return append(tls.CipherSuites(), tls.InsecureCipherSuites()...)
}

// Suites returns the IANA names of the cipher suites that crypto/tls speaks.
func Suites() []string {
	var names []string
	for _, s := range allSuites() {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return names
}

// findSuite resolves the names; see [TLS].
func findSuite(version, name string) (suite, error) {
	if _, err := known("TLS version", version, "", TLSVersions()); err != nil {
		return suite{}, err
	}
	if version == "" && name == "" {
		version = "1.2"
	}
	if name == "" {
		for _, v := range versions {
			if v.name == version {
				name = v.suite
			}
		}
	}
	i := slices.IndexFunc(allSuites(), func(s *tls.CipherSuite) bool { return s.Name == name })
	if i < 0 {
		return suite{}, &certs.UnknownError{What: "cipher suite", Name: name, Have: Suites()}
	}
	found := allSuites()[i]
	for _, v := range slices.Backward(versions) {
		if (version == "" || v.name == version) && slices.Contains(found.SupportedVersions, v.id) {
			return suite{v.id, found.ID, name}, nil
		}
	}
	return suite{}, optionError("TLS.Suite", "TLS %s has no %s", version, name)
}
