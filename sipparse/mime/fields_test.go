package mime

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestContentDisposition(t *testing.T) {
	for _, tt := range []struct {
		v                        string
		typ, handling, filename  string
		required, malformedIssue bool
	}{
		{"", "", "", "", true, false},
		{"session", "session", "", "", true, false},
		{"Attachment;handling=required;filename=smime.p7s", "attachment", "required", "smime.p7s", true, false},
		{`render ; HANDLING = Optional (x); filename="a \"b\".txt"`, "render", "optional", `a "b".txt`, false, false},
		{"x-new;handling=later", "x-new", "later", "", true, false},
		{"attachment;filename*=UTF-8''%e2%82%ac%20rates;filename=plain", "attachment", "", "€ rates", true, false},
		{"render;handling=\"a b\"", "render", "a b", "", true, true},
		{";handling=optional", "", "optional", "", false, true},
		{"attachment;filename", "attachment", "", "", true, true},
	} {
		p := Parse(Header{Disposition: tt.v}, nil, Limits{})[0]
		d := p.ContentDisposition()
		if d.Type != tt.typ || d.Handling != tt.handling || d.Filename != tt.filename || d.Required() != tt.required {
			t.Errorf("%q: %+v", tt.v, d)
		}
		if got := len(p.Issues) == 1 && p.Issues[0].Code == "disposition-malformed"; got != tt.malformedIssue {
			t.Errorf("%q: issues %+v", tt.v, p.Issues)
		}
	}
}

// TestExtendedParameters holds the examples of RFC 2231, Sections 3 to 4.1, and what is wrong.
func TestExtendedParameters(t *testing.T) {
	for _, tt := range []struct {
		v    string
		want []Param
		ok   bool
	}{
		{`message/external-body; access-type=URL; URL*0="ftp://"; URL*1="cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"`,
			[]Param{{"access-type", "URL"}, {"url", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"}}, true},
		{"application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
			[]Param{{"title", "This is ***fun***"}}, true},
		{`application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn't it!"`,
			[]Param{{"title", "This is even more ***fun*** isn't it!"}}, true},
		{"a/b; x*1=b; x*0=a; y=1", []Param{{"y", "1"}, {"x", "ab"}}, true},
		{"a/b; name=plain; name*=iso-8859-1''%e4", []Param{{"name", "ä"}}, true},
		{"a/b; x*0=a; x*2=c", []Param{{"x", "ac"}}, false},
		{"a/b; x*1=b", []Param{{"x", "b"}}, false},
		{"a/b; x*=%zz", []Param{{"x", "%zz"}}, false},
		{"a/b; x*=''%4", []Param{{"x", "%4"}}, false},
		{"a/b; x*=utf-8''%ff", []Param{{"x", "\xff"}}, false},
		{"a/b; x*y=1; *=2", []Param{{"x*y", "1"}, {"*", "2"}}, false},
	} {
		_, params, _, ok := parseContentType(tt.v, nil)
		if !slices.Equal(params, tt.want) || ok != tt.ok {
			t.Errorf("%s: %v %q", tt.v, ok, params)
		}
	}
}

func TestContentID(t *testing.T) {
	for _, tt := range []struct {
		v, id string
		ok    bool
	}{
		{"<a@b>", "a@b", true}, {"", "", true}, {"a@b", "a@b", false}, {"<>", "", false}, {"<a b@c>", "a b@c", false},
	} {
		p := Parse(Header{ID: tt.v}, nil, Limits{})[0]
		if p.ID != tt.id || (len(p.Issues) == 0) != tt.ok {
			t.Errorf("%q: %q %+v", tt.v, p.ID, p.Issues)
		}
	}
}

func compress(t testing.TB, coding string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zlib":
		w = zlib.NewWriter(&out)
	case "flate":
		w, _ = flate.NewWriter(&out, flate.BestCompression)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestContentEncoding(t *testing.T) {
	hello := []byte("hello")
	z := compress(t, "gzip", hello)
	for _, tt := range []struct {
		name, encoding, transfer string
		body                     []byte
		want                     string
	}{
		{"gzip", "gzip", "", z, `1 text/plain "hello"`},
		{"x-gzip, a line end behind", "X-GZIP", "binary", append(bytes.Clone(z), "\r\n"...), `1 text/plain "hello"`},
		{"zlib", "deflate", "", compress(t, "zlib", hello), `1 text/plain "hello"`},
		{"bare deflate", "deflate", "", compress(t, "flate", hello), `1 text/plain "hello"`},
		{"two", "deflate , gzip", "", compress(t, "gzip", compress(t, "zlib", hello)), `1 text/plain "hello"`},
		{"identity", "identity", "", hello, `1 text/plain "hello"`},
		{"cut", "gzip", "", z[:len(z)-4], `1 text/plain "hello" content-encoding-damaged`},
		{"not gzip", "gzip", "", hello, `1 text/plain "hello" content-encoding-damaged`},
		{"unknown", "br", "", hello, `1 text/plain "hello" content-encoding-unknown`},
		{"too many", "gzip,gzip,gzip,gzip,gzip", "", hello, `1 text/plain "hello" content-encoding-unknown`},
		{"limit", "gzip", "", compress(t, "gzip", bytes.Repeat(hello, 100)), `1 text/plain "hellohello" inflate-limit`},
	} {
		l := Limits{}
		if tt.name == "limit" {
			l.Inflated = 10
		}
		parts := Parse(Header{ContentEncoding: tt.encoding, TransferEncoding: tt.transfer}, tt.body, l)
		checkRanges(t, tt.body, parts)
		if got := show(parts); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestInflateLimit makes sure that the limit is that of all parts together.
func TestInflateLimit(t *testing.T) {
	bomb := compress(t, "gzip", make([]byte, 1<<20))
	body := "--b"
	for range 10 {
		body += "\r\nContent-Encoding: gzip\r\n\r\n" + string(bomb) + "\r\n--b"
	}
	sum := 0
	for _, p := range Parse(Header{Type: mixed}, []byte(body+"--"), Limits{}) {
		sum += len(p.Content)
	}
	if sum != DefaultInflated {
		t.Errorf("%d octets", sum)
	}
}

func TestUnpack(t *testing.T) {
	open := "--b\r\n\r\none\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--"
	parts := Parse(Header{Type: mixed, ContentEncoding: "gzip"}, compress(t, "gzip", []byte(open)), Limits{})
	if len(parts) != 1 || parts[0].Path != "1" || parts[0].Multipart || string(parts[0].Content) != open {
		t.Fatalf("%+v", parts[0])
	}
	inside := parts[0].Unpack(Limits{})
	if got := show(inside); !slices.Equal(got, []string{`0 multipart/mixed ""`, `1 text/plain "one"`, `2 a/b "two"`}) {
		t.Errorf("%s", got)
	}
	checkRanges(t, []byte(open), inside)
	for _, p := range []*Part{inside[0], inside[1]} {
		if p.Unpack(Limits{}) != nil {
			t.Errorf("part %s was unpacked", p.Path)
		}
	}
}

// TestFieldsLinear makes sure that no header value costs more than its length: with the square of that,
// it would take minutes.
func TestFieldsLinear(t *testing.T) {
	const (
		size     = 1 << 20
		patience = 20 * time.Second
	)
	start := time.Now()
	for _, unit := range []string{";x*=''a", ";x*0=a", ";a*1*=%", ";x=\"\\", "(", ";a=b"} {
		v := "a/b" + strings.Repeat(unit, size/len(unit))
		Parse(Header{Type: v, Disposition: v}, nil, Limits{})
	}
	var v strings.Builder
	for i := range size / 10 {
		fmt.Fprintf(&v, ";x%d*=a", i)
	}
	Parse(Header{Type: "a/b" + v.String()}, nil, Limits{})
	if took := time.Since(start); took > patience {
		t.Errorf("it took %v, more than %v", took, patience)
	}
}
