package capture

import (
	"bufio"
	"errors"
	"io"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/pcapgo"
)

// Reader reads the packets of one capture file. It is for one goroutine.
type Reader struct {
	guard   *guard
	format  string
	number  uint64
	err     error
	packets packetSource
}

// packetSource is what both of gopacket's readers are.
type packetSource interface {
	ZeroCopyReadPacketData() ([]byte, gopacket.CaptureInfo, error)
}

// NewReader reads the header of a capture: pcap in both byte orders with micro- or
// nanoseconds or Kuznetzov's longer records, pcapng, or gzip, zstd or lz4 of one of them, by
// content. Its error is a [*FormatError] if the file is empty, of another kind, or ends in its
// header; the error of r wrapped in one otherwise.
func NewReader(r io.Reader) (*Reader, error) {
	g := &guard{src: source{r: bufio.NewReaderSize(r, sourceBuffer)}}
	if err := decompress(g); err != nil {
		return nil, err
	}
	open, format, err := sniff(g)
	if err != nil {
		return nil, err
	}
	if err := open(g); err != nil {
		if err == io.EOF {
			err = g.short(0, err, format+" header")
		}
		return nil, err
	}
	rd := &Reader{guard: g, format: format}
	if format == "pcap" {
		rd.packets, err = pcapgo.NewReader(g)
	} else {
		rd.packets, err = pcapgo.NewNgReader(g, pcapgo.DefaultNgReaderOptions)
	}
	if err != nil {
		return nil, rd.fail(err)
	}
	return rd, nil
}

// sniff tells the format by its first four octets.
func sniff(g *guard) (open func(*guard) error, format string, err error) {
	b, err := g.src.peek(4)
	switch {
	case err != nil && err != io.EOF:
		return nil, "", g.short(0, err, "file")
	case len(b) == 0:
		return nil, "", &FormatError{Text: "file is empty", Err: io.ErrUnexpectedEOF}
	case len(b) < 4:
		return nil, "", g.short(0, err, "file header")
	}
	magic := [4]byte(b)
	if _, ok := pcapMagics[magic]; ok {
		return openPcap, "pcap", nil
	}
	if magic == [4]byte{0x0a, 0x0d, 0x0d, 0x0a} {
		return openPcapng, "pcapng", nil
	}
	return nil, "", g.fail(0, "file is neither pcap nor pcapng: it begins with %#08x", magic)
}

// Format returns "pcap" or "pcapng".
func (r *Reader) Format() string { return r.format }

// Next reads the next packet into p. It returns io.EOF after the last one, and a
// [*FormatError] if the file cannot be read further; that one wraps io.ErrUnexpectedEOF if
// the file is cut short. A damaged block of a pcapng file costs itself, a damaged record of a pcap
// file what is before the next one that can be found: Next passes over it, and Damage tells. After an error it returns the same error again and leaves p alone.
func (r *Reader) Next(p *Packet) error {
	if r.err != nil {
		return r.err
	}
	data, _, err := r.packets.ZeroCopyReadPacketData()
	if err != nil {
		r.err = r.fail(err)
		return r.err
	}
	r.number++
	*p = Packet{
		Number: r.number,
		Time:   r.guard.begun.time,
		Link:   r.guard.begun.link,
		Length: r.guard.begun.length,
		Data:   data,
	}
	return nil
}

// Secrets returns the decryption secrets that the file held before the packet read last
// and after those returned before. They are the caller's.
func (r *Reader) Secrets() []Secrets {
	f, ok := r.guard.framing.(*pcapngFraming)
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
	f, ok := r.guard.framing.(*pcapngFraming)
	if !ok {
		return nil
	}
	return f.texts.takeRemarks()
}

// Names returns what a pcapng file told of the names of addresses before the packet read
// last and after those returned before. They are the caller's.
func (r *Reader) Names() []Name {
	f, ok := r.guard.framing.(*pcapngFraming)
	if !ok {
		return nil
	}
	return f.texts.takeNames()
}

// Damage returns what was passed over because it could not be read, up to the packet read
// last, or to the end, and after what was returned before. At most [MaxDamage] wait; the last of
// so many counts the others.
func (r *Reader) Damage() []Damage {
	d := r.guard.damage
	r.guard.damage = nil
	return d
}

// fail turns an error of gopacket's into the one of the guard that caused it.
func (r *Reader) fail(err error) error {
	if r.guard.err == nil {
		r.guard.err = r.guard.short(r.guard.begun.offset, err, "packet")
	}
	if f := (*FormatError)(nil); errors.As(r.guard.err, &f) {
		f.Packet = r.number
	}
	return r.guard.err
}
