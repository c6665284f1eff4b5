package listing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sipsecdump/tlsparse"
)

// grease is the registries' name of values that stand for nothing (RFC 8701).
const grease = "GREASE"

// exception is a number that ssldump names otherwise than the registry; an empty name means
// that it has none.
type exception struct {
	number uint16
	name   string
}

// except is the name of a number: the exception's, else the registry's.
func except(table []exception, number uint16, registered string) string {
	i, ok := slices.BinarySearchFunc(table, number, func(e exception, n uint16) int {
		return cmp.Compare(e.number, n)
	})
	if ok {
		return table[i].name
	}
	return registered
}

// suite is a cipher suite's name in a hello of the version.
func (p *printer) suite(s tlsparse.CipherSuite, v tlsparse.Version) string {
	name := s.Name()
	switch p.o.Style {
	case Full:
		if alias, ok := rfc6216Suites[s]; ok && p.o.SuiteNames == RFC6216Names {
			return alias
		}
		switch name {
		case "":
			return s.String()
		case grease:
			return fmt.Sprintf("%s (%#04x)", grease, uint16(s))
		}
		return name
	case RFC6216:
		if alias, ok := rfc6216Suites[s]; ok && p.o.SuiteNames == RFC6216Names {
			name = alias
		} else if name == grease {
			name = ""
		}
	case Ssldump:
		name = except(ssldumpSuites, uint16(s), name)
	}
	if name == "" {
		return unknownSuite(uint32(s))
	}
	if v <= tlsparse.SSL30 {
		if rest, ok := strings.CutPrefix(name, "TLS_"); ok {
			return "SSL_" + rest
		}
	}
	return name
}

// rfc6216Suites are names in the listing of RFC 6216, Section 3.1, that are in no registry. The
// numbers follow from their places in its ClientHello, whose other suites are in OpenSSL's
// order of that time.
var rfc6216Suites = map[tlsparse.CipherSuite]string{
	0x0038: "TLS_DSS_RSA_WITH_AES_256_SHA",
	0x0039: "TLS_DHE_RSA_WITH_AES_256_SHA",
	0xc00d: "TLS_ECDH_RSA_WITH_DES_192_CBC3_SHA",
	0xc012: "TLS_ECDHE_RSA_WITH_DES_192_CBC3_SHA",
}

// sslv2Suite is the name of a cipher spec of an SSLv2-compatible hello (RFC 5246, Appendix
// E.2): three octets, of which the first is zero for the suites of later versions.
func (p *printer) sslv2Suite(spec uint32, v tlsparse.Version) string {
	if spec>>16 == 0 {
		return p.suite(tlsparse.CipherSuite(spec), v)
	}
	if name, ok := sslv2Suites[spec]; ok {
		return name
	}
	return unknownSuite(spec)
}

// sslv2Suites are the cipher kinds of SSL 2.0 by ssldump's names.
var sslv2Suites = map[uint32]string{
	0x010080: "SSL2_RC4_128_WITH_MD5",
	0x020080: "SSL2_RC4_128_EXPORT40_WITH_MD5",
	0x030080: "SSL2_RC2_CBC_128_CBC_WITH_MD5",
	0x040080: "SSL2_RC2_128_CBC_EXPORT40_WITH_MD5",
	0x050080: "SSL2_IDEA_128_CBC_WITH_MD5",
	0x060040: "SSL2_DES_64_CBC_WITH_MD5",
	0x0700c0: "SSL2_DES_192_EDE3_CBC_WITH_MD5",
	0x080080: "SSL2_RC4_64_WITH_MD5",
}

// ssldumpExtensionName is ssldump's name of an extension; "" if it has none.
func ssldumpExtensionName(t tlsparse.ExtensionType) string {
	return except(ssldumpExtensions, uint16(t), t.Name())
}
