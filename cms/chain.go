package cms

import (
	"slices"

	"sipsecdump/cms/pki"
)

// chain finds the path of a certificate, through any at hand, to one that is trusted. The CRLs
// given count, and those of the object; if they are silent nothing is concluded.
func (v *verifier) chain(c *pki.Certificate) Chain {
	if known, ok := v.chains[c]; ok {
		return known
	}
	o := pki.PathOptions{Intermediates: v.certificates(), At: v.in.At, CRLs: v.data.CRLs, Purpose: pki.SMIMESigner}
	if k := v.in.Keyring; k != nil {
		o.Trusted = k.CAs
		o.CRLs = slices.Concat(o.CRLs, k.CRLs)
	}
	p := pki.BuildPath(c, o)
	chain := Chain{
		Trusted: p.Trusted, Reason: p.Reason, Detail: p.Detail, Path: p.Path,
		Failures: p.Failures, Revocation: p.Revocation, At: v.in.At,
	}
	v.chains[c] = chain
	return chain
}
