package ws

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
)

// tail is what a sender takes away from each message (RFC 7692, Section 7.2.1), and an empty last
// block, so that the end is told from a cut.
var tail = [...]byte{0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF}

var errLimit = errors.New("the limit is hit")

// inflater inflates the messages of one direction. Each may refer to those before it (RFC 7692,
// Section 7.2.3.3), so the last octets are kept.
type inflater struct {
	reader  io.ReadCloser // nil until needed
	in      bytes.Reader
	tail    bytes.Reader
	history []byte // at most window octets
	out     []byte
	lost    bool // something before is not in history
}

// inflate appends no more than limit octets to what it returns, which is valid until the next call.
// The error is flate.CorruptInputError, errLimit or, if the message is cut, io.ErrUnexpectedEOF.
func (f *inflater) inflate(p []byte, limit int, whole, takeover bool) ([]byte, error) {
	if err := f.reset(p, whole, f.history); err != nil {
		return nil, err
	}
	if cap(f.out) > maxKept {
		f.out = nil
	}
	f.out = f.out[:0]
	var err error
	for err == nil {
		if len(f.out) == cap(f.out) {
			f.out = append(f.out, 0)[:len(f.out)]
		}
		room := f.out[len(f.out):min(cap(f.out), limit+1)]
		var n int
		n, err = f.reader.Read(room)
		if f.out = f.out[:len(f.out)+n]; len(f.out) > limit {
			f.out, err = f.out[:limit], errLimit
		}
	}
	if err == io.EOF {
		err = nil
	}
	switch {
	case err != nil:
		f.forget()
	case !takeover:
		f.history = f.history[:0]
	case len(f.out) >= window:
		f.history = append(f.history[:0], f.out[len(f.out)-window:]...)
	default:
		if over := len(f.history) + len(f.out) - window; over > 0 {
			f.history = f.history[:copy(f.history, f.history[over:])]
		}
		f.history = append(f.history, f.out...)
	}
	return f.out, err
}

// reset makes the reader begin with p, and with the end of the message behind it if p is whole.
func (f *inflater) reset(p []byte, whole bool, history []byte) error {
	f.in.Reset(p)
	f.tail.Reset(tail[:])
	var r io.Reader = &f.in
	if whole {
		r = io.MultiReader(&f.in, &f.tail)
	}
	if f.reader == nil {
		f.reader = flate.NewReaderDict(r, history)
		return nil
	}
	return f.reader.(flate.Resetter).Reset(r, history)
}

// sniff is sniffFrame for a compressed frame that refers to nothing before it. It waits for
// maxInflated octets of the frame, or all of it.
func (f *inflater) sniff(h *frameHeader, content []byte) (is, enough bool) {
	if h.kind != Text && h.kind != Binary || h.length < minMessage/8 || !h.minimal {
		return false, true
	}
	need := min(h.length, maxInflated)
	if int64(len(content)) < need {
		return false, false
	}
	content = content[:need]
	if h.masked {
		content = appendUnmasked(nil, content, h.key, 0)
	}
	if f.reset(content, true, nil) != nil {
		return false, true
	}
	var out [sniffed]byte
	n, _ := io.ReadFull(f.reader, out[:])
	is, _ = sipStart(out[:n])
	return is, true
}

// forget tells that a message is missing. Older ones would be taken for it.
func (f *inflater) forget() {
	f.history = f.history[:0]
	f.lost = true
}
