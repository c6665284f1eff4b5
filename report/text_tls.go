package report

import (
	"strings"

	"sipsecdump/cms"
	"sipsecdump/cms/pki"
	"sipsecdump/escape"
)

// indentVerdict is that of what stands below a verdict's line.
const indentVerdict = "       "

// serverIdentity writes whether a TLS server's certificate is one for the name that the client
// asked for: a fact apart from the verdict's.
func (t *Text) serverIdentity(b *Buffer, id *pki.IdentityResult) {
	if id == nil {
		return
	}
	start, tone := len(b.B), green
	if !id.Matched {
		tone = red
	}
	b.B = append(b.B, indentVerdict+"certificate identity: "...)
	b.B = appendCertificateIdentity(b.B, id)
	t.color(b, start, tone)
}

// peerChains writes whether the certificates of the two sides are trusted: facts apart from the
// verdict's, too.
func (t *Text) peerChains(b *Buffer, v *Verdict) {
	for _, side := range []struct {
		lead  string
		chain *cms.Chain
	}{
		{indentVerdict + "certificate chain: ", v.Chain},
		{indentVerdict + "client's certificate chain: ", v.ClientChain},
	} {
		if side.chain == nil {
			continue
		}
		start, tone := len(b.B), green
		if !side.chain.Trusted {
			tone = red
		}
		t.chain(b, side.lead, side.chain)
		t.color(b, start, tone)
	}
}

// appendCertificateIdentity writes the rest of a line on whose a certificate is.
func appendCertificateIdentity(b []byte, id *pki.IdentityResult) []byte {
	b = escape.AppendText(b, id.Detail)
	if !strings.Contains(id.Detail, id.Section) {
		b = append(append(append(b, " ("...), id.Section...), ')')
	}
	return append(b, '\n')
}
