package cms

import (
	"bytes"
	"slices"
)

// appendElement appends an element of a tag below 31, with the shortest length.
func appendElement(dst []byte, tag byte, contents ...[]byte) []byte {
	length := 0
	for _, c := range contents {
		length += len(c)
	}
	dst = append(dst, tag)
	if length < 0x80 {
		dst = append(dst, byte(length))
	} else {
		size := 0
		for rest := length; rest > 0; rest >>= 8 {
			size++
		}
		dst = append(dst, 0x80|byte(size))
		for size--; size >= 0; size-- {
			dst = append(dst, byte(length>>(8*size)))
		}
	}
	for _, c := range contents {
		dst = append(dst, c...)
	}
	return dst
}

// tagSet is the identifier octet of a SET.
const tagSet = 0x31

// sortedSet is DER of the SET OF these elements (X.690, Section 11.6).
func sortedSet(elements [][]byte) []byte {
	sorted := slices.Clone(elements)
	slices.SortFunc(sorted, bytes.Compare)
	return appendElement(nil, tagSet, sorted...)
}
