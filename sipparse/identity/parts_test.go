package identity

import (
	"reflect"
	"strings"
	"testing"

	"sipsecdump/sipparse"
)

func parse(raw []byte) *sipparse.Message { return sipparse.Parse(raw) }

func TestParseField(t *testing.T) {
	tests := []struct {
		value string
		want  field
	}{
		{"", field{}},
		{"abc", field{token: "abc"}},
		{`"ab c"; alg = rsa-sha1`, field{token: "abc", quoted: true, spaced: true, params: []param{{"alg", "rsa-sha1"}}}},
		{"<https://x/y;z>;alg=rsa-sha1", field{token: "https://x/y;z", params: []param{{"alg", "rsa-sha1"}}}},
		{"a.b.c;info=<https://x;y>;ppt=\"shaken\";;flag", field{token: "a.b.c", params: []param{{"info", "https://x;y"}, {"ppt", "shaken"}, {"flag", ""}}}},
		{";info=<open", field{params: []param{{"info", "<open"}}}},
		{`"`, field{token: `"`}},
	}
	for _, tt := range tests {
		if got := parseField(tt.value); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %+v", tt.value, got)
		}
	}
}

func TestParseParty(t *testing.T) {
	tests := []struct {
		uri  string
		want party
	}{
		{"", party{}},
		{"example.com", party{}},
		{"tel:+1-(215).555-1212;ext=7", party{tn: "12155551212"}},
		{"TEL:*69#", party{tn: "*69#"}},
		{"tel:alice", party{}},
		{"sip:Alice@Example.COM:5060;transport=udp?x=y", party{uri: "sip:Alice@example.com", domain: "example.com"}},
		{"sips:alice@example.com", party{uri: "sip:alice@example.com", asWritten: "sips:alice@example.com", domain: "example.com"}},
		{"SIP:+12155551212;phone-context=x@example.com;user=phone", party{tn: "12155551212", uri: "sip:+12155551212;phone-context=x@example.com", domain: "example.com"}},
		{"sip:100:secret@[2001:DB8::1]:5060", party{tn: "100", uri: "sip:100:secret@[2001:db8::1]", domain: "[2001:db8::1]"}},
		{"sip:example.com", party{uri: "sip:example.com", domain: "example.com"}},
		{"sip:[::1", party{uri: "sip:[::1", domain: "[::1"}},
		{"http://example.com/", party{uri: "http://example.com/", domain: "//example.com/"}},
	}
	for _, tt := range tests {
		if got := parseParty(tt.uri); got != tt.want {
			t.Errorf("%q: %+v", tt.uri, got)
		}
	}
}

func TestParseObject(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: `{}`,
		` { "b" : [ 1.50 , null , true , "<&>" ] , "a" : { } } `: `{"b":[1.50,null,true,"<&>"],"a":{}}`,
		`{"a":{"a":{"a":[[],{}]}}}`:                              `{"a":{"a":{"a":[[],{}]}}}`,
	} {
		o, err := parseObject([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := o.MarshalJSON(); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{``, `{`, `{"a"`, `{"a":`, `{"a":1`, `[]`, `null`, `{"a":1}}`, `{"a":1,}`, `{a:1}`, `{"a":01}`} {
		if o, err := parseObject([]byte(text)); err == nil {
			t.Errorf("%s: %v", text, o)
		}
	}
	if o, err := parseObject([]byte(`{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`)); err != nil || o == nil {
		t.Error(err)
	}
}
