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
	// Version 2.4; time zone and accuracy, which nobody uses.
	return p, p.words(magic, 2|4<<16, 0, 0, snaplen, uint32(link))
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
	const (
		byteOrder  = 0x1a2b3c4d
		version    = 1
		untold     = 1<<32 - 1
		resolution = 9 | 1<<16 // the option if_tsresol, of one octet
		endOfOpt   = 0
	)
	ng := newWriter(w, 0)
	// The section's length has 64 bits.
	if err := ng.block(sectionHeader, nil, byteOrder, version, untold, untold); err != nil {
		return nil, err
	}
	return ng, ng.block(interfaceDescription, nil, uint32(uint16(link)), snaplen, resolution, 9, endOfOpt)
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
	captured := uint32(len(data))
	if w.unit == 0 {
		ns := uint64(t.UnixNano())
		return w.block(enhancedPacket, data, 0, uint32(ns>>32), uint32(ns), captured, length) // of interface 0
	}
	w.words(uint32(t.Unix()), uint32(t.Nanosecond()/int(w.unit)), captured, length)
	_, err := w.buf.Write(data)
	return err
}

// WriteSecrets writes a Decryption Secrets Block with TLS key log lines, which readers
// apply to the packets after it. It returns [ErrNoSecrets] for pcap.
func (w *Writer) WriteSecrets(keylog []byte) error {
	if w.unit != 0 {
		return ErrNoSecrets
	}
	return w.block(decryptionSecrets, keylog, capture.SecretsTLS, uint32(len(keylog)))
}

// block writes a pcapng block: fields, and data, which is padded.
func (w *Writer) block(kind uint32, data []byte, fields ...uint32) error {
	padding := -len(data) & 3
	length := uint32(4*len(fields) + len(data) + padding + 12)
	w.words(kind, length)
	w.words(fields...)
	w.buf.Write(data)
	for range padding {
		w.buf.WriteByte(0)
	}
	return w.words(length)
}

// words writes numbers of 32 bits.
func (w *Writer) words(values ...uint32) error {
	b := w.buf.AvailableBuffer()
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	_, err := w.buf.Write(b)
	return err
}

// Flush writes out what is buffered.
func (w *Writer) Flush() error { return w.buf.Flush() }
