package document

import (
	"fmt"

	"sipsecdump/escape"
	"sipsecdump/report"
	"sipsecdump/report/listing"
)

// Document collects a section. It is for one goroutine.
type Document struct {
	o       *Options
	fold    folder
	list    listing.Options
	figures []*figure
	flows   map[uint64]*flow
	names   names
	blobs   int
	size    int // octets of figures
	cut     bool
	archive archive

	incomplete      int    // messages
	firstIncomplete uint64 // number of the message
}

// flow is a connection with its figure.
type flow struct {
	*report.Flow
	conn   *listing.Conn
	figure *figure
}

// New returns an empty section for the options, which it keeps and does not change.
func New(o *Options) *Document {
	return &Document{o: o, fold: o.folder(), list: o.listing(), flows: map[uint64]*flow{}}
}

// Cut tells whether something was left out because the section or the archive became too large.
func (d *Document) Cut() bool { return d.cut || d.archive.cut }

// Incomplete returns how many messages the section or the archive has that are not complete, and the
// number of the first: figures do not show it.
func (d *Document) Incomplete() (count int, first uint64) { return d.incomplete, d.firstIncomplete }

// Add takes the next event. It keeps nothing of it but its Flow.
func (d *Document) Add(e *report.Event) {
	switch body := e.Body.(type) {
	case *report.Record:
		if f := d.flow(e.Flow); f != nil {
			d.names.record(e.Flow, body.Record)
			d.line(f, f.conn.AppendRecord(nil, &d.list, e.Time, body.Record))
		}
	case *report.Close:
		if f := d.flows[e.Flow.Number]; f != nil && (body.How == "fin" || body.How == "rst") {
			d.line(f, f.conn.AppendClose(nil, &d.list, e.Time, body.Dir, body.How))
		}
	case *report.SIP:
		d.message(e, body)
	}
}

// flow returns the flow of a connection, which has its place among the figures when its first
// record comes; nil if there is no figure of it.
func (d *Document) flow(f *report.Flow) *flow {
	if n := d.flows[f.Number]; n != nil {
		return n
	}
	n := &flow{Flow: f, conn: listing.NewConn(f.Number, f.Transport, "", "", f.Start)}
	n.figure = &figure{name: fmt.Sprintf("flow-%d.txt", f.Number), flow: n}
	if !d.add(report.LayerTLS, n.figure) {
		return nil
	}
	d.flows[f.Number] = n
	return n
}

// line adds lines of a connection.
func (d *Document) line(f *flow, lines []byte) {
	if d.room(len(lines)) {
		f.figure.text = d.fold.plain(f.figure.text, lines, d.o.width())
	}
}

// open is the first line of a connection.
func (f *flow) open(o *Options, names map[string]string) []byte {
	l := o.listing()
	conn := listing.NewConn(f.Number, f.Transport, endpoint(o, names, f.Client), endpoint(o, names, f.Server), f.Start)
	return o.folder().plain(nil, conn.AppendOpen(nil, &l), o.width())
}

// message adds a message, and the trees of what is in it.
func (d *Document) message(e *report.Event, s *report.SIP) {
	m := s.Message
	text := d.fold.lines(nil, m.StartLine)
	for i := range m.Headers {
		text = d.fold.lines(text, m.Headers[i].Raw)
	}
	f := &figure{name: fmt.Sprintf("message-%d.txt", s.N)}
	var trees []*figure
	if len(s.Body) > 0 {
		text, trees = d.body(append(text, '\n'), e, s)
	}
	f.text = text
	if added := d.add(report.LayerSIP, f); s.Incomplete && (added || d.o.Archive) {
		if d.incomplete++; d.incomplete == 1 {
			d.firstIncomplete = s.N
		}
	}
	for _, t := range trees {
		d.add(report.LayerCMS, t)
	}
	if d.o.Archive {
		d.archive.message(e, s)
	}
}

// body appends a body with boxes for what is no text, and for base64 whose lines are too long for
// a document: between tags it would be three lines for each, and nobody reads it. It returns the
// trees of the body's objects. An object whose base64 fits stays as it is, and has a tree all the
// same.
func (d *Document) body(dst []byte, e *report.Event, s *report.SIP) ([]byte, []*figure) {
	var trees []*figure
	at := 0
	for i := range s.Parts {
		p := &s.Parts[i]
		if p.Inside() || p.Multipart {
			continue
		}
		from := p.Offset + len(p.Raw) - len(p.Body)
		boxed := (!escape.IsText(p.Body) || p.Encoding == "base64" && !d.fold.fits(p.Body)) && from >= at && from+len(p.Body) <= len(s.Body)
		if boxed {
			d.blobs++
			dst = d.fold.lines(dst, s.Body[at:from])
			dst = appendBox(dst, d.blobs)
			at = from + len(p.Body)
			at += report.LineEnd(s.Body[at:]) // it ends the box
			if d.o.Archive {
				d.archive.add(fmt.Sprintf("blob-%d", d.blobs), p.Body, e.Time)
			}
		}
		if p.CMS == nil {
			continue
		}
		t := &figure{name: fmt.Sprintf("message-%d-part-%s.txt", s.N, fileName(p.Path)), caption: fmt.Sprintf("MIME part %s of message %d:", p.Path, s.N)}
		if boxed {
			t.name, t.caption = fmt.Sprintf("blob-%d.txt", d.blobs), fmt.Sprintf("BINARY BLOB %d:", d.blobs)
		}
		t.text = d.fold.tree(nil, p.CMS.Object.AppendTree(nil, d.o.tree()), d.o.width())
		trees = append(trees, t)
	}
	return d.fold.lines(dst, s.Body[at:]), trees
}

// appendBox appends the box that stands for a blob.
func appendBox(dst []byte, n int) []byte {
	text := fmt.Sprintf("* BINARY BLOB %d *\n", n)
	rule := make([]byte, len(text))
	for i := range rule {
		rule[i] = '*'
	}
	rule[len(rule)-1] = '\n'
	return append(append(append(dst, rule...), text...), rule...)
}
