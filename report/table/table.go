// Package table lays rows out in columns, for terminals and for pages.
package table

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Column is the head of a column.
type Column struct {
	Title string
	Right bool // its cells stand to the right, as numbers do
}

// Text writes a table without lines: columns are two blanks apart, and no line ends in blanks.
// Cells are text of one line, and a row has one for each column.
func Text(w io.Writer, columns []Column, rows [][]string) error {
	l := newLayout(columns, rows, 0)
	var b []byte
	line := func(cells []string) {
		for i, cell := range cells {
			if i > 0 {
				b = append(b, "  "...)
			}
			b = l.appendCell(b, i, cell)
		}
		b = append(bytes.TrimRight(b, " "), '\n')
	}
	line(l.titles)
	for _, row := range rows {
		line(row)
	}
	_, err := w.Write(b)
	return err
}

// Markdown writes a table of Markdown. Cells are escaped already.
func Markdown(w io.Writer, columns []Column, rows [][]string) error {
	l := newLayout(columns, rows, len("---"))
	var b []byte
	line := func(cells []string) {
		for i, cell := range cells {
			b = l.appendCell(append(b, "| "...), i, cell)
			b = append(b, ' ')
		}
		b = append(b, "|\n"...)
	}
	line(l.titles)
	for i, c := range columns {
		rule := strings.Repeat("-", l.widths[i]+1)
		if c.Right {
			b = append(append(b, '|'), rule+":"...)
		} else {
			b = append(append(b, '|'), ":"+rule...)
		}
	}
	b = append(b, "|\n"...)
	for _, row := range rows {
		line(row)
	}
	_, err := w.Write(b)
	return err
}

// layout is how wide each column is.
type layout struct {
	columns []Column
	titles  []string
	widths  []int
}

func newLayout(columns []Column, rows [][]string, least int) *layout {
	l := &layout{columns: columns}
	for i, c := range columns {
		widest := max(least, width(c.Title))
		for _, row := range rows {
			widest = max(widest, width(row[i]))
		}
		l.titles, l.widths = append(l.titles, c.Title), append(l.widths, widest)
	}
	return l
}

// width is how wide a text is on a terminal: a Chinese character is as wide as two letters, an accent
// adds nothing.
func width(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return uniseg.StringWidth(s)
		}
	}
	return len(s)
}

// appendCell appends a cell of column i, as wide as that.
func (l *layout) appendCell(dst []byte, i int, cell string) []byte {
	blanks := strings.Repeat(" ", l.widths[i]-width(cell))
	if l.columns[i].Right {
		return append(append(dst, blanks...), cell...)
	}
	return append(append(dst, cell...), blanks...)
}
