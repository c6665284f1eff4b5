package dialog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sipsecdump/sipparse"
	"sipsecdump/sipparse/sdp"
)

// methods are those that notes have here.
var methods = [...]string{
	"INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "MESSAGE", "SUBSCRIBE", "NOTIFY",
	"REFER", "PRACK", "UPDATE", "INFO", "PUBLISH",
}

// draw makes notes of octets, from so few names that they meet.
func draw(data []byte) []Note {
	var notes []Note
	next := func() byte {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return b
	}
	name := func(of string, n byte) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(of, n)
	}
	at := epoch
	for len(data) > 0 && len(notes) < 500 {
		a, b, c, d, e := next(), next(), next(), next(), next()
		at = at.Add(time.Duration(int8(e)) * time.Second / 2)
		n := Note{
			Message: uint64(len(notes) + 1), Time: at,
			Path:    &Path{Flow: uint64(a & 1), Src: party(name("p", d>>5&3)), Dst: party(name("q", a>>4&1)), Transport: "udp"},
			Request: a&2 > 0, Method: methods[int(b)%len(methods)],
			CallID: name("c", a>>2&3), FromTag: name("t", c&3), ToTag: name("t", c>>2&3),
			Branch: name("z9hG4bK", c>>4&3), SentBy: name("h", c>>6&1), CSeq: uint32(d & 3),
			Expires: int64(d>>2&7) - 1,
		}
		if !n.Request {
			n.Status = []int{100, 180, 200, 302, 401, 404, 486, 487}[e&7]
		}
		if a>>5&1 > 0 {
			n.Details = &Details{
				OtherLeg: name("c", b>>4&3), Replaces: name("c", b>>6&3),
				SessionID:    fmt.Sprintf("%032x;remote=%032x", d&3, c&3),
				Subscription: []string{"active", "pending", "terminated", "odd"}[b>>4&3],
			}
		}
		if a>>6 == 3 {
			n.SDP = &sdp.Session{Media: []sdp.Media{{Type: "audio", Port: int(e)}}}
		}
		notes = append(notes, n)
	}
	return notes
}

// FuzzTable holds what is true of any messages in any order: each is in exactly one call, the
// counts add up, nothing is left over, the bound of memory holds, the answer is always the same, and
// so is a clone of a call when its memory serves another.
func FuzzTable(f *testing.F) {
	f.Add([]byte("INVITE sip:b@example.net SIP/2.0"), uint16(0))
	f.Add([]byte{6, 0, 0x11, 0, 0, 4, 0, 0x15, 0, 2, 6, 1, 0x25, 0, 0, 6, 2, 0x35, 1, 1}, uint16(1))
	f.Fuzz(func(t *testing.T, data []byte, memory uint16) {
		notes := draw(data)
		answer := ""
		for range 2 {
			table := NewTable()
			table.Memory = 2*callOctets + int(memory)
			messages, told := 0, ""
			var calls []*Call
			take := func(list []*Call) {
				for _, c := range list {
					calls = append(calls, c.Clone())
					messages += c.Messages
					if c.Messages < 1 || c.Retransmissions >= c.Messages || c.First > c.LastMessage ||
						int(c.LastMessage-c.First) < c.Messages-1 {
						t.Errorf("%d messages from %d to %d, %d again", c.Messages, c.First, c.LastMessage, c.Retransmissions)
					}
					if c.Answered.IsZero() && c.State == InCall && c.Messages == 1 && c.Method != "INVITE" {
						t.Errorf("%s in call by one %s", c.CallID, c.Method)
					}
					told += tell(c)
				}
			}
			for i := range notes {
				take(table.Add(&notes[i]))
				if len(table.calls) > 1 && table.octets > table.Memory {
					t.Fatalf("%d octets, bound %d", table.octets, table.Memory)
				}
			}
			for calls := range table.Close() {
				take(calls)
			}
			empty(t, table)
			totals := table.Totals()
			if messages != len(notes) || len(calls) != totals.Calls {
				t.Fatalf("%d messages of %d, %d calls of %d", messages, len(notes), len(calls), totals.Calls)
			}
			if totals.Established > totals.Calls || totals.Completed > totals.Established {
				t.Errorf("%+v", totals)
			}
			again := ""
			for _, c := range calls {
				again += tell(c)
			}
			if again != told {
				t.Errorf("told as\n%s, its clones are\n%s", told, again)
			}
			if answer == "" {
				answer = told
			} else if told != answer {
				t.Error("two runs, two answers")
			}
		}
	})
}

// FuzzSummarize: a note is bounded, and does not change with the octets it was made of.
func FuzzSummarize(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "rfc4475", "*"))
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	f.Add([]byte("INVITE sip:b SIP/2.0\r\nVia: SIP / 2.0 / UDP h:5060;branch=z9hG4bKx\r\nm: <sip:c>;expires=7\r\n" +
		"Reason: Q.850;cause=16\r\nSession-ID: x;remote=y\r\nX-CID: z\r\nSubscription-State: Active ;expires=3\r\n\r\n"))
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		raw := append([]byte(nil), data...)
		m := sipparse.Parse(raw)
		var s Summarizer
		var n Note
		s.Summarize(&n, m)
		for _, p := range m.Parts {
			s.Part(&n, p)
		}
		d := n.details()
		before := fmt.Sprintf("%+v%+v", n, *d)
		for i := range raw {
			raw[i] = 'x'
		}
		if after := fmt.Sprintf("%+v%+v", n, *d); after != before {
			t.Error("the note aliases the message")
		}
		for _, v := range []string{n.CallID, n.FromTag, n.ToTag, n.Branch, n.SentBy, d.Replaces, d.OtherLeg} {
			if len(v) > maxIdentity {
				t.Errorf("%d octets", len(v))
			}
		}
		for _, v := range []string{n.Method, n.Phrase, n.From, n.To, n.Contact, d.Reason, d.Warning, d.Subscription, d.ReferTo, d.SessionID} {
			if len(v) > maxText {
				t.Errorf("%d octets", len(v))
			}
		}
	})
}
