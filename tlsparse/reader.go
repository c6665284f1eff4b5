package tlsparse

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// reader reads the fields of a message in order. It knows where it is, so that what fails can
// say so: the first failure is kept, and after it the same reader yields zero values only. A
// vector has a reader of its own: what is wrong inside it does not stop what follows it.
type reader struct {
	s       cryptobyte.String
	end     int    // offset in the message of the octet after s
	path    string // "ClientHello"
	section string // "RFC 5246, Section 7.4.1.2"
	err     **Error
}

// newReader reads body, whose first octet has the given offset in its message.
func newReader(body []byte, offset int, path, section string) *reader {
	return &reader{s: body, end: offset + len(body), path: path, section: section, err: new(*Error)}
}

// failed is the first failure, of the reader or one made from it, as an error that is nil if
// there was none.
func (r *reader) failed() error {
	if *r.err == nil {
		return nil
	}
	return *r.err
}

func (r *reader) fail(code, field, format string, args ...any) {
	if *r.err == nil {
		*r.err = &Error{
			Code:    code,
			Offset:  int64(r.end - len(r.s)),
			Field:   joinPath(r.path, field),
			Section: r.section,
			Text:    fmt.Sprintf(format, args...),
		}
	}
}

func joinPath(path, field string) string {
	if field == "" {
		return path
	}
	return path + "." + field
}

// short records that the field does not fit and leaves nothing to read.
func (r *reader) short(field string, want int) {
	r.fail(CodeShort, field, "needs %d octets, %d are left", want, len(r.s))
	r.end -= len(r.s)
	r.s = nil
}

func (r *reader) empty() bool { return len(r.s) == 0 }

// done records it if anything is left.
func (r *reader) done() {
	if !r.empty() {
		r.fail(CodeTrailing, "", "%d octets follow its end", len(r.s))
	}
}

func (r *reader) u8(field string) uint8 {
	var v uint8
	if !r.s.ReadUint8(&v) {
		r.short(field, 1)
	}
	return v
}

func (r *reader) u16(field string) uint16 {
	var v uint16
	if !r.s.ReadUint16(&v) {
		r.short(field, 2)
	}
	return v
}

func (r *reader) u24(field string) uint32 {
	var v uint32
	if !r.s.ReadUint24(&v) {
		r.short(field, 3)
	}
	return v
}

func (r *reader) u32(field string) uint32 {
	var v uint32
	if !r.s.ReadUint32(&v) {
		r.short(field, 4)
	}
	return v
}

// bytes aliases the message.
func (r *reader) bytes(field string, n int) []byte {
	var v []byte
	if !r.s.ReadBytes(&v, n) {
		r.short(field, n)
	}
	return v
}

// rest is all that is left; it aliases the message.
func (r *reader) rest() []byte {
	v := r.s
	r.s = nil
	return v
}

// vector is the content of a variable-length vector (RFC 5246, Section 4.3) whose length has
// the given number of octets.
func (r *reader) vector(field string, lengthOctets int) *reader {
	var length int
	switch lengthOctets {
	case 1:
		length = int(r.u8(field))
	case 2:
		length = int(r.u16(field))
	case 3:
		length = int(r.u24(field))
	}
	return r.part(field, length)
}

// opaque is a vector of octets; it aliases the message.
func (r *reader) opaque(field string, lengthOctets int) []byte {
	return r.vector(field, lengthOctets).rest()
}

// part is a piece of known length with a reader of its own. If it is longer than what is left,
// it has what is left: a message that was cut short still shows what came before the cut.
func (r *reader) part(field string, length int) *reader {
	child := &reader{path: joinPath(r.path, field), section: r.section, err: r.err}
	start := r.end - len(r.s)
	var content []byte
	if !r.s.ReadBytes(&content, length) {
		content = r.s
		r.short(field, length)
	}
	child.s, child.end = content, start+len(content)
	return child
}

// readList8 is a vector of single octets with one octet of length.
func readList8[T ~uint8](r *reader, field string) []T {
	v := r.vector(field, 1)
	var list []T
	for !v.empty() {
		list = append(list, T(v.u8("")))
	}
	return list
}

// readList16 is a vector of pairs of octets whose length has the given number of octets.
func readList16[T ~uint16](r *reader, field string, lengthOctets int) []T {
	v := r.vector(field, lengthOctets)
	var list []T
	for len(v.s) >= 2 {
		list = append(list, T(v.u16("")))
	}
	v.done()
	return list
}
