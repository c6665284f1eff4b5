package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sipsecdump/escape"
	"sipsecdump/report"
	"sipsecdump/report/table"
	"sipsecdump/sipparse/dialog"
)

// maxCell is how many characters of a cell the text table shows, but for the last column; the
// other formats have them whole.
const maxCell = 48

// callTable collects calls as rows. It is the renderer of every goroutine of the pipeline, but
// calls are told by one alone: the one that runs the ordered stage.
type callTable struct {
	columns []*column
	by      *column
	down    bool
	rows    []callRow
	totals  report.Totals
}

// callRow is what the table keeps of a call.
type callRow struct {
	first uint64 // number of the first message: the order of idx
	cells []string
	text  string // what is sorted by: text, or a number
	n     int64
	known bool
}

// newCallTable reads --columns and --sort.
func newCallTable(names []string, by string) (*callTable, error) {
	t := &callTable{}
	if len(names) == 0 {
		names = defaultColumns
	}
	for _, name := range names {
		c, err := findColumn("--columns", name)
		if err != nil {
			return nil, err
		}
		t.columns = append(t.columns, c)
	}
	by, t.down = strings.CutPrefix(by, "-")
	var err error
	t.by, err = findColumn("--sort", by)
	return t, err
}

// alias makes the columns of endpoints show their names.
func (t *callTable) alias(names map[netip.AddrPort]string) {
	named := func(c *column) *column {
		n := *c
		switch c.name {
		case "src":
			n.cell = func(c *dialog.Call) string { return aliased(names, c.Src) }
		case "dst":
			n.cell = func(c *dialog.Call) string { return aliased(names, c.Dst) }
		}
		return &n
	}
	for i, c := range t.columns {
		t.columns[i] = named(c)
	}
	t.by = named(t.by)
}

// aliased is the name of an endpoint: its own, that of its address, or itself.
func aliased(names map[netip.AddrPort]string, a netip.AddrPort) string {
	return cmp.Or(names[a], names[netip.AddrPortFrom(a.Addr(), 0)], a.String())
}

// Render implements report.Renderer.
func (t *callTable) Render(_ *report.Buffer, e *report.Event) {
	switch body := e.Body.(type) {
	case *report.Call:
		t.add(body.Call)
	case *report.Summary:
		t.totals = body.Calls
	}
}

func (t *callTable) add(c *dialog.Call) {
	r := callRow{first: c.First, cells: make([]string, len(t.columns)), known: true}
	for i, col := range t.columns {
		r.cells[i] = string(escape.AppendText(nil, col.cell(c)))
	}
	if t.by.number != nil {
		r.n, r.known = t.by.number(c)
	} else {
		r.text = t.by.cell(c)
		r.known = r.text != ""
	}
	t.rows = append(t.rows, r)
}

// write writes the table. Calls that lack what is sorted by come last, either way.
func (t *callTable) write(w io.Writer, format string) error {
	slices.SortFunc(t.rows, func(a, b callRow) int { return cmp.Compare(a.first, b.first) })
	if i := slices.IndexFunc(t.columns, func(c *column) bool { return c.name == "idx" }); i >= 0 {
		for k := range t.rows {
			t.rows[k].cells[i] = strconv.Itoa(k + 1)
		}
	}
	slices.SortStableFunc(t.rows, func(a, b callRow) int {
		if a.known != b.known {
			if a.known {
				return -1
			}
			return 1
		}
		order := cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.text, b.text))
		if t.down {
			return -order
		}
		return order
	})
	switch format {
	case "csv":
		return t.csv(w)
	case "markdown":
		return t.markdown(w)
	}
	return t.text(w)
}

func (t *callTable) text(w io.Writer) error {
	if err := table.Text(w, t.heads(), t.cells(shorten)); err != nil {
		return err
	}
	line := report.RatiosLine(&t.totals)
	if line == "" {
		return nil
	}
	_, err := fmt.Fprintf(w, "\n%s\n", line)
	return err
}

func (t *callTable) markdown(w io.Writer) error {
	return table.Markdown(w, t.heads(), t.cells(markdown))
}

func (t *callTable) heads() []table.Column {
	heads := make([]table.Column, len(t.columns))
	for i, c := range t.columns {
		heads[i] = table.Column{Title: c.title, Right: c.right}
	}
	return heads
}

// cells gives the rows with each cell changed.
func (t *callTable) cells(change func(s string, last bool) string) [][]string {
	rows := make([][]string, len(t.rows))
	for i := range t.rows {
		rows[i] = t.rows[i].cells
		for k := range rows[i] {
			rows[i][k] = change(rows[i][k], k == len(rows[i])-1)
		}
	}
	return rows
}

// shorten makes a cell fit for a terminal. The last one of a row has room.
func shorten(s string, last bool) string {
	if last || utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell-1]) + "…"
}

// markdown escapes what Markdown would read as more than text.
func markdown(s string, _ bool) string { return string(escape.AppendMarkdown(nil, s)) }

func (t *callTable) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	row := make([]string, len(t.columns))
	for k, c := range t.columns {
		row[k] = c.title
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for i := range t.rows {
		for k, text := range t.rows[i].cells {
			row[k] = inert(text)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// inert keeps spreadsheets from taking a cell for a formula: an apostrophe in front makes it text
// (CWE-1236).
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
