package tlsparse

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// stream cuts the octets of one direction into records. At any time it does one of three
// things: it collects a record, it lets a damaged record pass, of which octets are lost but
// whose end is known, or it searches for a header because it does not know where one is.
type stream struct {
	offset  int64   // of the first octet that belongs to no frame yet, lost ones counted
	pending []byte  // the octets from there on: fewer than a record
	buffer  *[]byte // what pending was made from
	// consumed is set if pending has been handed out and is to be emptied.
	consumed bool

	damaged *frame // the damaged record that passes
	missing int64  // octets of it to come

	searching bool
	found     bool   // the octets kept start with a header that was searched for
	skipped   int64  // octets lost or passed over since the last frame
	tail      []byte // the last octets before the next record, if its predecessor is damaged

	// versions are those of the latest records of both directions, 0 if there is none. A
	// header that is searched for has one of them.
	versions [2]Version
	// mayBeSSLv2 is set until the client has sent a record.
	mayBeSSLv2 bool
}

// frame is one record as cut from its stream, or what had to be taken for one: then err is
// set and raw is the header only. raw and tail are valid until the next call of next.
type frame struct {
	raw     []byte
	offset  int64
	skipped int64
	sslv2   bool
	found   bool   // by a search: how many records came before it is not known
	tail    []byte // of a damaged record, or what came before a found one
	err     *Error
}

// next takes a frame off the front of what is kept and *p. If ok is false, *p is used up.
func (st *stream) next(p *[]byte) (f frame, ok bool) {
	if st.consumed {
		st.pending, st.consumed = st.pending[:0], false
	}
	if st.damaged != nil && !st.pass(p) {
		return frame{}, false
	}
	if f := st.damaged; f != nil {
		f.tail = st.tail
		st.damaged = nil
		return *f, true
	}
	header, ok := st.peek(p, recordHeader)
	for ok && st.searching {
		if st.plausible(header) {
			st.searching, st.found = false, true
			break
		}
		st.skipped++
		st.keepTail(header[:1])
		st.drop(p, 1)
		header, ok = st.peek(p, recordHeader)
	}
	if !ok {
		return frame{}, false
	}
	f = frame{offset: st.offset, skipped: max(0, st.skipped), found: st.found}
	var length int
	switch f.err = checkHeader(header); {
	case st.mayBeSSLv2 && isSSLv2Hello(header):
		f.sslv2, f.err = true, nil
		length = 2 + sslv2Length(header)
	case f.err != nil:
		f.raw = append([]byte(nil), header...)
		// The first octet of a good header may be among the four others.
		st.drop(p, 1)
		st.skipped = 1 - recordHeader
		st.tail = st.tail[:0]
		st.searching = true
		return f, true
	default:
		length = recordHeader + int(binary.BigEndian.Uint16(header[3:]))
	}
	if f.raw, ok = st.peek(p, length); !ok {
		return frame{}, false
	}
	if f.found {
		f.tail = st.tail
	}
	st.take(p, length)
	st.found, st.mayBeSSLv2 = false, false
	st.skipped = 0
	return f, true
}

// buffers are for the octets of records that are not complete. A stream has one only while it
// waits for the rest of a record.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// rest is called when everything that next gave has been used.
func (st *stream) rest() {
	if st.buffer == nil || len(st.pending) > 0 && !st.consumed {
		return
	}
	*st.buffer = st.pending[:0]
	buffers.Put(st.buffer)
	st.buffer, st.pending, st.consumed = nil, nil, false
}

// peek is the next n octets, contiguous. If there are fewer, it keeps them and *p is used up.
func (st *stream) peek(p *[]byte, n int) ([]byte, bool) {
	if len(st.pending) == 0 && len(*p) >= n {
		return (*p)[:n], true
	}
	if st.buffer == nil {
		st.buffer = buffers.Get().(*[]byte)
		st.pending = (*st.buffer)[:0]
	}
	if need := n - len(st.pending); need > 0 {
		k := min(need, len(*p))
		st.pending = append(st.pending, (*p)[:k]...)
		*p = (*p)[k:]
	}
	if len(st.pending) < n {
		return nil, false
	}
	return st.pending[:n], true
}

// take moves over n octets that peek gave, which stay valid until the next call of next.
func (st *stream) take(p *[]byte, n int) {
	st.offset += int64(n)
	if len(st.pending) > 0 {
		st.consumed = true
		return
	}
	*p = (*p)[n:]
}

// drop moves over n octets that peek gave, for good.
func (st *stream) drop(p *[]byte, n int) {
	st.offset += int64(n)
	if len(st.pending) > 0 {
		st.pending = st.pending[:copy(st.pending, st.pending[n:])]
		return
	}
	*p = (*p)[n:]
}

// pass lets the rest of a damaged record go by and tells whether all of it has.
func (st *stream) pass(p *[]byte) bool {
	n := int(min(st.missing, int64(len(*p))))
	st.keepTail((*p)[:n])
	*p = (*p)[n:]
	st.offset += int64(n)
	st.missing -= int64(n)
	return st.missing <= 0
}

func (st *stream) keepTail(b []byte) {
	st.tail = append(st.tail, b[max(0, len(b)-maxTail):]...)
	if len(st.tail) >= 2*maxTail {
		st.tail = st.tail[:copy(st.tail, st.tail[len(st.tail)-maxTail:])]
	}
}

// gap tells that n octets are lost after what was fed, and returns the offset of the first. If
// all of them belong to one record, the next one is found without a search.
func (st *stream) gap(n int64) (at int64) {
	if st.consumed {
		st.pending, st.consumed = st.pending[:0], false
	}
	kept := int64(len(st.pending))
	if st.damaged == nil && !st.searching && kept >= recordHeader && checkHeader(st.pending) == nil {
		st.damaged = &frame{
			raw:     append([]byte(nil), st.pending[:recordHeader]...),
			offset:  st.offset,
			skipped: st.skipped,
			found:   st.found,
			err: &Error{Code: CodeRecordDamaged, Offset: kept, Field: "TLSCiphertext.fragment",
				Section: sectionCiphertext, Text: "octets of the record are lost"},
		}
		st.missing = recordHeader + int64(binary.BigEndian.Uint16(st.pending[3:])) - kept
		st.offset += kept
		st.pending = st.pending[:0]
		st.skipped, kept = 0, 0
	}
	st.found, st.mayBeSSLv2 = false, false
	st.tail = st.tail[:0]
	st.pending = st.pending[:0]
	at = st.offset + kept
	st.offset = at + n
	if st.damaged != nil {
		inside := min(n, st.missing)
		st.missing -= inside
		if n -= inside; n == 0 {
			return at
		}
	}
	st.skipped += kept + n
	st.searching = true
	return at
}

// plausible tells whether a header that is searched for starts here: what it says must fit
// the connection, for any octets may come by.
func (st *stream) plausible(header []byte) bool {
	if checkHeader(header) != nil {
		return false
	}
	version := Version(binary.BigEndian.Uint16(header[1:]))
	if st.versions == [2]Version{} {
		if version > TLS12 { // no record says more (RFC 8446, Section 5.1)
			return false
		}
	} else if version != st.versions[0] && version != st.versions[1] {
		return false
	}
	length := binary.BigEndian.Uint16(header[3:])
	switch ContentType(header[0]) {
	case ChangeCipherSpec, Alert: // two octets at most, and what encryption adds
		return length > 0 && length <= 512
	case Handshake, ApplicationData, Heartbeat:
		return length > 0
	}
	return false
}

// checkHeader is nil if a record can start with the header (RFC 5246, Section 6.2.1). The
// content type may be any: those that come are not all known.
func checkHeader(header []byte) *Error {
	if header[1] != 3 {
		return &Error{Code: CodeRecordHeader, Offset: 1, Field: "TLSPlaintext.version",
			Section: "RFC 5246, Section 6.2.1",
			Text:    fmt.Sprintf("is %#02x%02x, no version of the protocol: no record starts here", header[1], header[2])}
	}
	if length := binary.BigEndian.Uint16(header[3:]); length > maxCiphertext {
		return &Error{Code: CodeRecordTooLong, Offset: 3, Field: "TLSPlaintext.length",
			Section: "RFC 5246, Section 6.2.3",
			Text:    fmt.Sprintf("is %d, %d are the most: the next record has to be searched for", length, maxCiphertext)}
	}
	return nil
}

// isSSLv2Hello tells whether the first five octets of a connection are those of an
// SSLv2-compatible ClientHello (RFC 5246, Appendix E.2): the length with its high bit, the
// message type, the version.
func isSSLv2Hello(b []byte) bool {
	const shortest = 9 + 3 + 16 // one cipher spec and the shortest challenge
	version := Version(binary.BigEndian.Uint16(b[3:]))
	return b[0]&0x80 != 0 && b[2] == byte(TypeClientHello) && sslv2Length(b) >= shortest &&
		(version == SSL20 || version >= SSL30 && version <= TLS12)
}

// sslv2Length is the length of the message after the two octets that hold it.
func sslv2Length(b []byte) int { return int(binary.BigEndian.Uint16(b) & 0x7fff) }
