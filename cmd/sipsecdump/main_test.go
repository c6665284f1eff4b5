package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "rewrite goldens")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sipsecdump": main})
}

// TestScript runs the scripts: each flag, each exit code, each kind of bad input.
func TestScript(t *testing.T) {
	data, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			for link, to := range map[string]string{
				"draft": "draft-sec-flows", "goldens": "goldens", "rfc6216": "rfc6216", "rfc4475": "rfc4475", "peers": "peers",
			} {
				if err := os.Symlink(filepath.Join(data, to), filepath.Join(env.WorkDir, link)); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"head": head, "poke": poke, "splice": splice, "twice": twice,
		},
	})
}

// head copies the first octets of a file: head N FROM TO.
func head(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: head N FROM TO")
	}
	data := []byte(ts.ReadFile(args[1]))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), data[:number(ts, args[0])], 0o666))
}

// poke replaces one occurrence of a text by another of the same length: poke OLD NEW FROM TO.
func poke(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 || len(args[0]) != len(args[1]) {
		ts.Fatalf("usage: poke OLD NEW FROM TO")
	}
	data := ts.ReadFile(args[2])
	if strings.Count(data, args[0]) != 1 {
		ts.Fatalf("%q occurs %d times in %s", args[0], strings.Count(data, args[0]), args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), []byte(strings.Replace(data, args[0], args[1], 1)), 0o666))
}

// splice writes octets, given in hex, over a copy of a file: splice OFFSET HEX FROM TO.
func splice(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: splice OFFSET HEX FROM TO")
	}
	data := []byte(ts.ReadFile(args[2]))
	at := number(ts, args[0])
	for i := 0; i+1 < len(args[1]); i += 2 {
		data[at+i/2] = byte(digit(ts, args[1][i])<<4 | digit(ts, args[1][i+1]))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), data, 0o666))
}

// twice copies a big-endian pcap with each record two times: twice FROM TO.
func twice(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: twice FROM TO")
	}
	data := []byte(ts.ReadFile(args[0]))
	out := bytes.Clone(data[:24])
	for at := 24; at < len(data); {
		n := 16 + int(binary.BigEndian.Uint32(data[at+8:]))
		out = append(append(out, data[at:at+n]...), data[at:at+n]...)
		at += n
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o666))
}

func number(ts *testscript.TestScript, s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + digit(ts, s[i])
	}
	return n
}

func digit(ts *testscript.TestScript, c byte) int {
	d := strings.IndexByte("0123456789abcdef", c)
	if d < 0 {
		ts.Fatalf("%q is no digit", c)
	}
	return d
}

// TestMan holds the manual page against the flags.
func TestMan(t *testing.T) {
	var page, stderr bytes.Buffer
	if code := run(t.Context(), []string{"man"}, nil, &page, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, &stderr)
	}
	if *update {
		if err := os.WriteFile("sipsecdump.1", page.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("sipsecdump.1")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page.Bytes(), want) {
		t.Error("sipsecdump.1 is not what the flags say; go test ./cmd/sipsecdump -run TestMan -update")
	}
}

// TestFlagsHaveScripts: a flag that no script uses is not tested.
func TestFlagsHaveScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var scripts strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(data)
	}
	root := newRoot(&streams{})
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
	root.Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(scripts.String(), " --"+f.Name) {
			t.Errorf("no script uses --%s", f.Name)
		}
		if f.Shorthand != "" && !strings.Contains(scripts.String(), " -"+f.Shorthand+" ") {
			t.Errorf("no script uses -%s", f.Shorthand)
		}
	})
}

// closedPipe is standard output whose reader has gone.
type closedPipe struct{ left int }

func (w *closedPipe) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
	}
	return len(p), nil
}

func TestBrokenPipeEndsQuietly(t *testing.T) {
	file := filepath.Join("..", "..", "testdata", "draft-sec-flows", "tls", "tls1.pcap")
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{file}, nil, &closedPipe{10}, &stderr); code != 0 || stderr.Len() > 0 {
		t.Errorf("exit %d, stderr %q; want 0 and nothing", code, &stderr)
	}
}

// TestFullDisk: help and the like are outputs too.
func TestFullDisk(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help", "calls"}, {"--version"}, {"completion", "bash"}, {"man"}, {"check", "--explain", "*"}} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, nil, fullDisk{}, &stderr); code != 1 || !strings.HasSuffix(stderr.String(), "error: out: no space left on device\n") {
			t.Errorf("%q: exit %d, stderr %q; want 1", args, code, &stderr)
		}
		stderr.Reset()
		if code := run(t.Context(), args, nil, &closedPipe{10}, &stderr); code != 0 || stderr.Len() > 0 {
			t.Errorf("%q: exit %d, stderr %q; want 0 and nothing", args, code, &stderr)
		}
	}
}

// fullDisk is an output without room.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "out", Err: syscall.ENOSPC}
}

func TestInterruptedExits130(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	file := filepath.Join("..", "..", "testdata", "draft-sec-flows", "tls", "tls1.pcap")
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{file}, nil, &stdout, &stderr); code != 130 {
		t.Errorf("exit %d, want 130 (stderr %q)", code, &stderr)
	}
	if !strings.Contains(stdout.String(), "0 packets") {
		t.Errorf("no summary in %q", &stdout)
	}
}
