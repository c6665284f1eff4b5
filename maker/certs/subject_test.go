package certs

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var subjectTests = []struct {
	text string
	want Subject // nil if refused
}{
	{"/C=US/ST=California/L=San Jose/O=sipit/CN=example.com", append(append(Subject{}, sipit...), Attribute{"CN", "example.com"})},
	{"C=US, ST=California, L=San Jose, O=sipit, CN=example.com", append(append(Subject{}, sipit...), Attribute{"CN", "example.com"})},
	{"CN=a", Subject{{"CN", "a"}}},
	{"CN = a", Subject{{"CN", "a"}}},
	{"/CN=a=b, c", Subject{{"CN", "a=b, c"}}},
	{`/CN=a\/b\\c`, Subject{{"CN", `a/b\c`}}},
	{`CN=a\, b`, Subject{{"CN", "a, b"}}},
	{"/DC=org/DC=example/CN=Bücher", Subject{{"DC", "org"}, {"DC", "example"}, {"CN", "Bücher"}}},
	{"/emailAddress=a@example.com", Subject{{"emailAddress", "a@example.com"}}},
	{"", nil},
	{"/", nil},
	{"CN", nil},
	{"/CN=", nil},
	{"/CN=a/", nil},
	{`/CN=a\`, nil},
	{"/C=USA", nil},
	{"/C=é", nil},
	{"/XX=a", nil},
	{"/CN=a\nb", nil},
	{"/CN=\xff", nil},
	{"/DC=é", nil},
	{"/CN=0123456789012345678901234567890123456789012345678901234567890123x", nil},
}

func TestParseSubject(t *testing.T) {
	for _, test := range subjectTests {
		t.Run(test.text, func(t *testing.T) {
			got, err := ParseSubject(test.text)
			if test.want == nil {
				if err == nil {
					t.Fatalf("got %v, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// RFC 6216's authority is named exactly as ours are by default.
func TestSubjectMarshal(t *testing.T) {
	a, err := DocumentAuthority("rfc6216", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := authoritySubject.marshal()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Certificate().RawSubject, got); diff != "" {
		t.Error(diff)
	}
}

// What is read is written so that it is read the same, and encodes.
func FuzzParseSubject(f *testing.F) {
	for _, test := range subjectTests {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		subject, err := ParseSubject(text)
		if err != nil {
			return
		}
		again, err := ParseSubject(subject.String())
		if err != nil {
			t.Fatalf("%q: %v", subject.String(), err)
		}
		if diff := cmp.Diff(subject, again); diff != "" {
			t.Error(diff)
		}
		der, err := subject.marshal()
		if err != nil {
			t.Fatal(err)
		}
		var rdns pkix.RDNSequence
		if rest, err := asn1.Unmarshal(der, &rdns); err != nil || len(rest) != 0 || len(rdns) != len(subject) {
			t.Errorf("%x: %v", der, err)
		}
	})
}
