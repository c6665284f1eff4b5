package sipparse

import (
	"strings"
	"testing"
)

func TestParseURI(t *testing.T) {
	u, err := ParseURI("sips:alice:secret@[2001:db8::1]:5061;transport=tls?subject=x")
	if err != nil || u.Scheme != "sips" || u.User != "alice" || u.Host != "[2001:db8::1]" || u.Port != 5061 {
		t.Errorf("%+v, %v", u, err)
	}
	if v, _ := u.UriParams.Get("transport"); v != "tls" {
		t.Errorf("parameters %v", u.UriParams)
	}
	if u, err := ParseURI("tel:+12015550123"); err != nil || u.Scheme != "tel" || u.Raw() != "+12015550123" {
		t.Errorf("%+v, %v", u, err)
	}
	for _, s := range []string{"", "a", ":", "sip:", "sip:a@", "sip:2001:db8::10", "sip:a@[2001:db8:::1]", "<sip:a@b>", "sip:a b@c", "sip:a@b;c=[::1]",
		"sip:a@b" + strings.Repeat(";a", maxURI)} {
		if u, err := ParseURI(s); err == nil {
			t.Errorf("%.40q is %+v", s, u)
		}
	}
}

// FuzzURI: what this package lets through must not panic sipgo, and the host it finds must be the
// one that was checked.
func FuzzURI(f *testing.F) {
	for _, s := range []string{"sip:a@b", "sips:a:b@[::1]:5061;x=y?z=w&q", "tel:1", "*", "sip:a;b?c@d:1;e=\"f\"", "sip:h; ?", "sip:%zz@h;=;?&=", "sip:[]@0", "sip:0;0[\xe1\xec]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseURI(s)
		if err == nil && isSIPURI(s) && (hostFault(u.Host).code != nil || !strings.HasPrefix(s[hostStart(s):], u.Host)) {
			t.Errorf("%q has the host %q", s, u.Host)
		}
	})
}
