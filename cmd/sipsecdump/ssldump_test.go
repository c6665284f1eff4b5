package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sipsecdump/maker"
)

// needSsldump skips the test where ssldump is not installed or another version.
func needSsldump(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("ssldump"); err != nil {
		t.Skip("ssldump is not installed: nothing to compare with")
	}
	// 1.5 calls itself 1.4.
	if v, _ := exec.Command("ssldump", "-v").CombinedOutput(); !bytes.HasPrefix(v, []byte("ssldump 1.4")) && !bytes.HasPrefix(v, []byte("ssldump 1.5")) {
		t.Skipf("ssldump is another version than 1.5: %.40q", v)
	}
}

// compared is a capture that both programs list, with what opens it; "" if there is none.
type compared struct{ name, file, keyLog, key string }

// comparedCaptures are all captures with TLS: those of other implementations, of the draft, of package
// listing, and what make makes, of each version, suite and scenario.
func comparedCaptures(t *testing.T) (all []compared) {
	t.Helper()
	testdata := filepath.Join("..", "..", "testdata")
	draft := filepath.Join(testdata, "draft-sec-flows")
	all = append(all, compared{"draft", filepath.Join(draft, "tls", "tls1.pcap"), "", filepath.Join(draft, "certs", "domain_key_example.net.pem")})
	for _, from := range []struct{ folder, key string }{
		{filepath.Join(testdata, "peers"), filepath.Join(testdata, "peers", "keys", "domain_key_example.net.pem")},
		{filepath.Join("..", "..", "report", "listing", "testdata"), filepath.Join("..", "..", "report", "listing", "testdata", "key.pem")},
	} {
		files, err := filepath.Glob(filepath.Join(from.folder, "*.pcap"))
		if err != nil || len(files) == 0 {
			t.Fatal("no captures in", from.folder, err)
		}
		for _, f := range files {
			stem := strings.TrimSuffix(f, ".pcap")
			c := compared{name: filepath.Base(stem), file: f, key: from.key}
			if _, err := os.Stat(stem + ".keylog"); err == nil {
				c.keyLog = stem + ".keylog"
			}
			all = append(all, c)
		}
	}
	return append(all, madeCaptures(t)...)
}

// madeCaptures are what make makes.
func madeCaptures(t *testing.T) (all []compared) {
	t.Helper()
	dir := t.TempDir()
	make := func(name, keys string, args ...string) {
		file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".pcap")
		var complaints bytes.Buffer
		args = append([]string{"make", args[0], "--keys", filepath.Join(dir, keys), "-o", file}, args[1:]...)
		if code := run(t.Context(), args, nil, &complaints, &complaints); code != 0 {
			if code == exitUsage && strings.Contains(complaints.String(), "--suite") {
				return // the version does not have the suite, or crypto/tls does not choose it
			}
			t.Fatalf("%q: exit %d: %s", args, code, &complaints)
		}
		c := compared{name: "made: " + name, file: file, keyLog: file + ".keylog"}
		if _, err := os.Stat(c.keyLog); err != nil {
			c.keyLog = ""
		}
		all = append(all, c)
	}
	for _, version := range maker.TLSVersions() {
		for _, suite := range maker.Suites() {
			if strings.Contains(suite, "_ECDSA_") {
				make(version+" "+suite, "ec", "tls", "--tls", version, "--key", "ecdsa-p256", "--suite", suite)
			} else {
				make(version+" "+suite, "rsa", "tls", "--tls", version, "--suite", suite)
			}
		}
		make(version+" client authentication", "rsa", "tls", "--tls", version, "--client-auth")
		make(version+" resumption", "rsa", "tls", "--tls", version, "--resume", "ticket")
	}
	make("reset", "rsa", "tls", "--end", "rst")
	make("left open", "rsa", "tls", "--end", "none")
	make("calls over TLS", "rsa", "calls", "3", "--transport", "tls", "--connections", "2")
	make("WebSocket over TLS", "rsa", "calls", "1", "--transport", "wss")
	make("signed", "rsa", "signed", "--transport", "tls")
	make("plain TCP", "rsa", "calls", "1", "--transport", "tcp")
	make("plain WebSocket", "rsa", "calls", "1", "--transport", "ws")
	make("IPv6", "rsa", "tls", "--ipv6")
	return all
}

// comparison is one way of calling both programs.
type comparison struct {
	args []string
	keys bool
}

func comparisons(c *compared) []comparison {
	all := []comparison{
		{[]string{"-n"}, false},
		{[]string{"-n", "-A", "-N", "-e", "-d"}, false},
		{[]string{"-n", "-x"}, false},
	}
	if c.keyLog != "" {
		all = append(all,
			comparison{[]string{"-n", "-A", "-N", "-d", "-l", c.keyLog}, true},
			comparison{[]string{"-n", "-x", "-l", c.keyLog}, true})
	}
	if c.key != "" {
		all = append(all,
			comparison{[]string{"-n", "-A", "-d", "-k", c.key}, true},
			comparison{[]string{"-n", "-N", "-d", "-k", c.key}, true})
	}
	return all
}

// TestAgainstSsldump: --style ssldump prints what ssldump 1.5 prints, but for the deviations, each of
// which is met.
func TestAgainstSsldump(t *testing.T) {
	needSsldump(t)
	met := map[string]int{}
	for _, c := range comparedCaptures(t) {
		for _, how := range comparisons(&c) {
			t.Run(c.name+" "+strings.Join(how.args[:len(how.args)-btoi(how.keys)], " "), func(t *testing.T) {
				compare(t, &c, how, met)
			})
		}
	}
	for _, d := range deviations {
		if met[d.name] == 0 && !t.Failed() {
			t.Errorf("deviation %q is never met", d.name)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compare(t *testing.T, c *compared, how comparison, met map[string]int) {
	t.Helper()
	cmd := exec.Command("ssldump", append(how.args, "-r", c.file)...)
	theirOutput, err := cmd.Output()
	crashed := err != nil && cmd.ProcessState.ExitCode() < 0
	if err != nil && !crashed {
		t.Fatalf("ssldump: %v", err)
	}
	theirs := blocks(glued.ReplaceAllString(string(theirOutput), "$1"+glueMark+"\n$2"))
	ours := blocks(list(t, append([]string{"--style", "ssldump", c.file}, how.args...)))
	bare := ours
	if how.keys {
		bare = blocks(list(t, append([]string{"--style", "ssldump", c.file}, how.args[:len(how.args)-2]...)))
	}
	conns := connectionsOf(t, c.file, how)

	if crashed {
		met["crash"]++
		theirs = theirs[:max(0, len(theirs)-1)] // it is cut where the buffer ended
		ours = ours[:min(len(theirs), len(ours))]
	}
	if n := len(theirs); n > 0 && strings.HasPrefix(theirs[n-1].text, "Cleaned ") {
		met["connection pool"]++
		theirs = theirs[:n-1]
	}
	if len(ours) != len(theirs) {
		t.Fatalf("ssldump has %d lines with times, sipsecdump %d", len(theirs), len(ours))
	}
	for i := range theirs {
		p := pair{ours: ours[i].text, theirs: theirs[i].text, bare: bare[i].text, keys: how.keys, connection: &connection{}}
		if c := conns[ours[i].conn]; c != nil {
			p.connection = c
		}
		for _, d := range deviations {
			if p.ours == p.theirs {
				break
			}
			if d.apply != nil && d.apply(&p) {
				met[d.name]++
			}
		}
		if p.ours != p.theirs {
			t.Errorf("ssldump %v (-), sipsecdump (+)\n%s", how.args, cmp.Diff(strings.SplitAfter(p.theirs, "\n"), strings.SplitAfter(p.ours, "\n")))
			return
		}
	}
}

func list(t *testing.T, args []string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	if code := run(t.Context(), args, nil, &out, &complaints); code != 0 {
		t.Fatalf("%q: exit %d: %s", args, code, &complaints)
	}
	return out.String()
}

// block is a line of a record, of a connection or of an end, and what stands below it; the octets of
// a record are a block of their own.
type block struct {
	conn int // 0: of none yet
	text string
}

const recordColumns = `\d+\.\d{4} +(?:\(\d+\.\d{4}\) +)?[CS]>[CS]`

var (
	blockStart = regexp.MustCompile(`^(?:New TCP connection #(\d+): | *(\d+) +(?:\d+ +)?` + recordColumns + `|` + recordColumns + `$|Cleaned \d+ | *Packet data\[)`)
	// glued is where a record's line goes on in the one before.
	glued = regexp.MustCompile(`(?m)(  (?:Handshake|Alert))( *\d+ +\d+ +` + recordColumns + `| *Packet data\[)`)
)

// glueMark ends the line of a block that another was glued to.
const glueMark = " <glued>"

func blocks(listing string) (all []block) {
	for line := range strings.Lines(listing) {
		if m := blockStart.FindStringSubmatch(line); m != nil {
			conn, _ := strconv.Atoi(m[1] + m[2])
			if n := len(all); conn == 0 && n > 0 {
				conn = all[n-1].conn
			}
			all = append(all, block{conn: conn})
		} else if len(all) == 0 {
			all = append(all, block{})
		}
		all[len(all)-1].text += line
	}
	return all
}

// connection is what is known of a connection when it is compared.
type connection struct {
	Conn    int    `json:"conn"`
	Version string `json:"version"`
	Suite   string `json:"cipher_suite"`
	Resumed bool   `json:"resumed"`
	History string `json:"history"`

	glued bool // lines of records were glued together
}

func connectionsOf(t *testing.T, file string, how comparison) map[int]*connection {
	t.Helper()
	args := []string{file, "-j", "--show", "verdict"}
	if how.keys {
		args = append(args, how.args[len(how.args)-2:]...)
	}
	conns := map[int]*connection{}
	for line := range strings.Lines(list(t, args)) {
		if !strings.Contains(line, `"event":"tls_verdict"`) {
			continue
		}
		c := &connection{}
		if err := json.Unmarshal([]byte(line), c); err != nil {
			t.Fatal(err)
		}
		conns[c.Conn] = c
	}
	return conns
}

// pair is a block of both programs. Bare is ours without keys.
type pair struct {
	ours, theirs, bare string
	keys               bool
	*connection
}

// TestDeviationsPage: the page has the table.
func TestDeviationsPage(t *testing.T) {
	const begin, end = "<!-- deviations -->\n", "<!-- end of deviations -->\n"
	page := filepath.Join("..", "..", "docs", "tls-matrix.md")
	old, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", page)
	}
	var b strings.Builder
	b.WriteString("| what | ssldump 1.5 | sipsecdump | why |\n|---|---|---|---|\n")
	for _, d := range deviations {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.name, d.theirs, d.ours, d.why)
	}
	want := before + begin + b.String() + end + after
	if want == string(old) {
		return
	}
	if !*update {
		t.Fatalf("%s has another table; run go test ./cmd/sipsecdump -run TestDeviationsPage -update", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
