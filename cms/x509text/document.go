package x509text

import "bytes"

// The documents have a margin of 3 columns and lines of 72.
const documentColumns = 72 - 3

// document moves the lines from start on to the columns of the documents.
//
// RFC 6216 took away "Certificate:" and "Data:", and then 8 blanks of each line that begins with
// so many: lines with less stayed where they were, so that the signature stands to the left of
// its algorithm. The draft took away "Certificate:" and 4 blanks of each line. Blanks at line
// ends are gone, and lines that are too long go on in the next behind a comma, under the first
// character of the value.
func (p *printer) document(start int) {
	const eight = "        "
	lines := bytes.Clone(p.b[start:])
	p.b = p.b[:start]
	for line := range bytes.Lines(lines) {
		line = bytes.TrimRight(line, " \n")
		switch {
		case string(line) == "Certificate:",
			string(line) == "    Data:" && p.options.Style == RFC6216:
			continue
		case p.options.Style == Draft:
			line = bytes.TrimPrefix(line, []byte(eight[:4]))
		default:
			line = bytes.TrimPrefix(line, []byte(eight))
		}
		p.fold(line)
	}
}

// fold appends a line, in several if it exceeds the document's columns. What has no comma to be
// broken behind exceeds them, but not what comes after it.
func (p *printer) fold(line []byte) {
	under := len(line) - len(bytes.TrimLeft(line, " "))
	blank := true // behind a comma that separates
	for _, label := range []string{"Issuer: ", "Subject: "} {
		if bytes.HasPrefix(line[under:], []byte(label)) {
			under += len(label)
			blank = !p.options.RFC4514
			break
		}
	}
	separates := func(at int) bool {
		return line[at] == ',' && (!blank || line[at+1] == ' ') && (blank || line[at-1] != '\\')
	}
	for room := documentColumns; len(line) > room && under <= len(blanks); room = documentColumns - under {
		cut := room - 1
		for cut > 0 && !separates(cut) {
			cut--
		}
		if cut <= 0 {
			for cut = room; cut < len(line)-1 && !separates(cut); {
				cut++
			}
			if cut == len(line)-1 {
				break
			}
		}
		p.b = append(append(p.b, line[:cut+1]...), '\n')
		line = bytes.TrimPrefix(line[cut+1:], []byte(" "))
		p.indent(under)
	}
	p.b = append(append(p.b, line...), '\n')
}
