package certs

import (
	"errors"
	"strings"
	"testing"
)

var nameTests = []struct {
	name string
	kind Kind
	want string // the alternative names; "" if refused
	err  string // part of the reason
}{
	{name: "example.com", want: "dns:example.com uri:sip:example.com"},
	{name: "localhost", want: "dns:localhost uri:sip:localhost"},
	{name: "a-b.3com.example", want: "dns:a-b.3com.example uri:sip:a-b.3com.example"},
	{name: "xn--bcher-kva.example", want: "dns:xn--bcher-kva.example uri:sip:xn--bcher-kva.example"},
	{name: "*.example.com", want: "dns:*.example.com"},
	{name: "192.0.2.1", want: "ip:192.0.2.1 uri:sip:192.0.2.1"},
	{name: "2001:db8::1", want: "ip:2001:db8::1 uri:sip:[2001:db8::1]"},
	{name: "[2001:db8::1]", want: "ip:2001:db8::1 uri:sip:[2001:db8::1]"},
	{name: "alice@example.org", kind: User, want: "uri:sip:alice@example.org uri:im:alice@example.org uri:pres:alice@example.org"},
	{name: "+1-555;ext=2@example.org", kind: User, want: "uri:sip:+1-555;ext=2@example.org uri:im:+1-555;ext=2@example.org uri:pres:+1-555;ext=2@example.org"},
	{name: "a%20b@192.0.2.1", kind: User, want: "uri:sip:a%20b@192.0.2.1 uri:im:a%20b@192.0.2.1 uri:pres:a%20b@192.0.2.1"},
	{name: "sip:alice@example.org", kind: URI, want: "uri:sip:alice@example.org"},
	{name: "tel:+1-201-555-0123", kind: URI, want: "uri:tel:+1-201-555-0123"},
	{name: "https://example.org/a?b#c", kind: URI, want: "uri:https://example.org/a?b#c"},

	{name: "", err: "empty"},
	{name: strings.Repeat("a.", 120) + "example", err: "longer than 220"},
	{name: strings.Repeat("a", 64) + ".example", err: "63"},
	{name: "example..com", err: "empty label"},
	{name: "example.com.", err: "empty label"},
	{name: "-a.example", err: "hyphen"},
	{name: "a_b.example", err: "letters"},
	{name: "exämple.com", err: "letters"},
	{name: "256.1.1.1", err: "last label"},
	{name: "a.*.example", err: "letters"},
	{name: "../../etc/passwd", err: "empty label"},
	{name: "a b", err: "letters"},
	{name: "@example.org", err: "user is empty"},
	{name: "alice@", err: "host is empty"},
	{name: "a@b@c", err: "letters"},
	{name: "al ice@example.org", err: "escaped"},
	{name: "a%2@example.org", err: "escaped"},
	{name: "alice@example.org\n", err: "letters"},
	{name: ":x", err: "scheme"},
	{name: "sip:", err: "nothing after"},
	{name: "s_p:x", err: "scheme"},
	{name: "sip:a b", err: "escaped"},
	{name: "sip:a\x00b", err: "escaped"},
	{name: "example.com:5061", err: "port"},
	{name: "fe80::1%eth0", err: ""},
	{name: "[192.0.2.1]", err: "letters"},
	{name: "[2001:db8::1", err: ""},
}

func (n altNames) String() string {
	var parts []string
	for _, s := range n.dns {
		parts = append(parts, "dns:"+s)
	}
	for _, a := range n.ip {
		parts = append(parts, "ip:"+a.String())
	}
	for _, s := range n.uri {
		parts = append(parts, "uri:"+s)
	}
	return strings.Join(parts, " ")
}

func TestParseName(t *testing.T) {
	for _, test := range nameTests {
		t.Run(test.name, func(t *testing.T) {
			kind, names, err := parseName(test.name)
			if test.want == "" {
				var nameErr *NameError
				if !errors.As(err, &nameErr) || !strings.Contains(nameErr.Reason, test.err) {
					t.Fatalf("got %v, %v, want an error with %q", names, err, test.err)
				}
				return
			}
			if err != nil || kind != test.kind || names.String() != test.want {
				t.Errorf("got %v, %v, %v, want %v, %s", kind, names, err, test.kind, test.want)
			}
		})
	}
}

// Whatever passes makes safe files' names and an encodable extension.
func FuzzParseName(f *testing.F) {
	for _, test := range nameTests {
		f.Add(test.name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		_, names, err := parseName(name)
		if err != nil {
			return
		}
		file := filePrefix(name) + "_cert_" + fileName(name) + ".pem"
		if len(file) > 255 || strings.ContainsAny(file, "/\\\x00\n\t ") {
			t.Errorf("file name %q", file)
		}
		if names.empty() {
			t.Error("no alternative name")
		}
		if _, err := names.extension(false); err != nil {
			t.Error(err)
		}
	})
}
