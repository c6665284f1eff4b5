package cms

import (
	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// Key encryption algorithms.
const (
	oidRSA  pki.OID = "1.2.840.113549.1.1.1"
	oidOAEP pki.OID = "1.2.840.113549.1.1.7"
)

// algorithmName is a name for sentences: openssl's, or dumpasn1's, or the dotted form.
func algorithmName(oid pki.OID) string {
	if name, ok := ber.LongName(string(oid)); ok {
		return name
	}
	if name, ok := ber.DumpName(string(oid)); ok {
		return name
	}
	return string(oid)
}
