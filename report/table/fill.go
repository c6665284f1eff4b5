package table

import (
	"strings"
	"unicode/utf8"
)

// AppendFilled appends a text broken at spaces into lines of at most width columns, where its words
// let it: the first behind one margin, the rest behind another. The last does not end.
func AppendFilled(dst []byte, text, first, rest string, width int) []byte {
	dst = append(dst, first...)
	column := utf8.RuneCountInString(first)
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			dst = append(append(dst, '\n'), rest...)
			column = utf8.RuneCountInString(rest)
		default:
			dst = append(dst, ' ')
			column++
		}
		dst = append(dst, word...)
		column += n
	}
	return dst
}
