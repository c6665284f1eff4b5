package cms

import (
	"time"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

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
	//	attributes-not-der         signed attributes are not in DER's order
	//	bad-certificate            a certificate cannot be read
	//	signer-limit, recipient-limit, certificate-limit, attribute-limit
	//	                           there are more than are read (see Limits)
	Code    string
	Offset  int    // in the octets parsed
	Section string // "RFC 5652, Section 5.1"; "" if no standard is concerned
	Text    string // one sentence, lower case, without a full stop
}

// Object is a ContentInfo (RFC 5652, Section 3) as far as it could be read.
type Object struct {
	Raw         []byte // the octets of the element; aliases the input
	ContentType pki.OID
	// DER is set if the encoding has nothing that only BER allows.
	DER bool
	// Nodes are the elements, encapsulated ones too. Their offsets count from Raw[0].
	Nodes []ber.Node
	// At most one is set; none for content types that are not read further.
	Signed    *SignedData
	Enveloped *EnvelopedData
	Issues    []Issue

	input  []byte // what was parsed: Raw and what follows it
	limits Limits
}

// SignedData is RFC 5652, Section 5.1.
type SignedData struct {
	Version          int
	DigestAlgorithms []pki.AlgorithmIdentifier
	EContentType     pki.OID
	// EContent is the content, its chunks joined; nil if it is detached.
	EContent     []byte
	Certificates []*pki.Certificate
	Signers      []SignerInfo

	incomplete bool // there is an EContent that could not be read
}

// SignerInfo is RFC 5652, Section 5.3. The signer is named by Issuer and Serial, or by SKI.
type SignerInfo struct {
	Version            int
	Issuer             pki.Name
	SerialOctets       []byte // nil if named by SKI
	SKI                []byte
	DigestAlgorithm    pki.AlgorithmIdentifier
	SignedAttributes   []Attribute
	RawSignedAttrs     []byte // DER with the SET tag that is signed, a copy; nil if there are none
	SignatureAlgorithm pki.AlgorithmIdentifier
	Signature          []byte
	UnsignedAttributes []Attribute

	attrsAsSent []byte // like RawSignedAttrs, in the order they were sent; nil if that is DER's
	incomplete  bool   // not all could be read
}

// Attribute is RFC 5652, Section 5.3.
type Attribute struct {
	Type   pki.OID
	Values [][]byte // DER of each
}

// EnvelopedData is RFC 5652, Section 6.1.
type EnvelopedData struct {
	Version                    int
	Recipients                 []RecipientInfo
	ContentType                pki.OID
	ContentEncryptionAlgorithm pki.AlgorithmIdentifier
	// EncryptedContent is joined if it came in chunks; nil if absent.
	EncryptedContent []byte

	incomplete bool // not all could be read
}

// RecipientInfo is RFC 5652, Section 6.2.
type RecipientInfo struct {
	Kind                   string // "ktri", "kari", "kekri", "pwri", "ori"
	Version                int
	Issuer                 pki.Name
	SerialOctets           []byte // nil if named by SKI
	SKI                    []byte
	KeyEncryptionAlgorithm pki.AlgorithmIdentifier
	EncryptedKey           []byte

	incomplete bool // not all could be read
}

// Range is a candidate for what a detached signature covers.
type Range struct {
	Name   string // "MIME part", "MIME part with the CRLF before the boundary", ...
	Octets []byte
	// Standard is set for the one that the standards demand. If only another matches, the
	// signature is not verified, and the reason is the Code of the one that does.
	Standard bool
	// Code is the stable code of what is wrong if this range is covered: "crlf-included", ...
	Code string
}

// SignerResult is what was established about one signer.
type SignerResult struct {
	Signer *SignerInfo
	// Tried is set if a signature operation could be run with some certificate.
	Tried bool
	// Verified is set only if Tried, and everything that RFC 5652, Section 5.6 asks held
	// for the Standard range.
	Verified bool
	// Reason is the stable code of why not; "" if verified:
	//
	//	no-certificate             none at hand names the signer, and no key of others fits
	//	serial-mismatch, issuer-mismatch, ski-mismatch
	//	                           a certificate's key fits, but it does not name the signer
	//	wrong-key                  a certificate names the signer, but its key does not fit
	//	key-unusable               the same, and the key is not one for the algorithm
	//	signature-mismatch         one of wrong-key and digest-mismatch; the algorithm (all but
	//	                           PKCS #1 v1.5) does not let them be told apart
	//	digest-mismatch            the key fits, but other octets are covered
	//	digest-algorithm-mismatch  the key fits, but another digest algorithm was used
	//	the Code of a Range, or other-range
	//	                           the key fits, but another range is covered
	//	attributes-not-der         the key fits, but the attributes were signed out of order
	//	content-type-attribute, message-digest-attribute, content-type-mismatch
	//	                           the key fits, but the signed attributes are not in order
	//	algorithm-not-implemented, no-content, malformed
	//	                           it could not be tried
	Reason string
	Detail string // a sentence: lower case, without a full stop; "" if verified
	Over   string // Name of the range that matched; "" if none did
	// Certificate is the one it was verified with, or the best candidate that did not; nil if
	// there is none.
	Certificate *pki.Certificate
	// CertificateSource is "message", "given" or "seen".
	CertificateSource string
	Chain             Chain
}

// Chain is what was established about a certificate's path.
type Chain struct {
	Trusted bool
	Reason  string // stable code; "" if trusted
	Detail  string
	Path    []*pki.Certificate // from the signer's upwards, as far as it was found
	// At is the time at which validity was judged.
	At time.Time
}

// Decryption is what was established about an EnvelopedData.
type Decryption struct {
	Decrypted bool
	// Reason is the stable code of why not; "" if decrypted:
	//
	//	no-key           no private key was given
	//	key-mismatch     a certificate names a recipient; its key is not among those given
	//	wrong-key        no key at hand opens an encrypted key
	//	key-length       one does, but what is in it is not as long as the cipher's key
	//	bad-padding      one does, but the content does not end in padding
	//	no-recipient, no-content, bad-length, bad-parameters, malformed
	//	                 the object is not in order
	//	algorithm-not-implemented
	Reason string
	// Detail is a sentence: lower case, without a full stop. If decrypted it says with which
	// key, and whether a certificate at hand names the recipient.
	Detail  string
	Content []byte // the content, a copy; nil if not decrypted
	// Recipient is the index of the one whose key opened the content; -1 if none did.
	Recipient int
	// Recipients has one entry for each RecipientInfo, in order.
	Recipients []RecipientResult
}

// RecipientResult tells whether a recipient's private key is at hand.
type RecipientResult struct {
	// Matched is set if a certificate at hand names the recipient and its key is there, or if
	// a key opened the content.
	Matched bool
	Key     *pki.PrivateKey  // nil if not matched
	Cert    *pki.Certificate // that names the recipient; nil if not at hand
	// Reason is the stable code of why it was not matched or not opened: one of Decryption's, or
	// "no-certificate" if no certificate at hand names the recipient and no key was tried; "" if
	// it was opened, or is matched and another was opened first.
	Reason string
	Detail string
}
