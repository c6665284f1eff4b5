package mime

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// show writes a part as its path, media type, content and issues.
func show(parts []*Part) []string {
	var s []string
	for _, p := range parts {
		line := fmt.Sprintf("%s %s %q", p.Path, p.MediaType, p.Content)
		for _, issue := range p.Issues {
			line += " " + issue.Code
		}
		s = append(s, line)
	}
	return s
}

const mixed = "multipart/mixed;boundary=b"

var parseTests = []struct {
	name        string
	contentType string
	encoding    string
	body        string
	want        []string
}{
	{"leaf", "Text/Plain;charset=UTF-8", "", "hello", []string{`1 text/plain "hello"`}},
	{"no type", "", "", "hello", []string{`1 text/plain "hello"`}},
	{"nothing", "", "", "", []string{`1 text/plain ""`}},
	{"broken type", "text", "", "x", []string{`1 text/plain "x" media-type-malformed`}},
	{"two parts", mixed, "", "--b\r\n\r\none\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--\r\n",
		[]string{`0 multipart/mixed ""`, `1 text/plain "one"`, `2 a/b "two"`}},
	{"lf only", mixed, "", "--b\n\none\n--b\nContent-Type: a/b\n\ntwo\n--b--",
		[]string{`0 multipart/mixed ""`, `1 text/plain "one"`, `2 a/b "two"`}},
	{"preamble and epilogue", mixed, "", "before\r\n--b \t\r\n\r\none\r\n--b--\t\r\nafter\r\n--b\r\n",
		[]string{`0 multipart/mixed ""`, `1 text/plain "one"`}},
	{"quoted boundary", `multipart/mixed; x=y; BOUNDARY="a \"b\" c"`, "", "--a \"b\" c\r\n\r\none\r\n--a \"b\" c--",
		[]string{`0 multipart/mixed ""`, `1 text/plain "one"`}},
	{"comments and backslashes", `multipart / mixed (a (b) \) c) ;\   boundary=b;\ micalg=sha1 (x)`, "", "--b\r\n\r\none\r\n--b--",
		[]string{`0 multipart/mixed ""`, `1 text/plain "one"`}},
	{"binary", mixed, "binary", "--b\r\nContent-Transfer-Encoding: BINARY\r\n\r\n\x00--b\r--b\r\n--bb\r\n--b x\r\n --b\r\n\r\n--b--",
		[]string{`0 multipart/mixed ""`, `1 text/plain "\x00--b\r--b\r\n--bb\r\n--b x\r\n --b\r\n"`}},
	{"nested", mixed, "", "--b\r\nContent-Type: multipart/signed; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bb\r\n\r\ntwo\r\n--bb--\r\n--b\r\n\r\nthree\r\n--b--",
		[]string{`0 multipart/mixed ""`, `1 multipart/signed ""`, `1.1 text/plain "one"`, `1.2 text/plain "two"`, `2 text/plain "three"`}},
	{"empty parts", mixed, "", "--b\r\n--b\r\n\r\n--b--", []string{`0 multipart/mixed ""`, `1 text/plain ""`, `2 text/plain ""`}},
	{"not closed", mixed, "", "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n",
		[]string{`0 multipart/mixed "" boundary-not-closed`, `1 text/plain "one"`, `2 text/plain "two\r\n"`}},
	{"inner not closed", mixed, "", "--b\r\nContent-Type: multipart/x;boundary=c\r\n\r\n--c\r\n\r\none\r\n--b--",
		[]string{`0 multipart/mixed ""`, `1 multipart/x "" boundary-not-closed`, `1.1 text/plain "one"`}},
	{"closed at once", mixed, "", "--b--\r\n", []string{`0 multipart/mixed ""`}},
	{"another boundary", mixed, "", "x\r\n--c\r\n\r\none\r\n--c\r\n\r\ntwo\r\n--c--",
		[]string{`0 multipart/mixed "" boundary-not-found`, `1 text/plain "one"`, `2 text/plain "two"`}},
	{"another boundary, not closed", mixed, "", "--c\r\n\r\none\r\n--c\r\n", []string{`0 multipart/mixed "" boundary-not-found`}},
	{"another boundary, closed at once", mixed, "", "--c--\r\n", []string{`0 multipart/mixed "" boundary-not-found`}},
	{"no boundary anywhere", mixed, "", "hello\r\n-- \r\nme\r\n", []string{`0 multipart/mixed "" boundary-not-found`}},
	{"no boundary", "multipart/mixed", "", "x\r\n--guess\r\n\r\none\r\n--guess--",
		[]string{`0 multipart/mixed "" boundary-missing`, `1 text/plain "one"`}},
	{"no boundary at all", "multipart/mixed", "", "x", []string{`0 multipart/mixed "" boundary-missing`}},
	{"long boundary", "multipart/mixed;boundary=" + strings.Repeat("b", 71), "", "--" + strings.Repeat("b", 71) + "--",
		[]string{`0 multipart/mixed "" boundary-too-long`}},
	{"no header", mixed, "", "--b\r\nhello\r\n--b--", []string{`0 multipart/mixed ""`, `1 text/plain "hello" separator-missing`}},
	{"header not ended", mixed, "", "--b\r\nContent-Type: a/b\r\n--b--", []string{`0 multipart/mixed ""`, `1 a/b "" separator-missing`}},
	{"header line without colon", mixed, "", "--b\r\nContent-Type: a/\r\n  b\r\nnonsense\r\nX : y\r\n\r\none\r\n--b--",
		[]string{`0 multipart/mixed ""`, `1 a/b "one" field-no-colon`}},
	{"parameter without value", "text/plain;charset;a=;b=\"x", "", "", []string{`1 text/plain "" parameter-malformed`}},
	{"junk behind a parameter", "text/plain;a=\"x\"y;b=z", "", "", []string{`1 text/plain "" parameter-malformed`}},
	{"encoded multipart", mixed, "base64", "--b--", []string{`0 multipart/mixed "" encoding-on-multipart`}},

	{"base64", "a/b", "Base64", "aGVs\r\nbG8=\r\n", []string{`1 a/b "hello"`}},
	{"base64, damaged", "a/b", "base64", "aG!Vsb*G8=x", []string{`1 a/b "hello" encoding-damaged`}},
	{"base64, cut", "a/b", "base64", "aGVsbG8", []string{`1 a/b "hello" encoding-damaged`}},
	{"base64, cut to a digit", "a/b", "base64", "aGVsb", []string{`1 a/b "hel" encoding-damaged`}},
	{"quoted-printable", "a/b", "quoted-printable", "a=3Db=\r\nc  \r\nd=C3=a4", []string{`1 a/b "a=bc\r\ndä"`}},
	{"quoted-printable, soft at the end", "a/b", "quoted-printable", "a=", []string{`1 a/b "a"`}},
	{"quoted-printable, damaged", "a/b", "quoted-printable", "a=b\r\n=zz=4", []string{`1 a/b "a=b\r\n=zz=4" encoding-damaged`}},
	{"7bit", "a/b", "7bit", "\xE4", []string{`1 a/b "\xe4" encoding-damaged`}},
	{"unknown encoding", "a/b", "x-zip", "z", []string{`1 a/b "z" encoding-unknown`}},
}

func TestParse(t *testing.T) {
	for _, tt := range parseTests {
		t.Run(tt.name, func(t *testing.T) {
			parts := Parse(Header{Type: tt.contentType, TransferEncoding: tt.encoding}, []byte(tt.body), Limits{})
			if got := show(parts); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			checkRanges(t, []byte(tt.body), parts)
		})
	}
}

// checkRanges fails unless every part lies in its place and the octets of every multipart are
// accounted for exactly once.
func checkRanges(t testing.TB, body []byte, parts []*Part) {
	t.Helper()
	for i, p := range parts {
		if p.Offset < 0 || p.Offset+len(p.Raw) > len(body) || !bytes.Equal(body[p.Offset:p.Offset+len(p.Raw)], p.Raw) {
			t.Fatalf("part %s is not at %d", p.Path, p.Offset)
		}
		var header []byte
		for _, f := range p.Fields {
			header = append(header, f.Raw...)
		}
		if got := slices.Concat(header, p.Separator, p.Body); !bytes.Equal(got, p.Raw) {
			t.Fatalf("part %s is %q, its pieces are %q", p.Path, p.Raw, got)
		}
		for _, issue := range p.Issues {
			if issue.Offset < 0 || issue.Offset > len(body) {
				t.Errorf("issue %+v", issue)
			}
		}
		if !p.Multipart {
			if p.ContentEncoding == "" && len(p.Content) > len(p.Body) {
				t.Errorf("part %s has %d octets decoded from %d", p.Path, len(p.Content), len(p.Body))
			}
			continue
		}
		joined := slices.Clone(p.Preamble)
		for _, child := range parts[i+1:] {
			if child.Depth <= p.Depth {
				break
			}
			if child.Depth == p.Depth+1 {
				joined = slices.Concat(joined, child.Delimiter, child.Raw, child.Boundary)
			}
		}
		if joined = slices.Concat(joined, p.CloseDelimiter, p.Epilogue); !bytes.Equal(joined, p.Body) {
			t.Fatalf("multipart %s is\n%q, its pieces are\n%q", p.Path, p.Body, joined)
		}
	}
}

func TestRanges(t *testing.T) {
	body := []byte("pre\r\n--b\r\nX: y\r\n\r\none\r\n\r\n--b \r\n\r\n--b--\r\nepi")
	parts := Parse(Header{Type: mixed}, body, Limits{})
	m, one, two := parts[0], parts[1], parts[2]
	got := fmt.Sprintf("%q %q %q | %q %q %q %q %d | %q %q", m.Preamble, m.CloseDelimiter, m.Epilogue,
		one.Delimiter, one.Raw, one.Boundary, one.Body, one.Offset, two.Raw, two.Boundary)
	want := `"pre\r\n" "--b--\r\n" "epi" | "--b\r\n" "X: y\r\n\r\none\r\n" "\r\n" "one\r\n" 10 | "" "\r\n"`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if v, _ := one.Field("x"); v != "y" {
		t.Errorf("field x is %q", v)
	}
}

func TestLimits(t *testing.T) {
	const levels = 50
	body := ""
	for i := range levels {
		body += fmt.Sprintf("--b%d\r\nContent-Type: multipart/mixed;boundary=b%d\r\n\r\n", i, i+1)
	}
	parts := Parse(Header{Type: "multipart/mixed;boundary=b0"}, []byte(body), Limits{Depth: 3})
	checkRanges(t, []byte(body), parts)
	last := parts[len(parts)-1]
	if len(parts) != 4 || last.Path != "1.1.1" || last.Multipart || last.Issues[0].Code != "depth-limit" {
		t.Errorf("%d parts, the last is %+v", len(parts), last)
	}

	body = strings.Repeat("--b\r\n\r\nx\r\n", levels) + "--b--"
	parts = Parse(Header{Type: mixed}, []byte(body), Limits{Parts: 10})
	checkRanges(t, []byte(body), parts)
	if m := parts[0]; len(parts) != 10 || m.Issues[0].Code != "parts-limit" || len(m.Epilogue) != (levels-9)*10+5 {
		t.Errorf("%d parts, %+v", len(parts), m.Issues)
	}

	body = strings.Repeat("a:b\r\n", levels) + "\r\nx"
	parts = ParseEntity([]byte(body), Limits{Fields: 10})
	checkRanges(t, []byte(body), parts)
	if p := parts[0]; len(p.Fields) != 11 || p.Issues[0].Code != "fields-limit" || string(p.Body) != "x" {
		t.Errorf("%d fields, %+v", len(p.Fields), p.Issues)
	}
}

func TestParseEntity(t *testing.T) {
	entity := []byte("content-type: message/sip\r\nContent-Disposition: render;\r\n\thandling=optional\r\n\r\nhello")
	p := ParseEntity(entity, Limits{})[0]
	checkRanges(t, entity, []*Part{p})
	if p.Path != "1" || p.MediaType != "message/sip" || p.Disposition != "render; handling=optional" || string(p.Content) != "hello" {
		t.Errorf("%+v", p)
	}
	parts := ParseEntity([]byte("Content-Type: "+mixed+"\r\n\r\n--b\r\n\r\none\r\n--b--"), Limits{})
	if got := show(parts); !slices.Equal(got, []string{`0 multipart/mixed ""`, `1 text/plain "one"`}) {
		t.Error(got)
	}
}

// TestParserReuse makes sure that nothing of a body stays for the next.
func TestParserReuse(t *testing.T) {
	p := new(Parser)
	for range 2 {
		for _, tt := range parseTests {
			if got := show(p.Parse(Header{Type: tt.contentType, TransferEncoding: tt.encoding}, []byte(tt.body), Limits{})); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %q", tt.name, got)
			}
		}
	}
	body := []byte("v=0\r\n")
	if n := testing.AllocsPerRun(100, func() {
		p.Parse(Header{Type: "application/sdp;charset=utf-8", Disposition: "session", TransferEncoding: "binary"}, body, Limits{})
	}); n != 0 {
		t.Errorf("%v allocations for a leaf", n)
	}
}

// TestClone makes sure that a clone outlives what its part was made of.
func TestClone(t *testing.T) {
	p := new(Parser)
	header := Header{Type: "a/b;c=d", Disposition: "render;handling=optional"}
	body := []byte("hello")
	clone := p.Parse(header, body, Limits{})[0].Clone()
	want := fmt.Sprintf("%+v", *p.parts[0])
	p.Parse(Header{Type: "x/y;z=w", Disposition: "session;handling=required"}, []byte("other"), Limits{})
	clear(body)
	if got := fmt.Sprintf("%+v", *clone); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestIsCMS(t *testing.T) {
	signed := "\x30\x82\x01\x52\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
	for _, tt := range []struct {
		mediaType, content string
		want               bool
	}{
		{"application/pkcs7-mime", "", true},
		{"application/x-pkcs7-signature", "", true},
		{"application/octet-stream", signed, true},
		{"application/octet-stream", "\x30\x80" + signed[4:], true},                                        // indefinite length
		{"application/octet-stream", "\x30\x20\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17", true}, // authEnvelopedData
		{"application/octet-stream", "\x30\x82\x01\r\n" + signed[4:], true},                                // a LF of the length became CRLF
		{"application/octet-stream", signed[:14-1], false},
		{"application/octet-stream", "\x31" + signed[1:], false},
		{"text/plain", "hello", false},
		{"text/plain", "0", false},
	} {
		if got := IsCMS(&Part{MediaType: tt.mediaType, Content: []byte(tt.content)}); got != tt.want {
			t.Errorf("%s %q: %v", tt.mediaType, tt.content, got)
		}
	}
}
