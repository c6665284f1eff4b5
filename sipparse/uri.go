package sipparse

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// ParseURI reads a URI into sipgo's type (RFC 3261, Section 19.1.1). sipgo takes any octets for a
// host and any place for an IPv6 reference, and needs time in the square of the number of
// parameters: what this package knows to be malformed, and what is longer than 4096 octets, is
// refused before. So is a bracket behind the host, which it would take for the host's.
func ParseURI(s string) (sip.Uri, error) {
	var u sip.Uri
	if len(s) > maxURI {
		return u, fmt.Errorf("a URI of %d octets", len(s))
	}
	if f := uriFault(s); f.code != nil {
		return u, errors.New(f.name + ": " + f.section)
	}
	if isSIPURI(s) {
		behind := s[hostStart(s):]
		if i := indexEither(behind, ';', '?'); i >= 0 && strings.IndexByte(behind[i:], '[') >= 0 {
			return u, errors.New("a bracket behind the host")
		}
	}
	err := sip.ParseUri(s, &u)
	return u, err
}

// isSIPURI reports whether s has the scheme sip or sips.
func isSIPURI(s string) bool {
	n := strings.IndexByte(s, ':')
	return n > 0 && isSIPScheme(s[:n])
}

func isSIPScheme(s string) bool { return isKind(s, "sip") || isKind(s, "sips") }

// hostStart returns where the host of a SIP URI begins.
func hostStart(s string) int {
	// The user part may hold nearly everything, but no at sign.
	if i := strings.IndexByte(s, '@'); i >= 0 {
		return i + 1
	}
	return strings.IndexByte(s, ':') + 1
}

// uriFault returns what is wrong with a URI first. Of schemes other than sip and sips only the
// scheme is looked at.
func uriFault(s string) fault {
	scheme := tokenLen(s) // close enough: letters, digits, plus, hyphen and dot
	if scheme == 0 || scheme == len(s) || s[scheme] != ':' {
		return fault{&uriMalformed, 0}
	}
	var holds uint8 // the classes of octets behind the scheme
	for _, c := range []byte(s[scheme:]) {
		holds |= classes[c]
	}
	if holds&classNoURI != 0 {
		return octetFault(s, scheme)
	}
	if !isSIPScheme(s[:scheme]) {
		return fault{}
	}
	start := hostStart(s)
	host := s[start:]
	if holds&classURI != 0 {
		if i := strings.IndexByte(s[:start], '['); i >= 0 {
			return fault{&uriMalformed, i} // sipgo would take it for the host
		}
		if i := indexEither(host, ';', '?'); i >= 0 {
			host = host[:i]
		}
	}
	f := hostFault(host)
	f.at += start
	return f
}

// octetFault returns the fault that is the first octet in s[i:] that no URI holds.
func octetFault(s string, i int) fault {
	for classes[s[i]]&classNoURI == 0 {
		i++
	}
	if isSpace(s[i]) {
		return fault{&uriSpace, i}
	}
	return fault{&uriMalformed, i}
}

// hostFault returns what is wrong with host [: port].
func hostFault(s string) fault {
	_, _, f := hostPort(s)
	return f
}

// hostPort splits host [: port], and returns what is wrong with it. port is "" if there is none.
func hostPort(s string) (host, port string, _ fault) {
	n := 0
	if s != "" && s[0] == '[' {
		n = strings.IndexByte(s, ']') + 1
		if n == 0 {
			return "", "", fault{&hostMalformed, 0}
		}
		if ip, err := netip.ParseAddr(s[1 : n-1]); err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", "", fault{&hostMalformed, 1}
		}
	} else {
		for n < len(s) && isHost(s[n]) {
			n++
		}
		if n == 0 {
			return "", "", fault{&hostMalformed, 0}
		}
	}
	if n == len(s) {
		return s, "", fault{}
	}
	port = s[n+1:]
	if number, ok := decimal(port); s[n] != ':' || !ok || number > 65535 {
		return "", "", fault{&hostMalformed, n}
	}
	return s[:n], port, fault{}
}
