package document

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sipsecdump/escape"
)

// folder breaks lines that are too long.
type folder struct {
	width int  // of a line that is left as it is, in columns
	room  int  // of the pieces of one that is broken
	tags  bool // pieces stand between the tags of RFC 4475
}

func (o *Options) folder() folder {
	f := folder{width: o.width() - foldMargin, room: o.width() - foldMargin, tags: true}
	if o.Style == Draft {
		f.width, f.tags = o.width(), false
	}
	return f
}

// lines appends text as lines, escaped and broken, with LF behind each.
func (f folder) lines(dst, text []byte) []byte {
	for line := range bytes.Lines(text) {
		if whole, ended := bytes.CutSuffix(line, []byte("\n")); ended {
			line = bytes.TrimSuffix(whole, []byte("\r")) // one that no LF follows ends no line
		}
		// Documents have no tabs, and blanks at no line's end.
		line = bytes.TrimRight(bytes.ReplaceAll(line, []byte("\t"), []byte(" ")), " ")
		dst = f.line(dst, string(escape.AppendText(nil, line)))
	}
	return dst
}

// fits tells whether no line of the text has to be broken.
func (f folder) fits(text []byte) bool {
	for line := range bytes.Lines(text) {
		if utf8.RuneCount(bytes.TrimRight(line, "\r\n")) > f.width {
			return false
		}
	}
	return true
}

// line appends a line of graphic characters. It is broken greedily: behind a semicolon or a comma,
// or at a blank, whatever comes last in the room; else where the room ends. Pieces but the first
// stand under the value of a header field, without the blanks at the break. Between the tags that
// is so only where a header field may have blanks: who puts the pieces together, and RFC 4475 has
// no more to it, would break what is in quotes, in angle brackets, in a word, or in no header field
// at all. These go on in the first column, with their blanks.
func (f folder) line(dst []byte, line string) []byte {
	if utf8.RuneCountInString(line) <= f.width {
		return append(append(dst, line...), '\n')
	}
	if f.tags {
		dst = append(dst, "<allOneLine>\n"...)
	}
	dst = fold(dst, line, valueColumn(line), f.room, f.tags)
	if f.tags {
		dst = append(dst, "</allOneLine>\n"...)
	}
	return dst
}

// further is how much further in a line of a listing goes on.
const further = 2

// plain appends lines of a listing; those that are too long go on below, further in.
func (f folder) plain(dst, text []byte, width int) []byte {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \n") // documents have no blanks at line ends
		dst = fold(dst, line, leading(line)+further, width, false)
	}
	return dst
}

// tree appends lines of a tree without the margin, which the documents' trees count in. Lines that
// are too long go on below, further in than the element, with its value or the arcs of its object
// identifier.
func (f folder) tree(dst, text []byte, width int) []byte {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, " \n")
		line = line[min(margin, leading(line)):]
		_, element, ok := strings.Cut(line, ":")
		if !ok {
			element = line
		}
		element = strings.TrimLeft(element, " ")
		column := len(line) - len(element)
		if cut := column + breakTree(element, width-column); len(line) > width && cut > column {
			dst = append(append(dst, line[:cut]...), '\n')
			line = strings.Repeat(" ", column+further) + line[cut+1:]
		}
		dst = fold(dst, line, column+further, width, false)
	}
	return dst
}

// breakTree returns where the last blank of the room is that is in no string and in no object
// identifier; 0 if there is none.
func breakTree(element string, room int) int {
	cut, inside := 0, false
	for i := range min(len(element), room+1) {
		switch element[i] {
		case '\'':
			inside = !inside
		case '(', ')':
			inside = element[i] == '('
		case ' ':
			if !inside {
				cut = i
			}
		}
	}
	return cut
}

// leading is how many blanks a line begins with.
func leading(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// maxUnder is how deep a line goes on at most.
const maxUnder = 40

// valueColumn is where the value of a header field begins, or the text of a continuation line; 0
// for a line that is neither.
func valueColumn(line string) int {
	text := strings.TrimLeft(line, " ")
	if len(text) < len(line) {
		return len(line) - len(text)
	}
	if name, _, ok := strings.Cut(line, ": "); ok && !strings.ContainsAny(name, " <>@") {
		return len(name) + len(": ")
	}
	return 0
}

// fold appends a line in pieces of room columns at most, all but the first below column under. If
// exact is set it is only those that may have blanks before them.
func fold(dst []byte, line string, under, room int, exact bool) []byte {
	nowhere := under == 0
	if under > maxUnder || under > room/2 {
		under = 4
	}
	rest := []rune(line)
	indent, low := 0, under
	var inside enclosure
	for len(rest) > room-indent {
		n := breakAt(rest, room-indent, low)
		piece := strings.TrimRight(string(rest[:n]), " ")
		dst = append(dst, blanks[:indent]...)
		dst = append(append(dst, piece...), '\n')
		inside.read(piece)
		at := n // of what is behind the blanks
		for at < len(rest) && rest[at] == ' ' {
			at++
		}
		between := at - utf8.RuneCountInString(piece)
		indent, low = under, 0
		if exact && piece != "" && (nowhere || inside.any() || between == 0 && !strings.HasSuffix(piece, ";") && !strings.HasSuffix(piece, ",")) {
			low = min(between, room/2)
			indent, at = 0, at-low
		}
		rest = rest[at:]
	}
	if len(rest) == 0 && line != "" {
		return dst // there was nothing but blanks behind the last break
	}
	dst = append(dst, blanks[:indent]...)
	return append(append(dst, string(rest)...), '\n')
}

// enclosure is what a place in the value of a header field is in.
type enclosure struct{ quotes, brackets, escaped bool }

func (e *enclosure) any() bool { return e.quotes || e.brackets }

// read goes on behind a piece.
func (e *enclosure) read(piece string) {
	for i := range len(piece) {
		c := piece[i]
		switch {
		case e.escaped:
			e.escaped = false
		case e.quotes:
			e.quotes, e.escaped = c != '"', c == '\\'
		case c == '"':
			e.quotes = true
		case c == '<', c == '>':
			e.brackets = c == '<'
		}
	}
}

// breakAt returns how many characters of the line, which is longer than room, go before a break.
// The first low of them are not worth one.
func breakAt(line []rune, room, low int) int {
	for n := room; n > max(low, 1); n-- {
		if c := line[n-1]; c == ';' || c == ',' || line[n] == ' ' {
			return n
		}
	}
	return room
}

const blanks = "                                                                        "
