package sipparse

import (
	"fmt"
	"math/bits"
	"strings"
	"testing"
	"unsafe"
)

func TestParseRequest(t *testing.T) {
	raw := "\r\nmEssage sip:a@example.com SIP/2.0\r\n" +
		"v: SIP/2.0/TLS [2001:db8::1]:5061;rport;branch=z9hG4bKx, SIP/2.0/UDP b;branch=z9hG4bKy\r\n" +
		"Via: SIP/2.0/UDP c;branch=z9hG4bKz\r\n" +
		"f: \"A \\\"B\\\"\" <sip:a@example.org;x=y>;p=\"q;tag=no\";TAG=t1\r\n" +
		"t: sip:a@example.com;tag=t2\r\n" +
		"I : id@h\r\n" +
		"CSeq: 7\r\n\tmEssage\r\n" +
		"Max-Forwards: 70\r\n" +
		"m: <sip:d@h>;q=1, <sip:e@h>\r\nContact: <sip:f@h>\r\n" +
		"X-Odd: one\r\n  two\r\n" +
		"c: text/plain\r\n" +
		"l: 2\r\n" +
		"\r\n" +
		"hi" + "tail"
	m := Parse([]byte(raw))
	checkLossless(t, m, []byte(raw))
	got := fmt.Sprintf("%v %q %q %q %q %d %q %q %q %d %q",
		m.Request, m.Method, m.URI, m.Version, m.CallID, m.CSeq, m.CSeqMethod, m.ViaBranch, m.ContentType, m.ContentLength, m.Trailing)
	want := `true "mEssage" "sip:a@example.com" "SIP/2.0" "id@h" 7 "mEssage" "z9hG4bKx" "text/plain" 2 "tail"`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if m.ViaSentBy != "[2001:db8::1]:5061" || m.ContactURI != "sip:d@h" {
		t.Errorf("sent by %q, Contact %q", m.ViaSentBy, m.ContactURI)
	}
	if want := (Address{Value: `"A \"B\"" <sip:a@example.org;x=y>;p="q;tag=no";TAG=t1`, Display: `A "B"`, URI: "sip:a@example.org;x=y", Tag: "t1"}); m.From != want {
		t.Errorf("From is %+v", m.From)
	}
	if want := (Address{Value: "sip:a@example.com;tag=t2", URI: "sip:a@example.com", Tag: "t2"}); m.To != want {
		t.Errorf("To is %+v", m.To)
	}
	if h := m.Headers[4]; h.Name != "I" || h.Kind != "call-id" {
		t.Errorf("header %+v", h)
	}
	if v, _ := m.Get("x-odd"); v != "one two" {
		t.Errorf("the unfolded value is %q", v)
	}
	if len(m.Parts) != 1 || string(m.Parts[0].Content) != "hi" || m.Parts[0].Path != "1" {
		t.Errorf("parts %+v", m.Parts)
	}
	if len(m.Issues) != 1 || m.Issues[0].Code != "body-trailing" || m.Issues[0].Offset != len(raw)-4 {
		t.Errorf("issues %+v", m.Issues)
	}
}

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct{ v, display, uri, tag string }{
		{"sip:a@b", "", "sip:a@b", ""},
		{"<sip:a@b;x=y>", "", "sip:a@b;x=y", ""},
		{"A B <sip:a@b> ; tag = 1", "A B", "sip:a@b", "1"},
		{"\"A, B\"<tel:1>;x=\";tag=2\";tag=3", "A, B", "tel:1", "3"},
		{"\"open <sip:a@b>;tag=1", "\"open", "sip:a@b", "1"},
		{"A, B <sip:a@b>", "A, B", "sip:a@b", ""},
		{"<sip:a@b", "", "sip:a@b", ""},
		{"sip:a@b, sip:c@d", "", "sip:a@b", ""},
		{"", "", "", ""},
	} {
		if a := ParseAddress(tt.v); a.Display != tt.display || a.URI != tt.uri || a.Tag != tt.tag {
			t.Errorf("%s: %+v", tt.v, a)
		}
	}
}

func TestParseResponse(t *testing.T) {
	tests := []struct {
		line   string
		status int
		reason string
		issues string
	}{
		{"SIP/2.0 200 OK\r\n", 200, "OK", ""},
		{"SIP/2.0 100 \r\n", 100, "", ""},
		{"SIP/2.0 100\r\n", 100, "", "start-line-spaces"},
		{"sip/2.0 486 Busy  Here\r\n", 486, "Busy  Here", ""},
		{"SIP/2.0  200 OK\r\n", 200, "OK", "start-line-spaces"},
		{"SIP/2.0 20 OK\r\n", 0, "OK", "status-out-of-range"},
		{"SIP/2.0 700 OK\r\n", 700, "OK", "status-out-of-range"},
		{"SIP/2.0 OK\r\n", 0, "", "start-line-malformed"},
		{"SIP/2.0\r\n", 0, "", "start-line-malformed"},
		{"SIP/3.0 200 OK\r\n", 200, "OK", "version-unsupported"},
	}
	const rest = "Via: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n"
	for _, tt := range tests {
		m := Parse([]byte(tt.line + rest))
		if m.Request || m.Status != tt.status || m.Reason != tt.reason || codes(m) != tt.issues {
			t.Errorf("%q: status %d, reason %q, issues %q", tt.line, m.Status, m.Reason, codes(m))
		}
	}
}

func codes(m *Message) string {
	var c []string
	for _, issue := range m.Issues {
		c = append(c, issue.Code)
	}
	return strings.Join(c, " ")
}

// issueTests are headers, added to a message that has no issue, and what they bring.
var issueTests = []struct{ header, issues string }{
	{"", ""},
	{"Contact: *", ""},
	{"Contact: <sip:a@b>;expires=3600, \"x, y\" <sips:c@[::1]:5061>;q=0.1", ""},
	{"Contact: sip:a@b;q=1, sip:c@d", ""},
	{"Contact: sip:a@b?c=d", "address-brackets-missing"},
	{"Contact: <sip:a@b>;expires=4294967296", "number-out-of-range"},
	{"Contact: <sip:a@b", "address-malformed"},
	{"Contact: <sip:a@b> x", "address-malformed"},
	{"Contact: \"a\" sip:a@b", "address-malformed"},
	{"Contact: a@b", "uri-malformed"},
	{"Contact: <sip:a@b:x>", "host-malformed"},
	{"Contact: <sip:a@b:65536>", "host-malformed"},
	{"Contact: <sip:a@[::1>", "host-malformed"},
	{"Contact: <sip:a@>", "host-malformed"},
	{"Contact: <sip:a@b>;x=\"open", "quoted-string-open"},
	{"Contact: <sip:a@b>, ", "uri-malformed"},
	{"Route: <sip:a@b;lr>,<sip:c@d;lr>", ""},
	{"Route: <sip:a@b;lr>,,<sip:c@d;lr>", "uri-malformed"},
	{"Via: SIP/2.0/UDP [::1]:5060", ""},
	{"Via: SIP / 2.0 / UDP host : 5060 ;branch=x", ""},
	{"Via: SIP/2.0 host", "via-malformed"},
	{"Via: SIP/2.0/UDPhost", "via-malformed"},
	{"Via: SIP/2.0/UDP host:port", "via-malformed"},
	{"Via: SIP/2.0/UDP h;=x", "parameter-empty"},
	{"Via: SIP/2.0/UDP", "via-malformed"},
	{"Expires: 4294967295", ""},
	{"Expires: soon", "number-out-of-range"},
	{"Retry-After: 18000 (in a meeting);duration=3600", ""},
	{"Retry-After: later", "number-out-of-range"},
	{"Warning: 307 isi.edu \"x\"", ""},
	{"Date: Sat, 13 Nov 2010 23:29:00 GMT", ""},
	{"Date: 13 Nov 2010 23:29:00 GMT", "date-malformed"},
	{"Content-Length: 0", "header-repeated"},
	{"Content-Length: 1", "content-length-conflict header-repeated"},
	{"CSeq: 1 MESSAGE", "header-repeated"},
	{"no colon", "header-no-colon"},
	{"Two Words: x", "header-name-malformed"},
	{": x", "header-name-malformed"},
	{"X:", ""},
}

const plain = "MESSAGE sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\n" +
	"Call-ID: x\r\nCSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n"

func TestIssues(t *testing.T) {
	for _, tt := range issueTests {
		raw := plain
		if tt.header != "" {
			raw += tt.header + "\r\n"
		}
		m := Parse([]byte(raw + "\r\n"))
		checkLossless(t, m, []byte(raw+"\r\n"))
		if got := codes(m); got != tt.issues {
			t.Errorf("%s: got %q, want %q", tt.header, got, tt.issues)
		}
		for _, issue := range m.Issues {
			if issue.Offset < len(plain) || issue.Offset > len(plain)+len(tt.header) {
				t.Errorf("%s: %s is at %d, not in the header at %d", tt.header, issue.Code, issue.Offset, len(plain))
			}
		}
	}
}

var startLineTests = []struct{ line, issues string }{
	{"MESSAGE sip:a@example.com SIP/2.0", ""},
	{"MESSAGE sips:a:b@[::1]:5061;transport=tls SIP/2.0", ""},
	{"MESSAGE tel:+1-201-555-0123 sip/2.0", ""},
	{"MESSAGE  sip:a@b SIP/2.0", "start-line-spaces"},
	{"MESSAGE sip:a@b\tSIP/2.0", "start-line-spaces"},
	{"MESSAGE sip:a@b SIP/2.0 ", "start-line-spaces"},
	{"MESSAGE  SIP/2.0", "uri-malformed"},
	{"MESSAGE a SIP/2.0", "uri-malformed"},
	{"MESSAGE sip: SIP/2.0", "host-malformed"},
	{"MESSAGE sip:a@b SIP/3.0", "version-unsupported"},
	{"MESSAGE sip:a@b SIP/2.0x", "start-line-malformed"},
	{"MESSAGE SIP/2.0", "start-line-malformed"},
	{"MESSAGE", "start-line-malformed"},
	{"GET / HTTP/1.1", "start-line-malformed"},
	{"MES(AGE sip:a@b SIP/2.0", "method-malformed cseq-method-mismatch"},
	{"", "start-line-malformed"},
}

func TestStartLine(t *testing.T) {
	_, headers, _ := strings.Cut(plain, "\r\n")
	for _, tt := range startLineTests {
		raw := tt.line + "\r\n" + headers + "\r\n"
		m := Parse([]byte(raw))
		checkLossless(t, m, []byte(raw))
		if got := codes(m); tt.line != "" && got != tt.issues || len(m.Issues) == 0 && tt.issues != "" {
			t.Errorf("%s: got %q, want %q", tt.line, got, tt.issues)
		}
	}
}

func TestParseNothing(t *testing.T) {
	for _, raw := range []string{"", "\r\n", "\n", "x", "\x00", ":", " \r\n", "SIP/2.0 200 OK"} {
		m := Parse([]byte(raw))
		checkLossless(t, m, []byte(raw))
		if len(m.Issues) == 0 {
			t.Errorf("%q has no issue", raw)
		}
	}
}

// TestSeed reads the request of the draft's archive, whose lines end in LF and whose file is one
// octet longer than its Content-Length.
func TestSeed(t *testing.T) {
	m := Parse(readFile(t, "../testdata/draft-sec-flows/tls/tls1-request"))
	if string(m.Body) != "Hello!" || string(m.Trailing) != "\n" || m.CallID != "0dc68373623af98a@Y2ouY2lzY28uc2lwaXQubmV0" {
		t.Errorf("body %q, trailing %q, Call-ID %q", m.Body, m.Trailing, m.CallID)
	}
	if got := codes(m); got != "body-trailing line-end-lf" {
		t.Errorf("issues %q", got)
	}
}

// TestLengthText: a Content-Length that is too large for a number is not told as another one.
func TestLengthText(t *testing.T) {
	const huge = "MESSAGE sip:a SIP/2.0\r\nl: 99999999999999999999\r\nl: 5\r\n\r\n"
	has := func(code, text string, is Issue) {
		if is.Code == code && !strings.Contains(is.Text, text) {
			t.Errorf("%s: %q, not %q", code, is.Text, text)
		}
	}
	for _, is := range Parse([]byte(huge)).Issues {
		has("body-short", "Content-Length is 9223372036854775807 or more", is)
		has("content-length-conflict", "one Content-Length is 9223372036854775807 or more", is)
	}
	NewFramer(Limits{}).Feed([]byte(huge), func(it Item) { has("body-limit", "of 9223372036854775807 or more, more than", *it.Issue) })
	if got := lengthText(5); got != "5" {
		t.Error(got)
	}
}

func TestIssuesLimit(t *testing.T) {
	m := Parse([]byte(plain + strings.Repeat("x\r\n", 1000) + "\r\n"))
	if len(m.Issues) != maxIssues+1 || m.Issues[maxIssues].Code != "issues-limit" || !strings.HasPrefix(m.Issues[maxIssues].Text, "936 ") {
		t.Errorf("%d issues, the last is %+v", len(m.Issues), m.Issues[len(m.Issues)-1])
	}
}

// TestParseInto makes sure that nothing of a message stays for the next, and that strings do.
func TestParseInto(t *testing.T) {
	first := readFile(t, "../testdata/rfc4475/mpart01.dat")
	m := new(Message)
	m.ParseInto(first, nil)
	callID, kind := m.CallID, m.Headers[0].Kind
	if len(m.Parts) != 3 {
		t.Fatalf("%d parts", len(m.Parts))
	}
	second := []byte("SIP/2.0 200 OK\r\nX: y\r\n\r\n")
	m.ParseInto(second, nil)
	clear(first)
	if callID != "3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA.." || kind != "via" {
		t.Errorf("strings changed: %q, %q", callID, kind)
	}
	if fresh := Parse(second); fmt.Sprint(m.Headers, m.Issues, m.Parts, m.CallID, m.From) != fmt.Sprint(fresh.Headers, fresh.Issues, fresh.Parts, fresh.CallID, fresh.From) {
		t.Errorf("got %+v", m)
	}
}

// TestMemory makes sure that what a Message remembers changes nothing: each message is read
// again, and its header fields where they mean something else.
func TestMemory(t *testing.T) {
	used := new(Message)
	for _, raw := range seeds(t) {
		m := Parse(raw)
		used.ParseInto(raw, nil)
		checkUsed(t, used, Parse(upsideDown(m)), nil)
		checkUsed(t, used, m, nil)
	}
	held := 0
	for i := range used.memory.fields.pairs {
		for _, s := range used.memory.fields.pairs[i] {
			if s.octets != "" {
				held++
			}
		}
	}
	if held < 10 {
		t.Errorf("%d header fields are remembered", held)
	}
	if size := unsafe.Sizeof(saying[reading]{}); size != 128 && bits.UintSize == 64 {
		t.Errorf("what one says takes %d octets, which are not two cache lines", size)
	}
}

// TestMemo asks one pair of places: what was asked for less recently is driven out.
func TestMemo(t *testing.T) {
	m := newMemo[int](1)
	for i, step := range []struct {
		octets string
		known  bool
	}{
		{"", false}, {"", false}, {"a", false}, {"b", false}, {"a", true}, {"b", true}, {"a", true},
		{"c", false}, {"a", true}, {"b", false}, {"a", true}, {"c", false}, {"b", false}, {"c", true},
	} {
		s, known := m.at([]byte(step.octets))
		if known != step.known || known && s.says != len(step.octets) {
			t.Fatalf("step %d, %q: %d, %t", i, step.octets, s.says, known)
		}
		s.octets, s.says = step.octets, len(step.octets)
	}
	m.forget()
	if _, known := m.at([]byte("c")); known {
		t.Error("what was forgotten is known")
	}
}

func TestClone(t *testing.T) {
	raw := readFile(t, "../testdata/rfc4475/mpart01.dat")
	want := string(raw)
	c := Parse(raw).Clone()
	clear(raw)
	checkLossless(t, c, []byte(want))
	if unsafe.SliceData(c.Raw) == unsafe.SliceData(raw) {
		t.Error("the clone shares octets")
	}
}

func TestAllocs(t *testing.T) {
	for _, file := range []string{"rfc4475/sdp01.dat", "rfc4475/bcast.dat", "rfc4475/semiuri.dat", "rfc4475/transports.dat"} {
		raw := readFile(t, "../testdata/"+file)
		m := new(Message)
		m.ParseInto(raw, nil)
		if n := testing.AllocsPerRun(100, func() { m.ParseInto(raw, nil) }); n != 0 {
			t.Errorf("%s: %v allocations per message", file, n)
		}
	}
	raw := []byte("REGISTER sip:example.com SIP/2.0\r\n")
	if n := testing.AllocsPerRun(100, func() { Sniff(raw); SniffStream(raw[:20]); FindStart(raw) }); n != 0 {
		t.Errorf("Sniff: %v allocations", n)
	}
}
