package capture

import (
	"encoding/binary"
	"io"
	"time"
)

// Block types (draft-ietf-opsawg-pcapng, Section 4).
const (
	blockInterface  = 0x00000001
	blockObsolete   = 0x00000002 // Packet Block
	blockSimple     = 0x00000003
	blockNames      = 0x00000004
	blockStatistics = 0x00000005
	blockEnhanced   = 0x00000006
	blockSecrets    = 0x0000000a
	blockCustom     = 0x00000bad
	blockCustomOnly = 0x40000bad // not to be copied
	blockSection    = 0x0a0d0d0a // the same in both byte orders
)

// Sizes of blocks without their variable parts, with both lengths.
const (
	blockMinLen     = 12
	sectionMinLen   = 28
	interfaceMinLen = 20
	enhancedMinLen  = 32 // and of the obsolete block
	simpleMinLen    = 16
	secretsMinLen   = 20
)

const byteOrderMagic = 0x1a2b3c4d

// pcapngFraming frames the packet blocks of a pcapng file and follows its sections and
// interfaces. The canonical file has one section and one interface for all of them.
//
// A block that fits the buffer is checked by both of its lengths before anything of it is
// believed. What a block holds may be wrong without harm to the next; if its frame is,
// resume looks for the next.
type pcapngFraming struct {
	order      binary.ByteOrder // of the section
	interfaces []ngInterface    // of the section
	rest       int64            // octets of the block at hand that are not consumed
	block      block            // the block at hand
	packets    uint64           // handed on
	secrets    []Secrets
	waiting    int64 // octets of the blocks in secrets
	texts      texts
	header     [28]byte
	trailer    [8]byte
}

type ngInterface struct {
	link    LinkType
	snaplen uint32
	clock   clock
}

type block struct {
	offset int64
	kind   uint32
	length uint32 // total
}

// openPcapng reads the section header that the file in g begins with.
func openPcapng(g *guard) error {
	f := &pcapngFraming{}
	g.framing = f
	if err := f.open(g); err != nil {
		return err
	}
	if err := f.section(g); err != nil {
		return err
	}
	g.head = canonicalPcapng()
	return nil
}

// canonicalPcapng is a section header and one interface description, little-endian.
func canonicalPcapng() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, blockSection)
	b = le.AppendUint32(b, sectionMinLen)
	b = le.AppendUint32(b, byteOrderMagic)
	b = le.AppendUint32(b, 1)                  // version 1.0
	b = le.AppendUint64(b, 0xffffffffffffffff) // section of unknown length
	b = le.AppendUint32(b, sectionMinLen)
	b = le.AppendUint32(b, blockInterface)
	b = le.AppendUint32(b, interfaceMinLen)
	b = le.AppendUint32(b, 0) // link type and reserved; ours come from the guard
	b = le.AppendUint32(b, canonicalSnaplen)
	return le.AppendUint32(b, interfaceMinLen)
}

func (f *pcapngFraming) next(g *guard) error {
	for {
		err := f.close(g)
		if err == nil {
			err = f.open(g)
		}
		if err == nil {
			err = f.whole(g)
		}
		if err != nil {
			damage, ok := err.(*FormatError)
			if !ok || damage.Err != nil && damage.Err != io.ErrUnexpectedEOF {
				return err
			}
			if err := f.resume(g, damage); err != nil {
				return err
			}
			continue
		}
		packet, err := f.read(g)
		if packet {
			return nil
		}
		if err != nil {
			damage, ok := err.(*FormatError)
			if !ok || damage.Err != nil {
				return err
			}
			skipped := int64(f.block.length)
			if skipped > sourceBuffer {
				skipped = 0 // so much is declared, not seen
			}
			g.damaged(f.packets, damage, skipped)
		}
	}
}

// read takes what the block at hand holds. It returns true if that is a packet.
func (f *pcapngFraming) read(g *guard) (packet bool, err error) {
	switch f.block.kind {
	case blockSection:
		err = f.section(g)
	case blockInterface:
		err = f.describe(g)
	case blockNames:
		err = f.resolve(g)
	case blockSecrets:
		err = f.keep(g)
	case blockEnhanced, blockObsolete:
		err = f.enhanced(g)
		return err == nil, err
	case blockSimple:
		err = f.simple(g)
		return err == nil, err
	}
	return false, err
}

// open consumes the type and length of the next block.
func (f *pcapngFraming) open(g *guard) error {
	at := g.src.offset
	f.block = block{offset: at}
	b, err := g.src.peek(blockMinLen)
	if err == io.EOF && len(b) == 0 {
		return io.EOF
	}
	if err != nil {
		return g.short(at, err, "block header")
	}
	if binary.BigEndian.Uint32(b) == blockSection {
		order := sectionOrder(b)
		if order == nil {
			return g.fail(at, "section header with unknown byte order %#08x", binary.BigEndian.Uint32(b[8:]))
		}
		f.order = order
	}
	kind, length := f.order.Uint32(b), f.order.Uint32(b[4:])
	if length < blockMinLen || length%4 != 0 {
		return g.fail(at, "block declares a length of %d, no multiple of 4 from %d", length, blockMinLen)
	}
	if length > maxBlock(kind) {
		return g.fail(at, "block of type %d declares %d octets, more than the limit of %d", kind, length, maxBlock(kind))
	}
	f.block.kind, f.block.length = kind, length
	f.rest = int64(length)
	return f.skip(g, 8)
}

// sectionOrder returns the byte order of a section header's first 12 octets, or nil.
func sectionOrder(b []byte) binary.ByteOrder {
	switch uint32(byteOrderMagic) {
	case binary.BigEndian.Uint32(b[8:]):
		return binary.BigEndian
	case binary.LittleEndian.Uint32(b[8:]):
		return binary.LittleEndian
	}
	return nil
}

func maxBlock(kind uint32) uint32 {
	if kind == blockSecrets {
		return 1<<32 - 1 // only what is kept has a limit
	}
	return MaxBlockLength
}

// whole checks that the block at hand is there with both of its lengths, before it is read,
// if it fits the buffer.
func (f *pcapngFraming) whole(g *guard) error {
	if f.rest > sourceBuffer {
		return f.packetFills(g) // close will see the second length
	}
	b, err := f.peek(g, int(f.rest))
	if err != nil {
		return err
	}
	return f.same(g, b[len(b)-4:])
}

// packetFills checks of a packet block too long for the buffer that it is the packet that
// makes it so: a wrong length would take other blocks along.
func (f *pcapngFraming) packetFills(g *guard) error {
	if f.block.kind != blockEnhanced && f.block.kind != blockObsolete {
		return nil
	}
	b, err := f.peek(g, 16)
	if err != nil {
		return err
	}
	if captured := f.order.Uint32(b[12:]); f.block.length-enhancedMinLen > captured && f.block.length-enhancedMinLen-captured > sourceBuffer/2 {
		return g.fail(f.block.offset, "block declares a length of %d for a packet of %d octets", f.block.length, captured)
	}
	return nil
}

// same compares the second length of the block at hand with the first.
func (f *pcapngFraming) same(g *guard, b []byte) error {
	if last := f.order.Uint32(b); last != f.block.length {
		return g.fail(f.block.offset, "block declares lengths of %d and %d", f.block.length, last)
	}
	return nil
}

// close consumes what is left of the block at hand.
func (f *pcapngFraming) close(g *guard) error {
	if f.rest == 0 {
		return nil
	}
	if err := f.skip(g, f.rest-4); err != nil {
		return err
	}
	b, err := f.peek(g, 4)
	if err != nil {
		return err
	}
	if err := f.same(g, b); err != nil {
		return err
	}
	return f.skip(g, 4)
}

func (f *pcapngFraming) skip(g *guard, n int64) error {
	f.rest -= n
	if err := g.src.skip(n); err != nil {
		return g.short(f.block.offset, err, "block")
	}
	return nil
}

func (f *pcapngFraming) peek(g *guard, n int) ([]byte, error) {
	b, err := g.src.peek(n)
	if err != nil {
		return nil, g.short(f.block.offset, err, "block")
	}
	return b, nil
}

// atLeast checks that the block at hand has room for its fixed part.
func (f *pcapngFraming) atLeast(g *guard, n uint32) error {
	if f.block.length < n {
		return g.fail(f.block.offset, "block of type %d has %d octets, fewer than %d", f.block.kind, f.block.length, n)
	}
	return nil
}

// section reads a Section Header Block (Section 4.1).
func (f *pcapngFraming) section(g *guard) error {
	f.interfaces = f.interfaces[:0]
	if err := f.atLeast(g, sectionMinLen); err != nil {
		return err
	}
	b, err := f.peek(g, 8)
	if err != nil {
		return err
	}
	// Version 1.2 was written by some tools and is the same as 1.0.
	if major, minor := f.order.Uint16(b[4:]), f.order.Uint16(b[6:]); major != 1 || minor != 0 && minor != 2 {
		return g.fail(f.block.offset, "unknown pcapng version %d.%d", major, minor)
	}
	if err := f.skip(g, 16); err != nil {
		return err
	}
	if b, err = f.remainder(g); err != nil {
		return err
	}
	return f.options(g, b, func(code uint16, value []byte) {
		switch code {
		case optionComment:
			f.remark(g, Comment, -1, 0, value)
		case optionHardware:
			f.remark(g, SectionHardware, -1, 0, value)
		case optionOS:
			f.remark(g, SectionOS, -1, 0, value)
		case optionApplication:
			f.remark(g, SectionApplication, -1, 0, value)
		}
	})
}

// describe reads an Interface Description Block (Section 4.2). A damaged one still counts,
// so that the numbers of those behind it are right.
func (f *pcapngFraming) describe(g *guard) error {
	if len(f.interfaces) == MaxInterfaces {
		return g.fail(f.block.offset, "section has more than %d interfaces", MaxInterfaces)
	}
	number := len(f.interfaces)
	f.interfaces = append(f.interfaces, ngInterface{link: linkUnknown, clock: clock{resolution: microseconds}})
	if err := f.atLeast(g, interfaceMinLen); err != nil {
		return err
	}
	b, err := f.remainder(g)
	if err != nil {
		return err
	}
	i := &f.interfaces[number]
	i.link = LinkType(f.order.Uint16(b))
	i.snaplen = f.order.Uint32(b[4:])
	return f.options(g, b[8:], func(code uint16, value []byte) {
		switch {
		case code == optionComment:
			f.remark(g, Comment, number, 0, value)
		case code == optionName:
			f.remark(g, InterfaceName, number, 0, value)
		case code == optionDescription:
			f.remark(g, InterfaceDescription, number, 0, value)
		case code == optionTsresol && len(value) == 1:
			i.clock.resolution = value[0]
		case code == optionTsoffset && len(value) == 8:
			i.clock.offset = int64(f.order.Uint64(value))
		}
	})
}

// enhanced reads an Enhanced Packet Block (Section 4.3) or the obsolete Packet Block
// (Appendix A), which has a shorter interface number.
func (f *pcapngFraming) enhanced(g *guard) error {
	if err := f.atLeast(g, enhancedMinLen); err != nil {
		return err
	}
	b, err := f.peek(g, 20)
	if err != nil {
		return err
	}
	number := f.order.Uint32(b)
	if f.block.kind == blockObsolete {
		number = uint32(f.order.Uint16(b))
	}
	if int64(number) >= int64(len(f.interfaces)) {
		return g.fail(f.block.offset, "packet block names interface %d of %d", number, len(f.interfaces))
	}
	i := &f.interfaces[number]
	ticks := uint64(f.order.Uint32(b[4:]))<<32 | uint64(f.order.Uint32(b[8:]))
	captured, length := f.order.Uint32(b[12:]), f.order.Uint32(b[16:])
	if err := f.skip(g, 20); err != nil {
		return err
	}
	return f.packet(g, int(number), i.clock.time(ticks), captured, length)
}

// simple reads a Simple Packet Block (Section 4.4). It has no time, and its captured length
// follows from the first interface.
func (f *pcapngFraming) simple(g *guard) error {
	if err := f.atLeast(g, simpleMinLen); err != nil {
		return err
	}
	b, err := f.peek(g, 4)
	if err != nil {
		return err
	}
	if len(f.interfaces) == 0 {
		return g.fail(f.block.offset, "simple packet block without an interface")
	}
	length := f.order.Uint32(b)
	captured := length
	if n := f.interfaces[0].snaplen; n != 0 {
		captured = min(captured, n)
	}
	if err := f.skip(g, 4); err != nil {
		return err
	}
	return f.packet(g, 0, time.Time{}, captured, length)
}

// packet sets what to hand on of a packet block whose octets come next: a canonical
// Enhanced Packet Block.
func (f *pcapngFraming) packet(g *guard, iface int, t time.Time, captured, length uint32) error {
	if captured > MaxPacketLength {
		return g.fail(f.block.offset, "packet block declares %d octets, more than the limit of %d", captured, MaxPacketLength)
	}
	if int64(captured) > f.rest-4 {
		return g.fail(f.block.offset, "packet of %d octets ends beyond its block of %d", captured, f.block.length)
	}
	f.packets++
	padding := -captured & 3
	if tail := int64(captured + padding); f.rest <= sourceBuffer && f.rest-4 > tail {
		b, err := f.remainder(g)
		if err != nil {
			return err
		}
		f.comments(g, b[tail:], iface, f.packets)
	}
	g.begun = record{
		offset:   f.block.offset,
		time:     t,
		link:     f.interfaces[iface].link,
		captured: int(captured),
		length:   int(max(captured, length)),
	}
	f.rest -= int64(captured)
	total := enhancedMinLen + captured + padding
	le := binary.LittleEndian
	le.PutUint32(f.header[0:], blockEnhanced)
	le.PutUint32(f.header[4:], total)
	clear(f.header[8:20]) // interface 0; the time comes from the guard
	le.PutUint32(f.header[20:], captured)
	le.PutUint32(f.header[24:], uint32(g.begun.length))
	le.PutUint32(f.trailer[4:], total)
	g.head = f.header[:]
	g.body = int(captured)
	g.tail = f.trailer[4-padding:]
	return nil
}
