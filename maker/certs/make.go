package certs

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// DefaultDays is how long a certificate is valid, as in the documents' makeCert.
const DefaultDays = 1095

// A Request asks for one certificate.
type Request struct {
	Name    string  // a host, user@host or URI; also the common name and the files' name
	EKU     bool    // with extended key usage: sipDomain (RFC 5924), and serverAuth or, for users, emailProtection
	Subject Subject // nil: C=US, ST=California, L=San Jose, O=sipit, CN=Name

	Days    int  // validity from now; 0: DefaultDays
	Expired bool // valid from 1999-01-01 to 2000-01-01, as makeCert's 0 days; Days then counts for nothing

	Key    KeyKind       // what is generated if Signer is nil
	Signer crypto.Signer // the key to certify, RSA, ECDSA or Ed25519; nil makes one
	Digest crypto.Hash   // of the signatures; 0: SHA-256
}

// An Identity is a certificate, its private key and the chain above it.
type Identity struct {
	Name        string
	Kind        Kind
	Certificate []byte        // DER
	Key         crypto.Signer // what the certificate's public key belongs to
	Chain       [][]byte      // DER, from the issuer's certificate to the root's
	CSR         []byte        // the certificate signing request (RFC 2986), DER
}

// String names the identity; the key is no part of it.
func (id *Identity) String() string { return id.Kind.String() + " " + id.Name }

// GoString is String, so that no verb prints the key.
func (id *Identity) GoString() string { return id.String() }

// Presented returns what a peer shows of itself: its certificate and the chain
// above it, in DER. It shares the identity's memory.
func (id *Identity) Presented() [][]byte {
	return append([][]byte{id.Certificate}, id.Chain...)
}

// Object identifiers of RFC 5280, Sections 4.2.1 and 4.2.1.12, and RFC 5924, Section 3.
var (
	oidSubjectAltName         = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidAuthorityKeyIdentifier = asn1.ObjectIdentifier{2, 5, 29, 35}

	oidServerAuth      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	oidClientAuth      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	oidEmailProtection = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 4}
	oidSIPDomain       = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 20}
)

// profile is everything of a certificate that a request, or a scenario, settles.
type profile struct {
	subject     Subject
	names       altNames
	notBefore   time.Time
	notAfter    time.Time
	keyUsage    x509.KeyUsage
	extKeyUsage []asn1.ObjectIdentifier // nil leaves the extension out
	digest      crypto.Hash
}

// Make does what the documents' makeCert does: a key, a request for a certificate
// and the certificate. A Name that is none is a [*NameError].
func (a *Authority) Make(r Request) (*Identity, error) { return a.make(r, nil) }

// make is Make with a last word on the profile.
func (a *Authority) make(r Request, edit func(*profile)) (*Identity, error) {
	kind, names, err := parseName(r.Name)
	if err != nil {
		return nil, err
	}
	p, err := a.profile(r, names)
	if err != nil {
		return nil, err
	}
	key := r.Signer
	if key == nil {
		if key, err = r.Key.Generate(); err != nil {
			return nil, err
		}
	}
	p.keyUsage = keyUsage(key.Public())
	if edit != nil {
		edit(p)
	}
	certificate, err := a.sign(p, key.Public())
	if err != nil {
		return nil, err
	}
	csr, err := signingRequest(certificate, key, p.digest)
	if err != nil {
		return nil, err
	}
	a.record(certificate, p.subject)
	return &Identity{
		Name: r.Name, Kind: kind,
		Certificate: certificate.Raw, Key: key, Chain: a.chain(), CSR: csr,
	}, nil
}

func (a *Authority) profile(r Request, names altNames) (*profile, error) {
	p := &profile{subject: r.Subject, names: names, digest: r.Digest}
	if p.subject == nil {
		if utf8.RuneCountInString(r.Name) > maxCommonName {
			return nil, fmt.Errorf("%q is longer than the %d characters of a common name (RFC 5280, Appendix A.1): give a subject", r.Name, maxCommonName)
		}
		p.subject = append(slices.Clone(sipit), Attribute{"CN", r.Name})
	}
	if err := p.subject.check(); err != nil {
		return nil, err
	}
	if r.EKU {
		p.extKeyUsage = []asn1.ObjectIdentifier{oidServerAuth, oidSIPDomain}
		if filePrefix(r.Name) == "user" {
			p.extKeyUsage[0] = oidEmailProtection
		}
	}
	if r.Expired {
		p.notBefore = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
		p.notAfter = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		return p, nil
	}
	if r.Days == 0 {
		r.Days = DefaultDays
	}
	if err := checkDays(r.Days); err != nil {
		return nil, err
	}
	p.notBefore = a.clock.now()
	p.notAfter = p.notBefore.AddDate(0, 0, r.Days)
	return p, nil
}

// sign makes the certificate that p describes, with a's next serial number.
func (a *Authority) sign(p *profile, public crypto.PublicKey) (*x509.Certificate, error) {
	subject, err := p.subject.marshal()
	if err != nil {
		return nil, err
	}
	id, err := keyIdentifier(public)
	if err != nil {
		return nil, err
	}
	algorithm, err := signatureAlgorithm(a.key.Public(), p.digest)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          a.serial,
		RawSubject:            subject,
		NotBefore:             p.notBefore,
		NotAfter:              p.notAfter,
		SignatureAlgorithm:    algorithm,
		BasicConstraintsValid: true,
		KeyUsage:              p.keyUsage,
		UnknownExtKeyUsage:    p.extKeyUsage,
		SubjectKeyId:          id,
		AuthorityKeyId:        a.certificate.SubjectKeyId,
	}
	if !p.names.empty() {
		extension, err := p.names.extension(len(p.subject) == 0)
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = []pkix.Extension{extension}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, public, a.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// signingRequest makes the request that the certificate could have been made
// from: its subject, its key and its extensions but for the issuer's (RFC 2986).
func signingRequest(certificate *x509.Certificate, key crypto.Signer, digest crypto.Hash) ([]byte, error) {
	algorithm, err := signatureAlgorithm(key.Public(), digest)
	if err != nil {
		// The digest suits the issuer's key and not this one, which has its own.
		if algorithm, err = signatureAlgorithm(key.Public(), 0); err != nil {
			return nil, err
		}
	}
	extensions := slices.DeleteFunc(slices.Clone(certificate.Extensions), func(e pkix.Extension) bool {
		return e.Id.Equal(oidAuthorityKeyIdentifier)
	})
	return x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		RawSubject:         certificate.RawSubject,
		SignatureAlgorithm: algorithm,
		ExtraExtensions:    extensions,
	}, key)
}

// extension encodes the names as a subjectAltName (RFC 5280, Section 4.2.1.6),
// which is critical only where the subject is empty.
func (n altNames) extension(critical bool) (pkix.Extension, error) {
	var names []asn1.RawValue
	add := func(tag int, value []byte) {
		names = append(names, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, Bytes: value})
	}
	for _, name := range n.dns {
		add(2, []byte(name))
	}
	for _, addr := range n.ip {
		add(7, addr.AsSlice())
	}
	for _, uri := range n.uri {
		add(6, []byte(uri))
	}
	der, err := asn1.Marshal(names)
	if err != nil {
		return pkix.Extension{}, fmt.Errorf("subjectAltName: %w", err)
	}
	return pkix.Extension{Id: oidSubjectAltName, Critical: critical, Value: der}, nil
}
