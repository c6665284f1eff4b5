package dialog

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"sipsecdump/sipparse"
)

var update = flag.Bool("update", false, "rewrite what the scripts want")

// A script is a flow as people write it down:
//
//	0.1 a>b INVITE br=1          at 0.1 s, from a to b; a request
//	0.2 b>a 180 br=1 tt=B        a response; "200 BYE" if it is to another request than the one
//	                             that the branch opened last
//
// Fields, and what stands without them: call=1 the Call-ID, ft=A and tt= the tags, cseq=1,
// br= the branch (with the cookie; oldbr= one without), host= the sent-by (the sender's name, or
// what opened the branch), exp= Expires, sdp=PORT[,direction] a description, via= the transport.
// Any other NAME=value is a header field, with underscores for spaces. A "#" begins a comment.
type script struct {
	methods map[string]string // by branch
	hosts   map[string]string
	sum     Summarizer
	count   uint64
}

func newScript() *script {
	return &script{methods: map[string]string{}, hosts: map[string]string{}}
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// note reads a line; ok is false if it holds none.
func (s *script) note(line string) (n Note, ok bool, err error) {
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	if len(words) == 0 {
		return n, false, nil
	}
	if len(words) < 3 {
		return n, false, fmt.Errorf("%q: too short", line)
	}
	at, err := strconv.ParseFloat(words[0], 64)
	if err != nil {
		return n, false, err
	}
	src, dst, _ := strings.Cut(words[1], ">")
	fields := map[string]string{"call": "1", "ft": "A", "cseq": "1", "via": "udp", "br": "1"}
	var rest []string
	var extra strings.Builder
	for _, w := range words[2:] {
		k, v, found := strings.Cut(w, "=")
		switch {
		case !found:
			rest = append(rest, w)
		case strings.ToLower(k) != k:
			fmt.Fprintf(&extra, "%s: %s\r\n", k, strings.ReplaceAll(v, "_", " "))
		default:
			fields[k] = v
		}
	}
	branch := "z9hG4bK" + fields["br"]
	if old, is := fields["oldbr"]; is {
		branch = old
	}
	first, method := "", rest[0]
	if status, err := strconv.Atoi(rest[0]); err == nil {
		first = fmt.Sprintf("SIP/2.0 %d Phrase%d", status, status)
		if method = s.methods[branch]; len(rest) > 1 {
			method = rest[1]
		}
	} else {
		first = method + " sip:b@example.net SIP/2.0"
		if method != "ACK" && method != "CANCEL" {
			s.methods[branch] = method
		}
		if s.hosts[branch] == "" {
			s.hosts[branch] = src
		}
	}
	host := s.hosts[branch]
	if h, is := fields["host"]; is {
		host = h
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\r\nVia: SIP/2.0/%s %s.example.com", first, strings.ToUpper(fields["via"]), host)
	if branch != "" {
		fmt.Fprintf(&b, ";branch=%s", branch)
	}
	fmt.Fprintf(&b, "\r\nFrom: <sip:a@example.com>;tag=%s\r\nTo: <sip:b@example.net>", fields["ft"])
	if fields["tt"] != "" {
		fmt.Fprintf(&b, ";tag=%s", fields["tt"])
	}
	fmt.Fprintf(&b, "\r\nCall-ID: %s\r\nCSeq: %s %s\r\n", fields["call"], fields["cseq"], method)
	if fields["exp"] != "" {
		fmt.Fprintf(&b, "Expires: %s\r\n", fields["exp"])
	}
	b.WriteString(extra.String())
	typ, body := "", ""
	if p := fields["sdp"]; p != "" {
		port, direction, _ := strings.Cut(p, ",")
		typ = "application/sdp"
		body = fmt.Sprintf("v=0\r\no=%s 1 %s IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio %s RTP/AVP 0\r\n", src, port, port)
		if direction != "" {
			body += "a=" + direction + "\r\n"
		}
	}
	if f := fields["frag"]; f != "" {
		typ, body = "message/sipfrag", "SIP/2.0 "+f+" Phrase\r\n"
	}
	if typ != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", typ)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)

	m := sipparse.Parse([]byte(b.String()))
	s.sum.Summarize(&n, m)
	for _, p := range m.Parts {
		s.sum.Part(&n, p)
	}
	s.count++
	n.Message = s.count
	n.Time = epoch.Add(time.Duration(at * float64(time.Second)).Round(time.Microsecond))
	n.Path = &Path{Src: party(src), Dst: party(dst), Transport: fields["via"]}
	return n, true, nil
}

// party gives a one-letter name an address.
func party(name string) netip.AddrPort {
	last := byte(0)
	for i := range len(name) {
		last = last*31 + name[i]
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, last}), 5060)
}

func (s *script) notes(t testing.TB, text string) []Note {
	t.Helper()
	var notes []Note
	for line := range strings.Lines(text) {
		n, ok, err := s.note(line)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			notes = append(notes, n)
		}
	}
	return notes
}

// run puts notes through a table, and tells each call in a few lines.
func run(notes []Note) (*Table, []*Call) {
	t := NewTable()
	var calls []*Call
	keep := func(told []*Call) {
		for _, c := range told {
			calls = append(calls, c.Clone())
		}
	}
	for i := range notes {
		keep(t.Add(&notes[i]))
	}
	for told := range t.Close() {
		keep(told)
	}
	return t, calls
}

func tell(c *Call) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", c.CallID, c.Method, c.State)
	if c.Status > 0 {
		fmt.Fprintf(&b, " %d", c.Status)
	}
	fmt.Fprintf(&b, ", messages %d", c.Messages)
	if c.Retransmissions > 0 {
		fmt.Fprintf(&b, " (%d again)", c.Retransmissions)
	}
	span := func(name string, at time.Time) {
		if !at.IsZero() {
			fmt.Fprintf(&b, ", %s %v", name, at.Sub(epoch).Seconds())
		}
	}
	span("started", c.Started)
	span("answered", c.Answered)
	span("ended", c.Ended)
	b.WriteByte('\n')
	for _, d := range c.Dialogs {
		fmt.Fprintf(&b, "  dialog %s %s %s\n", d.FromTag, d.ToTag, d.State)
	}
	if c.Modifications > 0 {
		fmt.Fprintf(&b, "  modifications %d\n", c.Modifications)
	}
	for _, m := range c.Media.Changes {
		fmt.Fprintf(&b, "  media message %d callee %v m%d %s %q -> %q\n", m.Message, m.Callee, m.Change.Media, m.Field, m.Old, m.New)
	}
	for _, x := range c.Transfers {
		fmt.Fprintf(&b, "  transfer to %s: %d\n", x.To, x.Status)
	}
	for _, l := range c.Legs {
		fmt.Fprintf(&b, "  leg %s by %s\n", l.CallID, l.By)
	}
	if len(c.Security.Transports) > 1 || c.Security.Transports[0] != "udp" {
		fmt.Fprintf(&b, "  transports %s\n", strings.Join(c.Security.Transports, " "))
	}
	for _, m := range []struct {
		name string
		d    Delay
	}{{"RRD", c.Metrics.RRD}, {"SRD", c.Metrics.SRD}, {"SDD", c.Metrics.SDD}, {"SDT", c.Metrics.SDT}} {
		if d, ok := m.d.Get(); ok {
			fmt.Fprintf(&b, "  %s %v\n", m.name, d)
		}
	}
	if c.Evicted {
		b.WriteString("  evicted\n")
	}
	return b.String()
}

func tellTotals(t Totals) string {
	var b strings.Builder
	for _, r := range []struct {
		name string
		f    func() (float64, bool)
	}{{"SER", t.SER}, {"SEER", t.SEER}, {"ISA", t.ISA}, {"SCR", t.SCR}, {"IRA", t.IRA}} {
		if p, ok := r.f(); ok {
			fmt.Fprintf(&b, "%s %.4g%%\n", r.name, p)
		}
	}
	return b.String()
}

// TestFlows runs the scripts: RFC 3665's flows, forks, races, transfers, legs.
func TestFlows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "flows", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no flows", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) == 0 || len(a.Files) > 2 {
				t.Fatalf("%d sections, want flow and want", len(a.Files))
			}
			table, calls := run(newScript().notes(t, string(a.Files[0].Data)))
			var got strings.Builder
			for _, c := range calls {
				got.WriteString(tell(c))
			}
			got.WriteString(tellTotals(table.Totals()))
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got.String())})
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) < 2 {
				t.Fatal("the script wants nothing")
			}
			if d := cmp.Diff(string(a.Files[1].Data), got.String()); d != "" {
				t.Error(d)
			}
		})
	}
}
