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
// refused before.
func ParseURI(s string) (sip.Uri, error) {
	var u sip.Uri
	if len(s) > maxURI {
		return u, fmt.Errorf("a URI of %d octets", len(s))
	}
	if f := uriFault(s); f.code != nil {
		return u, errors.New(f.name + ": " + f.section)
	}
	err := sip.ParseUri(s, &u)
	return u, err
}

// isSIPURI reports whether s has the scheme sip or sips.
func isSIPURI(s string) bool {
	return len(s) >= 4 && strings.EqualFold(s[:4], "sip:") || len(s) >= 5 && strings.EqualFold(s[:5], "sips:")
}

// hostStart returns where the host of a SIP URI begins.
func hostStart(s string) int {
	// The user part may hold nearly everything, but no at sign.
	if i := strings.IndexByte(s, '@'); i >= 0 {
		return i + 1
	}
	return strings.IndexByte(s, ':') + 1
}

// fault is what is wrong with a value, and where in it.
type fault struct {
	*code // nil if nothing is wrong
	at    int
}

// behind moves a fault of a piece to what the piece is cut from.
func (f fault) behind(n int) fault { return fault{f.code, f.at + n} }

// uriFault returns what is wrong with a URI first. Of schemes other than sip and sips only the
// scheme is looked at.
func uriFault(s string) fault {
	scheme := tokenLen(s) // close enough: letters, digits, plus, hyphen and dot
	if scheme == 0 || scheme == len(s) || s[scheme] != ':' {
		return fault{&uriMalformed, 0}
	}
	for i := scheme; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
			return fault{&uriSpace, i}
		case c < ' ' || c == '<' || c == '>' || c == '"':
			return fault{&uriMalformed, i}
		}
	}
	if !isSIPURI(s) {
		return fault{}
	}
	start := hostStart(s)
	if i := strings.IndexByte(s[:start], '['); i >= 0 {
		return fault{&uriMalformed, i} // sipgo would take it for the host
	}
	host := s[start:]
	if i := indexEither(host, ';', '?'); i >= 0 {
		host = host[:i]
	}
	return hostFault(host).behind(start)
}

// hostFault returns what is wrong with host [: port].
func hostFault(s string) fault {
	port := ""
	if strings.HasPrefix(s, "[") {
		i := strings.IndexByte(s, ']')
		if i < 0 {
			return fault{&hostMalformed, 0}
		}
		if ip, err := netip.ParseAddr(s[1:i]); err != nil || !ip.Is6() || ip.Zone() != "" {
			return fault{&hostMalformed, 1}
		}
		port = s[i+1:]
	} else {
		i := 0
		for i < len(s) && isHost(s[i]) {
			i++
		}
		if i == 0 {
			return fault{&hostMalformed, 0}
		}
		port = s[i:]
	}
	if port == "" {
		return fault{}
	}
	if n, ok := decimal(port[1:]); port[0] != ':' || !ok || n > 65535 {
		return fault{&hostMalformed, len(s) - len(port)}
	}
	return fault{}
}
