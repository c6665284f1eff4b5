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

// canonicalSnaplen is what the canonical file declares. It is only the size of the buffer
// that gopacket begins with; it grows to what a packet has.
const canonicalSnaplen = 64 << 10

// pcapMagic is the standard one; a canonical file has it, whatever the file's own is.
const pcapMagic = 0xa1b2c3d4

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
	header [pcapHeaderLen]byte // canonical, of the file and then of each record

	packets uint64
	last    uint32 // seconds of the last packet
}

// openPcap reads the file header of the file in g, which begins with one of pcapMagics.
func openPcap(g *guard) error {
	b, err := g.src.peek(pcapHeaderLen)
	if err != nil {
		return g.short(0, err, "pcap header")
	}
	kind := pcapMagics[[4]byte(b)]
	f := &pcapFraming{order: kind.order, unit: kind.unit, record: kind.record}
	if major, minor := f.order.Uint16(b[4:]), f.order.Uint16(b[6:]); major != 2 || minor != 4 {
		return g.fail(4, "unknown pcap version %d.%d", major, minor)
	}
	// The upper half of the field may tell the length of a frame check sequence, which
	// lies after the packet, where decoding does not reach.
	f.link = LinkType(f.order.Uint32(b[20:]))
	copy(f.header[:], b)
	f.order.PutUint32(f.header[0:], pcapMagic)
	f.order.PutUint32(f.header[16:], canonicalSnaplen)
	f.order.PutUint32(f.header[20:], uint32(f.link))
	g.framing = f
	g.head = f.header[:]
	if err := g.src.skip(pcapHeaderLen); err != nil {
		return err
	}
	if f.record == pcapLongRecordLen && !f.follows(g, pcapLongRecordLen) && f.follows(g, pcapLongestRecordLen) {
		f.record = pcapLongestRecordLen
	}
	return nil
}

// follows reports whether the first record, if its header has so many octets, can be followed
// by another, or is followed by the end of the file. It looks no farther than the buffer
// reaches.
func (f *pcapFraming) follows(g *guard, header int) bool {
	b, _ := g.src.peek(pcapRecordLen)
	if len(b) < pcapRecordLen {
		return false
	}
	end := header + int(min(f.order.Uint32(b[8:]), sourceBuffer))
	if end > sourceBuffer-pcapRecordLen {
		return false
	}
	b, _ = g.src.peek(end + pcapRecordLen)
	if len(b) < end+pcapRecordLen {
		return len(b) >= end
	}
	b = b[end:]
	return f.order.Uint32(b[8:]) <= min(f.order.Uint32(b[12:]), MaxPacketLength)
}

func (f *pcapFraming) next(g *guard) error {
	for {
		at := g.src.offset
		b, err := g.src.peek(f.record)
		if err == io.EOF && len(b) == 0 {
			return io.EOF
		}
		if err != nil {
			return g.short(at, err, "packet record header")
		}
		damage := f.wrong(g, b)
		if damage == nil {
			return f.begin(g)
		}
		if err := f.resume(g, damage); err != nil {
			return err
		}
	}
}

// begin hands on the record at hand.
func (f *pcapFraming) begin(g *guard) error {
	b, err := g.src.peek(f.record)
	if err != nil {
		return g.short(g.src.offset, err, "packet record header")
	}
	seconds, fraction := f.order.Uint32(b), f.order.Uint32(b[4:])
	captured, length := f.order.Uint32(b[8:]), f.order.Uint32(b[12:])
	g.begun = record{
		offset:   g.src.offset,
		time:     time.Unix(int64(seconds), int64(fraction)*int64(f.unit)).UTC(),
		link:     f.link,
		captured: int(captured),
		length:   int(max(captured, length)),
	}
	f.packets, f.last = f.packets+1, seconds
	copy(f.header[:], b[:pcapRecordLen])
	f.order.PutUint32(f.header[12:], uint32(g.begun.length))
	g.head = f.header[:pcapRecordLen]
	g.body = int(captured)
	return g.src.skip(int64(f.record))
}
