package tlsparse

import (
	"encoding/binary"
	"fmt"
	"slices"

	"sipsecdump/amount"
)

// fragment is a piece of a handshake message (RFC 6347, Section 4.2.2). It aliases its record.
type fragment struct {
	typ    HandshakeType
	length int // of the message without its header
	seq    uint16
	offset int
	data   []byte
}

// cutFragment takes a fragment off the content of a record.
func cutFragment(content []byte) (f fragment, rest []byte, err *Error) {
	fail := func(offset int, field, text string) (fragment, []byte, *Error) {
		return fragment{}, nil, &Error{Code: CodeShort, Offset: int64(datagramHeader + offset), Field: "Handshake." + field, Section: "RFC 6347, Section 4.2.2", Text: text}
	}
	if len(content) < datagramMessageHeader {
		return fail(len(content), "msg_type", amount.Of(len(content), "octet is", "octets are")+" no header of a fragment")
	}
	u24 := func(at int) int { return int(binary.BigEndian.Uint32(content[at-1:]) & 0xffffff) }
	f = fragment{typ: HandshakeType(content[0]), length: u24(1), seq: binary.BigEndian.Uint16(content[4:]), offset: u24(6)}
	n := u24(9)
	switch {
	case n > len(content)-datagramMessageHeader:
		return fail(9, "fragment_length", fmt.Sprintf("is %d, %s left", n, amount.Of(len(content)-datagramMessageHeader, "octet is", "octets are")))
	case f.offset+n > f.length:
		return fail(6, "fragment_offset", fmt.Sprintf("%d and length %d pass the end of a message of %s", f.offset, n, amount.Octets(f.length)))
	}
	content = content[datagramMessageHeader:]
	f.data = content[:n]
	return f, content[n:], nil
}

// fragments puts the handshake messages of one direction together and in order.
type fragments struct {
	next    uint16 // message_seq of the message to be taken
	pending []*pendingMessage
	octets  int // kept in pending
}

// pendingMessage is a message of which some has come.
type pendingMessage struct {
	seq    uint16
	typ    HandshakeType
	length int
	pieces []piecedOctets // in ascending order, apart from each other
}

// piecedOctets is a stretch of a message.
type piecedOctets struct {
	offset int
	data   []byte
}

func (p piecedOctets) end() int { return p.offset + len(p.data) }

func (fs *fragments) reset() { *fs = fragments{} }

// add takes a fragment, of which it keeps a copy. fresh is false if its message has been taken.
func (fs *fragments) add(f *fragment) (fresh bool, err *Error) {
	refuse := func(code, field, text string) (bool, *Error) {
		return true, &Error{Code: code, Offset: datagramHeader, Field: "Handshake." + field, Section: "RFC 6347, Section 4.2.2", Text: text}
	}
	ahead := f.seq - fs.next
	switch {
	case ahead >= 1<<15:
		return false, nil
	case ahead >= maxMessagesAhead:
		return refuse(CodeUnexpectedValue, "message_seq", fmt.Sprintf("is %d where %d is next", f.seq, fs.next))
	case f.length > maxMessage:
		return refuse(CodeMessageTooLong, "length", fmt.Sprintf("is %d; messages of more than %d octets are not read", f.length, maxMessage))
	case fs.octets+len(f.data) > maxMessage:
		return refuse(CodeMessageTooLong, "fragment_length", "more is waiting for lost fragments than is kept")
	}
	i := slices.IndexFunc(fs.pending, func(p *pendingMessage) bool { return p.seq == f.seq })
	if i < 0 {
		i = len(fs.pending)
		fs.pending = append(fs.pending, &pendingMessage{seq: f.seq, typ: f.typ, length: f.length})
	}
	p := fs.pending[i]
	if p.typ != f.typ || p.length != f.length {
		return refuse(CodeUnexpectedValue, "length", "type or length differ from those of another fragment of the message")
	}
	before := p.octets()
	if !p.insert(f.offset, f.data) {
		return refuse(CodeMessageTooLong, "fragment_offset", "the message is in more pieces than are kept")
	}
	fs.octets += p.octets() - before
	return true, nil
}

func (p *pendingMessage) octets() (n int) {
	for _, piece := range p.pieces {
		n += len(piece.data)
	}
	return n
}

// insert keeps what is new of a stretch. It returns false if there are too many pieces.
func (p *pendingMessage) insert(offset int, data []byte) bool {
	i := 0
	for i < len(p.pieces) && p.pieces[i].end() < offset {
		i++
	}
	if i == len(p.pieces) || p.pieces[i].offset > offset+len(data) { // it touches none
		if len(p.pieces) >= maxPieces {
			return false
		}
		p.pieces = slices.Insert(p.pieces, i, piecedOctets{offset, slices.Clone(data)})
		return true
	}
	// What came first counts where stretches overlap.
	merged := p.pieces[i]
	if offset < merged.offset {
		merged = piecedOctets{offset, append(slices.Clone(data[:merged.offset-offset]), merged.data...)}
	}
	j := i + 1
	for {
		if end := offset + len(data); end > merged.end() {
			stop := end
			if j < len(p.pieces) {
				stop = min(stop, p.pieces[j].offset)
			}
			merged.data = append(merged.data, data[merged.end()-offset:stop-offset]...)
		}
		if j == len(p.pieces) || p.pieces[j].offset > merged.end() {
			break
		}
		merged.data = append(merged.data, p.pieces[j].data...)
		j++
	}
	p.pieces = slices.Replace(p.pieces, i, j, merged)
	return true
}

// take returns the next message if it is whole, with the header that it would have in one
// fragment (RFC 6347, Section 4.2.6). It is the caller's to keep.
func (fs *fragments) take() (raw []byte, ok bool) {
	i := slices.IndexFunc(fs.pending, func(p *pendingMessage) bool { return p.seq == fs.next })
	if i < 0 {
		return nil, false
	}
	p := fs.pending[i]
	if p.octets() != p.length {
		return nil, false
	}
	raw = make([]byte, datagramMessageHeader, datagramMessageHeader+p.length)
	binary.BigEndian.PutUint32(raw, uint32(p.length))
	raw[0] = byte(p.typ)
	binary.BigEndian.PutUint16(raw[4:], p.seq)
	copy(raw[9:], raw[1:4])
	for _, piece := range p.pieces {
		raw = append(raw, piece.data...)
	}
	fs.octets -= p.length
	fs.pending = slices.Delete(fs.pending, i, i+1)
	fs.next++
	return raw, true
}

// skip goes on to the first whole message behind those that are missing, and tells whether there
// is one.
func (fs *fragments) skip() bool {
	var first *pendingMessage
	for _, p := range fs.pending {
		if p.octets() == p.length && (first == nil || p.seq-fs.next < first.seq-fs.next) {
			first = p
		}
	}
	if first == nil {
		return false
	}
	fs.next = first.seq
	fs.pending = slices.DeleteFunc(fs.pending, func(p *pendingMessage) bool {
		gone := p.seq-fs.next >= 1<<15
		if gone {
			fs.octets -= p.octets()
		}
		return gone
	})
	return true
}
