package ws

import (
	"fmt"
	"strings"
	"testing"
)

var both = new(deflater)

// takeover is a stream of two messages of which the second refers to the first.
var (
	takeover1 = both.message(options)
	takeover2 = both.message(options)
)

const deflateResponse = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Extensions: permessage-deflate%s\r\n\r\n"

func q(s string) string { return fmt.Sprintf("%q", s) }

// connTests have streams in pieces, so that #n in what is wanted can be the offset of piece n.
var connTests = []struct {
	name   string
	dir    Dir
	stream []string
	want   []string
}{
	{"nothing", ServerToClient, nil, nil},
	{"handshake and frames of the client", ClientToServer, []string{request, masked(text, options), masked(text, "\r\n\r\n")}, []string{
		"0 http upgrade=true", "#1 text " + q(options), "#2 text " + q("\r\n\r\n")}},
	{"handshake and frames of the server", ServerToClient, []string{response, plain(text, okay), plain(fin|2, okay)}, []string{
		"0 http upgrade=true", "#1 text " + q(okay), "#2 binary " + q(okay)}},
	{"no handshake", ServerToClient, []string{plain(text, okay)}, []string{"0 text " + q(okay)}},
	{"RFC 6455, Section 5.7", ServerToClient, []string{"\x81\x05Hello\x01\x03Hel\x80\x02lo\x89\x05Hello"}, []string{
		`0 text "Hello"`, `7 text "Hello"`, `16 ping "Hello"`}},
	{"RFC 6455, Section 5.7, masked", ClientToServer, []string{"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"}, []string{
		`0 text "Hello"`, `11 pong "Hello"`}},
	{"RFC 7692, Section 7.2.3", ServerToClient, []string{fmt.Sprintf(deflateResponse, ""),
		"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00",                                    // one block
		"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00",                            // two fragments
		"\xc1\x05\xf2\x00\x11\x00\x00",                                            // referring to the first
		"\xc1\x0b\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",                    // no compression
		"\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00",                                // BFINAL
		"\xc1\x0d\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"}, []string{ // two blocks
		"0 http upgrade=true", `#1 text "Hello" compressed`, `#2 text "Hello" compressed`, `#3 text "Hello" compressed`,
		`#4 text "Hello" compressed`, `#5 text "Hello" compressed`, `#6 text "Hello" compressed`}},
	{"control frames between fragments", ClientToServer, []string{masked(first, options[:10]), masked(fin|9, "?"), masked(more, options[10:20]), masked(more, ""), masked(fin|10, ""), masked(last, options[20:])}, []string{
		`#1 ping "?"`, `#4 pong ""`, "0 text " + q(options)}},
	{"close", ServerToClient, []string{plain(fin|8, "\x03\xe8bye"), plain(text, "x")}, []string{
		"0 close " + q("\x03\xe8bye"), `#1 text "x" frame-after-close`}},
	{"empty", ServerToClient, []string{plain(text, ""), plain(fin|9, "")}, []string{`0 text ""`, `#1 ping ""`}},
	{"long", ServerToClient, []string{plain(text, strings.Repeat("x", 126)), plain(text, strings.Repeat("y", 1<<16))}, []string{
		"0 text " + q(strings.Repeat("x", 126)), "#1 text " + q(strings.Repeat("y", 1<<16))}},
	{"mask missing", ClientToServer, []string{plain(text, "a"), plain(text, "b")}, []string{`0 text "a" mask-missing`, `#1 text "b"`}},
	{"mask unexpected", ServerToClient, []string{masked(text, "a"), masked(text, "b")}, []string{`0 text "a" mask-unexpected`, `#1 text "b"`}},
	{"length not minimal", ServerToClient, []string{"\x81\x7e\x00\x01a", "\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x01b"}, []string{
		`0 text "a" length-not-minimal`, `#1 text "b" length-not-minimal`}},
	{"not UTF-8", ServerToClient, []string{plain(text, "\xff"), plain(fin|2, "\xff")}, []string{`0 text "\xff" text-not-utf8`, `#1 binary "\xff"`}},
	{"start missing", ServerToClient, []string{plain(more, "a"), plain(last, "b"), plain(text, "c")}, []string{
		`0 continuation "ab" incomplete message-start-missing`, `#2 text "c"`}},
	{"unfinished", ServerToClient, []string{plain(first, "a"), plain(text, "b")}, []string{`0 text "a" incomplete message-unfinished`, `#1 text "b"`}},
	{"end in a header", ServerToClient, []string{plain(text, "a"), "\x81"}, []string{`0 text "a"`, "#1 skipped 1 stream-end"}},
	{"end in a message", ServerToClient, []string{plain(text, "abc")[:4]}, []string{`0 text "ab" incomplete stream-end`}},
	{"end between fragments", ServerToClient, []string{plain(first, "abc")}, []string{`0 text "abc" incomplete stream-end`}},
	{"end in a ping", ServerToClient, []string{plain(first, "abc"), plain(fin|9, "abc")[:3]}, []string{
		`#1 ping "a" incomplete stream-end`, `0 text "abc" incomplete stream-end`}},
	{"end in a head", ServerToClient, []string{response[:20]}, []string{"0 http upgrade=false incomplete stream-end"}},

	{"compressed", ClientToServer, []string{request, masked(text|rsv1, deflated(options))}, []string{"0 http upgrade=true", "#1 text " + q(options) + " compressed"}},
	{"compressed with context", ServerToClient, []string{fmt.Sprintf(deflateResponse, ""), plain(text|rsv1, takeover1), plain(text|rsv1, takeover2)}, []string{
		"0 http upgrade=true", "#1 text " + q(options) + " compressed", "#2 text " + q(options) + " compressed"}},
	{"compressed with context that is missing", ServerToClient, []string{plain(text|rsv1, takeover2)}, []string{"0 text \"\" compressed incomplete deflate-context-lost"}},
	{"compressed with context that must not be used", ServerToClient, []string{fmt.Sprintf(deflateResponse, "; server_no_context_takeover"), plain(text|rsv1, takeover1), plain(text|rsv1, takeover2)}, []string{
		"0 http upgrade=true", "#1 text " + q(options) + " compressed", "#2 text \"\" compressed incomplete deflate-damaged"}},
	{"compressed, not negotiated", ServerToClient, []string{response, plain(text|rsv1, deflated("a"))}, []string{"0 http upgrade=true", `#1 text "a" compressed deflate-not-negotiated`}},
	{"compressed, not all", ServerToClient, []string{plain(rsv1|first, stored(okay)[:25])}, []string{"0 text " + q(okay[:20]) + " compressed incomplete stream-end"}},
	{"compressed, damaged", ServerToClient, []string{fmt.Sprintf(deflateResponse, ""), plain(text|rsv1, "\xff\xff\xff")}, []string{"0 http upgrade=true", `#1 text "" compressed incomplete deflate-damaged`}},

	{"subprotocol", ServerToClient, []string{strings.Replace(response, "sip\r", "chat\r", 1)}, []string{"0 http upgrade=true subprotocol-not-sip"}},
	{"no upgrade", ClientToServer, []string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /2 HTTP/1.1\nHost: x\n\n"}, []string{
		"0 http upgrade=false http-not-upgrade", "#1 http upgrade=false http-not-upgrade"}},
	{"refused, then not", ServerToClient, []string{"HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\n", "no...", "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n", response, plain(text, okay)}, []string{
		"0 http upgrade=false http-not-upgrade", "#1 skipped 5 http-not-upgrade", "#2 http upgrade=false http-not-upgrade", "#3 http upgrade=true", "#4 text " + q(okay)}},
	{"refused in chunks, then not", ServerToClient, []string{"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n", "2\r\nno\r\n0\r\n\r\n", response, plain(text, okay)}, []string{
		"0 http upgrade=false http-not-upgrade", "#1 skipped 12 http-not-upgrade", "#2 http upgrade=true", "#3 text " + q(okay)}},
	{"retried", ClientToServer, []string{request, request, masked(text, options)}, []string{"0 http upgrade=true", "#1 http upgrade=true", "#2 text " + q(options)}},
	{"head too long", ServerToClient, []string{"HTTP/1.1 101 x\r\nX: " + strings.Repeat("x", maxHead-19), "xxx\r\n\r\n", plain(text, okay)}, []string{
		"0 http upgrade=false incomplete head-limit", "#1 skipped 7 http-not-upgrade", "#2 text " + q(okay)}},

	{"garbage", ServerToClient, []string{"\x83garbage", plain(text, okay), plain(text, "a")}, []string{"0 skipped 8 frame-malformed", "#1 text " + q(okay), `#2 text "a"`}},
	{"garbage before compressed", ServerToClient, []string{"\xff", plain(text|rsv1, deflated(okay)), plain(text, "a")}, []string{
		"0 skipped 1 frame-malformed", "#1 text " + q(okay) + " compressed", `#2 text "a"`}},
	{"nothing but garbage", ServerToClient, []string{"\xff\x81\x7e\x01\x00"}, []string{"0 skipped 5 frame-malformed"}},
	{"reserved opcode", ServerToClient, []string{plain(text, "a"), plain(fin|11, "x")}, []string{`0 text "a"`, "#1 skipped 3 frame-malformed"}},
	{"reserved bit", ServerToClient, []string{plain(first, "a"), plain(fin|0x10, "x")}, []string{`0 text "a" incomplete frame-malformed`, "#1 skipped 3 frame-malformed"}},
	{"control frame with fragments", ServerToClient, []string{plain(9, "x")}, []string{"0 skipped 3 frame-malformed"}},
	{"control frame too long", ServerToClient, []string{plain(fin|9, strings.Repeat("x", 126))}, []string{"0 skipped 130 frame-malformed"}},
	{"length with the highest bit", ServerToClient, []string{"\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"}, []string{"0 skipped 10 frame-malformed"}},
	{"length of all there is", ServerToClient, []string{"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xffabc"}, []string{`0 text "abc" incomplete stream-end`}},
}

// pieces joins the pieces, and puts their offsets in place of #n.
func pieces(stream, want []string) (string, []string) {
	var offsets []string
	all := ""
	for i, p := range stream {
		offsets = append(offsets, fmt.Sprintf("#%d ", i), fmt.Sprintf("%d ", len(all)))
		all += p
	}
	r := strings.NewReplacer(offsets...)
	var w []string
	for _, s := range want {
		w = append(w, r.Replace(s[:min(3, len(s))])+s[min(3, len(s)):])
	}
	return all, w
}

func TestConn(t *testing.T) {
	for _, tt := range connTests {
		t.Run(tt.name, func(t *testing.T) {
			stream, want := pieces(tt.stream, tt.want)
			equal(t, "whole", decode(NewConn(Limits{}), tt.dir, stream, len(stream)+1), want)
			if t.Failed() {
				return
			}
			equal(t, "octet by octet", decode(NewConn(Limits{}), tt.dir, stream, 1), want)
			for at := range min(len(stream), 600) {
				equal(t, fmt.Sprintf("split at %d", at), decodePoisoned(NewConn(Limits{}), tt.dir, stream, at), want)
			}
		})
	}
}

// TestHandshake looks at both directions.
func TestHandshake(t *testing.T) {
	run := func(response string) (got []string) {
		c := NewConn(Limits{})
		yield := func(m *Message) { got = append(got, show(m)) }
		c.Feed(ClientToServer, []byte(request), yield)
		c.Feed(ServerToClient, []byte(response), yield)
		c.Feed(ClientToServer, []byte(masked(text|rsv1, deflated(options))), yield)
		return got
	}
	equal(t, "plain", run(response), []string{"0 http upgrade=true", "0 http upgrade=true", fmt.Sprint(len(request)) + " text " + q(options) + " compressed deflate-not-negotiated"})
	equal(t, "another key", run(strings.Replace(response, "s3pP", "s4pP", 1)), []string{"0 http upgrade=true", "0 http upgrade=true accept-mismatch", fmt.Sprint(len(request)) + " text " + q(options) + " compressed deflate-not-negotiated"})
	equal(t, "deflate", run(strings.Replace(response, "\r\n\r\n", "\r\nSec-WebSocket-Extensions: x, permessage-deflate; client_no_context_takeover; client_max_window_bits=15\r\n\r\n", 1)),
		[]string{"0 http upgrade=true", "0 http upgrade=true", fmt.Sprint(len(request)) + " text " + q(options) + " compressed"})
}

// TestHandshakeCut has octets of the handshake missing: what is not there is no wrong answer.
func TestHandshakeCut(t *testing.T) {
	run := func(asked, answered int) (got []string) {
		c := NewConn(Limits{})
		yield := func(m *Message) { got = append(got, show(m)) }
		for dir, head := range []string{request[:asked], response[:answered]} {
			c.Feed(Dir(dir), []byte(head), yield)
			c.Gap(Dir(dir), 10, yield)
		}
		return got
	}
	for n := 30; n < len(request); n++ {
		for _, answer := range []int{60, len(response) - 10, len(response)} {
			for _, m := range run(n, answer) {
				if strings.Contains(m, "accept-mismatch") {
					t.Fatalf("%d octets of the request, %d of the response: %s", n, answer, m)
				}
			}
		}
	}
	for n := 30; n < len(response); n++ {
		if got := strings.Join(run(len(request), n), "; "); strings.Contains(got, "accept-mismatch") {
			t.Fatalf("%d octets of the response: %s", n, got)
		}
	}
}

func TestGap(t *testing.T) {
	a, b := plain(text, okay), plain(text, options)
	la, lb := len(a), len(b)
	tests := []struct {
		name   string
		stream []string
		at, n  int
		want   []string
	}{
		{"in a message", []string{a, b}, 20, 10, []string{"0 text " + q(okay[:18]) + " incomplete stream-gap", "#1 text " + q(options)}},
		{"to the end of a message", []string{a, b}, 20, la - 20, []string{"0 text " + q(okay[:18]) + " incomplete stream-gap", "#1 text " + q(options)}},
		{"of a whole frame", []string{a, a, b}, la, la, []string{"0 text " + q(okay), "#2 text " + q(options)}},
		{"beyond a message", []string{a, "\x89\x03a", "bc", b}, 20, la + 3 - 20, []string{"0 text " + q(okay[:18]) + " incomplete stream-gap", "#2 skipped 2 stream-gap", "#3 text " + q(options)}},
		{"in a header", []string{a, "\x81", b[1:4], b[4:]}, la + 1, 3, []string{"0 text " + q(okay), "#1 skipped 1 stream-gap", fmt.Sprintf("#3 skipped %d stream-gap", lb-4)}},
		{"in a message of several fragments", []string{plain(first, "abcdef"), plain(last, "gh"), b}, 4, 2, []string{`0 text "ab" incomplete stream-gap`, "#2 text " + q(options)}},
		{"in a head", []string{response[:30], response[30:], a}, 20, 10, []string{"0 http upgrade=false incomplete stream-gap", fmt.Sprintf("#1 skipped %d stream-gap", len(response)-30), "#2 text " + q(okay)}},
		{"in a ping", []string{plain(fin|9, "abc"), a}, 3, 1, []string{`0 ping "a" incomplete stream-gap`, "#1 text " + q(okay)}},
		{"in the content of an HTTP message", []string{"HTTP/1.1 401 x\r\nContent-Length: 5\r\n\r\n", "no...", response, a}, 40, 1, []string{
			"0 http upgrade=false http-not-upgrade", "#1 skipped 4 http-not-upgrade", "#2 http upgrade=true", "#3 text " + q(okay)}},
		{"of a message that is referred to", []string{plain(text|rsv1, takeover1), plain(text|rsv1, takeover2)}, 0, len(takeover1) + 2, []string{
			fmt.Sprintf("#1 skipped %d stream-gap", len(takeover2)+2)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stream, want := pieces(tt.stream, tt.want)
			for _, size := range []int{1, 1000} {
				c := NewConn(Limits{})
				var got []string
				yield := func(m *Message) { got = append(got, show(m)) }
				feed := func(s string) {
					for ; len(s) > size; s = s[size:] {
						c.Feed(ServerToClient, []byte(s[:size]), yield)
					}
					c.Feed(ServerToClient, []byte(s), yield)
				}
				feed(stream[:tt.at])
				c.Gap(ServerToClient, int64(tt.n), yield)
				feed(stream[tt.at+tt.n:])
				c.Close(ServerToClient, yield)
				equal(t, fmt.Sprintf("in pieces of %d", size), got, want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	x := strings.Repeat("x", 50)
	for name, tt := range map[string]struct {
		stream string
		want   []string
	}{
		"just so":    {plain(text, x[:20]), []string{"0 text " + q(x[:20])}},
		"one more":   {plain(text, x[:21]) + plain(text, "a"), []string{"0 text " + q(x[:20]) + " incomplete message-limit", `23 text "a"`}},
		"fragments":  {plain(first, x[:15]) + plain(more, x[:15]) + plain(last, x) + plain(text, "a"), []string{"0 text " + q(x[:20]) + " incomplete message-limit", `86 text "a"`}},
		"control":    {plain(fin|9, x), []string{"0 ping " + q(x[:20]) + " incomplete message-limit"}},
		"inflated":   {plain(text|rsv1, deflated(x)), []string{"0 text " + q(x[:20]) + " compressed incomplete inflate-limit"}},
		"just as so": {plain(text|rsv1, deflated(x[:20])), []string{"0 text " + q(x[:20]) + " compressed"}},
	} {
		equal(t, name, decode(NewConn(Limits{Message: 20}), ServerToClient, tt.stream, 1000), tt.want)
		equal(t, name, decode(NewConn(Limits{Message: 20}), ServerToClient, tt.stream, 1), tt.want)
	}
}

// TestBomb: 100 MB in 100 KB cost no more than the limit.
func TestBomb(t *testing.T) {
	bomb := deflated(strings.Repeat("\x00", 100<<20))
	c := NewConn(Limits{})
	n := 0
	c.Feed(ServerToClient, []byte(plain(text|rsv1, bomb)), func(m *Message) {
		n += len(m.Data)
		if !m.Incomplete || m.Issues[0].Code != "inflate-limit" {
			t.Error(show(m)[:100])
		}
	})
	if n != DefaultMessage {
		t.Errorf("%d octets", n)
	}
	if held := cap(c.dirs[1].out); held > 4*DefaultMessage {
		t.Errorf("%d octets are held", held)
	}
}

// TestIssuesBounded: any number of fragments has a bounded number of issues.
func TestIssuesBounded(t *testing.T) {
	stream := plain(first, "a") + strings.Repeat("\x00\x7e\x00\x01b", 1000) + plain(last, "c")
	c := NewConn(Limits{})
	c.Feed(ServerToClient, []byte(stream), func(m *Message) {
		if len(m.Issues) != maxIssues || len(m.Data) != 1002 {
			t.Errorf("%d issues, %d octets", len(m.Issues), len(m.Data))
		}
	})
}
