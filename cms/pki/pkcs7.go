package pki

import "sipsecdump/cms/ber"

const (
	oidData          OID = "1.2.840.113549.1.7.1"
	oidSignedData    OID = "1.2.840.113549.1.7.2"
	oidEncryptedData OID = "1.2.840.113549.1.7.6"
)

// readContentInfo returns the content type, and a cursor over the content.
//
//	ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
func readContentInfo(c *ber.Cursor) (OID, ber.Cursor, error) {
	seq, err := c.Sequence()
	if err != nil {
		return "", seq, err
	}
	oid, err := seq.OID()
	if err != nil {
		return "", seq, err
	}
	content, err := seq.Explicit(0)
	return OID(oid), content, err
}

// pkcs7 takes the certificates and CRLs of a SignedData (RFC 5652, Section 5.1), whose signers,
// if any, do not matter here.
//
//	SignedData ::= SEQUENCE {
//	    version INTEGER, digestAlgorithms SET, encapContentInfo SEQUENCE,
//	    certificates [0] IMPLICIT SET OPTIONAL, crls [1] IMPLICIT SET OPTIONAL, ... }
func (l *loader) pkcs7(data []byte) {
	c := ber.NewCursor(data)
	oid, content, err := readContentInfo(&c)
	if err != nil {
		l.failure(err)
		return
	}
	if oid != oidSignedData {
		l.fail("not-a-key", "the file is PKCS#7, but holds no certificates: its content is %s", algorithmName(oid))
		return
	}
	signed, err := content.Sequence()
	if err != nil {
		l.failure(err)
		return
	}
	for !signed.Empty() {
		e, err := signed.Next()
		if err != nil {
			l.failure(err)
			return
		}
		take := l.certificate
		switch {
		case e.Is(ber.ContextSpecific, 0):
		case e.Is(ber.ContextSpecific, 1):
			take = l.crl
		default:
			continue
		}
		for list := e.Children(); !list.Empty(); {
			item, err := list.Next()
			if err != nil {
				l.failure(err)
				return
			}
			if item.Is(ber.Universal, ber.TagSequence) { // other choices are obsolete kinds
				take(item.Raw)
			}
		}
	}
}
