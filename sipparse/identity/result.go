package identity

import (
	"fmt"

	"sipsecdump/cms/pki"
	"sipsecdump/sipparse"
)

// The forms of Identity header fields.
const (
	RFC8224    = "rfc8224"
	RFC4474    = "rfc4474"
	PreRFC4474 = "pre-rfc4474"
)

// Result is what was established about one Identity header field.
type Result struct {
	Form   string // RFC8224, RFC4474 or PreRFC4474
	Offset int    // of the header field in Message.Raw
	// Info is where the signer says that the certificate is: of Identity-Info, or parameter info.
	Info string

	// Tried tells that the signature was judged with a certificate that is known to be the
	// signer's, or that turned out to be. Without it nobody knows whether the signature is good.
	Tried bool
	// SignatureVerified tells that the signature is the certificate holder's.
	SignatureVerified bool
	// Verified tells that it is, and that what was signed is said of this message.
	Verified bool
	// Variant names what the signature was found to cover; "" if that was not found.
	//
	//	rfc4474, draft                 the digest-string as of RFC 4474, or of the drafts before it;
	//	  +cseq-doubled                with the number of CSeq twice: "11 MESSAGE" for "1 MESSAGE"
	//	  +contact-empty, +no-contact  though there is a Contact, with nothing in its place, or
	//	                               without its place
	//	full                           the PASSporT as it came
	//	compact                        the one rebuilt from the message, with tn or uri for what
	//	  +orig-tn +dest-uri +mky      From and To hold, and with the fingerprints of its SDP
	Variant string
	// Reason is the stable code of why it is not verified; "" if it is:
	//
	//	identity-too-long          the header field is longer than anyone needs
	//	base64-malformed           the signature, or a part of the PASSporT, is no base64
	//	algorithm-not-implemented  Detail names it
	//	no-certificate             no certificate at hand has a key for it
	//	no-certificate-matches     some have, but none is known to be the signer's or turned out to be
	//	wrong-key                  not the RSA key of the certificate for the domain of From made it
	//	no-variant-matches         an RSA key made it, but over something else; Digest tells which
	//	signature-mismatch         it is not the ES256 signature of the signer's certificate over this
	//	signature-malformed        it is no ES256 signature
	//	header-malformed, claims-malformed
	//	                           a part of the PASSporT is not the JSON it should be
	//	crit-not-understood        its header demands that others be understood (RFC 7515, Section 4.1.11)
	//	compact-unknown-claims     the claims that ppt wants cannot be rebuilt from the message
	//	date-missing               nor can iat without a Date
	//	orig-missing, dest-missing, iat-missing, attest-missing, origid-missing, div-missing,
	//	rph-missing                the PASSporT lacks a claim that it must have
	//	orig-mismatch, dest-mismatch, mky-mismatch, rph-mismatch
	//	                           a claim is not what From, To, SDP or Resource-Priority say
	//	attest-invalid             the attestation is none of A, B and C
	Reason string
	Detail string // a sentence: lower case, without a full stop; "" if verified

	// Digest is what the RSA key signed, if that was found out.
	Digest []byte
	// Header and Claims are those of the PASSporT. Those of a compact one are rebuilt; they are set
	// if the signature covers them.
	Header, Claims Object
	// Certificate is the one whose key made the signature, or the signer's, if its key did not.
	Certificate *pki.Certificate
	// Chain is the path of the certificate whose key made the signature.
	Chain pki.Path
	// Issues is all that is wrong, and what is odd only. Offset is that of the header field in
	// Message.Raw. The codes are those of the claims' reasons, and:
	//
	//	identity-limit, attempts-limit      not all header fields, or certificates, were judged
	//	identity-spaced                     the value has white space in it
	//	base64-not-url, signature-der       the signature is written in another way
	//	json-not-deterministic              so is the JSON
	//	info-missing, info-mismatch, alg-mismatch, ppt-mismatch, typ-not-passport
	//	                                    the parameters or the PASSporT's header are not right
	//	ppt-unknown                         what the extension claims was not judged
	//	orig-asserted                       orig is not From, but P-Asserted-Identity
	//	origid-not-uuid, mky-missing, div-unlinked
	//	                                    a claim is not as it should be
	//	iat-stale, iat-future               iat is too far from when the message was seen
	//	date-mismatch, date-missing         Date is not iat; there is none
	//	digest-not-sha1                     the digest-string's digest is another one
	//	certificate-expired, certificate-not-yet-valid, certificate-validity-unreadable,
	//	certificate-time-unknown
	//	                                    the signer's certificate was not valid then
	//	certificate-domain, certificate-number
	//	                                    it is not for the sender
	Issues []sipparse.Issue

	fault *sipparse.Issue // of the claims, the first one
}

func (r *Result) fail(reason, format string, args ...any) {
	r.Reason, r.Detail = reason, fmt.Sprintf(format, args...)
}

func (r *Result) issue(code, section, format string, args ...any) {
	r.Issues = append(r.Issues, sipparse.Issue{Code: code, Offset: r.Offset, Section: section, Text: fmt.Sprintf(format, args...)})
}

// wrong is an issue that keeps the claims from being said of the message.
func (r *Result) wrong(code, section, format string, args ...any) {
	r.issue(code, section, format, args...)
	if r.fault == nil {
		f := r.Issues[len(r.Issues)-1]
		r.fault = &f
	}
}

// signed tells whose signature it is. The verdict on the claims remains to be given.
func (r *Result) signed(c *pki.Certificate, variant string) {
	r.Tried, r.SignatureVerified = true, true
	r.Certificate, r.Variant = c, variant
}

// conclude gives the verdict: the signature's faults come before those of the claims.
func (r *Result) conclude() {
	switch {
	case !r.SignatureVerified:
	case r.fault != nil:
		r.fail(r.fault.Code, "%s", r.fault.Text)
	default:
		r.Verified = true
	}
}
