package capture

import (
	"io"
	"time"
)

// maxClockStep is how far the time of a record may be from that of the packet before it to be taken
// for one where there is doubt: few captures pause for longer.
const maxClockStep = 24 * time.Hour

// wrong tells what is wrong with the record at hand, whose header b has, if it is no record: it
// declares more than any has, or what is odd and not borne out by what follows it.
func (f *pcapFraming) wrong(r *Reader, b []byte) *FormatError {
	seconds, captured, length := f.order.Uint32(b), f.order.Uint32(b[8:]), f.order.Uint32(b[12:])
	if blank(b) {
		// What was never written reads as zeros, and they would bear each other out.
		if two, _ := r.src.peek(2 * f.record); len(two) == 2*f.record && blank(two[f.record:]) {
			return r.fail(r.src.offset, "packet record header is all zeros")
		}
	}
	if captured > MaxPacketLength {
		return r.fail(r.src.offset, "packet record declares %d octets, more than the limit of %d", captured, MaxPacketLength)
	}
	if captured <= length && length <= MaxPacketLength && f.timely(r, seconds) {
		return nil
	}
	end := f.record + int(captured)
	if end > lookAhead-f.record {
		return nil // who knows
	}
	damage := r.fail(r.src.offset, "packet record declares %d octets of a packet of %d, and no record follows it", captured, length)
	b, _ = r.src.peek(end + f.record)
	switch {
	case len(b) == end+f.record:
		if f.order.Uint32(b[end+8:]) <= MaxPacketLength && near(f.order.Uint32(b[end:]), seconds) {
			return nil
		}
	case len(b) == end:
		return nil
	case len(b) < end:
		damage.Err = io.ErrUnexpectedEOF
	}
	return damage
}

// blank reports whether the header of a record has nothing but zeros.
func blank(b []byte) bool { return [pcapRecordLen]byte(b) == [pcapRecordLen]byte{} }

// timely reports whether a time is near that of the last packet, if there is one.
func (f *pcapFraming) timely(r *Reader, seconds uint32) bool {
	return r.number == 0 || near(seconds, f.last)
}

// near reports whether two times are of packets that could follow each other.
func near(a, b uint32) bool {
	step := time.Duration(int64(a)-int64(b)) * time.Second
	return step.Abs() <= maxClockStep
}

// resume finds a record to go on with after one that is damaged, and tells of it. The format has
// nothing to find one by but what the headers of two in a row say. If there are none, the damage
// is what the file ends with.
func (f *pcapFraming) resume(r *Reader, damage *FormatError) error {
	for {
		b, err := r.src.peek(lookAhead)
		if err != nil && err != io.EOF {
			return r.short(r.src.offset, err, "packet record")
		}
		atEnd := err == io.EOF
		last := len(b) - f.record
		if !atEnd {
			last = len(b) - maxResume
		}
		for i := range max(last+1, 0) {
			if r.src.offset+int64(i) > damage.Offset && f.plausible(r, b[i:], atEnd) {
				if err := r.src.skip(int64(i)); err != nil {
					return err
				}
				r.damaged(damage, r.src.offset-damage.Offset)
				return nil
			}
		}
		if atEnd {
			return damage
		}
		if err := r.src.skip(int64(last + 1)); err != nil {
			return err
		}
	}
}

// plausible reports whether a whole record of at most maxResume octets begins b, and another one or
// the end of the file follows it.
func (f *pcapFraming) plausible(r *Reader, b []byte, atEnd bool) bool {
	if !f.plausibleHeader(r, b) {
		return false
	}
	end := f.record + int(f.order.Uint32(b[8:]))
	switch {
	case end > maxResume-f.record || end > len(b):
		return false
	case end == len(b):
		return atEnd
	}
	return f.plausibleHeader(r, b[end:])
}

// plausibleHeader reports whether b begins with the header of a record that a program would write
// about when the last packet came. A record without octets is none: zeros would be many.
func (f *pcapFraming) plausibleHeader(r *Reader, b []byte) bool {
	if len(b) < f.record {
		return false
	}
	captured, length := f.order.Uint32(b[8:]), f.order.Uint32(b[12:])
	fraction := time.Duration(f.order.Uint32(b[4:])) * f.unit
	return 0 < captured && captured <= length && length <= MaxPacketLength && fraction < time.Second && f.timely(r, f.order.Uint32(b))
}
