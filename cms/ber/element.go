package ber

import (
	"bytes"
	"math/big"
	"time"
)

// Children returns a cursor over the content.
func (e *Element) Children() Cursor {
	return Cursor{data: e.Content, off: e.Offset + e.Header}
}

// Octets returns the octets of an OCTET STRING, or of another type that is encoded like one
// (X.690, Sections 8.7 and 8.23), whatever its tag. They alias the input if the string is in one
// piece, and are a copy if it comes in segments.
func (e *Element) Octets() ([]byte, error) {
	if !e.Constructed {
		return e.Content, nil
	}
	joined := make([]byte, 0, len(e.Content))
	err := e.segments(func(segment *Element) error {
		joined = append(joined, segment.Content...)
		return nil
	})
	return joined, err
}

// BitString returns the octets of a BIT STRING (X.690, Section 8.6), the first bit highest, and
// the number of unused bits of the last. They alias the input if the string is in one piece, and
// are a copy if it comes in segments.
func (e *Element) BitString() (octets []byte, unused int, err error) {
	if !e.Constructed {
		return bitString(e)
	}
	joined := make([]byte, 0, len(e.Content))
	err = e.segments(func(segment *Element) error {
		if unused != 0 { // only the last segment may have them
			return errBitStringUnused.at(segment.Offset)
		}
		part, n, err := bitString(segment)
		joined, unused = append(joined, part...), n
		return err
	})
	return joined, unused, err
}

// NamedBits returns the bits of a BIT STRING that has names for them, in octets, the first bit highest.
// Unused bits are cleared: only DER demands that they are (X.690, Section 11.2.1), and they mean nothing.
func (e *Element) NamedBits() ([]byte, error) {
	octets, unused, err := e.BitString()
	if n := len(octets); err == nil && n > 0 && octets[n-1]&(1<<unused-1) != 0 {
		octets = bytes.Clone(octets)
		octets[n-1] &^= 1<<unused - 1
	}
	return octets, err
}

func bitString(e *Element) (octets []byte, unused int, err error) {
	if len(e.Content) == 0 || e.Content[0] > 7 || e.Content[0] != 0 && len(e.Content) == 1 {
		return nil, 0, errBitStringUnused.at(e.Offset)
	}
	return e.Content[1:], int(e.Content[0]), nil
}

// segments calls yield for each primitive segment of a constructed string, in order. Segments
// may be constructed again (X.690, Section 8.7.3.2).
func (e *Element) segments(yield func(*Element) error) error {
	var open [maxSegmentDepth]Cursor
	open[0] = e.Children()
	for depth := 1; depth > 0; {
		c := &open[depth-1]
		if c.Empty() {
			depth--
			continue
		}
		segment, err := c.Next()
		switch {
		case err != nil:
			return err
		case segment.Class != Universal || segment.Tag == 0 ||
			segment.Tag == TagSequence || segment.Tag == TagSet:
			return errSegment.at(segment.Offset)
		case !segment.Constructed:
			if err := yield(&segment); err != nil {
				return err
			}
		case depth == len(open):
			return errDepthLimit.at(segment.Offset)
		default:
			open[depth] = segment.Children()
			depth++
		}
	}
	return nil
}

func (e *Element) primitive() error {
	if e.Constructed {
		return errNotPrimitive.at(e.Offset)
	}
	return nil
}

// Integer returns the value of an INTEGER or ENUMERATED (X.690, Section 8.3). Converting it to
// decimal takes more than linear time: bound len(Content) first.
func (e *Element) Integer() (*big.Int, error) {
	if err := e.primitive(); err != nil {
		return nil, err
	}
	if len(e.Content) == 0 {
		return nil, errIntegerEmpty.at(e.Offset)
	}
	n := new(big.Int).SetBytes(e.Content)
	if e.Content[0]&0x80 != 0 { // two's complement
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(e.Content))))
	}
	return n, nil
}

// Int returns the value of an INTEGER or ENUMERATED that fits an int.
func (e *Element) Int() (int, error) {
	if err := e.primitive(); err != nil {
		return 0, err
	}
	content := e.Content
	if len(content) == 0 {
		return 0, errIntegerEmpty.at(e.Offset)
	}
	for len(content) > 1 && (content[0] == 0 && content[1] < 0x80 || content[0] == 0xff && content[1] >= 0x80) {
		content = content[1:]
	}
	if len(content) > 8 {
		return 0, errIntegerRange.at(e.Offset)
	}
	n := int64(int8(content[0]))
	for _, b := range content[1:] {
		n = n<<8 | int64(b)
	}
	if int64(int(n)) != n {
		return 0, errIntegerRange.at(e.Offset)
	}
	return int(n), nil
}

// Bool returns the value of a BOOLEAN (X.690, Section 8.2): BER takes any octet but 0 as true.
func (e *Element) Bool() (bool, error) {
	if err := e.primitive(); err != nil {
		return false, err
	}
	if len(e.Content) != 1 {
		return false, errBooleanLength.at(e.Offset)
	}
	return e.Content[0] != 0, nil
}

// OID returns an OBJECT IDENTIFIER in dotted form.
func (e *Element) OID() (string, error) {
	if err := e.primitive(); err != nil {
		return "", err
	}
	oid, ok := OIDString(e.Content)
	if !ok {
		return "", errObjectIdentifier.at(e.Offset)
	}
	return oid, nil
}

// Time returns the value of a UTCTime or GeneralizedTime, in UTC. It takes all forms of X.680,
// Sections 46 and 47, but local times and fractions of hours and minutes: DER's and those without
// seconds, with fractions of them, or with a difference from UTC. UTCTime's years reach from 1950
// to 2049 (RFC 5280, Section 4.1.2.5.1).
func (e *Element) Time() (time.Time, error) {
	var layout string
	switch {
	case e.Is(Universal, TagUTCTime):
		layout = "060102"
	case e.Is(Universal, TagGeneralizedTime):
		layout = "20060102"
	default:
		return time.Time{}, errTimeOfAnotherType.at(e.Offset)
	}
	content, err := e.Octets()
	if err != nil {
		return time.Time{}, err
	}
	digits := 0
	for digits < len(content) && content[digits] >= '0' && content[digits] <= '9' {
		digits++
	}
	const hours, minutes, seconds = "15", "1504", "150405"
	switch digits - len(layout) {
	case len(hours):
		layout += hours
	case len(minutes):
		layout += minutes
	case len(seconds):
		layout += seconds
	default:
		return time.Time{}, errTime.at(e.Offset)
	}
	t, err := time.Parse(layout+"Z0700", string(content))
	if err != nil {
		return time.Time{}, errTime.at(e.Offset)
	}
	// time.Parse puts two-digit years into 1969 to 2068.
	if e.Tag == TagUTCTime && content[0] >= '5' && t.Year() >= 2050 {
		t = t.AddDate(-100, 0, 0)
	}
	return t.UTC(), nil
}
