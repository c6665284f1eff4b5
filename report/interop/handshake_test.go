package interop_test

import (
	"testing"
	"time"

	"sipsecdump/maker"
	"sipsecdump/report"
	"sipsecdump/report/interop"
	"sipsecdump/tlsparse"
)

// everything is the set of all rules.
func everything(t testing.TB) *interop.Set {
	t.Helper()
	set, err := interop.NewSet(report.Note, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// hear feeds a session with a handshake, and tells yield of its records.
func hear(s *tlsparse.Session, turns []maker.Turn, yield func(*tlsparse.Record)) {
	for _, turn := range turns {
		dir := tlsparse.ClientToServer
		if turn.Server {
			dir = tlsparse.ServerToClient
		}
		s.Feed(dir, turn.Data, yield)
	}
}

// TestRecordAllocations: records of application data cost nothing, however many come.
func TestRecordAllocations(t *testing.T) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	c := everything(t).NewConnection(func(f *report.Finding) { t.Errorf("%s: %s", f.Rule, f.Text) })
	s := tlsparse.NewSession(nil)
	hear(s, goodTalk().turns(), func(r *tlsparse.Record) { c.Record(r, now) })
	data := &tlsparse.Record{Number: 99, Type: tlsparse.ApplicationData, Encrypted: true}
	if n := testing.AllocsPerRun(100, func() { c.Record(data, now) }); n != 0 {
		t.Errorf("%v allocations for a record", n)
	}
}

// BenchmarkHandshake is what the rules cost for a connection, beside reading its records.
func BenchmarkHandshake(b *testing.B) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	set, turns := everything(b), goodTalk().turns()
	for _, check := range []bool{false, true} {
		b.Run(map[bool]string{false: "reading", true: "checking"}[check], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := tlsparse.NewSession(nil)
				if !check {
					hear(s, turns, func(*tlsparse.Record) {})
					s.Close()
					continue
				}
				c := set.NewConnection(func(*report.Finding) {})
				hear(s, turns, func(r *tlsparse.Record) { c.Record(r, now) })
				c.Verdict(&report.Verdict{Verdict: s.Close()})
			}
		})
	}
}

// FuzzHandshake: whatever two sides say, findings are sentences of bounded length, and not more
// than records and certificates give cause to.
func FuzzHandshake(f *testing.F) {
	for _, change := range []func(*talk){func(*talk) {}, asking(), offering(0x0300), choosing(0x0003), naming("192.0.2.2"), answering(alertOf(2, 40))} {
		k := goodTalk()
		change(k)
		var said [2][]byte
		for _, turn := range k.turns() {
			side := 0
			if turn.Server {
				side = 1
			}
			said[side] = append(said[side], turn.Data...)
		}
		f.Add(said[0], said[1])
	}
	set := everything(f)
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, client, server []byte) {
		found, records := 0, 0
		c := set.NewConnection(func(n *report.Finding) {
			found++
			if n.Text == "" || len(n.Text) > 4096 {
				t.Errorf("%s: a sentence of %d octets", n.Rule, len(n.Text))
			}
		})
		s := tlsparse.NewSession(nil)
		record := func(r *tlsparse.Record) {
			records++
			c.Record(r, now)
		}
		s.Feed(tlsparse.ClientToServer, client, record)
		s.Feed(tlsparse.ServerToClient, server, record)
		c.Close(tlsparse.ServerToClient, "rst")
		c.Verdict(&report.Verdict{Verdict: s.Close()})
		if most := 100 + 50*records + (len(client)+len(server))/10; found > most {
			t.Errorf("%d findings of %d records", found, records)
		}
	})
}
