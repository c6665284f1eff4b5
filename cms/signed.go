package cms

import (
	"bytes"
	"slices"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// signedData reads RFC 5652, Section 5.1:
//
//	SignedData ::= SEQUENCE {
//	  version CMSVersion,
//	  digestAlgorithms SET OF DigestAlgorithmIdentifier,
//	  encapContentInfo EncapsulatedContentInfo,
//	  certificates [0] IMPLICIT CertificateSet OPTIONAL,
//	  crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
//	  signerInfos SET OF SignerInfo }
func (p *parser) signedData(c *ber.Cursor) *SignedData {
	const section = "RFC 5652, Section 5.1"
	in, ok := p.sequence(c, section, "SignedData")
	if !ok {
		return nil
	}
	s := &SignedData{}
	start := in.Offset()
	if s.Version, ok = p.version(&in, section); !ok {
		return s
	}
	algorithms, ok := p.set(&in, section, "digestAlgorithms")
	if !ok {
		return s
	}
	for !algorithms.Empty() {
		a, ok := p.algorithm(&algorithms, section, "digestAlgorithms")
		if !ok {
			break
		}
		s.DigestAlgorithms = append(s.DigestAlgorithms, a)
	}
	if !p.encapContentInfo(&in, &s.EncapsulatedContentInfo) {
		return s
	}
	var kinds certificateKinds
	s.Certificates, kinds = p.certificates(&in)
	var other bool
	if s.CRLs, other, ok = p.revocations(&in, section); !ok {
		return s
	}
	kinds.other = kinds.other || other
	p.signerInfos(&in, s)
	if want := s.wantVersion(kinds); s.Version != want {
		p.issue("version-mismatch", start, section, "the version of SignedData is %d, its content asks for %d", s.Version, want)
	}
	if err := in.Finish(); err != nil {
		p.damage(err, section, "SignedData")
	}
	return s
}

// certificateKinds tells which alternatives are used that RFC 5652, Section 5.1 derives the
// version from.
type certificateKinds struct{ attributeV1, attributeV2, other bool }

// certificates reads RFC 5652, Section 10.2.3. Only X.509 certificates are kept.
func (p *parser) certificates(c *ber.Cursor) (certificates []*pki.Certificate, kinds certificateKinds) {
	const section = "RFC 5652, Section 10.2.2"
	if !c.PeekIs(ber.ContextSpecific, 0) {
		return nil, kinds
	}
	list, ok := p.constructed(c, ber.ContextSpecific, 0, section, "certificates")
	for n := 0; ok && !list.Empty(); n++ {
		e, err := list.Next()
		if err != nil {
			p.damage(err, section, "certificates")
			break
		}
		if n == p.limits.Certificates {
			p.issue("certificate-limit", e.Offset, "", "there are more than %d certificates; the rest is not read", n)
			break
		}
		switch {
		case e.Is(ber.Universal, ber.TagSequence):
			certificate, err := pki.ParseCertificate(e.Raw)
			if err != nil {
				p.issue("bad-certificate", e.Offset, section, "a certificate cannot be read: %v", err)
				continue
			}
			certificates = append(certificates, certificate)
		case e.Is(ber.ContextSpecific, 1):
			kinds.attributeV1 = true
		case e.Is(ber.ContextSpecific, 2):
			kinds.attributeV2 = true
		case e.Is(ber.ContextSpecific, 3):
			kinds.other = true
		}
	}
	return certificates, kinds
}

// revocations reads [1] IMPLICIT RevocationInfoChoices (RFC 5652, Section 10.2.1), if it is
// there; ok is false if it is damaged. Only CRLs are kept; other tells whether there is something
// else.
func (p *parser) revocations(c *ber.Cursor, section string) (crls []*pki.CRL, other, ok bool) {
	if !c.PeekIs(ber.ContextSpecific, 1) {
		return nil, false, true
	}
	list, ok := p.constructed(c, ber.ContextSpecific, 1, section, "crls")
	for n := 0; ok && !list.Empty(); n++ {
		e, err := list.Next()
		if err != nil {
			p.damage(err, section, "crls")
			break
		}
		if n == p.limits.Certificates {
			p.issue("crl-limit", e.Offset, "", "there are more than %d CRLs; the rest is not read", n)
			break
		}
		if !e.Is(ber.Universal, ber.TagSequence) {
			other = other || e.Is(ber.ContextSpecific, 1)
			continue
		}
		crl, err := pki.ParseCRL(e.Raw)
		if err != nil {
			p.issue("bad-crl", e.Offset, "RFC 5652, Section 10.2.1", "a CRL cannot be read: %v", err)
			continue
		}
		crls = append(crls, crl)
	}
	return crls, other, ok
}

// wantVersion is the version that RFC 5652, Section 5.1 demands.
func (s *SignedData) wantVersion(kinds certificateKinds) int {
	switch {
	case kinds.other:
		return 5
	case kinds.attributeV2:
		return 4
	case kinds.attributeV1, s.EContentType != oidData,
		slices.ContainsFunc(s.Signers, func(i SignerInfo) bool { return i.Version == 3 }):
		return 3
	}
	return 1
}

func (p *parser) signerInfos(c *ber.Cursor, s *SignedData) {
	const section = "RFC 5652, Section 5.3"
	list, ok := p.set(c, section, "signerInfos")
	for ok && !list.Empty() {
		if !p.mayRead(list.Offset()) {
			break
		}
		offset := list.Offset()
		e, ok, whole := p.element(&list, ber.Universal, ber.TagSequence, section, "SignerInfo")
		if !ok {
			break
		}
		signer := SignerInfo{}
		in := e.Children()
		signer.incomplete = !p.signerInfo(&in, &signer, 0) || !whole
		if !signer.incomplete {
			p.checkSigner(offset, s, &signer)
		}
		s.Signers = append(s.Signers, signer)
	}
}

// mayRead tells whether one more signer may be read.
func (p *parser) mayRead(offset int) bool {
	if p.signers == p.limits.Signers {
		p.issue("signer-limit", offset, "", "there are more than %d signers; the rest is not read", p.signers)
		return false
	}
	p.signers++
	return true
}

// signerInfo reads RFC 5652, Section 5.3, and tells whether all of it could be read; depth is how
// many countersignatures it is in.
//
//	SignerInfo ::= SEQUENCE {
//	  version CMSVersion,
//	  sid SignerIdentifier,
//	  digestAlgorithm DigestAlgorithmIdentifier,
//	  signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL,
//	  signatureAlgorithm SignatureAlgorithmIdentifier,
//	  signature SignatureValue,
//	  unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL }
func (p *parser) signerInfo(c *ber.Cursor, s *SignerInfo, depth int) bool {
	const section = "RFC 5652, Section 5.3"
	var ok bool
	if s.Version, ok = p.version(c, section); !ok {
		return false
	}
	if s.Issuer, s.SerialOctets, s.SKI, ok = p.identifier(c, section, "sid"); !ok {
		return false
	}
	if s.DigestAlgorithm, ok = p.algorithm(c, section, "digestAlgorithm"); !ok {
		return false
	}
	if signed, present, err := c.Optional(ber.ContextSpecific, 0); present {
		if err != nil {
			p.damage(err, section, "signedAttrs")
			return false
		}
		attributes, raw, ok := p.attributes(signed, section, "signedAttrs")
		if !ok {
			return false
		}
		s.SignedAttributes = attributes
		s.setRawSignedAttrs(raw)
		if s.attrsAsSent != nil {
			p.issue("attributes-not-der", signed.Offset, section, "the signed attributes are not encoded as DER demands")
		}
	}
	if s.SignatureAlgorithm, ok = p.algorithm(c, section, "signatureAlgorithm"); !ok {
		return false
	}
	if s.Signature, ok = p.octets(c, section, "signature"); !ok {
		return false
	}
	if unsigned, present, err := c.Optional(ber.ContextSpecific, 1); present {
		if err != nil {
			p.damage(err, section, "unsignedAttrs")
			return false
		}
		var ok bool
		if s.UnsignedAttributes, _, ok = p.attributes(unsigned, section, "unsignedAttrs"); ok {
			s.Countersigners = p.countersigners(unsigned, depth+1)
		}
	}
	if err := c.Finish(); err != nil {
		p.damage(err, section, "SignerInfo")
	}
	return true
}

// attributes reads the elements of a SET OF Attribute, and also returns each as it stands:
//
//	Attribute ::= SEQUENCE {
//	  attrType OBJECT IDENTIFIER,
//	  attrValues SET OF AttributeValue }
func (p *parser) attributes(set ber.Element, section, field string) (list []Attribute, raw [][]byte, ok bool) {
	if !set.Constructed {
		p.issue("not-constructed", set.Offset, section, "%s: the encoding must be constructed", field)
		return nil, nil, false
	}
	for c := set.Children(); !c.Empty(); {
		if len(list) == maxAttributes {
			p.issue("attribute-limit", c.Offset(), "", "there are more than %d attributes; the rest is not read", len(list))
			return list, raw, false
		}
		e, err := c.Expect(ber.Universal, ber.TagSequence)
		if err != nil {
			p.damage(err, section, field)
			return list, raw, false
		}
		raw = append(raw, e.Raw)
		in := e.Children()
		var a Attribute
		if a.Type, ok = p.oid(&in, section, field); !ok {
			return list, raw, false
		}
		values, ok := p.set(&in, section, field)
		if !ok {
			return list, raw, false
		}
		for !values.Empty() {
			v, err := values.Next()
			if err != nil {
				p.damage(err, section, field)
				return list, raw, false
			}
			a.Values = append(a.Values, v.Raw)
		}
		list = append(list, a)
	}
	return list, raw, true
}

// setRawSignedAttrs puts the attributes into the form that is signed: DER with the SET tag (RFC
// 5652, Section 5.4), which sorts them (X.690, Section 11.6). If they were sent in another
// order, that form is kept too, for signers that did not care.
func (s *SignerInfo) setRawSignedAttrs(attributes [][]byte) {
	s.RawSignedAttrs = sortedSet(attributes)
	if sent := appendElement(nil, tagSet, attributes...); !bytes.Equal(sent, s.RawSignedAttrs) {
		s.attrsAsSent = sent
	}
}

// checkSigner notes what RFC 5652 asks of a SignerInfo that needs no key to see.
func (p *parser) checkSigner(offset int, s *SignedData, i *SignerInfo) {
	const section = "RFC 5652, Section 5.3"
	p.checkSignerVersion(offset, i)
	if !slices.ContainsFunc(s.DigestAlgorithms, func(a pki.AlgorithmIdentifier) bool { return a.OID == i.DigestAlgorithm.OID }) {
		p.issue("digest-not-listed", offset, "RFC 5652, Section 5.1", "the signer's digest algorithm %s is not among the digestAlgorithms", algorithmName(i.DigestAlgorithm.OID))
	}
	if i.RawSignedAttrs == nil {
		if s.EContentType != oidData {
			p.issue("signed-attributes-missing", offset, section, "signed attributes must be there, since the content type is %s, not data", ContentTypeName(s.EContentType))
		}
		return
	}
	for _, demanded := range []struct {
		oid  pki.OID
		code string
		name string
	}{
		{oidAttributeContentType, "content-type-attribute", "content-type"},
		{oidAttributeMessageDigest, "message-digest-attribute", "message-digest"},
	} {
		if _, ok := i.attribute(demanded.oid); !ok {
			p.issue(demanded.code, offset, "RFC 5652, Section 11", "the signed attributes must have one %s with one value", demanded.name)
		}
	}
	p.checkSigningTime(offset, i)
}

// checkSigningTime notes what RFC 5652, Section 11.3 asks of a signing-time among signed attributes.
//
//	SigningTime ::= Time
//	Time ::= CHOICE { utcTime UTCTime, generalizedTime GeneralizedTime }
func (p *parser) checkSigningTime(offset int, i *SignerInfo) {
	const code, section = "signing-time-attribute", "RFC 5652, Section 11.3"
	if !i.has(oidAttributeSigningTime) {
		return
	}
	value, ok := i.attribute(oidAttributeSigningTime)
	if !ok {
		p.issue(code, offset, section, "the signed attributes must have no more than one signing-time, with one value")
		return
	}
	c := ber.NewCursor(value)
	e, err := c.Next()
	if err != nil {
		p.issue(code, offset, section, "the signing-time cannot be read")
		return
	}
	switch t, err := e.Time(); {
	case err != nil:
		p.issue(code, offset, section, "the signing-time is no time that can be read")
	case e.Is(ber.Universal, ber.TagGeneralizedTime) && t.Year() >= 1950 && t.Year() < 2050:
		p.issue(code, offset, section, "the signing-time is a GeneralizedTime, and must be a UTCTime from 1950 to 2049")
	}
}

func (p *parser) checkSignerVersion(offset int, i *SignerInfo) {
	want := 1
	if i.SerialOctets == nil {
		want = 3
	}
	if i.Version != want {
		p.issue("version-mismatch", offset, "RFC 5652, Section 5.3", "the version of SignerInfo is %d, its sid asks for %d", i.Version, want)
	}
}

// attribute returns the value of a signed attribute that must be there once with one value.
func (i *SignerInfo) attribute(oid pki.OID) (value []byte, ok bool) {
	return attributeValue(i.SignedAttributes, oid)
}

func attributeValue(attributes []Attribute, oid pki.OID) (value []byte, ok bool) {
	for _, a := range attributes {
		if a.Type != oid {
			continue
		}
		if value != nil || len(a.Values) != 1 {
			return nil, false
		}
		value = a.Values[0]
	}
	return value, value != nil
}
