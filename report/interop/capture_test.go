package interop

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"sipsecdump/report"
	"sipsecdump/sipparse"
	"sipsecdump/sipparse/dialog"
)

// everything is all rules.
func everything(t testing.TB) *Set {
	t.Helper()
	s, err := NewSet(report.Note, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	alice = netip.MustParseAddrPort("192.0.2.1:5060")
	bob   = netip.MustParseAddrPort("192.0.2.2:5060")
	noon  = time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)
)

// flow is messages between alice and bob over UDP: what a capture test feeds.
type flow struct {
	*Capture
	number uint64
	now    time.Time
	found  []string
}

func newFlow(t testing.TB) *flow {
	f := &flow{now: noon}
	f.Capture = everything(t).NewCapture(func(n *report.Finding) {
		f.found = append(f.found, fmt.Sprintf("%s %d", n.Rule, n.SIP))
	})
	return f
}

// wait lets time pass.
func (f *flow) wait(d time.Duration) *flow {
	f.now = f.now.Add(d)
	return f
}

// there and back are the ways between two endpoints.
var (
	there = &dialog.Path{Flow: 1, Src: alice, Dst: bob, Transport: "udp"}
	back  = &dialog.Path{Flow: 1, Src: bob, Dst: alice, Transport: "udp"}
)

// options is an OPTIONS request of its own transaction; with a status, the response to it.
func (f *flow) options(n, status int) *flow {
	f.number++
	note := dialog.Note{
		Message: f.number, Time: f.now, Path: there, Request: status == 0, Method: "OPTIONS", Status: status,
		CallID: fmt.Sprint(n), CSeq: 1, FromTag: "1", Branch: fmt.Sprintf("z9hG4bK%d", n), SentBy: "192.0.2.1",
	}
	if status > 0 {
		note.Path = back
	}
	f.Message(&note, &Facts{})
	return f
}

func (f *flow) expect(t *testing.T, want ...string) {
	t.Helper()
	f.Close()
	if !slices.Equal(f.found, want) {
		t.Errorf("found %q, want %q", f.found, want)
	}
}

// TestWaiting: what is missing is told only if somebody looked for as long as it may take.
func TestWaiting(t *testing.T) {
	const none = "sip-no-final-response 1"
	// asked has a request that the client repeats in vain, and one that is answered.
	asked := func(t *testing.T) *flow {
		return newFlow(t).options(1, 0).options(2, 0).options(2, 200).wait(time.Second).options(1, 0)
	}
	t.Run("long enough", func(t *testing.T) {
		asked(t).wait(33*time.Second).options(2, 200).expect(t, none)
	})
	t.Run("too short", func(t *testing.T) {
		asked(t).wait(30*time.Second).options(2, 200).expect(t)
	})
	t.Run("answered late", func(t *testing.T) {
		asked(t).wait(30*time.Second).options(1, 200).wait(time.Minute).options(2, 200).expect(t)
	})
	t.Run("not repeated: the capture lost the response", func(t *testing.T) {
		newFlow(t).options(1, 0).options(2, 0).options(2, 200).wait(time.Minute).options(2, 200).expect(t)
	})
	t.Run("next file much later", func(t *testing.T) {
		f := asked(t)
		f.NextFile()
		f.wait(time.Hour).options(3, 0).options(3, 200).wait(time.Minute).options(4, 200).expect(t)
	})
	t.Run("next file at once", func(t *testing.T) {
		f := asked(t)
		f.NextFile()
		f.wait(time.Millisecond).options(3, 200).wait(time.Minute).options(4, 200).expect(t, none)
	})
	t.Run("another clock", func(t *testing.T) {
		asked(t).wait(-time.Hour).options(3, 200).wait(time.Minute).options(4, 200).expect(t)
	})
}

// TestCopies: a capture that holds each packet twice shows no repetition.
func TestCopies(t *testing.T) {
	f := newFlow(t)
	for i, d := range []time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second} {
		f.wait(d).options(1, 0).wait(time.Duration(i)*time.Millisecond).options(1, 0)
	}
	f.expect(t)
}

// TestCaptureBounded: what is held does not grow, and what is forgotten early is counted.
func TestCaptureBounded(t *testing.T) {
	f := newFlow(t)
	for i := range maxTransactions + 10 {
		f.options(i, 0)
	}
	if n := len(f.transactions.values); n != maxTransactions {
		t.Errorf("%d transactions are held", n)
	}
	if f.Early() != 10 {
		t.Errorf("%d were forgotten early", f.Early())
	}
	f.wait(time.Hour).options(0, 200)
	if len(f.transactions.values) != 0 || f.transactions.oldest != nil {
		t.Error("they were not forgotten when their time was up")
	}
}

// TestAging holds the list against the map.
func TestAging(t *testing.T) {
	a := aging[int]{limit: 3}
	order := func() (s string) {
		for e := a.oldest; e != nil; e = e.newer {
			s += fmt.Sprint(e.value)
		}
		return s
	}
	for i, n := range []int{1, 2, 3, 1, 4, 1, 5} {
		v, fresh := a.touch(key{uint64(n)}, time.Duration(i))
		if fresh != (*v == 0) {
			t.Errorf("%d: fresh %t, value %d", n, fresh, *v)
		}
		*v = n
	}
	if got := order(); got != "415" || a.early != 2 || a.get(key{2}) != nil || *a.get(key{4}) != 4 {
		t.Errorf("order %q, %d forgotten", got, a.early)
	}
	a.clear()
	if order() != "" || len(a.values) != 0 {
		t.Error("not cleared")
	}
}

const cleanMessage = "INVITE sips:b@example.net SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK776asdhds;rport\r\n" +
	"Max-Forwards: 70\r\nTo: <sips:b@example.net>\r\nFrom: <sips:a@example.com>;tag=1928301774\r\nCall-ID: a84b4c76e66710@example.com\r\n" +
	"CSeq: 314159 INVITE\r\nContact: <sips:a@192.0.2.1:5061>\r\nSupported: 100rel, timer\r\nDate: Fri, 02 Jan 2026 12:00:00 GMT\r\n" +
	"Content-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n"

func cleanSIP() *report.SIP {
	m := sipparse.Parse([]byte(cleanMessage))
	s := &report.SIP{Transport: "tls", Src: alice, Dst: bob, Message: m, Body: m.Body, Record: 1}
	for _, p := range m.Parts {
		s.Parts = append(s.Parts, report.Part{Part: p, Path: p.Path})
	}
	return s
}

// TestCleanCostsNothing: a message with which all is well makes no garbage.
func TestCleanCostsNothing(t *testing.T) {
	s := cleanSIP()
	c := everything(t).NewConnection(func(f *report.Finding) { t.Errorf("false alarm: %s: %s", f.Rule, f.Text) })
	if n := testing.AllocsPerRun(100, func() { c.Message(s, noon, noon) }); n > 0 {
		t.Errorf("a connection allocates %v times", n)
	}
	var facts Facts
	if n := testing.AllocsPerRun(100, func() { FactsOf(&facts, s) }); n > 0 {
		t.Errorf("FactsOf allocates %v times", n)
	}
}

// exchanges feeds requests of their own transactions with their responses, a millisecond apart.
func exchanges(c *Capture, from, n int, q, r *dialog.Note) {
	var id [8]byte
	for i := from; i < from+n; i++ {
		binary.BigEndian.PutUint64(id[:], uint64(i))
		branch := "z9hG4bK" + string(id[:])
		q.Branch, r.Branch, q.CallID, r.CallID = branch, branch, branch, branch
		q.Time = noon.Add(time.Duration(i) * time.Millisecond)
		r.Time = q.Time
		c.Message(q, &Facts{traits: viaAlone})
		c.Message(r, &Facts{traits: viaAlone})
	}
}

func notes() (q, r *dialog.Note) {
	q = &dialog.Note{Path: there, Request: true, Method: "OPTIONS", CSeq: 1, FromTag: "1", SentBy: "192.0.2.1"}
	response := *q
	response.Request, response.Status, response.Path = false, 200, back
	return q, &response
}

func BenchmarkConnectionMessage(b *testing.B) {
	s := cleanSIP()
	c := everything(b).NewConnection(func(f *report.Finding) { b.Error(f.Text) })
	b.ReportAllocs()
	for b.Loop() {
		c.Message(s, noon, noon)
	}
}

func BenchmarkFactsOf(b *testing.B) {
	s := cleanSIP()
	var f Facts
	b.ReportAllocs()
	for b.Loop() {
		FactsOf(&f, s)
	}
}

// BenchmarkExchange is a request and its response.
func BenchmarkExchange(b *testing.B) {
	c := everything(b).NewCapture(func(f *report.Finding) { b.Error(f.Text) })
	q, r := notes()
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		exchanges(c, i, 1, q, r)
		i++
	}
}

// FuzzCapture feeds notes of any kind: what is held stays bounded, what is found is a sentence of
// bounded length about a message that there was, and twice the same gives the same.
func FuzzCapture(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x00\x40\x00\x00\x80\x01\x00\x00"))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz0123456789"))
	f.Add(slices.Repeat([]byte{0, 1, 2, 3, 0x55, 0xFF}, 50))
	set := everything(f)
	f.Fuzz(func(t *testing.T, script []byte) {
		run := func() (found []string) {
			n := uint64(0)
			c := set.NewCapture(func(fd *report.Finding) {
				if fd.SIP == 0 || fd.SIP > n || fd.Text == "" || len(fd.Text) > 8*maxText {
					t.Errorf("%s: message %d of %d: %q", fd.Rule, fd.SIP, n, fd.Text)
				}
				found = append(found, fmt.Sprint(fd.Rule, fd.SIP, fd.Text))
			})
			now := noon
			for s := script; len(s) >= 6; s = s[6:] {
				n++
				note, facts := scripted(s)
				now = now.Add(time.Duration(int8(s[0])) * 250 * time.Millisecond)
				note.Message, note.Time = n, now
				if s[1]&0xE0 == 0xE0 {
					c.NextFile()
				}
				c.Message(note, facts)
			}
			c.Close()
			if len(c.transactions.values) > maxTransactions || c.Early() > 0 {
				t.Error("more is held than there can be")
			}
			return found
		}
		if a, b := run(), run(); !slices.Equal(a, b) {
			t.Errorf("found %q, then %q", a, b)
		}
	})
}

// scripted makes a note of six octets.
func scripted(s []byte) (*dialog.Note, *Facts) {
	methods := []string{"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", strings.Repeat("X", 300), ""}
	transports := []string{"udp", "tcp", "tls", "ws"}
	n := &dialog.Note{
		Path:    &dialog.Path{Flow: uint64(s[2] & 3), Src: alice, Dst: bob, Transport: transports[s[2]>>2&3]},
		Request: s[1]&1 == 0, Method: methods[s[1]>>1&7],
		CallID: fmt.Sprint(s[3] & 3), FromTag: fmt.Sprint(s[3] >> 2 & 1), CSeq: uint32(s[4] & 7),
		Branch: []string{"", "z9hG4bK1", "z9hG4bK2", "1"}[s[3]>>4&3], From: strings.Repeat("sip:a@", int(s[2]>>4)*50), To: "sip:b@h",
	}
	if s[4]&8 != 0 {
		n.ToTag = "2"
	}
	if !n.Request {
		n.Status = []int{100, 180, 200, 401, 415, 488, 493, 0}[s[4]>>4&7]
	}
	if n.Request == (s[3]&0x40 == 0) {
		n.Src, n.Dst = bob, alice
	}
	return n, &Facts{
		traits: traits(s[5]) | traits(s[4])<<8, secured: []string{"", "application/pkcs7-mime"}[s[5]&1],
		signer: [32]byte{s[5] >> 6}, required: []string{"", "x"}[s[5]>>1&1], via: alice.Addr(),
	}
}
