// Package table lays rows out in columns, for terminals and for pages.
package table

import (
	"bytes"
	"io"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Column is the head of a column.
type Column struct {
	Title string
	Right bool // its cells stand to the right, as numbers do
}

// Text writes a table without lines: columns are two blanks apart, and no line ends in blanks.
// Cells are text of one line; the rows are not kept.
func Text(w io.Writer, columns []Column, rows [][]string) error {
	return write(w, columns, rows,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleASCII),
			Settings: tw.Settings{Separators: tw.Separators{BetweenColumns: tw.Off}, Lines: tw.Lines{ShowHeaderLine: tw.Off}},
		})),
		tablewriter.WithPadding(tw.Padding{Right: "  ", Overwrite: true}))
}

// Markdown writes a table of Markdown. Cells are escaped already.
func Markdown(w io.Writer, columns []Column, rows [][]string) error {
	return write(w, columns, rows, tablewriter.WithRenderer(renderer.NewMarkdown()))
}

func write(w io.Writer, columns []Column, rows [][]string, more ...tablewriter.Option) error {
	var align tw.CellAlignment
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.Title
		side := tw.AlignLeft
		if c.Right {
			side = tw.AlignRight
		}
		align.PerColumn = append(align.PerColumn, side)
	}
	var b bytes.Buffer
	t := tablewriter.NewTable(&b, append([]tablewriter.Option{
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignmentConfig(align), tablewriter.WithRowAlignmentConfig(align),
	}, more...)...)
	t.Header(titles)
	for _, row := range rows {
		if err := t.Append(row); err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	out := b.Bytes()[:0] // what is trimmed only gets shorter
	for line := range bytes.Lines(b.Bytes()) {
		out = append(append(out, bytes.TrimRight(line, " \n")...), '\n')
	}
	_, err := w.Write(out)
	return err
}
