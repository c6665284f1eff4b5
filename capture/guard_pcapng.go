package capture

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"
)

// Block types (draft-ietf-opsawg-pcapng, Section 4).
const (
	blockInterface = 0x00000001
	blockObsolete  = 0x00000002 // Packet Block
	blockSimple    = 0x00000003
	blockEnhanced  = 0x00000006
	blockSecrets   = 0x0000000a
	blockSection   = 0x0a0d0d0a // the same in both byte orders
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

// Options of an interface description that matter.
const (
	optionEnd      = 0
	optionTsresol  = 9
	optionTsoffset = 14
)

// SecretsTLS is the type of secrets in the format of NSS key logs.
const SecretsTLS = 0x544c534b

// Secrets is a Decryption Secrets Block of a pcapng file. It applies to packets after it.
type Secrets struct {
	Type   uint32
	Data   []byte // the caller's to keep
	Missed int64  // octets that were not kept, in this block and those after it: more than [MaxSecrets]
}

// pcapngFraming frames the packet blocks of a pcapng file and follows its sections and
// interfaces. The canonical file has one section and one interface for all of them.
type pcapngFraming struct {
	order      binary.ByteOrder // of the section
	interfaces []ngInterface    // of the section
	rest       int64            // octets of the block at hand that are not consumed
	block      block            // the block at hand
	secrets    []Secrets
	waiting    int64 // octets of the blocks in secrets
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
	if _, err := f.open(g); err != nil {
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
		if err := f.close(g); err != nil {
			return err
		}
		kind, err := f.open(g)
		if err != nil {
			return err
		}
		switch kind {
		case blockSection:
			err = f.section(g)
		case blockInterface:
			err = f.describe(g)
		case blockSecrets:
			err = f.keep(g)
		case blockEnhanced, blockObsolete:
			return f.enhanced(g)
		case blockSimple:
			return f.simple(g)
		}
		if err != nil {
			return err
		}
	}
}

// open consumes the type and length of the next block.
func (f *pcapngFraming) open(g *guard) (kind uint32, err error) {
	at := g.src.offset
	b, err := g.src.peek(blockMinLen)
	if err == io.EOF && len(b) == 0 {
		return 0, io.EOF
	}
	if err != nil {
		return 0, g.short(at, err, "block header")
	}
	if binary.BigEndian.Uint32(b) == blockSection {
		switch uint32(byteOrderMagic) {
		case binary.BigEndian.Uint32(b[8:]):
			f.order = binary.BigEndian
		case binary.LittleEndian.Uint32(b[8:]):
			f.order = binary.LittleEndian
		default:
			return 0, g.fail(at, "section header with unknown byte order %#08x", binary.BigEndian.Uint32(b[8:]))
		}
	}
	f.block = block{offset: at, kind: f.order.Uint32(b), length: f.order.Uint32(b[4:])}
	if f.block.length < blockMinLen || f.block.length%4 != 0 {
		return 0, g.fail(at, "block declares a length of %d, no multiple of 4 from %d", f.block.length, blockMinLen)
	}
	f.rest = int64(f.block.length)
	return f.block.kind, f.skip(g, 8)
}

// close consumes what is left of the block at hand and compares its second length with the
// first.
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
	if last := f.order.Uint32(b); last != f.block.length {
		return g.fail(f.block.offset, "block declares lengths of %d and %d", f.block.length, last)
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
	f.interfaces = f.interfaces[:0]
	return nil
}

// describe reads an Interface Description Block (Section 4.2).
func (f *pcapngFraming) describe(g *guard) error {
	if err := f.atLeast(g, interfaceMinLen); err != nil {
		return err
	}
	if len(f.interfaces) == MaxInterfaces {
		return g.fail(f.block.offset, "section has more than %d interfaces", MaxInterfaces)
	}
	b, err := f.peek(g, 8)
	if err != nil {
		return err
	}
	i := ngInterface{
		link:    LinkType(f.order.Uint16(b)),
		snaplen: f.order.Uint32(b[4:]),
		clock:   clock{resolution: microseconds},
	}
	if err := f.skip(g, 8); err != nil {
		return err
	}
	if err := f.options(g, &i); err != nil {
		return err
	}
	f.interfaces = append(f.interfaces, i)
	return nil
}

// options reads those of an interface (Section 3.5), as far as times depend on them.
func (f *pcapngFraming) options(g *guard, i *ngInterface) error {
	for f.rest >= 8 {
		b, err := f.peek(g, 4)
		if err != nil {
			return err
		}
		code, length := f.order.Uint16(b), int64(f.order.Uint16(b[2:]))
		if err := f.skip(g, 4); err != nil {
			return err
		}
		if code == optionEnd {
			return nil
		}
		padded := (length + 3) &^ 3
		if padded > f.rest-4 {
			return g.fail(f.block.offset, "interface option %d of %d octets ends beyond its block", code, length)
		}
		switch {
		case code == optionTsresol && length == 1:
			if b, err = f.peek(g, 1); err == nil {
				i.clock.resolution = b[0]
			}
		case code == optionTsoffset && length == 8:
			if b, err = f.peek(g, 8); err == nil {
				i.clock.offset = int64(f.order.Uint64(b))
			}
		}
		if err != nil {
			return err
		}
		if err := f.skip(g, padded); err != nil {
			return err
		}
	}
	return nil
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
	return f.packet(g, i.link, i.clock.time(ticks), captured, length)
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
	i := &f.interfaces[0]
	length := f.order.Uint32(b)
	captured := length
	if i.snaplen != 0 {
		captured = min(captured, i.snaplen)
	}
	if err := f.skip(g, 4); err != nil {
		return err
	}
	return f.packet(g, i.link, time.Time{}, captured, length)
}

// packet sets what to hand on of a packet block whose octets come next: a canonical
// Enhanced Packet Block.
func (f *pcapngFraming) packet(g *guard, link LinkType, t time.Time, captured, length uint32) error {
	if captured > MaxPacketLength {
		return g.fail(f.block.offset, "packet block declares %d octets, more than the limit of %d", captured, MaxPacketLength)
	}
	if int64(captured) > f.rest-4 {
		return g.fail(f.block.offset, "packet of %d octets ends beyond its block of %d", captured, f.block.length)
	}
	g.begun = record{
		offset:   f.block.offset,
		time:     t,
		link:     link,
		captured: int(captured),
		length:   int(max(captured, length)),
	}
	f.rest -= int64(captured)
	padding := -captured & 3
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

// keep reads a Decryption Secrets Block (Section 4.7).
func (f *pcapngFraming) keep(g *guard) error {
	if err := f.atLeast(g, secretsMinLen); err != nil {
		return err
	}
	b, err := f.peek(g, 8)
	if err != nil {
		return err
	}
	kind, length := f.order.Uint32(b), int64(f.order.Uint32(b[4:]))
	if err := f.skip(g, 8); err != nil {
		return err
	}
	if length > f.rest-4 {
		return g.fail(f.block.offset, "secrets of %d octets end beyond their block of %d", length, f.block.length)
	}
	if f.waiting+length+secretsMinLen > MaxSecrets {
		if len(f.secrets) == 0 || f.secrets[len(f.secrets)-1].Missed == 0 {
			f.secrets = append(f.secrets, Secrets{Type: kind})
		}
		f.secrets[len(f.secrets)-1].Missed += max(length, 1)
		return nil
	}
	// The buffer grows with what is there, not with what is declared.
	var data bytes.Buffer
	n, err := io.CopyN(&data, &g.src, length)
	f.rest -= n
	if err != nil {
		return g.short(f.block.offset, err, "block")
	}
	f.secrets = append(f.secrets, Secrets{Type: kind, Data: data.Bytes()})
	f.waiting += length + secretsMinLen
	return nil
}
