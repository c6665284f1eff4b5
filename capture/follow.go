package capture

import (
	"context"
	"io"
	"time"
)

// follower reads a file that is still written.
type follower struct {
	ctx   context.Context
	in    io.Reader
	every time.Duration
	idle  func()
}

// Follow returns a reader for [NewReader] of a file that grows: at its end it looks for more
// at the given interval, and ends only when ctx is done. A record of which a part is written
// waits for the rest. idle, if not nil, is called from within Read each time it begins to
// wait, so that what was read until then can be shown.
//
// in must be able to return more after io.EOF, as files do and pipes need not.
func Follow(ctx context.Context, in io.Reader, every time.Duration, idle func()) io.Reader {
	return &follower{ctx, in, every, idle}
}

// Read implements io.Reader. It returns io.EOF when the context is done and nothing is left.
func (f *follower) Read(p []byte) (int, error) {
	n, err := f.in.Read(p)
	if n > 0 || err != io.EOF || len(p) == 0 {
		return n, noEOF(err)
	}
	if f.idle != nil {
		f.idle()
	}
	tick := time.NewTicker(f.every)
	defer tick.Stop()
	for n == 0 && err == io.EOF {
		select {
		case <-f.ctx.Done():
			return 0, io.EOF
		case <-tick.C:
			n, err = f.in.Read(p)
		}
	}
	return n, noEOF(err)
}

// noEOF is err, but for the end of what is there so far.
func noEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
