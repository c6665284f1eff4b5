package dialog

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/sipparse"
)

const invite = "INVITE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/UDP a.example.com:5060;branch=z9hG4bK1;rport\r\n" +
	"Via: SIP/2.0/UDP other;branch=z9hG4bK0\r\nFrom: \"A\" <sip:a@example.com>;tag=a\r\nTo: <sip:b@example.net>\r\nCall-ID: x@a\r\n" +
	"CSeq: 7 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@192.0.2.1>;expires=30, <sip:a@192.0.2.2>\r\nExpires: 180\r\n" +
	"Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000\r\nX-Call-ID: y@a\r\n" +
	"Replaces: z@a;to-tag=1;from-tag=2\r\nReason: Q.850;cause=16\r\nReason: SIP;cause=200\r\nContent-Length: 0\r\n\r\n"

func TestSummarize(t *testing.T) {
	var s Summarizer
	for _, c := range []struct {
		name, message string
		want          Note
	}{
		{"request", invite, Note{
			Request: true, Method: "INVITE", CallID: "x@a", CSeq: 7,
			From: "sip:a@example.com", To: "sip:b@example.net", FromTag: "a", Branch: "z9hG4bK1", SentBy: "a.example.com:5060",
			Expires: 180, Contact: "sip:a@192.0.2.1",
			Details: &Details{
				Reason: "Q.850;cause=16", Replaces: "z@a", OtherLeg: "y@a",
				SessionID: "ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000",
			},
		}},
		{"response", "SIP/2.0 486 Not now\r\nv: SIP / 2.0 / TCP  h ;branch=b\r\nf: <sip:a>;tag=1\r\nt: <sip:b>;tag=2\r\ni: q\r\nCSeq: 1 Odd\r\n" +
			"Warning: 399 h \"x\"\r\n\r\n", Note{
			Method: "Odd", Status: 486, Phrase: "Not now", CallID: "q", CSeq: 1, From: "sip:a", To: "sip:b", FromTag: "1", ToTag: "2",
			Branch: "b", SentBy: "h", Expires: -1, Details: &Details{Warning: `399 h "x"`},
		}},
		{"notify", "NOTIFY sip:b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=b\r\nSubscription-State: Active;expires=60;x=y\r\nExpires: x\r\n" +
			"Content-Type: message/sipfrag\r\n\r\nSIP/2.0 603 Decline\r\n", Note{
			Request: true, Method: "NOTIFY", Branch: "b", SentBy: "h", Expires: 60, Details: &Details{Subscription: "active", Fragment: 603},
		}},
		{"refer", "REFER sip:b SIP/2.0\r\nRefer-To: \"C\" <sip:c?Replaces=1>\r\nContact: *;expires=-1\r\n\r\n", Note{
			Request: true, Method: "REFER", Expires: -1, Contact: "*", Details: &Details{ReferTo: "sip:c?Replaces=1"},
		}},
		{"notify of a transfer", "NOTIFY sip:b SIP/2.0\r\no: Refer ; ID = 7\r\n\r\n", Note{
			Request: true, Method: "NOTIFY", Expires: -1, Details: &Details{ReferCSeq: 7, ReferKnown: true},
		}},
		{"no number of a REFER", "NOTIFY sip:b SIP/2.0\r\nEvent: refer;id=x\r\n\r\n", Note{Request: true, Method: "NOTIFY", Expires: -1}},
		{"no transfer", "NOTIFY sip:b SIP/2.0\r\nEvent: dialog;id=7\r\n\r\n", Note{Request: true, Method: "NOTIFY", Expires: -1}},
		{"no SIP", "hello\r\n\r\n", Note{Expires: -1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := sipparse.Parse([]byte(c.message))
			var n Note
			s.Summarize(&n, m)
			for _, p := range m.Parts {
				s.Part(&n, p)
			}
			if d := cmp.Diff(c.want, n, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestBindings: how long a REGISTER asks for, or is granted.
func TestBindings(t *testing.T) {
	var s Summarizer
	for fields, want := range map[string]int64{
		"":                             -1,
		"Expires: 60\r\n":              60,
		"Contact: *\r\nExpires: 0\r\n": 0,
		"Contact: <sip:a>;expires=0\r\nExpires: 60\r\n":                       0,
		"Expires: 0\r\nContact: <sip:a>;expires=60\r\n":                       60,
		"Contact: <sip:a>;expires=5, <sip:b>;expires=60\r\n":                  60,
		"m: <sip:a>;expires=5\r\nm: <sip:b>\r\nExpires: 60\r\n":               60,
		"Contact: <sip:a>;expires=0, <sip:b>\r\n":                             -1,
		"Contact: <sip:a;expires=9>;q=0.5, \"x,;expires=9\" <sip:b>\r\n":      -1,
		"Contact: <sip:a>;expires=soon\r\n":                                   -1,
		"Contact: <sip:a>;expires=99999999999999999999\r\nExpires: 60\r\n":    60,
		"Contact: <sip:a>;expires=5;expires=6, sip:b;EXPIRES = 7\r\nExpires:": 7,
	} {
		for _, first := range []string{"REGISTER sip:r SIP/2.0", "SIP/2.0 200 OK"} {
			var n Note
			if s.Summarize(&n, sipparse.Parse([]byte(first+"\r\nCSeq: 1 REGISTER\r\n"+fields+"\r\n"))); n.Expires != want {
				t.Errorf("%s\n%s%d, want %d", first, fields, n.Expires, want)
			}
		}
	}
}

// TestVerdicts: of several protections the worst counts.
func TestVerdicts(t *testing.T) {
	var v Verdict
	for _, step := range []struct{ add, want Verdict }{
		{Verdict{Outcome: Held}, Verdict{Outcome: Held}},
		{Verdict{Outcome: NotTried, Reason: "no-certificate"}, Verdict{Outcome: NotTried, Reason: "no-certificate"}},
		{Verdict{Outcome: Held}, Verdict{Outcome: NotTried, Reason: "no-certificate"}},
		{Verdict{Outcome: Failed, Reason: "digest-mismatch"}, Verdict{Outcome: Failed, Reason: "digest-mismatch"}},
		{Verdict{Outcome: NotTried, Reason: "no-key"}, Verdict{Outcome: Failed, Reason: "digest-mismatch"}},
	} {
		if v.Add(step.add); v != step.want {
			t.Errorf("%v behind %v, want %v", v, step.add, step.want)
		}
	}
}

// usually is a message that has nothing of what few have.
func usually() *sipparse.Message {
	head, _, _ := strings.Cut(invite, "Session-ID")
	return sipparse.Parse([]byte(head + "Content-Length: 0\r\n\r\n"))
}

func TestSummarizeAllocs(t *testing.T) {
	m := usually()
	var s Summarizer
	var n Note
	if a := testing.AllocsPerRun(100, func() { s.Summarize(&n, m) }); a > 0 || n.Contact == "" {
		t.Errorf("%v allocations", a)
	}
}

func BenchmarkSummarize(b *testing.B) {
	m := usually()
	var s Summarizer
	var n Note
	b.ReportAllocs()
	for b.Loop() {
		s.Summarize(&n, m)
	}
	if strings.Contains(n.From, "<") {
		b.Fatal(n.From)
	}
}
