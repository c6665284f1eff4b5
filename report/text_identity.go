package report

import (
	"encoding/json"
	"fmt"
	"time"

	"sipsecdump/cms"
	"sipsecdump/escape"
	"sipsecdump/sipparse/identity"
)

// identity writes what was established about an Identity header field.
func (t *Text) identity(b *Buffer, r *identity.Result) {
	b.B = fmt.Appendf(b.B, "%sIdentity of message ", indentName)
	b.Slot()
	b.B = fmt.Appendf(b.B, ", in the form %s\n", r.Form)
	start, tone := len(b.B), red
	b.B = append(b.B, indentField...)
	switch {
	case r.Verified:
		tone = green
		b.B = fmt.Appendf(b.B, "verified, variant %s\n", r.Variant)
	case r.Tried:
		b.B = append(b.B, "NOT verified: "...)
	default:
		b.B = append(b.B, "not verified: "...)
	}
	if !r.Verified {
		b.B = appendReason(b.B, r.Detail, r.Reason)
		b.B = append(b.B, '\n')
	}
	if r.Certificate != nil {
		t.certificate(b, r.Certificate, "given")
	}
	if r.SignatureVerified {
		chain := cms.ChainOf(r.Chain, time.Time{})
		t.chain(b, indentField+"chain: ", &chain)
	}
	if len(r.Claims) > 0 {
		b.B = append(b.B, indentField+"claims: "...)
		if claims, err := json.Marshal(r.Claims); err == nil {
			b.B = escape.AppendText(b.B, claims)
		}
		b.B = append(b.B, '\n')
	}
	for _, is := range r.Issues {
		t.issue(b, is)
	}
	t.color(b, start, tone)
}
