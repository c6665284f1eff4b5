package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sipsecdump"
)

// feed reads a capture of 4 MiB past a bar that is shown after a while.
func feed(t *testing.T, after time.Duration) string {
	t.Helper()
	var terminal bytes.Buffer
	p := newProgress(&terminal, 4<<20, after)
	captures := p.watch([]sipsecdump.Source{{Name: "a", Reader: bytes.NewReader(make([]byte, 4<<20-1))}})
	if captures[0].Name != "a" {
		t.Errorf("the capture is named %q", captures[0].Name)
	}
	var got int
	for buf := make([]byte, 64<<10); ; {
		n, err := captures[0].Reader.Read(buf)
		if got += n; err == io.EOF {
			break
		}
		time.Sleep(4 * time.Millisecond) // longer than the bar's throttle, all together
	}
	if got != 4<<20-1 {
		t.Errorf("%d octets came through", got)
	}
	p.end()
	return terminal.String()
}

func TestProgress(t *testing.T) {
	if got := feed(t, time.Hour); got != "" {
		t.Errorf("too early: %q", got)
	}
	got := feed(t, 0)
	if !regexp.MustCompile(`reading +\d+% .*\(.*/4\.0 MiB, .*iB/s\) \[.*\]`).MatchString(got) {
		t.Errorf("got %q", got)
	}
	lines := strings.Split(got, "\r")
	if last := lines[len(lines)-1]; last != "" {
		t.Errorf("the last line is left: %q", last)
	}
	for _, l := range lines {
		if utf8.RuneCountInString(l) > 80 {
			t.Errorf("longer than a line: %q", l)
		}
	}
}

// TestProgressKnowsSizes: there is a bar only if the whole is known.
func TestProgressKnowsSizes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file := sipsecdump.Source{Reader: f}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, c := range []struct {
		captures []sipsecdump.Source
		total    int64
		ok       bool
	}{
		{[]sipsecdump.Source{file, file}, 200, true},
		{[]sipsecdump.Source{file, {Reader: r}}, 0, false},
		{[]sipsecdump.Source{{Reader: &bytes.Buffer{}}}, 0, false},
	} {
		if total, ok := octetsOf(c.captures); total != c.total || ok != c.ok {
			t.Errorf("%d, %t; want %d, %t", total, ok, c.total, c.ok)
		}
	}
	var none *progress
	if got := none.watch([]sipsecdump.Source{file}); got[0].Reader != f {
		t.Error("no bar, and a reader around the capture")
	}
	none.end()
	if p := (&streams{err: w}).progress([]sipsecdump.Source{file}, io.Discard); p != nil {
		t.Error("a bar on a pipe")
	}
}
