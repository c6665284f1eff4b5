package findings

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"sipsecdump/report"
	"sipsecdump/report/interop"
)

// Options shape a List.
type Options struct {
	// Rules are those that were looked at, with the severities that the user wants.
	Rules []interop.Rule
	// Version is the program's.
	Version string
	// All lists every finding in text and Markdown, not only the first few of each rule.
	All bool
}

// List collects findings. It is for one goroutine.
type List struct {
	o       Options
	files   []string
	flows   map[uint64]ends
	groups  map[string]*group
	kept    int
	summary report.Summary
}

// group is the findings of one rule.
type group struct {
	*interop.Rule
	order int // in the table
	count int
	seen  []finding
}

// finding is what is kept of one.
type finding struct {
	place
	text string
}

// place is what a finding is about.
type place struct {
	file        int
	packet      uint64
	conn        uint64
	message     uint64
	part        string
	record      int
	certificate string
	call        string
}

// ends are the client and the server of a connection.
type ends [2]netip.AddrPort

// New returns an empty List.
func New(o Options) *List {
	return &List{o: o, flows: make(map[uint64]ends), groups: make(map[string]*group)}
}

// Wants tells whether Add has a use for an event.
func Wants(e *report.Event) bool {
	switch e.Body.(type) {
	case *report.Capture, *report.Connection, *report.Finding, *report.Summary:
		return true
	}
	return false
}

// Add takes the next event. It keeps nothing of it.
func (l *List) Add(e *report.Event) {
	switch body := e.Body.(type) {
	case *report.Capture:
		l.files = append(l.files, body.Name)
	case *report.Connection:
		if len(l.flows) < maxFlows {
			l.flows[e.Flow.Number] = ends{e.Flow.Client, e.Flow.Server}
		}
	case *report.Finding:
		l.add(e, body)
	case *report.Summary:
		l.summary = *body
	}
}

func (l *List) add(e *report.Event, f *report.Finding) {
	g := l.groups[f.Rule]
	if g == nil {
		i := slices.IndexFunc(l.o.Rules, func(r interop.Rule) bool { return r.ID == f.Rule })
		g = &group{Rule: &l.o.Rules[i], order: i}
		l.groups[f.Rule] = g
	}
	g.count++
	if l.kept >= maxKept && g.count > 1 {
		return
	}
	l.kept++
	p := place{
		file: e.File, packet: e.Packet, message: f.SIP, part: f.Part, record: f.Record,
		certificate: f.Certificate, call: f.Call,
	}
	if e.Flow != nil {
		p.conn = e.Flow.Number
	}
	g.seen = append(g.seen, finding{p, strings.Clone(f.Text)})
}

// sorted gives the groups, the worst first, then those with most findings.
func (l *List) sorted() []*group {
	groups := make([]*group, 0, len(l.groups))
	for _, g := range l.groups {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.count, a.count), cmp.Compare(a.order, b.order))
	})
	return groups
}

// shown gives the findings of a group that a page lists, and how many it does not.
func (l *List) shown(g *group) (list []finding, more int) {
	list = g.seen
	if !l.o.All && len(list) > fewPlaces {
		list = list[:fewPlaces]
	}
	return list, g.count - len(list)
}

// words tells a place, the widest first.
func (l *List) words(p *place) string {
	var w []string
	add := func(format string, args ...any) { w = append(w, fmt.Sprintf(format, args...)) }
	if len(l.files) > 1 && p.file > 0 {
		add("%s", l.files[p.file-1])
	}
	if p.packet > 0 {
		add("packet %d", p.packet)
	}
	if p.conn > 0 {
		if ends, ok := l.flows[p.conn]; ok {
			add("connection %d (%s - %s)", p.conn, ends[0], ends[1])
		} else {
			add("connection %d", p.conn)
		}
	}
	if p.record > 0 {
		add("record %d", p.record)
	}
	if p.message > 0 {
		add("message %d", p.message)
	}
	if p.part != "" {
		add("part %s", p.part)
	}
	if p.certificate != "" {
		add("certificate %s", short(p.certificate, 16))
	}
	if p.call != "" {
		add("call %s", short(p.call, maxCallID))
	}
	if len(w) == 0 {
		return "all captures"
	}
	return strings.Join(w, ", ")
}

func short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "..."
}

// total tells how many findings there are, of what severity.
func (l *List) total() string {
	by := make(map[report.Severity]int)
	all := 0
	for _, g := range l.groups {
		by[g.Severity] += g.count
		all += g.count
	}
	if all == 0 {
		return "no findings: " + plural(len(l.o.Rules), "rule") + " looked at"
	}
	var w []string
	for _, s := range report.Severities {
		if by[s] > 0 {
			w = append(w, plural(by[s], s.String()))
		}
	}
	return fmt.Sprintf("%s: %s; %s looked at", plural(all, "finding"), strings.Join(w, ", "), plural(len(l.o.Rules), "rule"))
}

// unseen tells what no rule could look into; "" if nothing.
func (l *List) unseen() string {
	var w []string
	if n := l.summary.TLSUndecrypted; n > 0 {
		w = append(w, plural(int(n), "TLS connection")+" not decrypted, or not in full: rules about SIP could not look into them")
	}
	if l.summary.Truncated {
		w = append(w, "a capture could not be read to its end")
	}
	if n := l.dropped(); n > 0 {
		w = append(w, fmt.Sprintf("of %s only the number is told: no more than %d are kept", plural(n, "finding"), maxKept))
	}
	return strings.Join(w, "\n")
}

func (l *List) dropped() int {
	n := -l.kept
	for _, g := range l.groups {
		n += g.count
	}
	return n
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
