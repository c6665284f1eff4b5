package frame

import (
	"bufio"
	"errors"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"sipsecdump/capture"
)

// ErrNoSecrets says that the format has no place for decryption secrets.
var ErrNoSecrets = errors.New("frame: pcap holds no decryption secrets, pcapng does")

// pcapSnaplen is what the headers declare: the most that readers accept.
const pcapSnaplen = 262144

// Writer writes frames into a capture file. It buffers: call Flush at the end.
type Writer struct {
	// Snaplen cuts what is written of each packet to as many octets, if it is positive.
	Snaplen int

	buf  *bufio.Writer
	pcap *pcapgo.Writer
	ng   *pcapgo.NgWriter
}

// NewPcapWriter starts a pcap file, little-endian, with times in microseconds or, if nano
// is set, in nanoseconds.
func NewPcapWriter(w io.Writer, link capture.LinkType, nano bool) (*Writer, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	p := pcapgo.NewWriter(buf)
	if nano {
		p = pcapgo.NewWriterNanos(buf)
	}
	if err := p.WriteFileHeader(pcapSnaplen, layers.LinkType(link)); err != nil {
		return nil, err
	}
	return &Writer{buf: buf, pcap: p}, nil
}

// NewPcapngWriter starts a pcapng file, little-endian, with one section, one interface and
// times in nanoseconds. Nothing in it depends on the machine that writes it.
func NewPcapngWriter(w io.Writer, link capture.LinkType) (*Writer, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	ng, err := pcapgo.NewNgWriterInterface(buf, pcapgo.NgInterface{
		LinkType:            layers.LinkType(link),
		SnapLength:          pcapSnaplen,
		TimestampResolution: 9,
	}, pcapgo.NgWriterOptions{})
	if err != nil {
		return nil, err
	}
	return &Writer{buf: buf, ng: ng}, nil
}

// WritePacket writes one frame, captured at t. It keeps nothing of data.
func (w *Writer) WritePacket(t time.Time, data []byte) error {
	if t.IsZero() {
		t = time.Unix(0, 0) // pcapgo would write the time of day
	}
	ci := gopacket.CaptureInfo{Timestamp: t, CaptureLength: len(data), Length: len(data)}
	if w.Snaplen > 0 && len(data) > w.Snaplen {
		data = data[:w.Snaplen]
		ci.CaptureLength = w.Snaplen
	}
	if w.ng != nil {
		return w.ng.WritePacket(ci, data)
	}
	return w.pcap.WritePacket(ci, data)
}

// WriteSecrets writes a Decryption Secrets Block with TLS key log lines, which readers
// apply to the packets after it. It returns [ErrNoSecrets] for pcap.
func (w *Writer) WriteSecrets(keylog []byte) error {
	if w.ng == nil {
		return ErrNoSecrets
	}
	return w.ng.WriteDecryptionSecretsBlock(pcapgo.DSB_SECRETS_TYPE_TLS, keylog)
}

// Flush writes out what is buffered.
func (w *Writer) Flush() error {
	if w.ng != nil {
		if err := w.ng.Flush(); err != nil {
			return err
		}
	}
	return w.buf.Flush()
}
