package capture

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// compressions are told by the first octets of a file.
var compressions = []struct {
	name  string
	magic func(b []byte) bool // of up to four octets
	open  func(io.Reader) (io.Reader, error)
}{
	// Members that follow one another are one file (RFC 1952, Section 2.2).
	{"gzip", func(b []byte) bool { return len(b) >= 2 && b[0] == 0x1f && b[1] == 0x8b },
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"zstd", func(b []byte) bool { return len(b) == 4 && binary.LittleEndian.Uint32(b) == 0xfd2fb528 },
		func(r io.Reader) (io.Reader, error) {
			// One at a time means without goroutines: nothing is left to close.
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
				zstd.WithDecoderMaxWindow(MaxWindow))
			return windowed{z}, err
		}},
	// Frames have blocks of at most 4 MiB, legacy frames of 8 MiB.
	{"lz4", func(b []byte) bool {
		return len(b) == 4 && (binary.LittleEndian.Uint32(b) == 0x184d2204 || binary.LittleEndian.Uint32(b) == 0x184c2102)
	}, func(r io.Reader) (io.Reader, error) { return lz4.NewReader(r), nil }},
}

// windowed is a zstd reader that says what its limit is.
type windowed struct{ r io.Reader }

func (w windowed) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = fmt.Errorf("zstd window of more than %d octets", MaxWindow)
	}
	return n, err
}

// skippable consumes the skippable frames that zstd's and lz4's files may begin with, as those of
// pzstd do (RFC 8878, Section 3.1.2; lz4 has the same).
func skippable(r *Reader) error {
	const magic, headerLen = 0x184d2a50, 8
	for {
		b, err := r.src.peek(headerLen)
		if len(b) < 4 || binary.LittleEndian.Uint32(b)&^0xf != magic {
			return nil
		}
		if err != nil {
			return r.short(0, err, "skippable frame")
		}
		if err := r.src.skip(headerLen + int64(binary.LittleEndian.Uint32(b[4:]))); err != nil {
			return r.short(0, err, "skippable frame")
		}
	}
}

// decompress puts the inflater before r.src that its first octets ask for.
func decompress(r *Reader) error {
	if err := skippable(r); err != nil {
		return err
	}
	b, _ := r.src.peek(4)
	for _, c := range compressions {
		if !c.magic(b) {
			continue
		}
		file := r.src
		z, err := c.open(&file)
		if err != nil {
			return r.short(0, err, c.name+" header")
		}
		r.src = newSource(z)
		return nil
	}
	return nil
}
