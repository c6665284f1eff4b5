package sipparse

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seeds are the messages of the RFCs and of this package's tables.
func seeds(tb testing.TB) [][]byte {
	files, err := filepath.Glob("../testdata/rfc[45]*/*")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no messages: %v", err)
	}
	var s [][]byte
	for _, name := range append(files, "../testdata/draft-sec-flows/tls/tls1-request") {
		b, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		s = append(s, b)
	}
	for _, tt := range issueTests {
		s = append(s, []byte(plain+tt.header+"\r\n\r\n"))
	}
	for _, tt := range startLineTests {
		s = append(s, []byte(tt.line+"\r\n\r\n"))
	}
	for _, tt := range framerTests {
		if len(tt.stream) < 1000 {
			s = append(s, []byte(tt.stream))
		}
	}
	return s
}

// FuzzMessage: the parts joined are the message; a used Message gives what a fresh one gives; all
// issues lie in the message; what Sniff finds, Parse can read.
func FuzzMessage(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	used := new(Message)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw)
		checkLossless(t, m, raw)
		used.ParseInto(raw, nil)
		checkUsed(t, used, Parse(upsideDown(m)), nil)
		checkUsed(t, used, m, nil)
		for _, issue := range m.Issues {
			if issue.Offset < 0 || issue.Offset > len(raw) || issue.Code == "" || issue.Text == "" {
				t.Errorf("issue %+v", issue)
			}
		}
		if Sniff(raw) && m.Version == "" {
			t.Error("found to be SIP, but not read")
		}
		for _, h := range m.Headers {
			if strings.ContainsAny(h.Value, "\n") || h.Kind != strings.ToLower(h.Kind) && isASCII(h.Kind) {
				t.Errorf("header %+v", h)
			}
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// FuzzFramer: the items are the same whole, octet by octet and in other pieces; each octet is in
// exactly one; and Parse finds the same lines, and the same end of a complete message, as the Framer.
func FuzzFramer(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s, uint16(7), uint16(0))
		f.Add(slices.Concat(s, []byte("\r\n\r\n"), s), uint16(100), uint16(300))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size, limit uint16) {
		l := Limits{HeaderSection: int(limit), Body: int(limit)}
		want := frame(t, l, stream, len(stream))
		for _, n := range []int{1, 1 + int(size)} {
			if got := frame(t, l, stream, n); !slices.Equal(got, want) {
				t.Fatalf("in pieces of %d octets:\n%q\nwhole:\n%q", n, got, want)
			}
		}
		framer, used := NewFramer(l), new(Message)
		check := func(it Item) {
			if it.Kind != MessageItem {
				return
			}
			m := Parse(it.Raw)
			checkUsed(t, used, m, it.Ends)
			if it.Incomplete {
				return
			}
			if m.Version == "" || len(m.Trailing) > 0 || m.ContentLength >= 0 && len(m.Body) != m.ContentLength {
				t.Errorf("a message %q of %d octets, but its Content-Length is %d", it.Raw, len(m.Body), m.ContentLength)
			}
		}
		framer.Feed(stream, check)
		framer.Close(check)
	})
}
