package interop

import (
	"net/netip"
	"strings"
)

func isSIP(uri string) bool  { return len(uri) > 4 && strings.EqualFold(uri[:4], "sip:") }
func isSIPS(uri string) bool { return len(uri) > 5 && strings.EqualFold(uri[:5], "sips:") }

// userOf returns the user part of a SIP or SIPS URI with its password, and what follows it
// (RFC 3261, Section 19.1.1). Both are "" for other URIs.
func userOf(uri string) (user, rest string) {
	if !isSIP(uri) && !isSIPS(uri) {
		return "", ""
	}
	rest = uri[strings.IndexByte(uri, ':')+1:]
	if i := strings.IndexByte(rest, '@'); i >= 0 {
		user, rest = rest[:i], rest[i+1:]
	}
	return user, rest
}

// hostOf returns the host of a SIP or SIPS URI, without its port; an IPv6 address keeps its
// brackets.
func hostOf(uri string) string {
	_, host := userOf(uri)
	if i := strings.IndexAny(host, ";?"); i >= 0 {
		host = host[:i]
	}
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return host
}

// parameterOf returns the value of a SIP or SIPS URI's parameter, and whether there is one.
func parameterOf(uri, name string) (string, bool) {
	_, rest := userOf(uri)
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		rest = rest[:i]
	}
	for {
		i := strings.IndexByte(rest, ';')
		if i < 0 {
			return "", false
		}
		rest = rest[i+1:]
		p := rest
		if j := strings.IndexByte(p, ';'); j >= 0 {
			p = p[:j]
		}
		if is, value, _ := strings.Cut(p, "="); strings.EqualFold(is, name) {
			return value, true
		}
	}
}

// literal reads a host that is an address. What is surely none is not tried, since that would cost
// an error value each time.
func literal(host string) (netip.Addr, bool) {
	if strings.HasPrefix(host, "[") {
		host = strings.TrimSuffix(host[1:], "]")
	} else {
		for i := range len(host) {
			if c := host[i]; c != '.' && (c < '0' || c > '9') {
				return netip.Addr{}, false
			}
		}
	}
	if host == "" {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil
}

// sharedSpace is what RFC 6598 reserves for carriers' NATs.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// isLocal tells that an address has no meaning outside of its own network (RFC 1918, RFC 4193,
// RFC 6598).
func isLocal(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLinkLocalUnicast() || sharedSpace.Contains(a)
}
