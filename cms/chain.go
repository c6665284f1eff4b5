package cms

import (
	"slices"
	"time"

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
	chain := ChainOf(pki.BuildPath(c, o), v.in.At)
	chain.NoCAs = len(o.Trusted) == 0
	v.chains[c] = chain
	return chain
}

// ChainOf is a path that was judged as of a time.
func ChainOf(p pki.Path, at time.Time) Chain {
	return Chain{
		Trusted: p.Trusted, Reason: p.Reason, Detail: p.Detail, Path: p.Path,
		Failures: p.Failures, Revocation: p.Revocation, At: at,
	}
}
