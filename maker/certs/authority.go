package certs

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// DefaultAuthorityDays is how long a new authority's certificate is valid, as in
// the draft's makeCA.
const DefaultAuthorityDays = 3650

// A Clock tells the time; nil is [time.Now]. Certificates hold whole seconds.
type Clock func() time.Time

func (c Clock) now() time.Time {
	if c == nil {
		c = time.Now
	}
	return c().UTC().Truncate(time.Second)
}

// AuthorityOptions say how an authority is made. The zero value makes one like
// the documents', with today's algorithms.
type AuthorityOptions struct {
	Subject Subject       // nil: the documents' (a sub-CA's adds "CN=Sub-CA n")
	Key     KeyKind       // what is generated if Signer is nil
	Signer  crypto.Signer // the key to use, RSA, ECDSA or Ed25519; nil makes one
	Digest  crypto.Hash   // of its certificate's signature; 0: SHA-256
	Days    int           // 0: DefaultAuthorityDays
	Serial  uint64        // the certificate's serial number, the next ones follow it; 0: random, 8 octets
	Clock   Clock
}

// An Authority is a mock certification authority: a certificate, its private
// key and the record of what it has made. It is not safe for concurrent use.
type Authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	issuers     []*x509.Certificate // from its own issuer to the root; none for a root
	clock       Clock
	serial      *big.Int // the next certificate's
	crlNumber   int64    // the next revocation list's
	issued      []issued
}

// issued is one certificate in an authority's record.
type issued struct {
	serial   *big.Int
	notAfter time.Time
	revoked  time.Time // zero while it is not
	subject  string    // as index.txt has it
	der      []byte    // nil if it was read back from index.txt
	line     string    // its line as read back; "" if it was made or revoked since
}

// NewAuthority makes a root: what makeCA does where its authors uncomment "generate
// your own key pair".
func NewAuthority(o AuthorityOptions) (*Authority, error) {
	if o.Subject == nil {
		o.Subject = authoritySubject
	}
	serial := new(big.Int).SetUint64(o.Serial)
	if o.Serial == 0 {
		serial = randomSerial()
	}
	a := &Authority{clock: o.Clock, crlNumber: 1}
	if err := a.certify(nil, o, serial); err != nil {
		return nil, err
	}
	a.serial = next(serial)
	return a, nil
}

// SubAuthority makes an authority below a. Its certificate takes a's next
// serial number; o.Serial, if given, is where its own numbers begin.
// Sub-authorities of one authority need a Subject each if their names are to differ.
func (a *Authority) SubAuthority(o AuthorityOptions) (*Authority, error) {
	if o.Subject == nil {
		common := fmt.Sprintf("Sub-CA %d", len(a.issuers)+1)
		o.Subject = append(slices.Clone(authoritySubject), Attribute{"CN", common})
	}
	if o.Clock == nil {
		o.Clock = a.clock
	}
	sub := &Authority{
		clock:     o.Clock,
		crlNumber: 1,
		issuers:   append([]*x509.Certificate{a.certificate}, a.issuers...),
		serial:    randomSerial(),
	}
	if o.Serial != 0 {
		sub.serial = new(big.Int).SetUint64(o.Serial)
	}
	if err := sub.certify(a, o, a.serial); err != nil {
		return nil, err
	}
	a.record(sub.certificate, o.Subject)
	return sub, nil
}

// certify makes a's key and certificate, signed by issuer, or by itself if nil.
func (a *Authority) certify(issuer *Authority, o AuthorityOptions, serial *big.Int) error {
	if o.Days == 0 {
		o.Days = DefaultAuthorityDays
	}
	if err := checkDays(o.Days); err != nil {
		return err
	}
	if len(o.Subject) == 0 {
		return errors.New("an authority needs a subject (RFC 5280, Section 4.1.2.6)")
	}
	if err := o.Subject.check(); err != nil {
		return err
	}
	subject, err := o.Subject.marshal()
	if err != nil {
		return err
	}
	if a.key = o.Signer; a.key == nil {
		if a.key, err = o.Key.Generate(); err != nil {
			return err
		}
	}
	id, err := keyIdentifier(a.key.Public())
	if err != nil {
		return err
	}
	now := o.Clock.now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		RawSubject:            subject,
		NotBefore:             now,
		NotAfter:              now.AddDate(0, 0, o.Days),
		BasicConstraintsValid: true,
		IsCA:                  true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SubjectKeyId:          id,
		AuthorityKeyId:        id,
	}
	parent, signer := template, a.key
	if issuer != nil {
		template.AuthorityKeyId = issuer.certificate.SubjectKeyId
		parent, signer = issuer.certificate, issuer.key
	}
	if template.SignatureAlgorithm, err = signatureAlgorithm(signer.Public(), o.Digest); err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, a.key.Public(), signer)
	if err != nil {
		return err
	}
	a.certificate, err = x509.ParseCertificate(der)
	return err
}

// Certificate returns the authority's own certificate. It is not to be changed.
func (a *Authority) Certificate() *x509.Certificate { return a.certificate }

// Root returns the certificate at the head of the authority's chain: its own
// unless it is a sub-authority. It is not to be changed.
func (a *Authority) Root() *x509.Certificate {
	if len(a.issuers) == 0 {
		return a.certificate
	}
	return a.issuers[len(a.issuers)-1]
}

// chain returns the authority's certificate and those above it, root last, in DER.
func (a *Authority) chain() [][]byte {
	chain := [][]byte{a.certificate.Raw}
	for _, issuer := range a.issuers {
		chain = append(chain, issuer.Raw)
	}
	return chain
}

// String names the authority; the key is no part of it.
func (a *Authority) String() string { return "authority " + a.certificate.Subject.String() }

// GoString is String, so that no verb prints the key.
func (a *Authority) GoString() string { return a.String() }

// record adds the certificate that took the next serial number.
func (a *Authority) record(certificate *x509.Certificate, subject Subject) {
	a.issued = append(a.issued, issued{
		serial:   certificate.SerialNumber,
		notAfter: certificate.NotAfter,
		subject:  subject.String(),
		der:      certificate.Raw,
	})
	a.serial = next(certificate.SerialNumber)
}

func next(serial *big.Int) *big.Int { return new(big.Int).Add(serial, big.NewInt(1)) }

// randomSerial returns a positive number of exactly eight octets, as long as
// the documents'. It is random because many people make certificates with the
// documents' authorities, and numbers must differ (RFC 5280, Section 4.1.2.2).
func randomSerial() *big.Int {
	var b [8]byte
	rand.Read(b[:])
	b[0] = b[0]&0x3f | 0x40 // below 0x80, so that it stays eight octets and positive
	return new(big.Int).SetUint64(binary.BigEndian.Uint64(b[:]))
}

// keyIdentifier is the SHA-1 of the subject public key's bits, as the documents'
// "hash" makes it (RFC 5280, Section 4.2.1.2, method 1).
func keyIdentifier(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.Key.Bytes)
	return sum[:], nil
}

func checkDays(days int) error {
	if days < 0 || days > maxDays {
		return fmt.Errorf("%d days of validity are not between 1 and %d", days, maxDays)
	}
	return nil
}
