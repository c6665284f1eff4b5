package findings

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"sipsecdump/escape"
	"sipsecdump/report/table"
)

// Markdown writes the findings for a page.
func (l *List) Markdown(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString("# Findings\n\n")
	for _, f := range l.files {
		fmt.Fprintf(out, "* %s\n", mark(f))
	}
	groups := l.sorted()
	fmt.Fprintf(out, "\n%s.\n\n", l.total())
	if u := l.unseen(); u != "" {
		fmt.Fprintf(out, "%s.\n\n", strings.ReplaceAll(u, "\n", ".\n\n"))
	}
	if len(groups) > 0 {
		if err := table.Markdown(out, columns, rows(groups)); err != nil {
			return err
		}
	}
	for _, g := range groups {
		fmt.Fprintf(out, "\n## %s: %s\n\n", g.Severity, g.ID)
		fmt.Fprintf(out, "%s ask: %s.\n\n", mark(strings.Join(g.Sections, "; ")), mark(g.Asks))
		fmt.Fprintf(out, "To do: %s.\n\n", mark(g.Advice))
		list, more := l.shown(g)
		for i := range list {
			fmt.Fprintf(out, "* %s: %s\n", mark(l.words(&list[i].place)), mark(list[i].text))
		}
		if more > 0 {
			fmt.Fprintf(out, "* and %d more\n", more)
		}
	}
	return out.Flush()
}

// mark makes text of a capture a piece of a line of Markdown.
func mark(s string) string { return string(escape.AppendMarkdown(nil, s)) }
