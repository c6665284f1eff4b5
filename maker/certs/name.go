package certs

import (
	"fmt"
	"net/netip"
	"strings"
)

// Kind is what a NAME's syntax makes it.
type Kind int

const (
	Host Kind = iota // a host name or address: dNSName or iPAddress, and sip: URI
	User             // user@host: sip:, im: and pres: URIs
	URI              // scheme:rest: that URI alone
)

// String returns "host", "user" or "URI".
func (k Kind) String() string {
	switch k {
	case Host:
		return "host"
	case User:
		return "user"
	}
	return "URI"
}

// altNames are the entries of a subjectAltName extension in the order they
// are encoded (RFC 5280, Section 4.2.1.6).
type altNames struct {
	dns []string
	uri []string
	ip  []netip.Addr
}

func (n altNames) empty() bool { return len(n.dns)+len(n.uri)+len(n.ip) == 0 }

// CheckName returns nil if name is a host, a user or a URI, and a [*NameError] if it is none.
func CheckName(name string) error {
	_, _, err := parseName(name)
	return err
}

// parseName tells what name is and which alternative names the documents'
// makeCert gives it.
func parseName(name string) (Kind, altNames, error) {
	fail := func(reason string) (Kind, altNames, error) {
		return 0, altNames{}, &NameError{Name: name, Reason: reason}
	}
	if name == "" {
		return fail("it is empty")
	}
	if len(name) > maxName {
		return fail(fmt.Sprintf("it is longer than %d octets", maxName))
	}
	if addr, ok := parseAddr(name); ok {
		// Never a dNSName: RFC 5280, Section 4.2.1.6.
		return Host, altNames{ip: []netip.Addr{addr}, uri: []string{"sip:" + uriHost(addr)}}, nil
	}
	if scheme, rest, ok := strings.Cut(name, ":"); ok && !strings.HasPrefix(rest, ":") {
		if reason := checkURI(scheme, rest); reason != "" {
			return fail(reason)
		}
		return URI, altNames{uri: []string{name}}, nil
	}
	if user, host, ok := strings.Cut(name, "@"); ok {
		if reason := checkUser(user); reason != "" {
			return fail(reason)
		}
		if _, isAddr := parseAddr(host); !isAddr {
			if reason := checkHost(host); reason != "" {
				return fail(reason)
			}
		}
		return User, altNames{uri: []string{"sip:" + name, "im:" + name, "pres:" + name}}, nil
	}
	if base, ok := strings.CutPrefix(name, "*."); ok {
		// No SIP URI has such a host; what remains tests that SIP never
		// matches a wildcard (RFC 5922, Section 7.2).
		if reason := checkHost(base); reason != "" {
			return fail(reason)
		}
		return Host, altNames{dns: []string{name}}, nil
	}
	if reason := checkHost(name); reason != "" {
		return fail(reason)
	}
	return Host, altNames{dns: []string{name}, uri: []string{"sip:" + name}}, nil
}

// parseAddr reads an IP address, IPv6 with or without a URI's brackets.
func parseAddr(s string) (netip.Addr, bool) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		if inner, ok = strings.CutSuffix(inner, "]"); !ok || !strings.Contains(inner, ":") {
			return netip.Addr{}, false
		}
		s = inner
	}
	addr, err := netip.ParseAddr(s)
	return addr, err == nil && addr.Zone() == ""
}

func uriHost(addr netip.Addr) string {
	if addr.Is4() {
		return addr.String()
	}
	return "[" + addr.String() + "]"
}

// checkHost returns why s is no host name (RFC 3261, Section 25.1, hostname),
// or "".
func checkHost(s string) string {
	if s == "" {
		return "the host is empty"
	}
	if len(s) > maxHost {
		return fmt.Sprintf("the host is longer than %d octets (RFC 1035, Section 2.3.4)", maxHost)
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		switch {
		case label == "":
			return "the host has an empty label (RFC 3261, Section 25.1)"
		case len(label) > maxLabel:
			return fmt.Sprintf("a label of the host is longer than %d octets (RFC 1035, Section 2.3.4)", maxLabel)
		case label[0] == '-' || label[len(label)-1] == '-':
			return "a label of the host begins or ends with a hyphen (RFC 3261, Section 25.1)"
		}
		for i := range len(label) {
			if !isAlnum(label[i]) && label[i] != '-' {
				return "the host holds other than letters, digits, hyphens and dots (RFC 3261, Section 25.1)"
			}
		}
	}
	if top := labels[len(labels)-1]; !isAlpha(top[0]) {
		return "the host's last label does not begin with a letter (RFC 3261, Section 25.1)"
	}
	return ""
}

// checkUser returns why s is no user part (RFC 3261, Section 25.1), or "".
func checkUser(s string) string {
	if s == "" {
		return "the user is empty"
	}
	return checkCharacters(s, "-_.!~*'()&=+$,;?/", "the user holds a character that must be escaped (RFC 3261, Section 25.1)")
}

// checkURI returns why scheme:rest is no absolute URI (RFC 3986, Sections 2
// and 3.1), or "".
func checkURI(scheme, rest string) string {
	if scheme == "" || !isAlpha(scheme[0]) {
		return "the URI's scheme does not begin with a letter (RFC 3986, Section 3.1)"
	}
	for i := range len(scheme) {
		if !isAlnum(scheme[i]) && !strings.ContainsRune("+-.", rune(scheme[i])) {
			return "the URI's scheme holds other than letters, digits, plus, hyphen and dot (RFC 3986, Section 3.1)"
		}
	}
	if rest == "" {
		return "the URI has nothing after its scheme"
	}
	if strings.Contains(scheme, ".") && strings.Trim(rest, "0123456789") == "" {
		return "a host's certificate names no port"
	}
	return checkCharacters(rest, "-._~:/?#[]@!$&'()*+,;=", "the URI holds a character that must be escaped (RFC 3986, Section 2)")
}

// checkCharacters returns reason unless s is letters, digits, escaped octets
// and the marks.
func checkCharacters(s, marks, reason string) string {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlnum(c) || strings.IndexByte(marks, c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return reason
		}
	}
	return ""
}

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isAlnum(c byte) bool { return isAlpha(c) || '0' <= c && c <= '9' }
func isHex(c byte) bool   { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// fileName is name as part of a file's name: itself, as the documents have it,
// but for the characters that separate folders.
func fileName(name string) string {
	return strings.NewReplacer("/", "_", "\\", "_").Replace(name)
}

// filePrefix is what the documents' makeCert puts before the files of name.
func filePrefix(name string) string {
	if strings.Contains(name, "@") {
		return "user"
	}
	return "domain"
}
