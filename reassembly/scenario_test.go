package reassembly

import (
	"bytes"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/capture"
)

var update = flag.Bool("update", false, "write what the scenarios tell")

var (
	clientAddr = netip.MustParseAddrPort("192.0.2.1:50000")
	serverAddr = netip.MustParseAddrPort("198.51.100.1:5061")
)

// step is one line of a scenario: a segment, or the end.
type step struct {
	dir     Dir
	segment capture.Segment
	end     bool
	how     CloseReason
}

// scenario is one scenario of a file; see testdata/README.md.
type scenario struct {
	name   string
	input  string // without the heading
	want   string
	limits Limits
	steps  []step
}

// readScenarios returns the scenarios of a file.
func readScenarios(t testing.TB, file string) []scenario {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []scenario
	for _, part := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		input, want, ok := strings.Cut(rest, "--\n")
		if !ok {
			input, ok = strings.CutSuffix(rest, "--")
		}
		if !ok {
			t.Fatalf("%s: %s: no line --", file, name)
		}
		if want = strings.TrimSpace(want); want != "" {
			want += "\n"
		}
		sc := scenario{name: name, input: input, want: want}
		for line := range strings.Lines(input) {
			if err := sc.parse(strings.TrimSpace(line)); err != nil {
				t.Fatalf("%s: %s: %q: %v", file, name, line, err)
			}
		}
		all = append(all, sc)
	}
	return all
}

var word = regexp.MustCompile(`"(?:[^"\\]|\\.)*"\S*|\S+`)

func (sc *scenario) parse(line string) error {
	words := word.FindAllString(line, -1)
	if len(words) == 0 {
		return nil
	}
	n := uint64(len(sc.steps) + 1)
	st := step{segment: capture.Segment{
		Packet: n, Time: timeOf(n), Proto: capture.TCP, Src: clientAddr, Dst: serverAddr,
	}}
	switch words[0] {
	case "limits":
		for _, w := range words[1:] {
			name, value, _ := strings.Cut(w, "=")
			v, err := strconv.Atoi(value)
			if err != nil {
				return err
			}
			*map[string]*int{
				"patience": &sc.limits.GapPatience,
				"buffered": &sc.limits.MaxBuffered,
				"pieces":   &sc.limits.MaxPieces,
			}[name] = v
		}
		return nil
	case "end":
		st.end = true
		for how := FIN; how <= Evicted; how++ {
			if how.String() == words[1] {
				st.how = how
			}
		}
	case "C":
	case "S":
		st.dir = ServerToClient
		st.segment.Src, st.segment.Dst = serverAddr, clientAddr
	default:
		return fmt.Errorf("neither limits, end, C nor S")
	}
	if !st.end {
		for _, w := range words[1:] {
			if err := parseWord(&st.segment, w); err != nil {
				return err
			}
		}
	}
	sc.steps = append(sc.steps, st)
	return nil
}

var flagBits = map[string]capture.Flags{
	"FIN": capture.FIN, "SYN": capture.SYN, "RST": capture.RST,
	"PSH": capture.PSH, "ACK": capture.ACK, "URG": capture.URG,
}

func parseWord(s *capture.Segment, w string) error {
	if w[0] == '"' {
		quoted, err := strconv.QuotedPrefix(w)
		if err != nil {
			return err
		}
		text, _ := strconv.Unquote(quoted)
		times := 1
		if rest := w[len(quoted):]; rest != "" {
			if times, err = strconv.Atoi(strings.TrimPrefix(rest, "*")); err != nil {
				return err
			}
		}
		s.Payload = bytes.Repeat([]byte(text), times)
		return nil
	}
	name, value, isNumber := strings.Cut(w, "=")
	if !isNumber {
		for _, f := range strings.Split(w, "+") {
			if flagBits[f] == 0 {
				return fmt.Errorf("no flag %q", f)
			}
			s.Flags |= flagBits[f]
		}
		return nil
	}
	v, err := strconv.ParseUint(value, 10, 32)
	if err != nil {
		return err
	}
	switch name {
	case "seq":
		s.Seq = uint32(v)
	case "ack":
		s.Ack = uint32(v)
	case "missing":
		s.Missing = int(v)
	default:
		return fmt.Errorf("no field %q", name)
	}
	return nil
}

// run feeds the steps to an Assembler, with a Detach after each so many. Payloads are overwritten then,
// to show that nothing is kept of them.
func (sc *scenario) run(h Handler, detach int) *Assembler {
	a := NewAssembler(sc.limits, h)
	var lent [][]byte
	for i := range sc.steps {
		st := &sc.steps[i]
		if st.end {
			a.End(uint64(i+1), timeOf(uint64(i+1)), st.how)
			continue
		}
		s := st.segment
		s.Payload = bytes.Clone(s.Payload)
		a.Segment(st.dir, &s)
		if lent = append(lent, s.Payload); len(lent) == detach {
			a.Detach()
			spoil(lent)
			lent = nil
		}
	}
	return a
}

// spoil changes all octets.
func spoil(lent [][]byte) {
	for _, p := range lent {
		for i := range p {
			p[i] ^= 0xff
		}
	}
}

func timeOf(packet uint64) time.Time {
	return time.Date(2005, 7, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(packet) * time.Millisecond)
}

// teller writes down what it is told.
type teller struct {
	checker
	out strings.Builder
}

func (h *teller) Open(o *Open) {
	h.checker.Open(o)
	fmt.Fprintf(&h.out, "%d open, start %d", o.Packet, o.Start.Sub(timeOf(0))/time.Millisecond)
	if o.MidStream {
		h.out.WriteString(", mid-stream")
	}
	h.out.WriteByte('\n')
}

func (h *teller) Data(c *Chunk) {
	h.checker.Data(c)
	fmt.Fprintf(&h.out, "%d %s ", c.Packet, letter(c.Dir))
	if c.Lost > 0 {
		fmt.Fprintf(&h.out, "lost %d, ", c.Lost)
	}
	fmt.Fprintf(&h.out, "%d %q\n", c.Offset, c.Data)
}

func (h *teller) Anomaly(n *Anomaly) {
	h.checker.Anomaly(n)
	fmt.Fprintf(&h.out, "%d %s %s %d+%d: %s\n", n.Packet, letter(n.Dir), n.Code, n.Offset, n.Count, n.Text)
}

func (h *teller) Close(c *Close) {
	h.checker.Close(c)
	fmt.Fprintf(&h.out, "%d %s close %v\n", c.Packet, letter(c.Dir), c.How)
}

func letter(d Dir) string { return [...]string{"C", "S"}[d] }

func scenarioFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	return files
}

func TestScenarios(t *testing.T) {
	for _, file := range scenarioFiles(t) {
		var out strings.Builder
		for i, sc := range readScenarios(t, file) {
			if i > 0 {
				out.WriteByte('\n')
			}
			var h *teller
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+sc.name, func(t *testing.T) {
				for detach := len(sc.steps); detach > 0; detach-- {
					h = &teller{checker: checker{tb: t}}
					a := sc.run(h, detach)
					h.done(a)
					if diff := cmp.Diff(sc.want, h.out.String()); diff != "" && !*update {
						t.Errorf("with Detach after each %d told (-want +got):\n%s", detach, diff)
					}
				}
			})
			fmt.Fprintf(&out, "== %s\n%s--\n%s", sc.name, sc.input, h.out.String())
		}
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
