package capture

import (
	"encoding/binary"
	"io"
	"time"
)

// Sizes of pcap's structures (draft-ietf-opsawg-pcap, Sections 4 and 5).
const (
	pcapHeaderLen = 24
	pcapRecordLen = 16
	// Records of Alexey Kuznetzov's modified format go on with interface, protocol and type,
	// and in one version, of the same magic number, with processors.
	pcapLongRecordLen    = 24
	pcapLongestRecordLen = 28
)

// pcapMagics tell byte order, unit of time and records of a file by its first four octets.
var pcapMagics = map[[4]byte]struct {
	order  binary.ByteOrder
	unit   time.Duration
	record int // length of a record's header
}{
	{0xa1, 0xb2, 0xc3, 0xd4}: {binary.BigEndian, time.Microsecond, pcapRecordLen},
	{0xd4, 0xc3, 0xb2, 0xa1}: {binary.LittleEndian, time.Microsecond, pcapRecordLen},
	{0xa1, 0xb2, 0x3c, 0x4d}: {binary.BigEndian, time.Nanosecond, pcapRecordLen},
	{0x4d, 0x3c, 0xb2, 0xa1}: {binary.LittleEndian, time.Nanosecond, pcapRecordLen},
	{0xa1, 0xb2, 0xcd, 0x34}: {binary.BigEndian, time.Microsecond, pcapLongRecordLen},
	{0x34, 0xcd, 0xb2, 0xa1}: {binary.LittleEndian, time.Microsecond, pcapLongRecordLen},
}

// pcapFraming frames the records of a pcap file.
type pcapFraming struct {
	order  binary.ByteOrder
	unit   time.Duration
	record int
	link   LinkType
	last   uint32 // seconds of the last packet
}

// openPcap reads the file header of the file in r, which begins with one of pcapMagics.
func openPcap(r *Reader) error {
	b, err := r.src.peek(pcapHeaderLen)
	if err != nil {
		return r.short(0, err, "pcap header")
	}
	kind := pcapMagics[[4]byte(b)]
	f := &pcapFraming{order: kind.order, unit: kind.unit, record: kind.record}
	if major, minor := f.order.Uint16(b[4:]), f.order.Uint16(b[6:]); major != 2 || minor != 4 {
		return r.fail(4, "unknown pcap version %d.%d", major, minor)
	}
	// The upper half of the field may tell the length of a frame check sequence, which
	// lies after the packet, where decoding does not reach.
	f.link = LinkType(f.order.Uint32(b[20:]))
	r.framing = f
	if err := r.src.skip(pcapHeaderLen); err != nil {
		return err
	}
	if f.record == pcapLongRecordLen && !f.follows(r, pcapLongRecordLen) && f.follows(r, pcapLongestRecordLen) {
		f.record = pcapLongestRecordLen
	}
	return nil
}

// follows reports whether the first record, if its header has so many octets, can be followed
// by another, or is followed by the end of the file. It looks no farther ahead than
// lookAhead.
func (f *pcapFraming) follows(r *Reader, header int) bool {
	b, _ := r.src.peek(pcapRecordLen)
	if len(b) < pcapRecordLen {
		return false
	}
	end := header + int(min(f.order.Uint32(b[8:]), lookAhead))
	if end > lookAhead-pcapRecordLen {
		return false
	}
	b, _ = r.src.peek(end + pcapRecordLen)
	if len(b) < end+pcapRecordLen {
		return len(b) >= end
	}
	b = b[end:]
	return f.order.Uint32(b[8:]) <= min(f.order.Uint32(b[12:]), MaxPacketLength)
}

func (f *pcapFraming) next(r *Reader, p *Packet) error {
	for {
		at := r.src.offset
		b, err := r.src.peek(f.record)
		if err == io.EOF && len(b) == 0 {
			return io.EOF
		}
		if err != nil {
			return r.short(at, err, "packet record header")
		}
		damage := f.wrong(r, b)
		if damage == nil {
			return f.read(r, p)
		}
		if err := f.resume(r, damage); err != nil {
			return err
		}
	}
}

// read takes the record at hand.
func (f *pcapFraming) read(r *Reader, p *Packet) error {
	at := r.src.offset
	b, err := r.src.peek(f.record)
	if err != nil {
		return r.short(at, err, "packet record header")
	}
	seconds, fraction := f.order.Uint32(b), f.order.Uint32(b[4:])
	captured, length := f.order.Uint32(b[8:]), f.order.Uint32(b[12:])
	whole := f.record + int(captured)
	if b, err = r.src.peek(whole); err != nil {
		return r.short(at, err, "packet")
	}
	r.src.consume(whole)
	f.last = seconds
	p.Time = time.Unix(int64(seconds), int64(fraction)*int64(f.unit)).UTC()
	p.Link = f.link
	p.Length = int(max(captured, length))
	p.Data = b[f.record:]
	return nil
}
