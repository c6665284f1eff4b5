package sipparse

import (
	"strings"
	"testing"
)

var sniffTests = []struct {
	p    string
	want bool
}{
	{"INVITE sip:a@b SIP/2.0\r\n", true},
	{"INVITE sip:a@b SIP/2.0", true},
	{"invite sips:a@b sip/2.0\nVia", true},
	{"\r\n\r\n\nSIP/2.0 200 OK\r\n", true},
	{"SIP/2.0  180\tRinging\r\n", true},
	{"SIP/7.0 4294967301 x\r\n", true},
	{"x-y soap.beep://a SIP/2.0\r\n", true},
	{"OPTIONS * SIP/2.0\r\n", true},
	{"INVITE  <sip:a@b>; lr \t SIP/2.0  \r\n", true},
	{"a:b sip:a SIP/2.0\r\n", false},
	{"SIP/2.0/UDP h\r\n", false},
	{"SIP/2.0 OK\r\n", false},
	{"SIP/2 200 OK\r\n", false},
	{"Some words of prose: SIP/2.0\r\n", false},
	{"prose about SIP/2.0\r\n", false},
	{"INVITE SIP/2.0\r\n", false},
	{"INVITE sip:a@b\r\n", false},
	{"INVITE sip:a@b SIP/2.0x\r\n", false},
	{"GET sip:a@b HTTP/1.1\r\nX: a:b SIP/2.0\r\n", false},
	{"GET / HTTP/1.1\r\n", false},
	{"HTTP/1.1 200 OK\r\n", false},
	{"DESCRIBE rtsp://h/ RTSP/1.0\r\n", false},
	{"\x00\x01\x00\x00\x21\x12\xA4\x42", false},                                    // STUN
	{"\x80\x00\x00\x01\x00\x00\x00\xA0\xDE\xAD\xBE\xEF", false},                    // RTP
	{"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03sip\x00\x00\x21", false}, // DNS
	{"\x16\x03\x01\x00\x05", false},                                                // TLS
	{"", false},
	{"\r\n\r\n", false},
	{"\x00", false},
}

func TestSniff(t *testing.T) {
	for _, tt := range sniffTests {
		if got := Sniff([]byte(tt.p)); got != tt.want {
			t.Errorf("Sniff(%q) is %v", tt.p, got)
		}
	}
}

// TestSniffStream makes sure that no prefix is judged otherwise than the whole.
func TestSniffStream(t *testing.T) {
	for _, tt := range sniffTests {
		p := tt.p
		if !strings.Contains(p, "\n") || strings.Trim(p, "\r\n") == "" {
			continue // may go on
		}
		for n := range len(p) + 1 {
			is, enough := SniffStream([]byte(p[:n]))
			if is && !enough || enough && is != tt.want || n == len(p) && !enough {
				t.Errorf("SniffStream(%q) is %v, %v", p[:n], is, enough)
			}
		}
	}
	stun := "\x00\x01\x00\x04\x21\x12\xA4\x42" + strings.Repeat("t", 16)
	for n := range stun {
		if is, enough := SniffStream([]byte(stun[:n])); is || enough {
			t.Errorf("SniffStream(%q) is %v, %v", stun[:n], is, enough)
		}
	}
	if is, enough := SniffStream([]byte(stun + "\r\nSIP/2.0 200 OK\r\n")); !is || !enough {
		t.Errorf("behind STUN, SniffStream is %v, %v", is, enough)
	}
	for _, p := range []string{"\x00\x01\x00\x00\x21\x13", "\x02", "\x16\x03", "{\"", "<a", "a:b", "HTTP/", "INVITE \x00", strings.Repeat("a", maxStartLine+1)} {
		if is, enough := SniffStream([]byte(p)); is || !enough {
			t.Errorf("SniffStream(%.20q) is %v, %v", p, is, enough)
		}
	}
}

// TestFindStart: a message is found behind what belongs to none, and what may begin one is kept.
func TestFindStart(t *testing.T) {
	for _, tt := range []struct {
		p        string
		at, rest int
	}{
		{"OPTIONS sip:b SIP/2.0\r\nVia: x\r\n", 0, 0},
		{"end\r\nSIP/2.0 200 OK\r\nv: x\r\n", 5, 0},
		{"end\r\n<b/>OPTIONS sip:b SIP/2.0\r\n", 9, 0},
		{"end\r\nOPTIONS sip:b SIP/2.0\r\nVi", 5, 0},
		{"speaks SIP/2.0\r\nSIP/2.0 200 OK\r\nv: x\r\n", 16, 0},
		{"OPTIONS sip:b SIP/2.0\r\nno field\r\n", -1, 0},
		{"end\r\nOPTIONS sip:b SIP/2.0", -1, 21},
		{"end\r\nOPT", -1, 3},
		{"end\r\n\x00\x01", -1, 0},
		{"HTTP/1.1 200 OK\r\n\r\nSIP/2.0 200 OK\r\nv: x\r\n", -1, 0},
		{"", -1, 0},
	} {
		if at, rest := FindStart([]byte(tt.p)); at != tt.at || rest != tt.rest {
			t.Errorf("FindStart(%q) is %d, %d; want %d, %d", tt.p, at, rest, tt.at, tt.rest)
		}
	}
}

func TestStartIn(t *testing.T) {
	for _, tt := range []struct {
		line string
		want int
	}{
		{"INVITE sip:a SIP/2.0\r\n", 0},
		{"loINVITE sip:a SIP/2.0\r\n", 0}, // an unknown method, as far as one can know
		{"</a>INVITE sip:a SIP/2.0\r\n", 4},
		{"</a>XYZ sip:a SIP/2.0\r\n", -1},
		{"the rest of itPRACK  sip:a\tSIP/2.0 \r\n", 14},
		{"</a>SIP/2.0 200 OK\r\n", 4},
		{"SIP/2.0/UDP xSIP/2.0 200 OK\r\n", 13},
		{"SIP/2.0/UDP x;SIP/2.0 2000 OK\r\n", -1},
		{"Via: SIP/2.0/UDP h\r\n", -1},
		{"SIP/2.0", -1},
		{" SIP/2.0", -1},
		{"", -1},
	} {
		if got := startIn([]byte(tt.line)); got != tt.want {
			t.Errorf("startIn(%q) is %d, want %d", tt.line, got, tt.want)
		}
	}
}

func TestMethodName(t *testing.T) {
	for s, want := range map[string]string{"ACK": "ACK", "PRACK": "PRACK", "UPDATE": "UPDATE", "": "", "ack": "", "XACK": "", "INVITE ": ""} {
		if got := MethodName(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
