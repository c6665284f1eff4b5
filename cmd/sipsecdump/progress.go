package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"sipsecdump"
)

const (
	// progressFrom is how many octets of captures are worth a progress bar.
	progressFrom = 8 << 20
	// progressAfter is how long a read takes before its progress is shown: most are over by then.
	progressAfter = time.Second
)

// progress is a bar that shows how much of the captures has been read, how fast, and how long the
// rest will take. A nil progress shows nothing.
type progress struct {
	bar   *progressbar.ProgressBar
	shown time.Time // from when on
	held  int64     // octets that were read before
}

// newProgress starts a bar on w for that many octets. Nothing is shown before the given time has
// gone by.
func newProgress(w io.Writer, total int64, after time.Duration) *progress {
	p := &progress{shown: time.Now().Add(after), bar: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("reading"),
		progressbar.OptionSetWidth(24), // with the figures, a line of 80 columns
		progressbar.OptionShowBytes(true),
		progressbar.OptionShowCount(),
		progressbar.OptionShowTotalBytes(true),
		progressbar.OptionUseIECUnits(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
	p.bar.StartWithoutRender()
	return p
}

// progress returns a bar if somebody sees it and it is of use: standard error is a terminal,
// the output goes elsewhere, and what there is to read is much, and known to be.
func (s *streams) progress(captures []sipsecdump.Source, out io.Writer) *progress {
	if !isTerminal(s.err) || isTerminal(out) {
		return nil
	}
	total, ok := octetsOf(captures)
	if !ok || total < progressFrom {
		return nil
	}
	return newProgress(s.err, total, progressAfter)
}

// octetsOf adds up the captures, unless one of them is no file with a size.
func octetsOf(captures []sipsecdump.Source) (total int64, ok bool) {
	for _, c := range captures {
		f, ok := c.Reader.(*os.File)
		if !ok {
			return 0, false
		}
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			return 0, false
		}
		total += info.Size()
	}
	return total, true
}

// watch returns the captures with readers that move the bar.
func (p *progress) watch(captures []sipsecdump.Source) []sipsecdump.Source {
	if p == nil {
		return captures
	}
	watched := make([]sipsecdump.Source, len(captures))
	for i, c := range captures {
		watched[i] = sipsecdump.Source{Name: c.Name, Reader: measured{c.Reader, p}}
	}
	return watched
}

// read counts octets that were read.
func (p *progress) read(n int) {
	if p.held += int64(n); time.Now().Before(p.shown) {
		return
	}
	// What fails is that nobody sees it, or that a capture has grown since: neither matters.
	_ = p.bar.Add64(p.held)
	p.held = 0
}

// end takes the bar away. Nothing is read any more.
func (p *progress) end() {
	if p != nil {
		_ = p.bar.Clear()
	}
}

type measured struct {
	io.Reader
	p *progress
}

func (m measured) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.p.read(n)
	return n, err
}
