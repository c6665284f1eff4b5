package tlsparse

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

const (
	// compressionDeflate is DEFLATE (RFC 3749, Section 2.1).
	compressionDeflate CompressionMethod = 1
	// window is how far back DEFLATE refers, in octets (RFC 1951, Section 2).
	window = 1 << 15
)

// inflater undoes the compression of one direction, which runs on over its records (RFC 3749,
// Section 2).
type inflater struct {
	started bool // the two octets of zlib's header have come (RFC 1950, Section 2.2)
	lost    bool // what later records refer to is lost
	in      bytes.Reader
	flate   io.ReadCloser
	// out ends with what was decompressed last; before it is what it may refer to.
	out []byte
}

// flushed is how a compressor ends what is to be read at once: an empty stored block, which
// leaves no bits over for the next record (RFC 1951, Section 3.2.4).
var flushed = []byte{0, 0, 0xff, 0xff}

// next decompresses the content of the next record; err tells that there is none. What it
// returns is valid until the next call.
func (f *inflater) next(compressed []byte, err *Error) ([]byte, *Error) {
	if err != nil {
		f.lost = true
		return nil, err
	}
	if f.lost {
		return nil, decompression("a record before it is lost, to which the compression refers")
	}
	if len(compressed) == 0 {
		return compressed, nil // nothing, compressed by nobody
	}
	plain, failure := f.inflate(compressed)
	if failure != nil {
		f.lost = true
		return nil, decompression(failure.Error())
	}
	return plain, nil
}

func (f *inflater) inflate(compressed []byte) ([]byte, error) {
	if !f.started {
		const deflate = 8
		if len(compressed) < 2 || compressed[0]&0xf != deflate || (int(compressed[0])<<8|int(compressed[1]))%31 != 0 || compressed[1]&0x20 != 0 {
			return nil, errors.New("the header of zlib is wrong")
		}
		compressed, f.started = compressed[2:], true
	}
	if !bytes.HasSuffix(compressed, flushed) {
		return nil, errors.New("the record ends inside a block of DEFLATE")
	}
	if len(f.out) > window {
		f.out = f.out[:copy(f.out, f.out[len(f.out)-window:])]
	}
	f.in.Reset(compressed)
	if f.flate == nil {
		f.flate = flate.NewReaderDict(&f.in, f.out)
		f.out = make([]byte, 0, window+maxFragment+1)
	} else if err := f.flate.(flate.Resetter).Reset(&f.in, f.out); err != nil {
		return nil, err
	}
	history := len(f.out)
	for {
		room := f.out[len(f.out):min(cap(f.out), history+maxFragment+1)]
		if len(room) == 0 {
			return nil, fmt.Errorf("the record decompresses to more than %d octets", maxFragment)
		}
		n, err := f.flate.Read(room)
		f.out = f.out[:len(f.out)+n]
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF) && f.in.Len() == 0: // the stream goes on
			return f.out[history:], nil
		case err != nil: // its end, too, which a connection's is not
			return nil, fmt.Errorf("it is no DEFLATE that goes on: %w", err)
		}
	}
}

func decompression(text string) *Error {
	return &Error{Code: CodeCompression, Offset: recordHeader, Field: "TLSCompressed.fragment",
		Section: "RFC 3749, Section 2", Text: text}
}
