package report

import (
	"fmt"
	"net/netip"
	"strconv"

	"sipsecdump/cms"
	"sipsecdump/escape"
	"sipsecdump/report/listing"
)

// TextOptions shape the text listing.
type TextOptions struct {
	Show    LayerSet
	Listing listing.Options
	Tree    cms.TreeStyle
	// Aliases are names for endpoints; an address with port 0 stands for all its ports.
	Aliases map[netip.AddrPort]string
	// Color marks lines with SGR sequences.
	Color bool
}

// Text renders events as the listing: flows and records in ssldump's grammar, under each
// record the SIP message that it completes, under the message its parts and CMS objects.
type Text struct {
	o     *TextOptions
	buf   []byte // one event's lines before they are coloured; reused
	lines listing.Cache
}

// NewText returns a renderer for the options, which it keeps and does not change.
func NewText(o *TextOptions) *Text { return &Text{o: o} }

// maxEventText bounds what one event may print. JSON has the whole.
const maxEventText = 64 << 10

// Columns of the listing below the record line: what a record holds stands at 6, as the name
// of a handshake message does, and its fields at 8.
const (
	indentName  = "      "
	indentField = "        "
)

// Render implements Renderer.
func (t *Text) Render(b *Buffer, e *Event) {
	start, slots := len(b.B), len(b.Slots)
	switch body := e.Body.(type) {
	case *Capture:
		if e.File > 1 && t.o.Show.Has(LayerSummary) {
			b.B = fmt.Appendf(b.B, "File %d: ", e.File)
			b.B = append(escape.AppendText(b.B, body.Name), '\n')
		}
	case *Comment:
		if t.o.Show.Has(LayerSummary) {
			t.comment(b, e, body)
		}
	case *Connection:
		if t.showsFlow(e.Flow) {
			b.B = t.line(e.Flow).AppendOpen(b.B, &t.o.Listing)
			if e.Flow.MidStream && t.o.Listing.Style == listing.Full {
				b.B = append(b.B[:len(b.B)-1], ", from mid-stream\n"...)
			}
			t.color(b, start, bold)
		}
	case *Close:
		if t.showsFlow(e.Flow) && (body.How == "fin" || body.How == "rst") {
			b.B = t.line(e.Flow).AppendClose(b.B, &t.o.Listing, e.Time, body.Dir, body.How)
		}
	case *Record:
		if t.o.Show.Has(LayerTLS) && t.lists(e.Flow) {
			b.B = t.line(e.Flow).AppendRecord(b.B, &t.o.Listing, e.Time, body.Record)
		}
	case *Plaintext:
		if t.o.Show.Has(LayerTLS) && t.o.Listing.Data {
			b.B = t.line(e.Flow).AppendPlaintext(b.B, &t.o.Listing, e.Time, body.Dir, body.Data)
		}
	case *Verdict:
		if t.o.Show.Has(LayerVerdict) {
			b.B = t.line(e.Flow).AppendVerdict(b.B, &t.o.Listing, body.Verdict)
			t.color(b, start, colorOf(body.Outcome))
			t.serverIdentity(b, body.Identity)
			t.peerChains(b, body)
		}
	case *Arrival:
		if t.o.Show.Has(LayerSIP) {
			b.B = t.line(e.Flow).AppendLine(b.B, &t.o.Listing, e.Time, body.Number, body.Dir, body.Length, "SIP")
		}
	case *SIP:
		if t.o.Show.Has(LayerSIP) {
			t.sip(b, body)
		}
	case *Identity:
		if t.o.Show.Has(LayerIdentity) {
			t.identity(b, body.Result)
		}
	case *CMS:
		if t.o.Show.Has(LayerCMS) {
			t.cms(b, body)
		}
	case *Call:
		if t.o.Show.Has(LayerCall) {
			t.call(b, body.Call)
		}
	case *Finding:
		if t.o.Show.Has(LayerFinding) {
			t.finding(b, e, body)
		}
	case *Anomaly:
		if t.o.Show.Has(LayerAnomaly) {
			t.anomaly(b, e, body)
			t.color(b, start, yellow)
		}
	case *Summary:
		if t.o.Show.Has(LayerSummary) {
			t.summary(b, body)
		}
	}
	t.cap(b, start, slots)
}

// cap cuts what an event printed beyond maxEventText, and says so.
func (t *Text) cap(b *Buffer, start, slots int) {
	over := len(b.B) - start - maxEventText
	if over <= 0 {
		return
	}
	end := start + maxEventText
	for end > start && b.B[end-1] != '\n' {
		end--
	}
	if end == start {
		end = start + maxEventText
	}
	cut := len(b.B) - end
	b.B = b.B[:end]
	for n := len(b.Slots); n > slots && b.Slots[n-1].At > end; n-- {
		b.Slots = b.Slots[:n-1]
	}
	b.B = fmt.Appendf(b.B, "%s... %s more; --format json has them\n", indentField, octets(cut))
}

// showsFlow tells whether a flow's opening and closing have lines: those of a flow whose
// records or messages do.
func (t *Text) showsFlow(f *Flow) bool {
	return t.o.Show.Has(LayerSIP) || t.o.Show.Has(LayerTLS) && f.Transport == "tcp"
}

// lists tells whether records of a flow have lines: the programs that two of the styles quote know
// no datagrams.
func (t *Text) lists(f *Flow) bool { return t.o.Listing.Style == listing.Full || f.Transport == "tcp" }

// line returns the flow's listing state.
func (t *Text) line(f *Flow) *listing.Conn {
	if f.line == nil {
		f.line = t.lines.NewConn(f.Number, f.Transport, t.name(f.Client), t.name(f.Server), f.Start)
	}
	return f.line
}

// name gives an endpoint as the listing writes it: its alias, or address(port).
func (t *Text) name(a netip.AddrPort) string {
	if n, ok := t.o.Aliases[a]; ok {
		return string(escape.AppendText(nil, n))
	}
	if n, ok := t.o.Aliases[netip.AddrPortFrom(a.Addr(), 0)]; ok {
		return fmt.Sprintf("%s(%d)", escape.AppendText(nil, n), a.Port())
	}
	return a.Addr().String() + "(" + strconv.Itoa(int(a.Port())) + ")"
}

func (t *Text) comment(b *Buffer, e *Event, c *Comment) {
	b.B = append(b.B, "# "...)
	if e.Packet > 0 {
		b.B = fmt.Appendf(b.B, "packet %d, ", e.Packet)
	}
	if c.Interface >= 0 {
		b.B = fmt.Appendf(b.B, "interface %d, ", c.Interface)
	}
	b.B = append(b.B, c.About...)
	if c.Address != "" {
		b.B = append(b.B, " of "...)
		b.B = append(b.B, c.Address...)
	}
	b.B = append(b.B, ": "...)
	b.B = append(escape.AppendText(b.B, c.Text), '\n')
}

// endPlace ends a list of where something is, each with ", " behind it.
func endPlace(b *Buffer) {
	if n := len(b.B); b.B[n-2] == ',' {
		b.B = append(b.B[:n-2], ": "...)
	}
}

func (t *Text) anomaly(b *Buffer, e *Event, a *Anomaly) {
	b.B = append(b.B, '!', ' ')
	if e.Flow != nil {
		b.B = fmt.Appendf(b.B, "connection %d, ", e.Flow.Number)
	}
	if a.HasDir {
		b.B = fmt.Appendf(b.B, "%s, ", a.Dir)
	}
	if e.Packet > 0 {
		b.B = fmt.Appendf(b.B, "packet %d, ", e.Packet)
	}
	endPlace(b)
	b.B = escape.AppendText(b.B, a.Text)
	b.B = fmt.Appendf(b.B, " [%s]", a.Code)
	if a.Section != "" {
		b.B = fmt.Appendf(b.B, " (%s)", a.Section)
	}
	b.B = append(b.B, '\n')
}

func (t *Text) summary(b *Buffer, s *Summary) {
	b.B = fmt.Appendf(b.B, "%s, %s, %s\n", count(s.Packets, "packet"), count(s.Connections, "connection"), count(s.SIPMessages, "SIP message"))
	if s.TLSConnections > 0 {
		b.B = fmt.Appendf(b.B, "TLS: %s, %d decrypted\n", count(s.TLSConnections, "connection"), s.TLSDecrypted)
	}
	if s.CMSObjects > 0 {
		b.B = fmt.Appendf(b.B, "CMS: %s; signatures: %d verified, %d not verified\n",
			count(s.CMSObjects, "object"), s.SignaturesVerified, s.SignaturesFailed)
	}
	if line := RatiosLine(&s.Calls); line != "" {
		b.B = fmt.Appendf(b.B, "%s: %s\n", count(uint64(s.Calls.Calls), "call"), line)
	}
	if s.Anomalies > 0 || s.Malformed > 0 {
		anomalies := "1 anomaly"
		if s.Anomalies != 1 {
			anomalies = fmt.Sprintf("%d anomalies", s.Anomalies)
		}
		b.B = fmt.Appendf(b.B, "%s, %s\n", anomalies, count(s.Malformed, "malformed field"))
	}
	if s.AfterReset > 0 {
		b.B = fmt.Appendf(b.B, "%s with data behind the reset of a connection, not read\n", count(s.AfterReset, "segment"))
	}
	if s.Checked {
		b.B = fmt.Appendf(b.B, "%s\n", count(s.Findings, "finding"))
	}
	if s.Truncated {
		b.B = append(b.B, "a capture could not be read to its end\n"...)
	}
}

func count(n uint64, what string) string { return string(appendCount(nil, n, what)) }

func appendCount(dst []byte, n uint64, what string) []byte {
	dst = append(appendNumber(dst, n), ' ')
	dst = append(dst, what...)
	if n != 1 {
		dst = append(dst, 's')
	}
	return dst
}

// appendNumber is strconv.AppendUint, but writes what has few digits where it belongs: copying them
// from a place where they were just written one by one makes a processor wait.
func appendNumber(dst []byte, n uint64) []byte {
	if n >= 10_000 {
		return strconv.AppendUint(dst, n, 10)
	}
	if n >= 1000 {
		dst = append(dst, byte('0'+n/1000))
	}
	if n >= 100 {
		dst = append(dst, byte('0'+n/100%10))
	}
	if n >= 10 {
		dst = append(dst, byte('0'+n/10%10))
	}
	return append(dst, byte('0'+n%10))
}
