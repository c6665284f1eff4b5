package reassembly

import "encoding/binary"

// Chunk types (RFC 9260, Section 3.2; RFC 3758; RFC 8260).
const (
	chunkData             = 0
	chunkInit             = 1
	chunkInitAck          = 2
	chunkSack             = 3
	chunkAbort            = 6
	chunkShutdown         = 7
	chunkCookieAck        = 11
	chunkShutdownComplete = 14
	chunkIData            = 64
	chunkForward          = 192
	chunkIForward         = 194
)

const (
	chunkHeaderLen = 4
	dataHeaderLen  = 12 // behind the chunk header
	iDataHeaderLen = 16
)

// chunks walks the chunks of a packet (RFC 9260, Section 3.2).
type chunks struct {
	rest    []byte
	missing int // octets behind rest that the capture cut off

	kind, flags uint8
	value       []byte
	cut         bool // value lacks its end
	bad         bool // what is left is no chunk
}

// next finds the next one.
func (c *chunks) next() bool {
	if len(c.rest) < chunkHeaderLen {
		c.bad = c.bad || len(c.rest) > 0 && c.missing == 0
		return false
	}
	n := int(binary.BigEndian.Uint16(c.rest[2:]))
	if n < chunkHeaderLen || n > len(c.rest)+c.missing {
		c.bad = true
		return false
	}
	c.kind, c.flags = c.rest[0], c.rest[1]
	there := min(n, len(c.rest))
	c.value, c.cut = c.rest[chunkHeaderLen:there], there < n
	// The padding is not counted in the length, and the last chunk's may be left out.
	c.rest = c.rest[min((n+3)&^3, len(c.rest)):]
	return true
}

// left is the number of octets from the chunk at hand on.
func (c *chunks) left() int { return chunkHeaderLen + len(c.value) + len(c.rest) }

// fragment is what a DATA or I-DATA chunk carries.
type fragment struct {
	tsn      uint32
	key      messageKey
	protocol uint32 // of the first fragment
	number   uint32 // of the fragment in the message: the TSN, or what I-DATA has for it
	begin    bool
	end      bool
	cut      bool
	data     []byte
}

// messageKey tells the fragments of a message from others'.
type messageKey struct {
	stream    uint16
	unordered bool
	interleav bool // I-DATA, which may be interleaved with others
	sequence  uint32
}

// The flags of both (RFC 9260, Section 3.3.1).
const (
	flagEnd       = 1 << 0
	flagBegin     = 1 << 1
	flagUnordered = 1 << 2
)

// readData reads a DATA chunk (RFC 9260, Section 3.3.1).
func readData(c *chunks) fragment {
	f := readFragment(c)
	f.key.sequence = uint32(binary.BigEndian.Uint16(c.value[6:]))
	f.protocol = binary.BigEndian.Uint32(c.value[8:])
	f.number = f.tsn
	f.data = c.value[dataHeaderLen:]
	return f
}

// readIData reads an I-DATA chunk (RFC 8260, Section 2.1). Its first fragment has the
// protocol in place of the number, which is 0.
func readIData(c *chunks) fragment {
	f := readFragment(c)
	f.key.interleav = true
	f.key.sequence = binary.BigEndian.Uint32(c.value[8:])
	f.number = binary.BigEndian.Uint32(c.value[12:])
	if f.begin {
		f.protocol, f.number = f.number, 0
	}
	f.data = c.value[iDataHeaderLen:]
	return f
}

func readFragment(c *chunks) fragment {
	return fragment{
		tsn: binary.BigEndian.Uint32(c.value),
		key: messageKey{
			stream:    binary.BigEndian.Uint16(c.value[4:]),
			unordered: c.flags&flagUnordered != 0,
		},
		begin: c.flags&flagBegin != 0,
		end:   c.flags&flagEnd != 0,
		cut:   c.cut,
	}
}
