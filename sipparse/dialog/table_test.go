package dialog

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// flow reads the notes of a script in testdata/flows.
func flow(t testing.TB, name string) []Note {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", "flows", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return newScript().notes(t, string(a.Files[0].Data))
}

// interleavable are flows whose calls end alike however long the capture goes on.
var interleavable = []string{
	"session", "proxies", "proxy-authentication", "redirect", "busy-and-refused", "cancel",
	"cancel-race", "cancel-alone", "fork", "fork-both-answer", "fork-refused", "retransmissions",
	"rfc2543", "hold", "reinvite-refused", "transfer", "back-to-back", "two-transports", "requests",
	"early-bye", "mid-call",
}

// TestCallsAreIndependent: a call is told the same whatever other calls stand between its
// messages, on whatever connections these came and whoever summarised them.
func TestCallsAreIndependent(t *testing.T) {
	var all []Note
	var want []string
	for i, name := range interleavable {
		notes := flow(t, name)
		for j := range notes {
			n := &notes[j]
			n.CallID = fmt.Sprint(i, "-", n.CallID)
			if d := n.Details; d != nil && d.OtherLeg != "" {
				d.OtherLeg = fmt.Sprint(i, "-", d.OtherLeg)
			}
			if d := n.Details; d != nil && d.Replaces != "" {
				d.Replaces = fmt.Sprint(i, "-", d.Replaces)
			}
		}
		_, calls := run(notes)
		for _, c := range calls {
			want = append(want, withoutNumbers(c))
		}
		all = append(all, notes...)
	}
	slices.Sort(want)
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		mixed := slices.Clone(all)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		// Back to the order of each call: by time, and by number among equals.
		slices.SortStableFunc(mixed, func(a, b Note) int {
			if c := a.Time.Compare(b.Time); c != 0 {
				return c
			}
			return int(a.Message) - int(b.Message)
		})
		for i := range mixed {
			mixed[i].Message = uint64(i + 1)
			path := *mixed[i].Path
			path.Flow = r.Uint64N(5)
			mixed[i].Path = &path
		}
		_, calls := run(mixed)
		var got []string
		for _, c := range calls {
			got = append(got, withoutNumbers(c))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d:\n%s\nwant\n%s", seed, strings.Join(got, ""), strings.Join(want, ""))
		}
	}
}

func withoutNumbers(c *Call) string {
	c.First, c.LastMessage = 0, 0
	for i := range c.Media.Changes {
		c.Media.Changes[i].Message = 0
	}
	return tell(c)
}

// busy are the notes of n sessions of seven messages, all under way at once.
func busy(n int) []Note {
	s := newScript()
	var notes []Note
	for i, line := range []string{
		"0.00 a>b INVITE sdp=4000", "0.01 b>a 100", "0.02 b>a 180 tt=B", "0.50 b>a 200 tt=B sdp=5000",
		"0.51 a>b ACK tt=B br=2", "3.51 b>a BYE ft=B tt=A br=3 cseq=231", "3.60 a>b 200 ft=B tt=A br=3 cseq=231",
	} {
		model, _, err := s.note(line)
		if err != nil {
			panic(err)
		}
		for k := range n {
			m := model
			m.Message = uint64(i*n + k + 1)
			m.CallID = fmt.Sprintf("%d@host.example.com", k)
			m.Branch = fmt.Sprintf("z9hG4bK%d-%d", i, k)
			if !m.Request {
				m.Branch = fmt.Sprintf("z9hG4bK%d-%d", map[bool]int{true: 5, false: 0}[i > 4], k)
			}
			m.Time = m.Time.Add(time.Duration(k) * time.Microsecond)
			notes = append(notes, m)
		}
	}
	return notes
}

func TestNoCallIsHidden(t *testing.T) {
	const n = 30000
	table, calls := run(busy(n))
	if len(calls) != n || table.Evicted() != 0 {
		t.Fatalf("%d calls, %d evicted", len(calls), table.Evicted())
	}
	for i, c := range calls {
		if c.State != Completed || c.Messages != 7 || c.First != uint64(i+1) || c.Retransmissions != 0 {
			t.Fatalf("call %d: %s", i, tell(c))
		}
	}
	if s, _ := tableTotals(table).SCR(); s != 100 {
		t.Errorf("SCR %v", s)
	}
}

// TestSetup: how long a session took to be answered is not known without its INVITE.
func TestSetup(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1 a>b INVITE\n3 b>a 180 tt=B\n4 b>a 200 tt=B":                                       3 * time.Second,
		"1 a>p INVITE br=1\n2 p>b INVITE br=2\n4 b>p 200 br=2 tt=B\n5 p>a 200 br=1 tt=B":     4 * time.Second,
		"1 a>b INVITE\n2 b>a 407 tt=P\n3 a>b INVITE br=2 cseq=2\n5 b>a 200 br=2 cseq=2 tt=B": 4 * time.Second,
		"3 b>a 180 INVITE tt=B\n4 b>a 200 INVITE tt=B":                                       -1,
		"4 b>a 200 INVITE tt=B":                               -1,
		"3 a>b PRACK tt=B br=2 cseq=2\n4 b>a 200 INVITE tt=B": -1,
		"1 a>b INVITE\n2 b>a 486 tt=B":                        -1,
	} {
		_, calls := run(newScript().notes(t, text))
		got, ok := calls[0].Setup()
		if !ok {
			got = -1
		}
		if len(calls) != 1 || got != want {
			t.Errorf("%s\n%d calls, %v; want %v", text, len(calls), got, want)
		}
	}
}

func tableTotals(t *Table) *Totals { s := t.Totals(); return &s }

// TestMemory: the bound tells calls early, and loses none.
func TestMemory(t *testing.T) {
	notes := busy(500)
	table := NewTable()
	table.Memory = 100 * callOctets
	messages, evicted := 0, 0
	count := func(calls []*Call) {
		for _, c := range calls {
			messages += c.Messages
			if c.Evicted {
				evicted++
			}
		}
	}
	for i := range notes {
		count(table.Add(&notes[i]))
		if table.octets > table.Memory {
			t.Fatalf("%d octets, bound %d", table.octets, table.Memory)
		}
	}
	for calls := range table.Close() {
		count(calls)
	}
	if messages != len(notes) || evicted == 0 || evicted != table.Evicted() {
		t.Errorf("%d of %d messages, %d and %d evicted", messages, len(notes), evicted, table.Evicted())
	}
	empty(t, table)
}

// empty checks that a closed table holds nothing.
func empty(t testing.TB, table *Table) {
	t.Helper()
	if len(table.calls)+len(table.later)+len(table.links.byUUID)+len(table.links.byCallID) != 0 ||
		table.queues != [4]queue{} || table.octets != 0 {
		t.Errorf("left over: %d calls, %d deadlines, %d and %d links, %d octets; queues %v",
			len(table.calls), len(table.later), len(table.links.byUUID), len(table.links.byCallID), table.octets, table.queues)
	}
}

// TestBoundsOfACall: one call of any length takes bounded memory, and says what it leaves out.
func TestBoundsOfACall(t *testing.T) {
	s := newScript()
	table := NewTable()
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "%d a>b INVITE br=%d cseq=%d tt=B%d sdp=%d Refer-To=<sip:c@example.org> Session-ID=%032x\n", i, i, i, i, i%2+1, i+1)
		fmt.Fprintf(&b, "%d a>b REFER br=r%d cseq=%d tt=B Refer-To=<sip:c@example.org>\n", i, i, i)
		fmt.Fprintf(&b, "%d b>a 180 INVITE br=x%d cseq=%d tt=B%d via=v%d\n", i, i, i, i, i)
	}
	notes := s.notes(t, b.String())
	for i := range notes {
		table.Add(&notes[i])
	}
	going := table.calls["1"]
	if going.octets > 100<<10 {
		t.Errorf("%d octets", going.octets)
	}
	if going.transactions > maxTransactions || len(going.links) > maxLinks {
		t.Errorf("%d transactions, %d links", going.transactions, len(going.links))
	}
	next, _ := iter.Pull(table.Close())
	calls, _ := next()
	empty(t, table)
	c := calls[0]
	if len(c.Dialogs) != maxDialogs || c.DialogsOmitted == 0 ||
		len(c.Media.Changes) != maxChanges || c.Media.ChangesOmitted == 0 ||
		len(c.Transfers) != maxTransfers || c.TransfersOmitted == 0 ||
		len(c.Security.Transports) != maxKinds || !c.Security.Omitted || !c.LegsOmitted {
		t.Errorf("a bound was not reached, or not told: %+v", c)
	}
	if c.Messages != len(notes) {
		t.Errorf("%d messages of %d", c.Messages, len(notes))
	}
}

// TestAddAllocs: a message that opens nothing costs no memory.
func TestAddAllocs(t *testing.T) {
	notes := newScript().notes(t, `
		0.0 a>b INVITE
		0.1 b>a 180 tt=B
		0.1 b>a 180 tt=B
		0.2 b>a 200 tt=B
		0.3 a>b ACK tt=B br=2`)
	table := NewTable()
	for i := range notes {
		table.Add(&notes[i])
	}
	if n := testing.AllocsPerRun(100, func() {
		for i := range notes {
			table.Add(&notes[i])
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// inTurn are the same notes, but of a few sessions at a time, and over a transport that retransmits
// by itself: so they wait shortly.
func inTurn(n int) []Note {
	all := busy(n)
	steps := len(all) / n
	there, back := *all[0].Path, *all[n].Path
	there.Transport, back.Transport = "tcp", "tcp"
	var notes []Note
	for at := range n + steps {
		for i := range steps {
			k := at - i
			if k < 0 || k >= n {
				continue
			}
			m := all[i*n+k]
			m.Message = uint64(len(notes) + 1)
			m.Time = epoch.Add(time.Duration(at) * 1600 * time.Microsecond)
			if m.Path.Src == there.Src {
				m.Path = &there
			} else {
				m.Path = &back
			}
			notes = append(notes, m)
		}
	}
	return notes
}

func BenchmarkTable(b *testing.B) {
	for _, c := range []struct {
		name  string
		notes []Note
	}{{"at once", busy(30000)}, {"in turn", inTurn(30000)}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				calls := 0
				t := NewTable()
				for i := range c.notes {
					calls += len(t.Add(&c.notes[i]))
				}
				for told := range t.Close() {
					calls += len(told)
				}
				if calls != 30000 {
					b.Fatal(calls)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(c.notes)), "ns/message")
		})
	}
}
