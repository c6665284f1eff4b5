package tlsparse

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// reader reads the fields of a message in order. It knows where it is, so that what fails can
// say so: the first failure is kept, and after it the same reader yields zero values only. A
// vector has a reader of its own: what is wrong inside it does not stop what follows it.
type reader struct {
	s       cryptobyte.String
	end     int // offset in the message of the octet after s
	path    fieldPath
	section string   // "RFC 5246, Section 7.4.1.2"
	failure *failure // nil if nobody asks for it
}

// failure is the first failure of a reader and all that were made from it.
type failure struct{ err *Error }

// fieldPath is the place of a field in a message, put in words only if something is wrong there:
// the message, a vector in it, a vector in that, ...
type fieldPath [4]string

// enter goes on to something inside; what is beyond the deepest is not named.
func (p *fieldPath) enter(field string) {
	for i := range p {
		if p[i] == "" {
			p[i] = field
			return
		}
	}
}

func (p fieldPath) String() string {
	n := 0
	for n < len(p) && p[n] != "" {
		n++
	}
	return strings.Join(p[:n], ".")
}

// newReader reads body, whose first octet has the given offset in its message.
func newReader(body []byte, offset int, message, section string) *reader {
	return &reader{s: body, end: offset + len(body), path: fieldPath{message}, section: section, failure: &failure{}}
}

// failed is the first failure, of the reader or one made from it, as an error that is nil if
// there was none.
func (r *reader) failed() error {
	if r.failure.err == nil {
		return nil
	}
	return r.failure.err
}

func (r *reader) fail(code, field, format string, args ...any) {
	if r.failure == nil || r.failure.err != nil {
		return
	}
	path := r.path
	path.enter(field)
	r.failure.err = &Error{
		Code:    code,
		Offset:  int64(r.end - len(r.s)),
		Field:   path.String(),
		Section: r.section,
		Text:    fmt.Sprintf(format, args...),
	}
}

// short records that the field does not fit and leaves nothing to read.
func (r *reader) short(field string, want int) {
	format := "needs %d octets, %d are left"
	switch {
	case want == 1:
		format = "needs %d octet, %d are left"
	case len(r.s) == 1:
		format = "needs %d octets, %d is left"
	}
	r.fail(CodeShort, field, format, want, len(r.s))
	r.end -= len(r.s)
	r.s = nil
}

func (r *reader) empty() bool { return len(r.s) == 0 }

// done records it if anything is left.
func (r *reader) done() {
	switch n := len(r.s); n {
	case 0:
	case 1:
		r.fail(CodeTrailing, "", "1 octet follows its end")
	default:
		r.fail(CodeTrailing, "", "%d octets follow its end", n)
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
func (r *reader) vector(field string, lengthOctets int) reader {
	return r.part(field, r.length(field, lengthOctets))
}

func (r *reader) length(field string, octets int) int {
	switch octets {
	case 1:
		return int(r.u8(field))
	case 2:
		return int(r.u16(field))
	default:
		return int(r.u24(field))
	}
}

// opaque is a vector of octets; it aliases the message.
func (r *reader) opaque(field string, lengthOctets int) []byte {
	return r.portion(field, r.length(field, lengthOctets))
}

// portion is a piece of known length. If it is longer than what is left, it is what is left: a
// message that was cut short still shows what came before the cut.
func (r *reader) portion(field string, length int) []byte {
	left := r.s
	if !r.s.Skip(length) {
		r.short(field, length)
		return left
	}
	return left[:length]
}

// part is a portion with a reader of its own.
func (r *reader) part(field string, length int) reader {
	end := r.end - len(r.s)
	child := *r
	child.s = r.portion(field, length)
	child.end = end + len(child.s)
	child.path.enter(field)
	return child
}

// readList8 is a vector of single octets with one octet of length.
func readList8[T ~uint8](r *reader, field string) []T {
	v := r.vector(field, 1)
	list := make([]T, 0, len(v.s))
	for !v.empty() {
		list = append(list, T(v.u8("")))
	}
	return list
}

// readList16 is a vector of pairs of octets whose length has the given number of octets.
func readList16[T ~uint16](r *reader, field string, lengthOctets int) []T {
	v := r.vector(field, lengthOctets)
	list := make([]T, 0, len(v.s)/2)
	for len(v.s) >= 2 {
		list = append(list, T(v.u16("")))
	}
	v.done()
	return list
}
