package capture

import (
	"bufio"
	"io"
)

const sourceBuffer = 64 << 10

// source reads a file and knows how far it is.
type source struct {
	r      *bufio.Reader
	offset int64
}

// peek returns the next n octets without consuming them, or fewer and an error. They are
// valid until the next call of any method. n is at most sourceBuffer.
func (s *source) peek(n int) ([]byte, error) { return s.r.Peek(n) }

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.offset += int64(n)
	return n, err
}

// skip consumes n octets. It returns io.ErrUnexpectedEOF if there are fewer.
func (s *source) skip(n int64) error {
	for n > 0 {
		// In pieces, since Discard takes an int.
		done, err := s.r.Discard(int(min(n, 1<<30)))
		s.offset += int64(done)
		n -= int64(done)
		if err != nil {
			return unexpected(err)
		}
	}
	return nil
}

// unexpected says of an end of file that it came too early.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
