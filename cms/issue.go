package cms

// Issue is something an object should not have, or that could not be read.
type Issue struct {
	// Code is stable: one of those of a ber.Error, or
	//
	//	not-content-info           it is no ContentInfo
	//	version-mismatch           a version is not the one that the content asks for
	//	digest-not-listed          the digestAlgorithms lack a signer's
	//	signed-attributes-missing  the content type demands them
	//	content-type-attribute, message-digest-attribute
	//	                           there is not one with one value
	//	signing-time-attribute     there is more than one, or not one value that is a time in its form
	//	attributes-not-der         signed attributes are not in DER's order
	//	auth-attributes-missing    the content type demands authenticated ones
	//	digest-algorithm-mismatch  it is there without attributes, or they without it
	//	parameters-not-null        an algorithm's parameters are not NULL, and must be
	//	parameters-present         they are there, and must not be
	//	parameters-null            they are NULL, and should be absent
	//	bad-certificate, bad-crl   a certificate or CRL cannot be read
	//	countersignature-depth     countersignatures are nested too deep
	//	signer-limit, recipient-limit, certificate-limit, crl-limit, attribute-limit
	//	                           there are more than are read (see Limits)
	Code    string
	Offset  int    // in the octets parsed
	Section string // "RFC 5652, Section 5.1"; "" if no standard is concerned
	Text    string // one sentence, lower case, without a full stop
}

// Malformed tells whether the object breaks a rule. Advice that is not followed, the word
// SHOULD in a standard, is told as well, and breaks none.
func (i Issue) Malformed() bool { return i.Code != "parameters-null" }
