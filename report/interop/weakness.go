package interop

import (
	"fmt"
	"strings"
	"sync"

	"sipsecdump/tlsparse"
)

// weakness is what is wrong with a cipher suite, by its name.
type weakness uint16

const (
	nullCipher weakness = 1 << iota
	anonymous           // nobody shows a certificate
	export              // of 40 or 56 bits by law
	rc4
	shortKey // fewer than 112 bits, where it is not by law
	tripleDES
	staticKey   // the server's certificate opens it
	finiteField // ephemeral Diffie-Hellman over integers
	cbc
)

// forbidden are those that nobody may negotiate (RFC 9325, Section 4.1; RFC 5246, Appendix A.5).
const forbidden = nullCipher | anonymous | export | rc4 | shortKey

// weaknesses are those of all cipher suites of the registry that have any.
var weaknesses = sync.OnceValue(func() map[tlsparse.CipherSuite]weakness {
	all := make(map[tlsparse.CipherSuite]weakness)
	for n := range 1 << 16 {
		s := tlsparse.CipherSuite(n)
		if w := readWeakness(s.Name()); w != 0 {
			all[s] = w
		}
	}
	return all
})

func weaknessOf(s tlsparse.CipherSuite) weakness { return weaknesses()[s] }

func readWeakness(name string) (w weakness) {
	kx, cipher, ok := strings.Cut(name, "_WITH_")
	if !ok {
		return 0
	}
	begins := func(with ...string) bool {
		for _, p := range with {
			if strings.HasPrefix(cipher, p) {
				return true
			}
		}
		return false
	}
	if strings.Contains(kx, "anon") {
		w |= anonymous
	}
	switch {
	case begins("NULL"):
		return w | nullCipher
	case strings.Contains(kx, "EXPORT") || begins("RC2_CBC_40", "RC4_40", "RC4_56", "DES_CBC_40", "DES40"):
		return w | export
	case begins("RC4"):
		w |= rc4
	case begins("DES_", "RC2_CBC_56"):
		w |= shortKey
	case begins("3DES"):
		w |= tripleDES
	case strings.Contains(cipher, "_CBC_"):
		w |= cbc
	}
	switch strings.TrimPrefix(strings.TrimPrefix(kx, "TLS_"), "SSL_") {
	case "RSA", "RSA_FIPS", "DH_RSA", "DH_DSS", "ECDH_RSA", "ECDH_ECDSA":
		w |= staticKey
	case "DHE_RSA", "DHE_DSS":
		w |= finiteField
	}
	return w
}

// forbiddenWords are what the forbidden weaknesses are called.
var forbiddenWords = []struct {
	weakness
	word string
}{
	{nullCipher, "without encryption"}, {anonymous, "without authentication"}, {export, "for export"},
	{rc4, "with RC4"}, {shortKey, "with keys of fewer than 112 bits"},
}

// weakSuites counts the cipher suites of an offer that nobody may negotiate.
type weakSuites [5]struct { // by forbiddenWords
	count int
	first tlsparse.CipherSuite
}

func (l *weakSuites) add(s tlsparse.CipherSuite) {
	w := weaknessOf(s)
	if w&forbidden == 0 {
		return
	}
	for i := range l {
		if w&forbiddenWords[i].weakness != 0 {
			if l[i].count == 0 {
				l[i].first = s
			}
			l[i].count++
		}
	}
}

// String is "2 with RC4 (TLS_RSA_WITH_RC4_128_SHA, ...), 1 ..."; "" if there are none.
func (l *weakSuites) String() string {
	var kinds []string
	for i := range l {
		more := ""
		switch {
		case l[i].count == 0:
			continue
		case l[i].count > 1:
			more = ", ..."
		}
		kinds = append(kinds, fmt.Sprintf("%d %s (%v%s)", l[i].count, forbiddenWords[i].word, l[i].first, more))
	}
	return strings.Join(kinds, ", ")
}

// The ages of versions that are none of the protocol's, and of those that nobody may speak any
// more.
const (
	unknownAge = -1
	lastOld    = 3
)

// age orders the versions of TLS and DTLS by when they came.
func age(v tlsparse.Version) int {
	switch v {
	case tlsparse.SSL20:
		return 0
	case tlsparse.SSL30:
		return 1
	case tlsparse.TLS10:
		return 2
	case tlsparse.TLS11, tlsparse.DTLS10:
		return lastOld
	case tlsparse.TLS12, tlsparse.DTLS12:
		return 4
	case tlsparse.TLS13, tlsparse.DTLS13:
		return 5
	}
	return unknownAge
}

// old tells whether a version is one that nobody may speak any more.
func old(v tlsparse.Version) bool { return age(v) != unknownAge && age(v) <= lastOld }
