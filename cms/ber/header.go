package ber

import "math"

// header is what identifier and length octets say (X.690, Sections 8.1.2 and 8.1.3).
type header struct {
	size        int // octets of both
	length      int // content octets; -1 if indefinite
	tag         uint32
	class       Class
	constructed bool
	nonMinimal  bool
	damage      *damage // nil if the header can be relied on
}

func (h *header) isEOC() bool {
	return h.tag == 0 && h.class == Universal && !h.constructed && h.size == 2 && h.length == 0
}

// read reads the header at the start of data, which ends where the enclosing element
// does. A header that is cut off, or whose length cannot be, gets the rest of data: so the
// octets of all elements together are those of the input, whatever the damage.
func (h *header) read(data []byte) {
	if len(data) >= 2 && data[0]&0x1f != 0x1f && data[0] != 0 && data[1] < 0x80 {
		b := data[0]
		*h = header{
			size: 2, length: int(data[1]),
			tag: uint32(b & 0x1f), class: Class(b >> 6), constructed: b&0x20 != 0,
		}
		if h.length > len(data)-2 {
			h.damage = errLengthBeyondEnd
		}
		return
	}
	h.readLong(data)
}

func (h *header) readLong(data []byte) {
	*h = header{}
	if len(data) == 0 {
		h.damage = errTagCut
		return
	}
	b := data[0]
	h.class, h.constructed, h.tag, h.size = Class(b>>6), b&0x20 != 0, uint32(b&0x1f), 1
	if h.tag == 0x1f && !h.readHighTag(data) {
		return
	}
	if !h.readLength(data) {
		return
	}
	if h.tag == 0 && h.class == Universal && !h.isEOC() && h.damage == nil {
		h.damage = errTagReserved
	}
	if h.length > len(data)-h.size {
		h.damage = errLengthBeyondEnd
	}
}

// readHighTag reads a tag number of 31 or more (X.690, Section 8.1.2.4).
func (h *header) readHighTag(data []byte) bool {
	var tag uint64
	for i := 1; i < len(data); i++ {
		b := data[i]
		if tag <= math.MaxUint32 {
			tag = tag<<7 | uint64(b&0x7f)
		}
		if b&0x80 != 0 {
			continue
		}
		h.size = i + 1
		h.nonMinimal = tag < 0x1f || data[1] == 0x80
		if tag > math.MaxUint32 {
			tag, h.damage = math.MaxUint32, errTagTooLarge
		}
		h.tag = uint32(tag)
		return true
	}
	h.size, h.damage = len(data), errTagCut
	return false
}

// readLength reads the length octets behind h.size (X.690, Section 8.1.3).
func (h *header) readLength(data []byte) bool {
	rest := data[h.size:]
	if len(rest) == 0 {
		h.damage = errLengthCut
		return false
	}
	first := rest[0]
	h.size++
	switch {
	case first < 0x80:
		h.length = int(first)
		return true
	case first == 0x80:
		h.length = -1
		if !h.constructed {
			h.damage = errIndefinitePrimitive
		}
		return true
	case first == 0xff:
		h.length = len(data) - h.size
		h.damage = errLengthReserved
		return true
	}
	count := int(first & 0x7f)
	if count > len(rest)-1 {
		h.size, h.damage = len(data), errLengthCut
		return false
	}
	var length uint64
	for _, b := range rest[1 : 1+count] {
		if length > math.MaxInt>>8 {
			length = math.MaxInt
			break
		}
		length = length<<8 | uint64(b)
	}
	h.size += count
	h.length = int(length)
	h.nonMinimal = h.nonMinimal || rest[1] == 0 || length < 0x80
	return true
}

// skip returns the number of octets of the first element of data, given its header h. The
// second result is what is damaged; the first is then len(data) at most. It takes time linear in
// the octets skipped, whatever they are nested like: definite lengths are stepped over whole, so
// that indefinite ones need a counter, but no stack.
func skip(data []byte, h *header) (int, *damage) {
	if h.length >= 0 {
		return h.size + min(h.length, len(data)-h.size), nil
	}
	if !h.constructed {
		return len(data), nil
	}
	off := h.size
	for open := 1; open > 0; {
		var in header
		in.read(data[off:])
		switch {
		case in.isEOC():
			open--
			off += 2
		case in.damage == errTagCut || in.damage == errLengthCut || in.damage == errLengthBeyondEnd ||
			in.damage == errLengthReserved || in.damage == errIndefinitePrimitive:
			return len(data), errEOCMissing
		case in.length < 0:
			open++
			off += in.size
		default:
			off += in.size + in.length
		}
	}
	return off, nil
}
