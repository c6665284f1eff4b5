package capture

import (
	"fmt"
	"io"
	"time"
)

// guard stands between a file and gopacket, which trusts what a file declares: it would
// allocate what a record claims to hold, read options beyond the end of their block and
// convert times of some resolutions wrongly. The guard checks each record's frame and hands
// on a canonical file: headers of its own making and the captured octets, nothing else.
//
// A Read never goes beyond one record, so that gopacket's buffer cannot run ahead of the
// packet it returns, and begun describes exactly that packet.
type guard struct {
	src     source
	framing framing
	begun   record
	damage  []Damage
	err     error // why there is no next record; io.EOF at a clean end

	// What is left to hand on of the record begun: head, body octets of the file, tail.
	head []byte
	body int
	tail []byte
}

// record is what a file says of a packet besides its octets.
type record struct {
	offset   int64 // of the record in the file
	time     time.Time
	link     LinkType
	captured int
	length   int
}

// framing is the part of a guard that depends on the format.
type framing interface {
	// next consumes the frame of the next packet record and sets what to hand on of it.
	// The file ends cleanly before it: io.EOF. Any other error is a *FormatError.
	next(g *guard) error
}

// Read implements io.Reader for gopacket.
func (g *guard) Read(p []byte) (int, error) {
	for len(p) > 0 {
		switch {
		case len(g.head) > 0:
			n := copy(p, g.head)
			g.head = g.head[n:]
			return n, nil
		case g.body > 0:
			n, err := g.src.Read(p[:min(len(p), g.body)])
			g.body -= n
			if n > 0 {
				return n, nil
			}
			if err != nil {
				g.err = g.short(g.begun.offset, err, "packet")
				return 0, io.EOF
			}
		case len(g.tail) > 0:
			n := copy(p, g.tail)
			g.tail = g.tail[n:]
			return n, nil
		default:
			if g.err == nil {
				g.err = g.framing.next(g)
			}
			if g.err != nil {
				return 0, io.EOF
			}
		}
	}
	return 0, nil
}

// fail makes the error of a structure at offset that holds what cannot be.
func (g *guard) fail(offset int64, format string, args ...any) *FormatError {
	return &FormatError{Offset: offset, Text: fmt.Sprintf(format, args...)}
}

// short makes the error of a structure at offset that could not be read to its end.
func (g *guard) short(offset int64, err error, what string) *FormatError {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &FormatError{Offset: offset, Text: what + " cut short", Err: io.ErrUnexpectedEOF}
	}
	return &FormatError{Offset: offset, Text: what + " cannot be read: " + err.Error(), Err: err}
}
