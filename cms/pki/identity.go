package pki

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// IdentityResult tells whether a certificate is somebody's, going by the names in it.
type IdentityResult struct {
	Matched bool
	// Kind is that of the name that matched: "sip URI", "dNSName", "iPAddress", "commonName" or
	// "URI"; "" if none did.
	Kind string
	Name string // that matched, as the certificate has it
	// Section is the rule that decided: "RFC 5922, Section 7.1".
	Section string
	Detail  string // a sentence: lower case, without a full stop
	// Reasons tell of each name, in the order looked at, why it does not match or does not
	// count, and where standards disagree. Each is a sentence with its section. Of very many
	// names the last are left out, which the last sentence says.
	Reasons []string
}

func (r *IdentityResult) reason(section, format string, args ...any) {
	if len(r.Reasons) > maxReasons {
		return
	}
	if len(r.Reasons) == maxReasons {
		r.Reasons = append(r.Reasons, "there are more names than are told of")
		return
	}
	r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...)+" ("+section+")")
}

// octets is how long the texts are together.
func (r *IdentityResult) octets() int {
	n := len(r.Name) + len(r.Detail)
	for _, reason := range r.Reasons {
		n += len(reason)
	}
	return n
}

func (r *IdentityResult) match(kind, name, section string) {
	if r.Matched {
		return
	}
	r.Matched, r.Kind, r.Name, r.Section = true, kind, name, section
	r.Detail = fmt.Sprintf("the %s %q is the one asked for", kind, name)
}

// MatchSIPDomain tells whether a certificate is that of a SIP domain, host or address, as a TLS
// peer's must be (RFC 5922, Section 7): by a sip URI without user part; if there is no such URI, by
// a dNSName; if there are no alternative names at all, by the common name. An iPAddress matches an
// address (RFC 6216, Section 6; RFC 5922, Section 7.5 advises against). Names are compared in full,
// without regard to case, and wildcards match nothing.
//
// Where RFC 6216, Section 6 has it otherwise, the certificate is matched as RFC 5922 says, and
// Reasons cite both.
func MatchSIPDomain(c *Certificate, host string) IdentityResult {
	r := IdentityResult{Section: "RFC 5922, Section 7.2"}
	want := normalHost(host)
	if address, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		matchAddress(&r, c, address)
	}
	identities := sipDomains(&r, c, want)
	matchDNSNames(&r, c, want, identities)
	matchCommonName(&r, c, want)
	if !r.Matched {
		r.Detail = fmt.Sprintf("the certificate is not one for %q", host)
		if len(r.Reasons) > 0 {
			r.Detail += ": " + strings.Join(r.Reasons[:min(len(r.Reasons), maxReasonsShown)], "; ")
		}
	}
	return r
}

func matchAddress(r *IdentityResult, c *Certificate, want netip.Addr) {
	for _, have := range c.IPAddresses {
		if have.Unmap() != want.Unmap() {
			r.reason("RFC 5922, Section 7.5", "the iPAddress %v is another", have)
			continue
		}
		r.match("iPAddress", have.String(), "RFC 6216, Section 6")
		r.reason("RFC 5922, Section 7.5", "an iPAddress names a host for as long as it has the address, which is inadvisable")
	}
}

// sipDomains looks at the URIs and returns how many are identities of a domain.
func sipDomains(r *IdentityResult, c *Certificate, want string) (identities int) {
	const section = "RFC 5922, Section 7.1"
	for _, text := range c.URIs {
		u, err := url.Parse(text)
		if err != nil {
			r.reason(section, "the URI %q cannot be read", text)
			continue
		}
		if !strings.EqualFold(u.Scheme, "sip") {
			r.reason(section, "the URI %q does not have the scheme sip", text)
			continue
		}
		host, user := sipHost(u)
		switch {
		case user:
			r.reason(section, "the URI %q has a user part: it is not a domain's", text)
			continue
		case host == "":
			r.reason(section, "the URI %q names no host", text)
			continue
		}
		identities++
		if normalHost(host) == want && !strings.Contains(host, "*") {
			r.match("sip URI", text, section)
		} else {
			r.reason("RFC 5922, Section 7.2", "the URI %q is that of another domain", text)
		}
	}
	return identities
}

func matchDNSNames(r *IdentityResult, c *Certificate, want string, sipURIs int) {
	const section = "RFC 5922, Section 7.1"
	for _, name := range c.DNSNames {
		switch {
		case strings.Contains(name, "*"):
			r.reason("RFC 5922, Section 7.2", "the dNSName %q has a wildcard, which matches nothing in SIP", name)
		case normalHost(name) != want:
			r.reason("RFC 5922, Section 7.2", "the dNSName %q is that of another host", name)
		case sipURIs > 0 && !r.Matched:
			r.reason(section+"; RFC 6216, Section 6", "the dNSName %q does not count, since there are sip URIs; by RFC 6216 it would", name)
		case sipURIs == 0:
			r.match("dNSName", name, section)
		}
	}
}

func matchCommonName(r *IdentityResult, c *Certificate, want string) {
	const section, both = "RFC 5922, Section 7.1", "RFC 5922, Section 7.1; RFC 6216, Section 6"
	names := c.Subject.CommonNames()
	if len(names) == 0 || r.Matched {
		return
	}
	name := names[len(names)-1] // the most specific
	matches := normalHost(name) == want
	wild := strings.HasPrefix(name, "*.") && wildcardIncludes(name, want)
	switch {
	case !matches && !wild:
		r.reason("RFC 5922, Section 7.2", "the commonName %q is another", name)
	case wild && len(c.DNSNames) == 0:
		r.reason("RFC 5922, Section 7.2; RFC 6216, Section 6", "the commonName %q has a wildcard, which matches nothing; by RFC 6216 it would, as there is no dNSName", name)
	case wild:
		r.reason("RFC 5922, Section 7.2", "the commonName %q has a wildcard, which matches nothing in SIP", name)
	case !c.HasAltName:
		r.match("commonName", name, section)
		r.reason(both, "the commonName counts, as there are no alternative names; RFC 6216 asks for no more than that there be no dNSName")
	case len(c.DNSNames) == 0:
		r.reason(both, "the commonName %q does not count, since there are alternative names; by RFC 6216 it would, as none is a dNSName", name)
	default:
		r.reason(both, "the commonName %q does not count, since there are alternative names", name)
	}
}

// wildcardIncludes tells whether a name that begins with "*." stands for a host: for one label.
func wildcardIncludes(pattern, host string) bool {
	label, rest, found := strings.Cut(host, ".")
	return found && label != "" && rest == normalHost(pattern[2:])
}

// MatchAOR tells whether a certificate is that of an address of record: whether a URI of the
// subject's alternative names is the same (RFC 3261, Section 23.2; of requests it is the From
// header field's, Section 23.3). URIs of the schemes sip and sips are compared by user, host and
// port (RFC 3261, Section 19.1.4), without parameters and headers; others octet by octet, the
// scheme without regard to case. Of the schemes im and pres the address is compared with that of a
// sip URI, and told, but does not match.
func MatchAOR(c *Certificate, uri string) IdentityResult {
	const section = "RFC 3261, Section 23.2"
	r := IdentityResult{Section: section}
	want, known := parseAOR(uri)
	for _, text := range c.URIs {
		have, ok := parseAOR(text)
		switch {
		case !ok || !known:
			if text == uri && uri != "" { // which is nobody's
				r.match("URI", text, section)
			} else {
				r.reason(section, "the URI %q is another", text)
			}
		case have == want:
			r.match("URI", text, section)
		case have.address() == want.address():
			r.reason(section, "the URI %q has the same address, but another scheme", text)
		default:
			r.reason(section, "the URI %q is another's", text)
		}
	}
	if r.Matched {
		return r
	}
	r.Detail = fmt.Sprintf("%q is not a URI of the subject's alternative names", uri)
	for _, address := range append(c.EmailAddresses[:len(c.EmailAddresses):len(c.EmailAddresses)], c.Subject.EmailAddresses()...) {
		if strings.EqualFold(address, want.user+"@"+want.host) {
			r.reason(section, "the e-mail address %q is the same, but only a URI counts", address)
		}
	}
	if len(c.URIs) == 0 {
		r.reason(section, "the certificate has no URI at all")
	}
	r.Detail += ": " + strings.Join(r.Reasons[:min(len(r.Reasons), maxReasonsShown)], "; ")
	return r
}

// aor is what of a URI makes an address of record.
type aor struct{ scheme, user, host, port string }

func (a aor) address() string { return a.user + "@" + a.host + ":" + a.port }

// parseAOR reads a URI of one of the schemes that have addresses of record.
func parseAOR(text string) (a aor, ok bool) {
	scheme, rest, found := strings.Cut(text, ":")
	a.scheme = strings.ToLower(scheme)
	switch a.scheme {
	case "sip", "sips", "im", "pres":
	default:
		return a, false
	}
	if !found {
		return a, false
	}
	user, host, hasUser := cutLast(untilAny(rest, "?"), "@")
	if !hasUser {
		user, host = "", user
	}
	a.user, _, _ = strings.Cut(user, ":") // a password does not count
	if plain, err := url.PathUnescape(a.user); err == nil {
		a.user = plain
	}
	host = untilAny(host, ";")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, a.port = host[:i], host[i+1:]
	}
	a.host = normalHost(host)
	return a, a.host != ""
}

func untilAny(s, chars string) string {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i]
	}
	return s
}

// sipHost returns the host of a sip URI as net/url has it, and whether it has a user part.
func sipHost(u *url.URL) (host string, user bool) {
	rest := u.Opaque
	if rest == "" {
		rest = u.Host
		user = u.User != nil
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest, user = rest[i+1:], true
	}
	rest = untilAny(rest, ";?")
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		rest = rest[:i]
	}
	return rest, user
}

// normalHost is a host for comparison: in lower case, without brackets or a final dot.
func normalHost(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// isHostName tells whether a string has the characters of a host name only.
func isHostName(s string) bool {
	for _, b := range []byte(s) {
		if !isAlphanumeric(b) && b != '-' && b != '.' && b != '_' && b != '*' {
			return false
		}
	}
	return s != ""
}
