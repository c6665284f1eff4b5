package capture

import (
	"encoding/binary"
	"io"
)

// resume finds a block to go on with after one whose frame is damaged, and tells of it. The
// source is somewhere in that block. If there is none, the file ends: cleanly if it had all
// that the damaged block declared.
func (f *pcapngFraming) resume(r *Reader, damage *FormatError) error {
	consumed := r.src.offset - f.block.offset
	f.rest = 0
	// Where the block says that it ends is the best guess.
	if next := int64(f.block.length) - consumed; next > 0 && next <= lookAhead-maxResume {
		b, err := r.src.peek(lookAhead)
		if err != nil && err != io.EOF {
			return r.short(r.src.offset, err, "block")
		}
		ended := err == io.EOF && int64(len(b)) == next
		if ended || next < int64(len(b)) && f.plausible(b[next:]) {
			r.damaged(damage, consumed+next)
			return r.src.skip(next)
		}
	}
	for {
		b, err := r.src.peek(lookAhead)
		if err != nil && err != io.EOF {
			return r.short(r.src.offset, err, "block")
		}
		atEnd := err == io.EOF
		last := len(b) - blockMinLen
		if !atEnd {
			last = len(b) - maxResume
		}
		for i := range max(last+1, 0) {
			// The octets that the damaged block began with are not looked at again: it
			// is no block, whatever it seems.
			if r.src.offset+int64(i) > f.block.offset && f.plausible(b[i:]) {
				if err := r.src.skip(int64(i)); err != nil {
					return err
				}
				r.damaged(damage, r.src.offset-f.block.offset)
				return nil
			}
		}
		if !atEnd {
			if err := r.src.skip(int64(last + 1)); err != nil {
				return err
			}
			continue
		}
		if damage.Err != nil {
			return damage
		}
		if err := r.src.skip(int64(len(b))); err != nil {
			return err
		}
		r.damaged(damage, r.src.offset-f.block.offset)
		return io.EOF
	}
}

// plausible reports whether a whole block of at most maxResume octets begins b: of a known
// type, with the same length at both ends.
func (f *pcapngFraming) plausible(b []byte) bool {
	if len(b) < blockMinLen {
		return false
	}
	order := f.order
	if binary.BigEndian.Uint32(b) == blockSection {
		if order = sectionOrder(b); order == nil {
			return false
		}
	}
	switch order.Uint32(b) {
	case blockSection, blockInterface, blockObsolete, blockSimple, blockNames, blockStatistics,
		blockEnhanced, blockSecrets, blockCustom, blockCustomOnly:
	default:
		return false
	}
	n := order.Uint32(b[4:])
	return n >= blockMinLen && n%4 == 0 && n <= maxResume && int(n) <= len(b) && order.Uint32(b[n-4:]) == n
}
