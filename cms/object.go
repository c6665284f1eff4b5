package cms

import (
	"time"

	"sipsecdump/cms/ber"
	"sipsecdump/cms/pki"
)

// Object is a ContentInfo (RFC 5652, Section 3) as far as it could be read.
type Object struct {
	Raw         []byte // the octets of the element; aliases the input
	ContentType pki.OID
	// DER is set if the encoding has nothing that only BER allows.
	DER bool
	// Nodes are the elements, encapsulated ones too. Their offsets count from Raw[0].
	Nodes []ber.Node
	// At most one is set; none for content types that are not known.
	Data          []byte // the octets of RFC 5652, Section 4; joined if they came in chunks
	Signed        *SignedData
	Enveloped     *EnvelopedData
	AuthEnveloped *AuthEnvelopedData
	Authenticated *AuthenticatedData
	Encrypted     *EncryptedData
	Digested      *DigestedData
	Compressed    *CompressedData
	Issues        []Issue

	input  []byte // what was parsed: Raw and what follows it
	limits Limits
}

// SignedData is RFC 5652, Section 5.1.
type SignedData struct {
	Version          int
	DigestAlgorithms []pki.AlgorithmIdentifier
	EncapsulatedContentInfo
	Certificates []*pki.Certificate
	CRLs         []*pki.CRL
	Signers      []SignerInfo
}

// CertsOnly tells whether the object only carries certificates and CRLs (RFC 8551, Section
// 3.8): it has neither content nor signers.
func (s *SignedData) CertsOnly() bool {
	return len(s.Signers) == 0 && s.EContent == nil && !s.unreadContent && len(s.Certificates)+len(s.CRLs) > 0
}

// EncapsulatedContentInfo is RFC 5652, Section 5.2.
type EncapsulatedContentInfo struct {
	EContentType pki.OID
	// EContent is the content, its chunks joined; nil if it is detached.
	EContent []byte

	unreadContent bool // there is an EContent that could not be read
}

// SignerInfo is RFC 5652, Section 5.3. The signer is named by Issuer and SerialOctets, or by SKI.
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
	// Countersigners are the signers of Signature (RFC 5652, Section 11.4), from the unsigned
	// attributes.
	Countersigners []SignerInfo

	attrsAsSent []byte // like RawSignedAttrs, in the order they were sent; nil if that is DER's
	incomplete  bool   // not all could be read
}

// Attribute is RFC 5652, Section 5.3.
type Attribute struct {
	Type   pki.OID
	Values [][]byte // DER of each
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
	//	key-unusable               the same, and the key is not one for the algorithm, or cannot be read
	//	signature-mismatch         one of wrong-key and digest-mismatch; the algorithm (all but
	//	                           PKCS #1 v1.5) does not let them be told apart
	//	digest-mismatch            the key fits, but other octets are covered
	//	digest-algorithm-mismatch  the key fits, but another digest algorithm was used, or none is named
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
	// Identity tells whether Certificate is that of VerifyInput.AOR; nil if none was asked for or
	// there is no certificate. It is a fact apart, like Chain.
	Identity *pki.IdentityResult
	// Countersignatures has one entry for each of Signer.Countersigners, in order.
	Countersignatures []SignerResult
}

// Chain is what was established about a certificate's path.
type Chain struct {
	Trusted bool
	Reason  string // stable code; "" if trusted
	Detail  string
	Path    []*pki.Certificate // from the signer's upwards, as far as it was found
	// Failures has everything that is wrong, and Revocation what CRLs say, as pki.Path has them.
	Failures   []pki.PathFailure
	Revocation []pki.Revocation
	// At is the time at which validity was judged.
	At time.Time
	// NoCAs is set if no CA is trusted: whether this certificate could be is not known then.
	NoCAs bool
}
