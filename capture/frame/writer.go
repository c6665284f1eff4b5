package frame

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"sipsecdump/capture"
)

// ErrNoSecrets says that the format has no place for decryption secrets.
var ErrNoSecrets = errors.New("frame: pcap holds no decryption secrets, pcapng does")

// snaplen is what the headers declare: the most that readers accept.
const snaplen = 262144

// Writer writes frames into a capture file. It buffers: call Flush at the end.
type Writer struct {
	// Snaplen cuts what is written of each packet to as many octets, if it is positive.
	Snaplen int

	buf  *bufio.Writer // keeps the first error, and returns it ever after
	unit time.Duration // of the times in pcap; 0 for pcapng
	head []byte        // reused for each header
}

func newWriter(w io.Writer, unit time.Duration) *Writer {
	return &Writer{buf: bufio.NewWriterSize(w, 64<<10), unit: unit}
}

// NewPcapWriter starts a pcap file, little-endian, with times in microseconds or, if nano
// is set, in nanoseconds.
func NewPcapWriter(w io.Writer, link capture.LinkType, nano bool) (*Writer, error) {
	magic, unit := uint32(0xa1b2c3d4), time.Microsecond
	if nano {
		magic, unit = 0xa1b23c4d, time.Nanosecond
	}
	p := newWriter(w, unit)
	h := binary.LittleEndian.AppendUint32(nil, magic)
	h = append(h, 2, 0, 4, 0)             // the version
	h = append(h, 0, 0, 0, 0, 0, 0, 0, 0) // time zone and accuracy, which nobody uses
	h = binary.LittleEndian.AppendUint32(h, snaplen)
	h = binary.LittleEndian.AppendUint32(h, uint32(link))
	_, err := p.buf.Write(h)
	return p, err
}

// The types of pcapng blocks (draft-ietf-opsawg-pcapng, Section 4).
const (
	interfaceDescription = 0x00000001
	enhancedPacket       = 0x00000006
	decryptionSecrets    = 0x0000000a
	sectionHeader        = 0x0a0d0d0a
)

// NewPcapngWriter starts a pcapng file, little-endian, with one section, one interface and
// times in nanoseconds. Nothing in it depends on the machine that writes it.
func NewPcapngWriter(w io.Writer, link capture.LinkType) (*Writer, error) {
	ng := newWriter(w, 0)
	h := binary.LittleEndian.AppendUint32(nil, 0x1a2b3c4d)
	h = append(h, 1, 0, 0, 0)                           // the version
	h = binary.LittleEndian.AppendUint64(h, ^uint64(0)) // the section's length is not told
	if err := ng.block(sectionHeader, h, nil); err != nil {
		return nil, err
	}
	h = binary.LittleEndian.AppendUint16(h[:0], uint16(link))
	h = append(h, 0, 0)
	h = binary.LittleEndian.AppendUint32(h, snaplen)
	h = append(h, 9, 0, 1, 0, 9, 0, 0, 0) // if_tsresol: 10**-9 s
	h = append(h, 0, 0, 0, 0)             // opt_endofopt
	return ng, ng.block(interfaceDescription, h, nil)
}

// WritePacket writes one frame, captured at t, or at the beginning of 1970 if t is zero. It keeps
// nothing of data.
func (w *Writer) WritePacket(t time.Time, data []byte) error {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	length := uint32(len(data))
	if w.Snaplen > 0 && len(data) > w.Snaplen {
		data = data[:w.Snaplen]
	}
	h := w.head[:0]
	if w.unit == 0 {
		ns := uint64(t.UnixNano())
		h = binary.LittleEndian.AppendUint32(h, 0) // the interface
		h = binary.LittleEndian.AppendUint32(h, uint32(ns>>32))
		h = binary.LittleEndian.AppendUint32(h, uint32(ns))
	} else {
		h = binary.LittleEndian.AppendUint32(h, uint32(t.Unix()))
		h = binary.LittleEndian.AppendUint32(h, uint32(t.Nanosecond()/int(w.unit)))
	}
	h = binary.LittleEndian.AppendUint32(h, uint32(len(data)))
	h = binary.LittleEndian.AppendUint32(h, length)
	w.head = h
	if w.unit == 0 {
		return w.block(enhancedPacket, h, data)
	}
	w.buf.Write(h)
	_, err := w.buf.Write(data)
	return err
}

// WriteSecrets writes a Decryption Secrets Block with TLS key log lines, which readers
// apply to the packets after it. It returns [ErrNoSecrets] for pcap.
func (w *Writer) WriteSecrets(keylog []byte) error {
	if w.unit != 0 {
		return ErrNoSecrets
	}
	h := binary.LittleEndian.AppendUint32(nil, uint32(capture.SecretsTLS))
	h = binary.LittleEndian.AppendUint32(h, uint32(len(keylog)))
	return w.block(decryptionSecrets, h, keylog)
}

// block writes a pcapng block: fields, whose length is a multiple of four, and data, which is padded.
func (w *Writer) block(kind uint32, fields, data []byte) error {
	padding := -len(data) & 3
	var h [8]byte
	binary.LittleEndian.PutUint32(h[:], kind)
	binary.LittleEndian.PutUint32(h[4:], uint32(len(h)+len(fields)+len(data)+padding+4))
	w.buf.Write(h[:])
	w.buf.Write(fields)
	w.buf.Write(data)
	w.buf.Write(make([]byte, padding))
	_, err := w.buf.Write(h[4:]) // the length once more
	return err
}

// Flush writes out what is buffered.
func (w *Writer) Flush() error { return w.buf.Flush() }
