package tlsparse

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// assembler puts the handshake messages of one direction together: a message can be split
// over records, and a record can hold several (RFC 5246, Section 6.2.1).
type assembler struct {
	partial []byte // the start of a message
	skip    int    // octets to pass of a message that is too long
}

// next takes a message off the front of *content. If ok is false, *content is used up. raw is
// the caller's to keep; if err is set, it is the header only.
func (a *assembler) next(content *[]byte) (raw []byte, err *Error, ok bool) {
	n := min(a.skip, len(*content))
	a.skip -= n
	*content = (*content)[n:]
	if n := firstGuess(*content); len(a.partial) == 0 && len(*content) >= n && n <= messageHeader+maxMessage {
		raw = bytes.Clone((*content)[:n])
		*content = (*content)[n:]
		return raw, nil, true
	}
	if !a.collect(content, messageHeader) {
		return nil, nil, false
	}
	length := int(binary.BigEndian.Uint32(a.partial) & 0xffffff)
	if length > maxMessage {
		raw, a.partial, a.skip = a.partial, nil, length
		return raw, &Error{Code: CodeMessageTooLong, Offset: 1, Field: "Handshake.length", Section: "RFC 5246, Section 7.4",
			Text: fmt.Sprintf("is %d; messages of more than %d octets are not read", length, maxMessage)}, true
	}
	if !a.collect(content, messageHeader+length) {
		return nil, nil, false
	}
	raw, a.partial = a.partial, nil
	return raw, nil, true
}

// collect fills partial up to n octets, if there are as many. It makes room for what has come
// only: the declared length is nobody's word.
func (a *assembler) collect(content *[]byte, n int) bool {
	k := max(0, min(n-len(a.partial), len(*content)))
	if a.partial == nil && k > 0 {
		a.partial = make([]byte, 0, min(len(*content), firstGuess(*content)))
	}
	a.partial = append(a.partial, (*content)[:k]...)
	*content = (*content)[k:]
	return len(a.partial) >= n
}

// firstGuess is the length of the message that starts here.
func firstGuess(content []byte) int {
	if len(content) < messageHeader {
		return messageHeader
	}
	return messageHeader + int(binary.BigEndian.Uint32(content)&0xffffff)
}

// started tells whether a message has begun and not ended.
func (a *assembler) started() bool { return len(a.partial) > 0 || a.skip > 0 }
