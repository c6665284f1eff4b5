package capture

import (
	"fmt"
	"time"
)

// Packet is one captured packet.
type Packet struct {
	// Number is the packet's place in its file, from 1.
	Number uint64
	// Time is when it was captured, UTC, at the file's own resolution, to the nanosecond. It
	// is zero if the file does not say (pcapng's simple packets), or names a year beyond 9999.
	Time time.Time
	Link LinkType
	// Length is the number of octets on the wire; more than len(Data) if the capture cut it.
	Length int
	// Data is valid until the next call to Reader.Next.
	Data []byte
}

// LinkType is a link layer by its number in the registry of tcpdump.org.
type LinkType uint16

// FormatError tells why a file cannot be read on. What was read before it stands.
type FormatError struct {
	Packet uint64 // the last whole packet's number; 0 if there was none
	Offset int64  // in the (decompressed) file, of the structure that could not be read
	Text   string // what is wrong, lower case, without a full stop
	Err    error  // the cause, or nil; io.ErrUnexpectedEOF if the file is cut short
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s at offset %d, after packet %d", e.Text, e.Offset, e.Packet)
}

func (e *FormatError) Unwrap() error { return e.Err }

// Note is something odd about one packet that did not stop its analysis, or that made it
// impossible. Codes are stable.
type Note struct {
	Code    string // "wrong-ip-checksum", "packet-cut", "unknown-link-type", ...
	Text    string // one sentence, lower case, without a full stop
	Offset  int    // in Packet.Data; of the last fragment if it is about a packet put together
	Section string // "RFC 791, Section 3.1"; empty if none applies
}
