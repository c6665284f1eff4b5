package cms

import (
	"bytes"
	"slices"

	"sipsecdump/cms/pki"
)

// CloneResults returns results like those of an Object's signers that alias nothing of it, but
// the signers of clone, which [Object.Clone] made of it. Certificates and CRLs that the user gave,
// which have a Source, stay.
func CloneResults(results []SignerResult, clone *Object) []SignerResult {
	if clone.Signed == nil {
		return nil
	}
	c := cloner{certificates: map[*pki.Certificate]*pki.Certificate{}, crls: map[*pki.CRL]*pki.CRL{}}
	return c.results(results, clone.Signed.Signers)
}

// cloner copies each thing once.
type cloner struct {
	certificates map[*pki.Certificate]*pki.Certificate
	crls         map[*pki.CRL]*pki.CRL
}

// results calls itself for countersignatures, which are nested maxCountersignatures deep at most.
func (c *cloner) results(results []SignerResult, signers []SignerInfo) []SignerResult {
	list := slices.Clone(results)
	for i := range list {
		r := &list[i]
		r.Signer = &signers[i]
		r.Certificate = c.certificate(r.Certificate)
		r.Chain.Path = slices.Clone(r.Chain.Path)
		for j, p := range r.Chain.Path {
			r.Chain.Path[j] = c.certificate(p)
		}
		r.Chain.Failures = slices.Clone(r.Chain.Failures)
		for j := range r.Chain.Failures {
			f := &r.Chain.Failures[j]
			f.Certificate = c.certificate(f.Certificate)
		}
		r.Chain.Revocation = slices.Clone(r.Chain.Revocation)
		for j := range r.Chain.Revocation {
			v := &r.Chain.Revocation[j]
			v.Certificate, v.CRL = c.certificate(v.Certificate), c.crl(v.CRL)
			v.Entry.SerialOctets = bytes.Clone(v.Entry.SerialOctets)
		}
		r.Countersignatures = c.results(r.Countersignatures, r.Signer.Countersigners)
	}
	return list
}

func (c *cloner) certificate(of *pki.Certificate) *pki.Certificate {
	if of == nil || of.Source != "" {
		return of
	}
	if made, ok := c.certificates[of]; ok {
		return made
	}
	made, err := pki.ParseCertificate(bytes.Clone(of.Raw))
	if err != nil {
		made = of // cannot be: it was parsed from these octets
	}
	c.certificates[of] = made
	return made
}

func (c *cloner) crl(of *pki.CRL) *pki.CRL {
	if of == nil || of.Source != "" {
		return of
	}
	if made, ok := c.crls[of]; ok {
		return made
	}
	made, err := pki.ParseCRL(bytes.Clone(of.Raw))
	if err != nil {
		made = of // cannot be: it was parsed from these octets
	}
	c.crls[of] = made
	return made
}
