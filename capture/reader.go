package capture

import (
	"fmt"
	"io"
)

// Reader reads the packets of one capture file. It is for one goroutine.
type Reader struct {
	src     source
	framing framing
	format  string
	number  uint64 // of the last packet
	damage  []Damage
	err     error // why there is no next packet; io.EOF at a clean end
}

// framing is the part of a Reader that depends on the format. It believes nothing that a file
// declares before it has held it against what is there and against the limits.
type framing interface {
	// next fills in the next packet, but for its number. The file ends cleanly before it:
	// io.EOF. Any other error is a *FormatError.
	next(r *Reader, p *Packet) error
}

// NewReader reads the header of a capture: pcap in both byte orders with micro- or
// nanoseconds or Kuznetzov's longer records, pcapng, or gzip, zstd or lz4 of one of them, by
// content. Its error is a [*FormatError] if the file is empty, of another kind, or ends in its
// header; the error of r wrapped in one otherwise.
func NewReader(r io.Reader) (*Reader, error) {
	rd := &Reader{src: newSource(r)}
	if err := decompress(rd); err != nil {
		return nil, err
	}
	open, err := sniff(rd)
	if err != nil {
		return nil, err
	}
	if err := open(rd); err != nil {
		if err == io.EOF {
			err = rd.short(0, err, rd.format+" header")
		}
		return nil, err
	}
	return rd, nil
}

// sniff tells the format by its first four octets.
func sniff(r *Reader) (open func(*Reader) error, err error) {
	b, err := r.src.peek(4)
	switch {
	case err != nil && err != io.EOF:
		return nil, r.short(0, err, "file")
	case len(b) == 0:
		return nil, &FormatError{Text: "file is empty", Err: io.ErrUnexpectedEOF}
	case len(b) < 4:
		return nil, r.short(0, err, "file header")
	}
	magic := [4]byte(b)
	if _, ok := pcapMagics[magic]; ok {
		r.format = "pcap"
		return openPcap, nil
	}
	if magic == [4]byte{0x0a, 0x0d, 0x0d, 0x0a} {
		r.format = "pcapng"
		return openPcapng, nil
	}
	return nil, r.fail(0, "file is neither pcap nor pcapng: it begins with %#08x", magic)
}

// Format returns "pcap" or "pcapng".
func (r *Reader) Format() string { return r.format }

// Next reads the next packet into p. It returns io.EOF after the last one, and a
// [*FormatError] if the file cannot be read further; that one wraps io.ErrUnexpectedEOF if
// the file is cut short. A damaged block of a pcapng file costs itself, a damaged record of a pcap
// file what is before the next one that can be found: Next passes over it, and Damage tells. After
// an error it returns the same error again and leaves p alone.
func (r *Reader) Next(p *Packet) error {
	if r.err != nil {
		return r.err
	}
	if r.err = r.framing.next(r, p); r.err != nil {
		if f, ok := r.err.(*FormatError); ok {
			f.Packet = r.number
		}
		return r.err
	}
	r.number++
	p.Number = r.number
	return nil
}

// Secrets returns the decryption secrets that the file held before the packet read last
// and after those returned before. They are the caller's.
func (r *Reader) Secrets() []Secrets {
	f, ok := r.framing.(*pcapngFraming)
	if !ok {
		return nil
	}
	s := f.secrets
	f.secrets, f.waiting = nil, 0
	return s
}

// Remarks returns the texts of a pcapng file up to the packet read last, those of its own
// block included, and after those returned before. They are the caller's.
func (r *Reader) Remarks() []Remark {
	f, ok := r.framing.(*pcapngFraming)
	if !ok {
		return nil
	}
	return f.texts.takeRemarks()
}

// Names returns what a pcapng file told of the names of addresses before the packet read
// last and after those returned before. They are the caller's.
func (r *Reader) Names() []Name {
	f, ok := r.framing.(*pcapngFraming)
	if !ok {
		return nil
	}
	return f.texts.takeNames()
}

// Damage returns what was passed over because it could not be read, up to the packet read
// last, or to the end, and after what was returned before. At most [MaxDamage] wait; the last of
// so many counts the others.
func (r *Reader) Damage() []Damage {
	d := r.damage
	r.damage = nil
	return d
}

// fail makes the error of a structure at offset that holds what cannot be.
func (r *Reader) fail(offset int64, format string, args ...any) *FormatError {
	return &FormatError{Offset: offset, Text: fmt.Sprintf(format, args...)}
}

// short makes the error of a structure at offset that could not be read to its end.
func (r *Reader) short(offset int64, err error, what string) *FormatError {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &FormatError{Offset: offset, Text: what + " cut short", Err: io.ErrUnexpectedEOF}
	}
	return &FormatError{Offset: offset, Text: what + " cannot be read: " + err.Error(), Err: err}
}
