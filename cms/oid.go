package cms

import "sipsecdump/cms/pki"

// Content types.
const (
	oidData              pki.OID = "1.2.840.113549.1.7.1"
	oidSignedData        pki.OID = "1.2.840.113549.1.7.2"
	oidEnvelopedData     pki.OID = "1.2.840.113549.1.7.3"
	oidDigestedData      pki.OID = "1.2.840.113549.1.7.5"
	oidEncryptedData     pki.OID = "1.2.840.113549.1.7.6"
	oidAuthenticatedData pki.OID = "1.2.840.113549.1.9.16.1.2"
	oidCompressedData    pki.OID = "1.2.840.113549.1.9.16.1.9"
	oidAuthEnvelopedData pki.OID = "1.2.840.113549.1.9.16.1.23"
)

// Attributes (RFC 5652, Section 11).
const (
	oidAttributeContentType   pki.OID = "1.2.840.113549.1.9.3"
	oidAttributeMessageDigest pki.OID = "1.2.840.113549.1.9.4"
	oidAttributeSigningTime   pki.OID = "1.2.840.113549.1.9.5"
	oidAttributeCountersign   pki.OID = "1.2.840.113549.1.9.6"
)

var contentTypeNames = map[pki.OID]string{
	oidData:              "data",
	oidSignedData:        "signedData",
	oidEnvelopedData:     "envelopedData",
	oidDigestedData:      "digestedData",
	oidEncryptedData:     "encryptedData",
	oidAuthenticatedData: "authenticatedData",
	oidCompressedData:    "compressedData",
	oidAuthEnvelopedData: "authEnvelopedData",
}

// ContentTypeName returns the name of a content type as its RFC has it ("signedData"), or the
// dotted form if it is not known.
func ContentTypeName(oid pki.OID) string {
	if name, ok := contentTypeNames[oid]; ok {
		return name
	}
	return string(oid)
}
