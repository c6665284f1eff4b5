package findings

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sipsecdump/escape"
	"sipsecdump/report"
	"sipsecdump/report/table"
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
		if err := table.Text(out, columns, rows(groups)); err != nil {
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
	return "\x1b[" + s.SGR() + "m" + s.String() + ":\x1b[0m"
}

// lines writes a text broken at spaces, the first line behind one margin, the rest behind another.
func lines(out *bufio.Writer, text, first, rest string) {
	line := string(escape.AppendText(nil, text))
	out.Write(append(table.AppendFilled(nil, line, first, rest, width), '\n'))
}

var columns = []table.Column{{Title: "severity"}, {Title: "rule"}, {Title: "found", Right: true}, {Title: "first section"}}

// rows are those of the table of groups.
func rows(groups []*group) [][]string {
	list := make([][]string, len(groups))
	for i, g := range groups {
		list[i] = []string{g.Severity.String(), g.ID, strconv.Itoa(g.count), g.Sections[0]}
	}
	return list
}
