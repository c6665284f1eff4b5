package capture

import "encoding/binary"

// Options that matter (draft-ietf-opsawg-pcapng, Sections 3.5, 4.1 and 4.2).
const (
	optionEnd         = 0
	optionComment     = 1
	optionHardware    = 2 // of a section
	optionOS          = 3
	optionApplication = 4
	optionName        = 2 // of an interface
	optionDescription = 3
	optionTsresol     = 9
	optionTsoffset    = 14
)

const optionHeaderLen = 4

// options walks options, or what has their form.
type options struct {
	order binary.ByteOrder
	b     []byte // what is left
	code  uint16
	value []byte
}

// next finds the next one. It returns false if no whole one is left.
func (o *options) next() bool {
	if len(o.b) < optionHeaderLen {
		return false
	}
	n := int(o.order.Uint16(o.b[2:]))
	padded := (n + 3) &^ 3
	if padded > len(o.b)-optionHeaderLen {
		return false
	}
	o.code = o.order.Uint16(o.b)
	o.value = o.b[optionHeaderLen : optionHeaderLen+n]
	o.b = o.b[optionHeaderLen+padded:]
	return true
}

// options calls f for each option in b up to their end. It returns an error if one of them
// does not fit.
func (f *pcapngFraming) options(r *Reader, b []byte, visit func(code uint16, value []byte)) error {
	o := options{order: f.order, b: b}
	for o.next() {
		if o.code == optionEnd {
			return nil
		}
		visit(o.code, o.value)
	}
	if len(o.b) >= optionHeaderLen {
		return r.fail(f.block.offset, "option %d of %d octets ends beyond its block", f.order.Uint16(o.b), f.order.Uint16(o.b[2:]))
	}
	return nil
}

// remainder returns what is left of the block at hand before its second length, but at most
// lookAhead octets: options beyond are left out.
func (f *pcapngFraming) remainder(r *Reader) ([]byte, error) {
	return f.peek(r, int(min(f.rest-4, lookAhead)))
}

// comments keeps those among the options in b. Damaged ones end them: what they belong to
// stands without.
func (f *pcapngFraming) comments(r *Reader, b []byte, iface int, packet uint64) {
	o := options{order: f.order, b: b}
	for o.next() && o.code != optionEnd {
		if o.code == optionComment {
			f.remark(r, Comment, iface, packet, o.value)
		}
	}
}
