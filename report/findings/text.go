package findings

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"sipsecdump/escape"
	"sipsecdump/report"
)

// width is that of lines of text, in columns; only what has no space in it is longer.
const width = 80

// Text writes the findings for a terminal, with SGR sequences if coloured.
func (l *List) Text(w io.Writer, coloured bool) error {
	out := bufio.NewWriter(w)
	groups := l.sorted()
	for _, g := range groups {
		fmt.Fprintf(out, "%s %s\n", severity(g.Severity, coloured), g.ID)
		lines(out, strings.Join(g.Sections, "; "), "  ", "  ")
		lines(out, g.Asks, "  asked: ", "         ")
		lines(out, g.Advice, "  to do: ", "         ")
		list, more := l.shown(g)
		for i := range list {
			lines(out, l.words(&list[i].place)+":", "  - ", "    ")
			lines(out, list[i].text, "      ", "      ")
		}
		if more > 0 {
			fmt.Fprintf(out, "  - and %d more\n", more)
		}
		out.WriteByte('\n')
	}
	if len(groups) > 0 {
		if err := l.table(out, groups, cells, plainTable()...); err != nil {
			return err
		}
		out.WriteByte('\n')
	}
	lines(out, l.total(), "", "")
	if u := l.unseen(); u != "" {
		for line := range strings.SplitSeq(u, "\n") {
			lines(out, line, "", "")
		}
	}
	return out.Flush()
}

// severity is the word that a group begins with.
func severity(s report.Severity, coloured bool) string {
	if !coloured {
		return s.String() + ":"
	}
	sgr := [...]string{report.Note: "1", report.Warning: "33", report.Error: "31"}[s]
	return "\x1b[" + sgr + "m" + s.String() + ":\x1b[0m"
}

// lines writes a text broken at spaces, the first line behind one margin, the rest behind another.
func lines(out *bufio.Writer, text, first, rest string) {
	out.WriteString(first)
	column := utf8.RuneCountInString(first)
	begin := true
	for _, word := range strings.Fields(string(escape.AppendText(nil, text))) {
		n := utf8.RuneCountInString(word)
		switch {
		case begin:
		case column+1+n > width:
			out.WriteByte('\n')
			out.WriteString(rest)
			column = utf8.RuneCountInString(rest)
		default:
			out.WriteByte(' ')
			column++
		}
		begin = false
		out.WriteString(word)
		column += n
	}
	out.WriteByte('\n')
}

var tableHeader = []string{"severity", "rule", "found", "first section"}

// cells are those of a group in the table.
func cells(g *group) []string {
	return []string{g.Severity.String(), g.ID, strconv.Itoa(g.count), g.Sections[0]}
}

// table writes the table of groups.
func (l *List) table(out *bufio.Writer, groups []*group, row func(*group) []string, more ...tablewriter.Option) error {
	align := tw.CellAlignment{PerColumn: []tw.Align{tw.AlignLeft, tw.AlignLeft, tw.AlignRight, tw.AlignLeft}}
	var b bytes.Buffer
	table := tablewriter.NewTable(&b, append([]tablewriter.Option{
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignmentConfig(align), tablewriter.WithRowAlignmentConfig(align),
	}, more...)...)
	table.Header(tableHeader)
	for _, g := range groups {
		if err := table.Append(row(g)); err != nil {
			return err
		}
	}
	if err := table.Render(); err != nil {
		return err
	}
	for line := range bytes.Lines(b.Bytes()) {
		out.Write(bytes.TrimRight(line, " \n"))
		out.WriteByte('\n')
	}
	return nil
}

// plainTable is a table without lines.
func plainTable() []tablewriter.Option {
	return []tablewriter.Option{
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleASCII),
			Settings: tw.Settings{Separators: tw.Separators{BetweenColumns: tw.Off}, Lines: tw.Lines{ShowHeaderLine: tw.Off}},
		})),
		tablewriter.WithPadding(tw.Padding{Right: "  ", Overwrite: true}),
	}
}
