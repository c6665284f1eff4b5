package report

import (
	"sipsecdump/cms"
	"sipsecdump/escape"
)

// chain writes what is known of a certificate's chain, which is a fact apart from what the
// certificate was used for. Its lines begin with lead.
func (t *Text) chain(b *Buffer, lead string, c *cms.Chain) {
	b.B = append(b.B, lead...)
	if c.Trusted {
		b.B = append(b.B, "trusted"...)
		if n := len(c.Path); n > 0 {
			b.B = append(b.B, ", up to "...)
			b.B = escape.AppendText(b.B, c.Path[n-1].Subject.String())
		}
	} else {
		b.B = append(b.B, "not trusted: "...)
		b.B = appendReason(b.B, c.Detail, c.Reason)
	}
	b.B = append(b.B, '\n')
	for i := range c.Failures {
		if f := &c.Failures[i]; i > 0 { // the first is the reason above
			b.B = append(append(b.B, lead...), "and "...)
			b.B = appendReason(b.B, f.Detail(), f.Reason)
			b.B = append(b.B, '\n')
		}
	}
	for i := range c.Revocation {
		r := &c.Revocation[i]
		b.B = append(append(b.B, lead...), "revocation of "...)
		b.B = escape.AppendText(b.B, r.Certificate.Subject.String())
		b.B = append(b.B, ": "...)
		b.B = append(b.B, r.Status.String()...)
		if r.Detail != "" {
			b.B = append(b.B, ", "...)
			b.B = escape.AppendText(b.B, r.Detail)
		}
		b.B = append(b.B, '\n')
	}
}
