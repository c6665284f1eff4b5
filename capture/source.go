package capture

import "io"

// lookAhead is how far reading looks ahead of what it is at, at most, to judge whether it is what it
// seems. It is also how much is asked of a file at a time.
const lookAhead = 64 << 10

// sourceBuffer has room for the longest packet and what its record has before it.
const sourceBuffer = MaxPacketLength + lookAhead

// source reads a file through a buffer and knows how far it is.
type source struct {
	in       io.Reader
	buf      []byte // of lookAhead octets, or of sourceBuffer once there was need for more
	from, to int    // of what is in buf and not consumed
	offset   int64  // of from in the file
	err      error  // why in has no more
}

func newSource(in io.Reader) source { return source{in: in, buf: make([]byte, lookAhead)} }

// peek returns the next n octets without consuming them, or fewer and an error. They are valid
// until the next call of peek, Read, or of skip over more than them. n is at most sourceBuffer.
func (s *source) peek(n int) ([]byte, error) {
	if s.to-s.from < n {
		if err := s.fill(n); err != nil {
			return s.buf[s.from:s.to], err
		}
	}
	return s.buf[s.from : s.from+n], nil
}

// fill reads until there are n octets in the buffer.
func (s *source) fill(n int) error {
	waiting := s.buf[s.from:s.to]
	if n > len(s.buf) {
		s.buf = make([]byte, sourceBuffer)
	}
	s.from, s.to = 0, copy(s.buf, waiting)
	const patience = 100 // with a reader that returns nothing
	for nothing := 0; s.to < n; {
		if s.err != nil {
			return s.err
		}
		done, err := s.in.Read(s.buf[s.to:max(n, lookAhead)])
		s.to += done
		s.err = err
		if nothing++; done > 0 {
			nothing = 0
		} else if nothing == patience && err == nil {
			s.err = io.ErrNoProgress
		}
	}
	return nil
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := s.peek(1); err != nil {
		return 0, err
	}
	n := copy(p, s.buf[s.from:s.to])
	s.consume(n)
	return n, nil
}

// skip consumes n octets. It returns io.ErrUnexpectedEOF if there are fewer.
func (s *source) skip(n int64) error {
	for n > int64(s.to-s.from) {
		n -= int64(s.to - s.from)
		s.consume(s.to - s.from)
		if err := s.fill(1); err != nil {
			return unexpected(err)
		}
	}
	s.consume(int(n))
	return nil
}

func (s *source) consume(n int) {
	s.from += n
	s.offset += int64(n)
}

// unexpected says of an end of file that it came too early.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
