package cms

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"fmt"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// AuthenticatedData is RFC 5652, Section 9.1: content in the clear, and a message authentication
// code by a key for the recipients.
type AuthenticatedData struct {
	Version         int
	Originators     []*pki.Certificate // as EnvelopedData's
	Recipients      []RecipientInfo    // as EnvelopedData's
	MACAlgorithm    pki.AlgorithmIdentifier
	DigestAlgorithm pki.AlgorithmIdentifier // zero if absent
	EncapsulatedContentInfo
	AuthAttributes   []Attribute
	MAC              []byte
	UnauthAttributes []Attribute

	rawAuthAttrs []byte // DER with the SET tag that is authenticated; nil if there are none
	incomplete   bool   // not all could be read
}

// authenticatedData reads RFC 5652, Section 9.1:
//
//	AuthenticatedData ::= SEQUENCE {
//	  version CMSVersion,
//	  originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
//	  recipientInfos RecipientInfos,
//	  macAlgorithm MessageAuthenticationCodeAlgorithm,
//	  digestAlgorithm [1] DigestAlgorithmIdentifier OPTIONAL,
//	  encapContentInfo EncapsulatedContentInfo,
//	  authAttrs [2] IMPLICIT AuthAttributes OPTIONAL,
//	  mac MessageAuthenticationCode,
//	  unauthAttrs [3] IMPLICIT UnauthAttributes OPTIONAL }
func (p *parser) authenticatedData(c *ber.Cursor) *AuthenticatedData {
	const section = "RFC 5652, Section 9.1"
	in, ok := p.sequence(c, section, "AuthenticatedData")
	if !ok {
		return nil
	}
	a := &AuthenticatedData{incomplete: true}
	start := in.Offset()
	if a.Version, ok = p.version(&in, section); !ok {
		return a
	}
	var kinds envelopedKinds
	if a.Originators, ok = p.originatorInfo(&in, &kinds); !ok {
		return a
	}
	if want := kinds.wantAuthenticatedVersion(); a.Version != want {
		p.issue("version-mismatch", start, section, "the version of AuthenticatedData is %d, its content asks for %d", a.Version, want)
	}
	a.Recipients = p.recipientInfos(&in)
	if a.MACAlgorithm, ok = p.algorithm(&in, section, "macAlgorithm"); !ok {
		return a
	}
	digestAlgorithm, present, err := in.Optional(ber.ContextSpecific, 1)
	if err == nil && present {
		a.DigestAlgorithm, err = pki.ReadImplicitAlgorithm(&digestAlgorithm)
	}
	if err != nil {
		p.damage(err, section, "digestAlgorithm")
		return a
	}
	if !p.encapContentInfo(&in, &a.EncapsulatedContentInfo) {
		return a
	}
	attributesAt := in.Offset()
	var raw [][]byte
	if a.AuthAttributes, raw, ok = p.optionalAttributes(&in, 2, section, "authAttrs"); !ok {
		return a
	}
	if raw != nil {
		a.rawAuthAttrs = sortedSet(raw)
	}
	switch {
	case raw == nil && a.EContentType != oidData:
		p.issue("auth-attributes-missing", attributesAt, section, "authenticated attributes must be there, since the content type is %s, not data", ContentTypeName(a.EContentType))
	case (raw != nil) != present:
		p.issue("digest-algorithm-mismatch", attributesAt, section, "of digestAlgorithm and authenticated attributes there is one without the other")
	}
	if a.MAC, ok = p.octets(&in, section, "mac"); !ok {
		return a
	}
	a.incomplete = false
	a.UnauthAttributes, _, _ = p.optionalAttributes(&in, 3, section, "unauthAttrs")
	if err := in.Finish(); err != nil {
		p.damage(err, section, "AuthenticatedData")
	}
	return a
}

// wantAuthenticatedVersion is the version that RFC 5652, Section 9.1 demands.
func (k *envelopedKinds) wantAuthenticatedVersion() int {
	switch {
	case k.other:
		return 3
	case k.attributeV2:
		return 1
	}
	return 0
}

// macs are RFC 3370, Section 5.1, RFC 4231, Section 3.1, and NIST's with SHA-3.
var macs = map[pki.OID]crypto.Hash{
	"1.3.6.1.5.5.8.1.1":       crypto.MD5,
	"1.3.6.1.5.5.8.1.2":       crypto.SHA1,
	"1.2.840.113549.2.7":      crypto.SHA1,
	"1.2.840.113549.2.8":      crypto.SHA224,
	"1.2.840.113549.2.9":      crypto.SHA256,
	"1.2.840.113549.2.10":     crypto.SHA384,
	"1.2.840.113549.2.11":     crypto.SHA512,
	"2.16.840.1.101.3.4.2.13": crypto.SHA3_224,
	"2.16.840.1.101.3.4.2.14": crypto.SHA3_256,
	"2.16.840.1.101.3.4.2.15": crypto.SHA3_384,
	"2.16.840.1.101.3.4.2.16": crypto.SHA3_512,
}

// seal prepares the check of RFC 5652, Section 9.3.
func (a *AuthenticatedData) seal() (*seal, failure) {
	hash, known := macs[a.MACAlgorithm.OID]
	name := algorithmName(a.MACAlgorithm.OID)
	switch f := a.usable(); {
	case a.incomplete:
		return nil, failure{"malformed", "not all of the object could be read"}
	case f.reason != "":
		return nil, f
	case !known:
		return nil, failure{"algorithm-not-implemented", fmt.Sprintf("the message authentication code %s is not implemented", name)}
	}
	covered := a.EContent
	if a.rawAuthAttrs != nil {
		if f := a.attributes(); f.reason != "" {
			return nil, f
		}
		covered = a.rawAuthAttrs
	}
	return &seal{
		algorithm: name, keyOctets: "1 or more", authenticates: true,
		takes: func(n int) bool { return n > 0 },
		open: func(key []byte) ([]byte, failure) {
			mac := hmac.New(hash.New, key)
			mac.Write(covered)
			if !hmac.Equal(mac.Sum(nil), a.MAC) {
				return nil, failure{"bad-mac", "the message authentication code is another: the content was changed, or the key is not the one"}
			}
			return bytes.Clone(a.EContent), failure{}
		},
	}, failure{}
}

// attributes checks what RFC 5652, Section 9.2 asks of authenticated attributes.
func (a *AuthenticatedData) attributes() failure {
	hash, known := pki.HashOf(a.DigestAlgorithm.OID)
	if !known {
		return failure{"algorithm-not-implemented", fmt.Sprintf("the digest algorithm %s is not implemented", algorithmName(a.DigestAlgorithm.OID))}
	}
	if f := contentTypeIs(a.AuthAttributes, a.EContentType); f.reason != "" {
		return f
	}
	value, ok := attributeValue(a.AuthAttributes, oidAttributeMessageDigest)
	if !ok {
		return failure{"message-digest-attribute", "there is not one message-digest attribute with one value"}
	}
	c := ber.NewCursor(value)
	want, err := c.OctetString()
	if err != nil {
		return failure{"message-digest-attribute", "the message-digest attribute is not an OCTET STRING"}
	}
	if have := digestOf(hash, a.EContent); !bytes.Equal(have, want) {
		return failure{"digest-mismatch", fmt.Sprintf("the message-digest attribute is %s, the %v digest of the content is %X", hexShort(want), hash, have)}
	}
	return failure{}
}
