package listing

import (
	"fmt"
	"strconv"

	"sipsecdump/escape"
)

// The columns of what stands below a record line.
const (
	depthAlert     = 4  // fields of an alert, application data
	depthMessage   = 6  // names of handshake messages
	depthField     = 8  // their fields
	depthExtension = 10 // names of extensions, and whatever is one below a field
	depthHostName  = 14 // what Ssldump shows of server_name
)

// lineWidth is where lists are broken, in columns. A word that is longer stays whole.
const lineWidth = 80

// blanks is as deep as lines begin.
const blanks = "                    "

// printer appends the lines of one record.
type printer struct {
	b     []byte
	o     *Options
	cache *Cache
}

// text appends a line at the depth. It is for text of this program only.
func (p *printer) text(depth int, s string) {
	p.b = append(p.b, blanks[:depth]...)
	p.b = append(p.b, s...)
	p.b = append(p.b, '\n')
}

// textf is text with arguments. Those that come from a capture are escaped.
func (p *printer) textf(depth int, format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	p.b = append(p.b, blanks[:depth]...)
	p.b = escape.AppendText(p.b, line)
	p.b = append(p.b, '\n')
}

// field appends a line with a label and what it stands for, which may come from a capture.
func (p *printer) field(depth int, label, value string) {
	p.b = append(p.b, blanks[:depth]...)
	p.b = append(p.b, label...)
	p.b = append(p.b, ": "...)
	p.b = escape.AppendText(p.b, value)
	p.b = append(p.b, '\n')
}

// blank appends the blank that ssldump leaves at the ends of some lines.
func (p *printer) blank() {
	if p.o.Style == Ssldump {
		p.b = append(p.b, ' ')
	}
}

// octets appends a field's name and length, and its octets below it. The quoted programs leave
// an empty line below a field without octets.
func (p *printer) octets(depth int, name string, data []byte) {
	p.b = append(p.b, blanks[:depth]...)
	p.b = append(p.b, name...)
	p.b = append(p.b, '[')
	p.b = strconv.AppendInt(p.b, int64(len(data)), 10)
	p.b = append(p.b, "]=\n"...)
	if len(data) == 0 && p.o.Style != Full {
		p.b = append(p.b, '\n')
	}
	p.hex(depth+2, data)
}

// hex appends octets, 16 in a line.
func (p *printer) hex(depth int, data []byte) {
	end := "\n"
	if p.o.Style == Ssldump {
		end = " \n"
	}
	p.b = escape.AppendHex(p.b, data, blanks[:depth], end)
}

// enum appends a field whose value has a name, with the gaps that follow from how ssldump
// indents; the field's own name may be empty. A value without a name is in ssldump 0.9b3's
// words, before which it stepped in less.
func (p *printer) enum(depth int, name, value string) {
	if name != "" {
		p.b = append(p.b, blanks[:depth]...)
		p.b = append(p.b, name...)
		p.b = append(p.b, ' ')
	}
	p.b = append(p.b, blanks[:depth]...)
	if value == "" {
		p.text(depth, "unknown value")
		return
	}
	p.text(depth+2, value)
}

// list appends a label and words after it, separated by commas, in as many lines as that
// takes. Words that come from a capture are escaped.
func (p *printer) list(depth int, label string, words []string) {
	l := p.startList(depth, label)
	for _, w := range words {
		l.add("", w)
	}
	p.b = append(p.b, '\n')
}

// wordList is a list under way. Its end is a line feed.
type wordList struct {
	p     *printer
	depth int
	start int // of the line at hand
	words int // so far
}

func (p *printer) startList(depth int, label string) wordList {
	l := wordList{p: p, depth: depth, start: len(p.b)}
	p.b = append(p.b, blanks[:depth]...)
	p.b = append(p.b, label...)
	return l
}

// add appends a word, and what it begins with, which is text of this program.
func (l *wordList) add(lead, word string) {
	b := l.p.b
	if l.words > 0 {
		b = append(b, ',')
	}
	if len(b)-l.start+1+len(lead)+len(word) > lineWidth && l.words > 0 {
		b = append(b, '\n')
		l.start = len(b)
		b = append(b, blanks[:l.depth+2]...)
	} else if len(b)-l.start > l.depth {
		b = append(b, ' ')
	}
	l.words++
	l.p.b = escape.AppendText(append(b, lead...), word)
}

// names are the names of values.
func names[T fmt.Stringer](values []T) []string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = v.String()
	}
	return words
}

// camel appends a line with a message's name, made of the registry's: "NewSessionTicket".
func (p *printer) camel(depth int, name string) {
	p.b = append(p.b, blanks[:depth]...)
	for up := true; name != ""; name = name[1:] {
		switch c := name[0]; {
		case c == '_':
			up = true
			continue
		case up && 'a' <= c && c <= 'z':
			p.b = append(p.b, c-'a'+'A')
		default:
			p.b = append(p.b, c)
		}
		up = false
	}
	p.b = append(p.b, '\n')
}
