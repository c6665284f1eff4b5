package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sipsecdump/escape"
	"sipsecdump/sipparse/dialog"
	"sipsecdump/sipparse/sdp"
)

// call writes what became of a call: a line, and one for each thing that is special about it.
func (t *Text) call(b *Buffer, c *dialog.Call) {
	start := len(b.B)
	b.B = append(b.B, "Call "...)
	b.B = escape.AppendText(b.B, c.CallID)
	b.B = append(b.B, ": "...)
	b.B = escape.AppendText(b.B, c.Method)
	b.B = append(b.B, ' ')
	b.B = escape.AppendText(b.B, c.From)
	b.B = append(b.B, " -> "...)
	b.B = escape.AppendText(b.B, c.To)
	b.B = append(b.B, ", "...)
	b.B = append(b.B, c.State.String()...)
	b.B = appendStatus(b.B, c.Status)
	b.B = append(b.B, ", "...)
	b.B = appendCount(b.B, uint64(c.Messages), "message")
	if c.Retransmissions > 0 {
		b.B = append(b.B, " ("...)
		b.B = append(appendCount(b.B, uint64(c.Retransmissions), "retransmission"), ')')
	}
	if d, ok := c.Setup(); ok {
		b.B = append(b.B, ", answered after "...)
		b.B = append(AppendSeconds(b.B, d), " s"...)
	}
	if d, ok := c.Metrics.SDT.Get(); ok {
		b.B = append(b.B, ", lasted "...)
		b.B = append(AppendSeconds(b.B, d), " s"...)
	}
	b.B = append(b.B, ", "...)
	t.buf = appendSecurity(t.buf[:0], &c.Security)
	b.B = escape.AppendText(b.B, t.buf)
	b.B = append(b.B, '\n')
	if c.State == dialog.Rejected {
		t.color(b, start, yellow)
	}
	for _, side := range []struct {
		name    string
		session *sdp.Session
	}{{"caller", c.Media.Caller}, {"callee", c.Media.Callee}} {
		if t.buf = appendMedia(t.buf[:0], side.session); len(t.buf) > 0 {
			b.B = append(b.B, indentName+"media of the "...)
			b.B = append(b.B, side.name...)
			b.B = append(b.B, ": "...)
			b.B = escape.AppendText(b.B, t.buf)
			b.B = append(b.B, '\n')
		}
	}
	for _, m := range c.Media.Changes {
		side := "caller"
		if m.Callee {
			side = "callee"
		}
		b.B = fmt.Appendf(b.B, "%sthe %s changed m-line %d in message %d: %s ", indentName, side, m.Change.Media, m.Message, m.Field)
		b.B = escape.AppendText(b.B, strconv.Quote(m.Old)+" -> "+strconv.Quote(m.New))
		b.B = append(b.B, '\n')
	}
	if n := c.Media.ChangesOmitted; n > 0 {
		b.B = append(appendCount(append(b.B, indentName...), uint64(n), "further change"), " not listed\n"...)
	}
	for _, x := range c.Transfers {
		b.B = append(b.B, indentName+"transfer to "...)
		b.B = escape.AppendText(b.B, x.To)
		b.B = appendStatus(b.B, x.Status)
		b.B = append(b.B, '\n')
	}
	if n := c.TransfersOmitted; n > 0 {
		b.B = append(appendCount(append(b.B, indentName...), uint64(n), "further transfer"), " not listed\n"...)
	}
	for _, l := range c.Legs {
		b.B = append(b.B, indentName+"other leg: "...)
		b.B = escape.AppendText(b.B, l.CallID)
		b.B = fmt.Appendf(b.B, ", by %s\n", l.By)
	}
	if c.LegsOmitted {
		b.B = append(b.B, indentName+"further legs not listed\n"...)
	}
}

// appendStatus appends the status of a response, if there was one.
func appendStatus(dst []byte, status int) []byte {
	if status == 0 {
		return dst
	}
	dst = strconv.AppendInt(append(dst, " ("...), int64(status), 10)
	return append(dst, ')')
}

// AppendSeconds appends a time that is not negative in seconds, rounded to thousandths.
func AppendSeconds(dst []byte, d time.Duration) []byte {
	ms := d.Round(time.Millisecond).Milliseconds()
	dst = strconv.AppendInt(dst, ms/1000, 10)
	return append(dst, '.', byte('0'+ms/100%10), byte('0'+ms/10%10), byte('0'+ms%10))
}

// MediaLine tells in a few words what a session description describes, each m-line with the codec
// that it prefers; "" if it is nil or describes no media.
func MediaLine(s *sdp.Session) string { return string(appendMedia(nil, s)) }

func appendMedia(dst []byte, s *sdp.Session) []byte {
	if s == nil {
		return dst
	}
	for i := range s.Media {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		m := &s.Media[i]
		dst = m.AppendTo(dst)
		if len(m.Codecs) > 0 {
			dst = append(append(dst, ' '), m.Codecs[0]...)
		}
	}
	return dst
}

// SecurityLine tells in a few words how a call's messages were protected: the transports, TLS
// versions and suites, and each of signatures, encryption and Identity with its verdict. It is
// fit for a terminal.
func SecurityLine(s *dialog.Security) string {
	return string(escape.AppendText(nil, appendSecurity(nil, s)))
}

func appendSecurity(dst []byte, s *dialog.Security) []byte {
	dst = appendSum(dst, s.Transports)
	for _, t := range s.TLS {
		dst = append(append(dst, ", "...), t.Version...)
		dst = append(append(dst, ' '), t.Suite...)
	}
	for _, c := range []struct {
		name, held string
		check      *dialog.Check
	}{{"signed", "verified", &s.Signed}, {"encrypted", "decrypted", &s.Encrypted}, {"Identity", "verified", &s.Identity}} {
		if c.check.Messages > 0 {
			dst = append(append(dst, ", "...), c.name...)
			dst = append(append(dst, ": "...), CheckLine(*c.check, c.held)...)
		}
	}
	if len(s.Media) > 0 {
		dst = appendSum(append(dst, ", media keys: "...), s.Media)
	}
	return dst
}

func appendSum(dst []byte, terms []string) []byte {
	for i, t := range terms {
		if i > 0 {
			dst = append(dst, '+')
		}
		dst = append(dst, t...)
	}
	return dst
}

// RatiosLine gives the metrics of RFC 6076 that count over all calls; "" if there was no session
// and no registration.
func RatiosLine(t *Totals) string {
	var words []string
	for _, m := range []struct {
		name  string
		ratio func() (float64, bool)
	}{{"SER", t.SER}, {"SEER", t.SEER}, {"ISA", t.ISA}, {"SCR", t.SCR}, {"IRA", t.IRA}} {
		if p, ok := m.ratio(); ok {
			words = append(words, m.name+" "+strconv.FormatFloat(p, 'f', 1, 64)+" %")
		}
	}
	return strings.Join(words, ", ")
}

// CheckLine is the verdict on one protection: held, in the word for it, or why not, and of how
// many messages if they differ, and whether it is over repaired octets; "" if no message has it.
func CheckLine(c dialog.Check, held string) string {
	if c.Messages == 0 {
		return ""
	}
	word := held
	if c.Held < c.Messages {
		word = "failed"
		if c.Failed == 0 {
			word = "not " + held
		}
		if c.Reason != "" {
			word += " (" + c.Reason + ")"
		}
		if c.Held > 0 {
			word += fmt.Sprintf(", %s %d of %d", held, c.Held, c.Messages)
		}
	}
	switch {
	case c.Repaired == c.Messages:
		word += ", over repaired octets"
	case c.Repaired > 0:
		word += fmt.Sprintf(", %d of %d over repaired octets", c.Repaired, c.Messages)
	}
	return word
}
