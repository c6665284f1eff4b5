package pki

import (
	"net/netip"
	"strings"
	"testing"
)

// named makes a certificate of names only: "cn=", "dns=", "uri=", "ip=", "email=".
func named(names ...string) *Certificate {
	c := &Certificate{}
	for _, n := range names {
		kind, value, _ := strings.Cut(n, "=")
		if kind != "cn" {
			c.HasAltName = true
		}
		switch kind {
		case "cn":
			c.Subject.RDNs = append(c.Subject.RDNs, []Attribute{{Type: oidCommonName, Value: value}})
		case "dns":
			c.DNSNames = append(c.DNSNames, value)
		case "uri":
			c.URIs = append(c.URIs, value)
		case "ip":
			c.IPAddresses = append(c.IPAddresses, netip.MustParseAddr(value))
		case "email":
			c.EmailAddresses = append(c.EmailAddresses, value)
		}
	}
	return c
}

// TestMatchSIPDomain has the rules of RFC 5922, Section 7, and where RFC 6216, Section 6 differs.
func TestMatchSIPDomain(t *testing.T) {
	for _, tt := range []struct {
		cert    *Certificate
		host    string
		kind    string // "" if it does not match
		reasons string // a part of one
	}{
		{named("uri=sip:example.com"), "example.com", "sip URI", ""},
		{named("uri=SIP:Example.COM"), "example.com.", "sip URI", ""},
		{named("uri=sip:example.com:5061;transport=tls"), "example.com", "sip URI", ""},
		{named("uri=sip:[2001:db8::1]"), "2001:db8::1", "sip URI", ""},
		{named("uri=sips:example.com"), "example.com", "", "scheme sip"},
		{named("uri=sip:alice@example.com"), "example.com", "", "user part"},
		{named("uri=sip:alice@example.com", "dns=example.com"), "example.com", "dNSName", "user part"},
		{named("uri=sip:example.net"), "example.com", "", "another domain"},
		{named("uri=sip:sub.example.com"), "example.com", "", "another domain"},
		{named("uri=sip:example.com"), "sub.example.com", "", "another domain"},
		{named("uri=sip:*.example.com"), "a.example.com", "", "another domain"},
		{named("uri=sip://%zz"), "example.com", "", "cannot be read"},
		{named("uri=sip:"), "example.com", "", "names no host"},
		{named("uri=http://example.com/"), "example.com", "", "scheme sip"},
		{named("uri=sip:example.net", "dns=example.com"), "example.com", "", "RFC 6216, Section 6"},
		{named("uri=sip:example.com", "dns=example.com"), "example.com", "sip URI", ""},
		{named("dns=example.com"), "EXAMPLE.com", "dNSName", ""},
		{named("dns=*.example.com"), "a.example.com", "", "RFC 5922, Section 7.2"},
		{named("dns=*.example.com", "dns=a.example.com"), "a.example.com", "dNSName", "wildcard"},
		{named("cn=example.com"), "example.com", "commonName", "RFC 6216"},
		{named("cn=first", "cn=example.com"), "example.com", "commonName", ""},
		{named("cn=example.com", "cn=last"), "example.com", "", "another"},
		{named("cn=example.com", "dns=example.net"), "example.com", "", "does not count"},
		{named("cn=example.com", "uri=sip:a@example.com"), "example.com", "", "RFC 6216, Section 6"},
		{named("cn=*.example.com"), "a.example.com", "", "by RFC 6216 it would"},
		{named("cn=*.example.com"), "a.b.example.com", "", "another"},
		{named("cn=*.example.com", "dns=x"), "a.example.com", "", "matches nothing in SIP"},
		{named("ip=192.0.2.1"), "192.0.2.1", "iPAddress", "inadvisable"},
		{named("ip=192.0.2.1"), "192.0.2.2", "", "another"},
		{named("ip=2001:db8::1"), "[2001:db8::1]", "iPAddress", ""},
		{named("ip=192.0.2.1"), "example.com", "", ""},
		{named(), "example.com", "", ""},
	} {
		r := MatchSIPDomain(tt.cert, tt.host)
		if r.Kind != tt.kind || r.Matched != (tt.kind != "") || r.Section == "" || r.Detail == "" || (r.Name == "") == r.Matched {
			t.Errorf("%+v, %s: %+v", tt.cert.URIs, tt.host, r)
		}
		if !strings.Contains(strings.Join(r.Reasons, "\n"), tt.reasons) {
			t.Errorf("%s: no %q in %q", tt.host, tt.reasons, r.Reasons)
		}
	}
}

func TestMatchAOR(t *testing.T) {
	const fluffy = "sip:fluffy@example.com"
	for _, tt := range []struct {
		cert    *Certificate
		uri     string
		matched bool
		reasons string
	}{
		{named("uri=" + fluffy), fluffy, true, ""},
		{named("uri=" + fluffy), "SIP:fluffy@EXAMPLE.com;transport=tcp?subject=x", true, ""},
		{named("uri=sip:flu%66fy@example.com"), fluffy, true, ""},
		{named("uri=" + fluffy), "sip:Fluffy@example.com", false, "another's"},
		{named("uri=" + fluffy), "sips:fluffy@example.com", false, "another scheme"},
		{named("uri=im:fluffy@example.com", "uri=pres:fluffy@example.com"), fluffy, false, "another scheme"},
		{named("uri=sip:fluffy@example.com:5060"), fluffy, false, "another's"},
		{named("uri=sip:fluffy:secret@example.com"), fluffy, true, ""},
		{named("uri=sip:example.com"), fluffy, false, "another's"},
		{named("uri=sip:kumiko@example.net", "uri="+fluffy), fluffy, true, ""},
		{named("uri=tel:+1"), "tel:+1", true, ""},
		{named("uri=tel:+1"), "tel:+2", false, "another"},
		{named("email=fluffy@example.com"), fluffy, false, "only a URI counts"},
		{named("dns=example.com"), fluffy, false, "no URI at all"},
		{named(), "", false, "no URI"},
		{named("uri="), "", false, "another"},
	} {
		r := MatchAOR(tt.cert, tt.uri)
		if r.Matched != tt.matched || r.Section != "RFC 3261, Section 23.2" || r.Detail == "" {
			t.Errorf("%v, %s: %+v", tt.cert.URIs, tt.uri, r)
		}
		if !strings.Contains(strings.Join(r.Reasons, "\n"), tt.reasons) {
			t.Errorf("%s: no %q in %q", tt.uri, tt.reasons, r.Reasons)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add("sip:fluffy@example.com", "example.com")
	f.Add("sip:example.com", "example.com")
	f.Add("sip:[::1]:5061;x?y", "::1")
	f.Add("*.example.com", "a.example.com")
	f.Fuzz(func(t *testing.T, name, host string) {
		c := named("uri="+name, "dns="+name)
		if r := MatchAOR(c, host); r.Matched && name == "" {
			t.Errorf("%q, %q: %+v", name, host, r)
		}
		if r := MatchSIPDomain(c, host); r.Matched && strings.Contains(r.Name, "*") || r.Matched != (r.Kind != "") {
			t.Errorf("%q, %q: %+v", name, host, r)
		}
		if same := MatchAOR(named("uri="+name), name); same.Matched != (name != "") {
			t.Errorf("%q is not itself: %+v", name, same)
		}
	})
}
