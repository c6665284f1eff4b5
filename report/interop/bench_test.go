package interop

import (
	"testing"
	"time"

	"sipsecdump/report"
	"sipsecdump/sipparse"
)

// call is a message as most are: without S/MIME, and in order.
const call = "INVITE sip:kumiko@example.net SIP/2.0\r\n" +
	"Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK-1\r\n" +
	"Max-Forwards: 70\r\n" +
	"From: <sip:fluffy@example.com>;tag=1\r\n" +
	"To: <sip:kumiko@example.net>\r\n" +
	"Call-ID: 1@192.0.2.1\r\n" +
	"CSeq: 1 INVITE\r\n" +
	"Contact: <sip:fluffy@192.0.2.1:5060;transport=tcp>\r\n" +
	"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n" +
	"Supported: replaces\r\n" +
	"Content-Type: application/sdp\r\n" +
	"Content-Length: 63\r\n\r\n" +
	"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

// looked returns a function that looks at a message, and how many findings there were.
func looked(tb testing.TB, octets string, settings ...string) (look func(), found *int) {
	tb.Helper()
	set, err := NewSet(report.Note, settings)
	if err != nil {
		tb.Fatal(err)
	}
	found = new(int)
	c := set.NewConnection(func(*report.Finding) { *found++ })
	m := sipparse.Parse([]byte(octets))
	s := &report.SIP{Transport: "tcp", Message: m, Body: m.Body}
	for _, p := range m.Parts {
		s.Parts = append(s.Parts, report.Part{Part: p, Path: p.Path})
	}
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	return func() { c.Message(s, at, at) }, found
}

func TestMessageAllocs(t *testing.T) {
	look, found := looked(t, call, "sip-*=off") // these look into addresses
	if n := testing.AllocsPerRun(100, look); n > 0 {
		t.Errorf("%v allocations for a message that is in order", n)
	}
	if *found > 0 {
		t.Errorf("%d findings", *found)
	}
}

func BenchmarkMessage(b *testing.B) {
	look, _ := looked(b, call)
	b.SetBytes(int64(len(call)))
	b.ReportAllocs()
	for b.Loop() {
		look()
	}
}
