package cms

import (
	"slices"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// countersigners reads the countersignatures among unsigned attributes that can be read (RFC
// 5652, Section 11.4). It calls itself by way of signerInfo, maxCountersignatures deep at most.
//
//	Countersignature ::= SignerInfo
func (p *parser) countersigners(unsigned ber.Element, depth int) (list []SignerInfo) {
	const section = "RFC 5652, Section 11.4"
	for c := unsigned.Children(); !c.Empty(); {
		attribute, err := c.Sequence()
		if err != nil {
			return list
		}
		if oid, err := attribute.OID(); err != nil || pki.OID(oid) != oidAttributeCountersign {
			continue
		}
		values, err := attribute.Set()
		for err == nil && !values.Empty() {
			at := values.Offset()
			if depth > maxCountersignatures {
				p.issue("countersignature-depth", at, section, "countersignatures are nested more than %d deep; the rest is not read", maxCountersignatures)
				return list
			}
			if !p.mayRead(at) {
				return list
			}
			in, ok := p.sequence(&values, section, "Countersignature")
			if !ok {
				break
			}
			signer := SignerInfo{}
			if signer.incomplete = !p.signerInfo(&in, &signer, depth); !signer.incomplete {
				p.checkCountersigner(at, &signer)
			}
			list = append(list, signer)
		}
	}
	return list
}

// checkCountersigner notes what RFC 5652, Section 11.4 asks that needs no key to see.
func (p *parser) checkCountersigner(offset int, i *SignerInfo) {
	const section = "RFC 5652, Section 11.4"
	p.checkSignerVersion(offset, i)
	if i.RawSignedAttrs == nil {
		return
	}
	if _, ok := i.attribute(oidAttributeMessageDigest); !ok {
		p.issue("message-digest-attribute", offset, section, "the signed attributes must have one message-digest with one value")
	}
	p.checkSigningTime(offset, i)
	if i.has(oidAttributeContentType) {
		p.issue("content-type-attribute", offset, section, "the signed attributes of a countersignature must not have a content-type")
	}
}

// has tells whether there is a signed attribute of a type.
func (i *SignerInfo) has(oid pki.OID) bool {
	return slices.ContainsFunc(i.SignedAttributes, func(a Attribute) bool { return a.Type == oid })
}

// countersignatures verifies the signatures on a signer's signature: their content is the octets
// of its value.
func (v *verifier) countersignatures(i *SignerInfo) []SignerResult {
	if len(i.Countersigners) == 0 {
		return nil
	}
	inner := *v
	inner.countersigned = true
	inner.ranges = []Range{{Name: "signature", Octets: i.Signature, Standard: true}}
	inner.digests = nil
	results := make([]SignerResult, len(i.Countersigners))
	for n := range i.Countersigners {
		results[n] = inner.verify(&i.Countersigners[n])
	}
	v.others, v.intermediates = inner.others, inner.intermediates
	return results
}
