package cms

import "sipsecdump/cms/pki"

// chain finds the path of a certificate, through any at hand, to one that is trusted.
func (v *verifier) chain(c *pki.Certificate) Chain {
	if known, ok := v.chains[c]; ok {
		return known
	}
	if v.intermediates == nil {
		for _, other := range v.candidates {
			v.intermediates = append(v.intermediates, other.certificate)
		}
	}
	var trusted []*pki.Certificate
	if v.in.Keyring != nil {
		trusted = v.in.Keyring.CAs
	}
	p := pki.BuildChain(c, v.intermediates, trusted, v.in.At)
	chain := Chain{Trusted: p.Trusted, Reason: p.Reason, Detail: p.Detail, Path: p.Path, At: v.in.At}
	v.chains[c] = chain
	return chain
}
