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
// interfaces.
//
// A block of at most lookAhead octets is checked by both of its lengths before anything of it
// is believed. What a block holds may be wrong without harm to the next; if its frame is,
// resume looks for the next.
type pcapngFraming struct {
	order      binary.ByteOrder // of the section
	interfaces []ngInterface    // of the section
	rest       int64            // octets of the block at hand that are not consumed
	block      block            // the block at hand
	secrets    []Secrets
	waiting    int64 // octets of the blocks in secrets
	texts      texts
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

// openPcapng reads the section header that the file begins with.
func openPcapng(r *Reader) error {
	f := &pcapngFraming{}
	r.framing = f
	if err := f.open(r); err != nil {
		return err
	}
	return f.section(r)
}

func (f *pcapngFraming) next(r *Reader, p *Packet) error {
	for {
		err := f.close(r)
		if err == nil {
			err = f.open(r)
		}
		if err == nil {
			err = f.whole(r)
		}
		if err != nil {
			damage, ok := err.(*FormatError)
			if !ok || damage.Err != nil && damage.Err != io.ErrUnexpectedEOF {
				return err
			}
			if err := f.resume(r, damage); err != nil {
				return err
			}
			continue
		}
		packet, err := f.read(r, p)
		if packet {
			return nil
		}
		if err != nil {
			damage, ok := err.(*FormatError)
			if !ok || damage.Err != nil {
				return err
			}
			skipped := int64(f.block.length)
			if skipped > lookAhead {
				skipped = 0 // so much is declared, not seen
			}
			r.damaged(damage, skipped)
		}
	}
}

// read takes what the block at hand holds. It returns true if that is a packet.
func (f *pcapngFraming) read(r *Reader, p *Packet) (packet bool, err error) {
	switch f.block.kind {
	case blockSection:
		err = f.section(r)
	case blockInterface:
		err = f.describe(r)
	case blockNames:
		err = f.resolve(r)
	case blockSecrets:
		err = f.keep(r)
	case blockEnhanced, blockObsolete:
		err = f.enhanced(r, p)
		return err == nil, err
	case blockSimple:
		err = f.simple(r, p)
		return err == nil, err
	}
	return false, err
}

// open consumes the type and length of the next block.
func (f *pcapngFraming) open(r *Reader) error {
	at := r.src.offset
	f.block = block{offset: at}
	b, err := r.src.peek(blockMinLen)
	if err == io.EOF && len(b) == 0 {
		return io.EOF
	}
	if err != nil {
		return r.short(at, err, "block header")
	}
	if binary.BigEndian.Uint32(b) == blockSection {
		order := sectionOrder(b)
		if order == nil {
			return r.fail(at, "section header with unknown byte order %#08x", binary.BigEndian.Uint32(b[8:]))
		}
		f.order = order
	}
	kind, length := f.order.Uint32(b), f.order.Uint32(b[4:])
	if length < blockMinLen || length%4 != 0 {
		return r.fail(at, "block declares a length of %d, no multiple of 4 from %d", length, blockMinLen)
	}
	if length > maxBlock(kind) {
		return r.fail(at, "block of type %d declares %d octets, more than the limit of %d", kind, length, maxBlock(kind))
	}
	f.block.kind, f.block.length = kind, length
	f.rest = int64(length)
	return f.skip(r, 8)
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
// if it has at most lookAhead octets.
func (f *pcapngFraming) whole(r *Reader) error {
	if f.rest > lookAhead {
		return f.packetFills(r) // close will see the second length
	}
	b, err := f.peek(r, int(f.rest))
	if err != nil {
		return err
	}
	return f.same(r, b[len(b)-4:])
}

// packetFills checks of a packet block longer than lookAhead that it is the packet that
// makes it so: a wrong length would take other blocks along.
func (f *pcapngFraming) packetFills(r *Reader) error {
	if f.block.kind != blockEnhanced && f.block.kind != blockObsolete {
		return nil
	}
	b, err := f.peek(r, 16)
	if err != nil {
		return err
	}
	if captured := f.order.Uint32(b[12:]); f.block.length-enhancedMinLen > captured && f.block.length-enhancedMinLen-captured > lookAhead/2 {
		return r.fail(f.block.offset, "block declares a length of %d for a packet of %d octets", f.block.length, captured)
	}
	return nil
}

// same compares the second length of the block at hand with the first.
func (f *pcapngFraming) same(r *Reader, b []byte) error {
	if last := f.order.Uint32(b); last != f.block.length {
		return r.fail(f.block.offset, "block declares lengths of %d and %d", f.block.length, last)
	}
	return nil
}

// close consumes what is left of the block at hand.
func (f *pcapngFraming) close(r *Reader) error {
	if f.rest == 0 {
		return nil
	}
	if err := f.skip(r, f.rest-4); err != nil {
		return err
	}
	b, err := f.peek(r, 4)
	if err != nil {
		return err
	}
	if err := f.same(r, b); err != nil {
		return err
	}
	return f.skip(r, 4)
}

func (f *pcapngFraming) skip(r *Reader, n int64) error {
	f.rest -= n
	if err := r.src.skip(n); err != nil {
		return r.short(f.block.offset, err, "block")
	}
	return nil
}

func (f *pcapngFraming) peek(r *Reader, n int) ([]byte, error) {
	b, err := r.src.peek(n)
	if err != nil {
		return nil, r.short(f.block.offset, err, "block")
	}
	return b, nil
}

// atLeast checks that the block at hand has room for its fixed part.
func (f *pcapngFraming) atLeast(r *Reader, n uint32) error {
	if f.block.length < n {
		return r.fail(f.block.offset, "block of type %d has %d octets, fewer than %d", f.block.kind, f.block.length, n)
	}
	return nil
}

// section reads a Section Header Block (Section 4.1).
func (f *pcapngFraming) section(r *Reader) error {
	f.interfaces = f.interfaces[:0]
	if err := f.atLeast(r, sectionMinLen); err != nil {
		return err
	}
	b, err := f.peek(r, 8)
	if err != nil {
		return err
	}
	// Version 1.2 was written by some tools and is the same as 1.0.
	if major, minor := f.order.Uint16(b[4:]), f.order.Uint16(b[6:]); major != 1 || minor != 0 && minor != 2 {
		return r.fail(f.block.offset, "unknown pcapng version %d.%d", major, minor)
	}
	if err := f.skip(r, 16); err != nil {
		return err
	}
	if b, err = f.remainder(r); err != nil {
		return err
	}
	return f.options(r, b, func(code uint16, value []byte) {
		switch code {
		case optionComment:
			f.remark(r, Comment, -1, 0, value)
		case optionHardware:
			f.remark(r, SectionHardware, -1, 0, value)
		case optionOS:
			f.remark(r, SectionOS, -1, 0, value)
		case optionApplication:
			f.remark(r, SectionApplication, -1, 0, value)
		}
	})
}

// describe reads an Interface Description Block (Section 4.2). A damaged one still counts,
// so that the numbers of those behind it are right.
func (f *pcapngFraming) describe(r *Reader) error {
	if len(f.interfaces) == MaxInterfaces {
		return r.fail(f.block.offset, "section has more than %d interfaces", MaxInterfaces)
	}
	number := len(f.interfaces)
	f.interfaces = append(f.interfaces, ngInterface{link: linkUnknown, clock: clock{resolution: microseconds}})
	if err := f.atLeast(r, interfaceMinLen); err != nil {
		return err
	}
	b, err := f.remainder(r)
	if err != nil {
		return err
	}
	i := &f.interfaces[number]
	i.link = LinkType(f.order.Uint16(b))
	i.snaplen = f.order.Uint32(b[4:])
	return f.options(r, b[8:], func(code uint16, value []byte) {
		switch {
		case code == optionComment:
			f.remark(r, Comment, number, 0, value)
		case code == optionName:
			f.remark(r, InterfaceName, number, 0, value)
		case code == optionDescription:
			f.remark(r, InterfaceDescription, number, 0, value)
		case code == optionTsresol && len(value) == 1:
			i.clock.resolution = value[0]
		case code == optionTsoffset && len(value) == 8:
			i.clock.offset = int64(f.order.Uint64(value))
		}
	})
}

// enhanced reads an Enhanced Packet Block (Section 4.3) or the obsolete Packet Block
// (Appendix A), which has a shorter interface number.
func (f *pcapngFraming) enhanced(r *Reader, p *Packet) error {
	if err := f.atLeast(r, enhancedMinLen); err != nil {
		return err
	}
	b, err := f.peek(r, 20)
	if err != nil {
		return err
	}
	number := f.order.Uint32(b)
	if f.block.kind == blockObsolete {
		number = uint32(f.order.Uint16(b))
	}
	if int64(number) >= int64(len(f.interfaces)) {
		return r.fail(f.block.offset, "packet block names interface %d of %d", number, len(f.interfaces))
	}
	i := &f.interfaces[number]
	ticks := uint64(f.order.Uint32(b[4:]))<<32 | uint64(f.order.Uint32(b[8:]))
	captured, length := f.order.Uint32(b[12:]), f.order.Uint32(b[16:])
	if err := f.skip(r, 20); err != nil {
		return err
	}
	return f.packet(r, p, int(number), i.clock.time(ticks), captured, length)
}

// simple reads a Simple Packet Block (Section 4.4). It has no time, and its captured length
// follows from the first interface.
func (f *pcapngFraming) simple(r *Reader, p *Packet) error {
	if err := f.atLeast(r, simpleMinLen); err != nil {
		return err
	}
	b, err := f.peek(r, 4)
	if err != nil {
		return err
	}
	if len(f.interfaces) == 0 {
		return r.fail(f.block.offset, "simple packet block without an interface")
	}
	length := f.order.Uint32(b)
	captured := length
	if n := f.interfaces[0].snaplen; n != 0 {
		captured = min(captured, n)
	}
	if err := f.skip(r, 4); err != nil {
		return err
	}
	return f.packet(r, p, 0, time.Time{}, captured, length)
}

// packet takes the packet of a block whose octets come next.
func (f *pcapngFraming) packet(r *Reader, p *Packet, iface int, t time.Time, captured, length uint32) error {
	if captured > MaxPacketLength {
		return r.fail(f.block.offset, "packet block declares %d octets, more than the limit of %d", captured, MaxPacketLength)
	}
	if int64(captured) > f.rest-4 {
		return r.fail(f.block.offset, "packet of %d octets ends beyond its block of %d", captured, f.block.length)
	}
	padding := -captured & 3
	if tail := int64(captured + padding); f.rest <= lookAhead && f.rest-4 > tail {
		b, err := f.remainder(r)
		if err != nil {
			return err
		}
		f.comments(r, b[tail:], iface, r.number+1)
	}
	b, err := r.src.peek(int(captured))
	if err != nil {
		return r.short(f.block.offset, err, "packet")
	}
	r.src.consume(len(b))
	f.rest -= int64(captured)
	p.Time = t
	p.Link = f.interfaces[iface].link
	p.Length = int(max(captured, length))
	p.Data = b
	return nil
}
